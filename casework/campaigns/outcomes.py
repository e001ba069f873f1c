"""How many of each group had an outcome, so many days after the start, as the record stood then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from casework.activities.known import people_with_facts, position_of
from casework.activities.timeline import Codebook
from casework.campaigns.comparing import Comparison, Share
from casework.campaigns.drafts import ONLY_WRITTEN_TO
from casework.clock import LONDON
from casework.destinations.facts import COLUMNS, Fact, of_columns
from casework.destinations.picture import Picture, picture
from casework.nccis import Status
from casework.tables import Campaign, CampaignRoll, Conversation, Destination, FollowUp, Message, YoungPerson

CHUNK = 500


@dataclass(frozen=True)
class Outcome:
    """What is compared, and when it is looked at."""

    measure: str
    looked_at: datetime
    ready: bool
    """Whether that day has come. Before it nothing is counted: who looks early sees what chance likes to show."""
    comparison: Comparison | None
    """None: it is too early, nobody was held out, or it is nothing that can be compared."""


def outcome(session: Session, campaign: Campaign, book: Codebook, now: datetime) -> Outcome | None:
    """The comparison that was chosen when the campaign was made; None where none was, or it has not been started.

    By intention to treat: everybody counts in the group that chance gave them, whether or not their message went. What
    was recorded after the day that is looked at is left out, so that the answer stays as it is.
    """
    if campaign.measure is None or campaign.started_at is None:
        return None
    looked_at = campaign.started_at + timedelta(days=campaign.measure_days)
    roll = session.get(CampaignRoll, campaign.id)
    held = roll.people["held"] if roll else []
    ready = now >= looked_at
    if roll is None or not held or not ready or campaign.measure in ONLY_WRITTEN_TO:
        return Outcome(campaign.measure, looked_at, ready, None)
    has = of(session, campaign, book, [*roll.people["to"], *held], looked_at)
    to, held_ids = set(roll.people["to"]), set(held)
    return Outcome(
        campaign.measure,
        looked_at,
        ready,
        Comparison(Share(len(has & to), len(to)), Share(len(has & held_ids), len(held_ids))),
    )


def of(session: Session, campaign: Campaign, book: Codebook, ids: Sequence[int], at: datetime) -> set[int]:
    """Those of ``ids`` who have the campaign's outcome at a moment. Raises ``KeyError`` for one that there is not."""
    since = campaign.started_at or campaign.made_at
    measures: dict[str, Callable[[Sequence[int]], set[int]]] = {
        "wrote": lambda some: _wrote(session, some, since, at),
        "activity_known": lambda some: _doing(session, book, some, at, lambda status: status is not Status.NOT_KNOWN),
        "participating": lambda some: _doing(session, book, some, at, lambda status: status is Status.PARTICIPATING),
        "applied": lambda some: _pictured(session, some, at, lambda found: bool(found.open)),
        "offer": lambda some: _pictured(session, some, at, lambda found: any(one.place for one in found.open)),
        "answered": lambda some: _answered(session, campaign, some, at),
    }
    measure = measures[campaign.measure or ""]
    found: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        found |= measure(ids[start : start + CHUNK])
    return found


def _wrote(session: Session, ids: Sequence[int], since: datetime, until: datetime) -> set[int]:
    query = (
        select(col(Conversation.young_person_id))
        .join(Message, col(Message.conversation_id) == col(Conversation.id))
        .where(
            col(Conversation.young_person_id).in_(ids),
            col(Message.direction) == "in",
            col(Message.created_at) > since,
            col(Message.created_at) <= until,
        )
    )
    return {id_ for id_ in session.execute(query.distinct()).scalars() if id_ is not None}


def _answered(session: Session, campaign: Campaign, ids: Sequence[int], until: datetime) -> set[int]:
    query = select(col(FollowUp.young_person_id)).where(
        col(FollowUp.campaign_id) == campaign.id,
        col(FollowUp.young_person_id).in_(ids),
        col(FollowUp.answered_at) <= until,
    )
    return set(session.execute(query).scalars())


def _doing(
    session: Session, book: Codebook, ids: Sequence[int], at: datetime, counts: Callable[[Status], bool]
) -> set[int]:
    on = at.astimezone(LONDON).date()
    found = people_with_facts(session, where=col(YoungPerson.id).in_(ids), known_by=at)
    return {person.id for person, facts in found if counts(position_of(book, person.id, person.who, facts, on).status)}


def _pictured(session: Session, ids: Sequence[int], at: datetime, counts: Callable[[Picture], bool]) -> set[int]:
    query = select(col(Destination.young_person_id), *COLUMNS).where(
        col(Destination.young_person_id).in_(ids), col(Destination.recorded_at) <= at
    )
    facts: dict[int, list[Fact]] = {}
    for row in session.execute(query):
        facts.setdefault(row[0], []).append(of_columns(row[1:]))
    return {id_ for id_, theirs in facts.items() if counts(picture(theirs))}
