"""Starting a campaign: it is decided once who is in it, and then every contact is planned, in batches.

A start that was cut short, whatever ended it, goes on where it was: the decision is kept with the campaign, a contact
that is planned already is not planned again, and nothing goes before all of them are.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from casework import audit
from casework.campaigns import plan_of
from casework.campaigns.choosing import Chosen, Person, by_ids
from casework.campaigns.drafts import CampaignError, Desk, by_ref, draft_of, lock
from casework.campaigns.holdout import assign
from casework.campaigns.pacing import schedule
from casework.campaigns.wording import language_of, measure, missing
from casework.db import is_sqlite, reading, writing
from casework.hours import SendingPolicy
from casework.tables import Campaign, CampaignRoll, FollowUp

BATCH = 500
"""Contacts that are planned in one transaction: other writers get their turn in between."""
IMPORTANCE = 8
KEPT_OUT = "hold_out"
_follow_up: Table = FollowUp.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Split:
    """The people of a campaign as chance has divided them, in the order of sending."""

    to: list[Person]
    held: list[Person]


def split(campaign: Campaign, people: Sequence[Person]) -> Split:
    """Whom it would be sent to, and who is held out. The same campaign divides the same people the same way."""
    to, held = assign(
        people,
        campaign.hold_out,
        campaign.seed,
        id_of=lambda person: person.id,
        group=lambda person: f"{person.nation} {person.language}",
    )
    return Split(to, held)


def reasons_against(desk: Desk, campaign: Campaign, chosen: Chosen) -> list[str]:
    """Why it cannot be started as it is, in plain words; nothing: it can."""
    found = list(desk.problems(draft_of(campaign)).values())
    if campaign.status != "draft":
        found.append("It has been started already")
    if not chosen.people:
        found.append("Nobody can be written to: the filter finds nobody, or leaves everybody out")
    for language, many in missing(campaign.wording, chosen.people).items() if campaign.wording else ():
        name = {"cy": "Welsh", "en": "English"}[language]
        found.append(f"{many} of them chose {name}, and there is no wording in {name}")
    if campaign.wording:
        most = measure(campaign.wording, chosen.people).most
        if most > desk.rules.most_segments:
            found.append(f"With the longest name it takes {most} texts, and {desk.rules.most_segments} is the most")
    return found


def begin(session: Session, ref: str, chosen: Chosen, actor: str, now: datetime) -> None:
    """Decide who is in it, in the open transaction: from now on it goes on by itself. Raises ``CampaignError``."""
    campaign = lock(session, ref)
    if campaign.status != "draft":
        raise CampaignError("This campaign has been started already")
    if not chosen.people:
        raise CampaignError("There is nobody to write to")
    divided = split(campaign, chosen.people)
    campaign.status, campaign.started_at = "starting", now
    people = {
        "to": [person.id for person in divided.to],
        "held": [person.id for person in divided.held],
        "excluded": {reason: [person.id for person in left] for reason, left in chosen.excluded.items()},
    }
    session.add(CampaignRoll(campaign_id=campaign.id or 0, people=people))
    counts = {"to": len(divided.to), "held_out": len(divided.held), "left_out": chosen.found - len(chosen.people)}
    audit.record(session, at=now, actor=actor, action="started_campaign", campaign=ref, **counts)


def go_on(engine: Engine, ref: str, now: datetime, policy: SendingPolicy, *, batch: int = BATCH) -> int:
    """Plan every contact that is not planned yet, and set the campaign going. Answers how many were planned now.

    Doing it again, or by two at once, plans nothing twice. What was stopped meanwhile stays stopped.
    """
    with reading(engine) as session:
        campaign, roll = _roll(session, ref)
        if campaign.status != "starting":
            return 0
        people = by_ids(session, [*roll.people["to"], *roll.people["held"]])
    planned = 0
    for rows in in_batches(_rows(campaign, roll, people, now, policy), batch):
        with writing(engine) as session:
            if lock(session, ref).status != "starting":
                return planned
            planned += _insert(session, rows, sqlite_=is_sqlite(engine))
    with writing(engine) as session:
        campaign = lock(session, ref)
        if campaign.status == "starting":
            campaign.status = "running"
    return planned


def _roll(session: Session, ref: str) -> tuple[Campaign, CampaignRoll]:
    campaign = by_ref(session, ref)
    roll = session.get(CampaignRoll, campaign.id) if campaign else None
    if campaign is None or roll is None:
        raise CampaignError("This campaign has not been started")
    return campaign, roll


def _rows(
    campaign: Campaign, roll: CampaignRoll, people: dict[int, Person], now: datetime, policy: SendingPolicy
) -> Iterator[dict[str, Any]]:
    """Every contact. When each is due hangs on when the campaign was started, not on when this is asked."""
    begun = campaign.started_at or now
    first = max(begun, campaign.starts_at) if campaign.starts_at else begun
    to = [people[id_] for id_ in roll.people["to"] if id_ in people]
    held = [people[id_] for id_ in roll.people["held"] if id_ in people]
    due = schedule([person.nation for person in to], first, campaign.per_hour, policy)
    for person, at in zip(to, due, strict=True):
        yield _row(campaign, person, at, begun) | {"status": "planned"}
    for person in held:
        ended = {"status": "ended", "outcome": "skipped", "reason": KEPT_OUT, "ended_at": begun}
        yield _row(campaign, person, first, begun) | ended


def _row(campaign: Campaign, person: Person, at: datetime, made: datetime) -> dict[str, Any]:
    # whoever cannot be reached is no task for an adviser: nobody is owed this message
    rules: dict[str, Any] = {"unreachable": "skip"} | ({"urgent": True} if campaign.urgent else {"exams": True})
    return {
        "young_person_id": person.id,
        "campaign_id": campaign.id,
        "plan": plan_of(campaign.ref),
        "plan_version": 1,
        "occasion": campaign.ref,
        "step": 1,
        "kind": "text",
        "due_at": at,
        "importance": IMPORTANCE,
        "late_at": at + timedelta(days=campaign.late_after_days),
        "late_rule": "drop",
        "why": f"Campaign {campaign.ref}: {campaign.name}",
        "asks": campaign.asks,
        "about": {},
        "rules": rules,
        "words": campaign.wording.get(language_of(person.language, campaign.wording)) or None,
        "stops_plan": False,
        "made_at": made,
        "status": "planned",
        "outcome": None,
        "reason": None,
        "ended_at": None,
    }


def in_batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """So many at a time, without holding more."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _insert(session: Session, rows: list[dict[str, Any]], *, sqlite_: bool) -> int:
    insert = sqlite.insert(_follow_up) if sqlite_ else postgresql.insert(_follow_up)
    statement = insert.on_conflict_do_nothing().returning(_follow_up.c.id)
    return len(session.execute(statement, rows).all())
