"""One campaign: exactly who, what and when before it starts; starting, pausing and stopping it; what came of it."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select
from starlette.responses import RedirectResponse, Response

from casework import audit
from casework.activities.rules import Rules
from casework.campaigns import looking, pacing, starting, steering, trying, wording
from casework.campaigns.choosing import Person, by_ids
from casework.campaigns.counting import count
from casework.campaigns.drafts import MEASURES, CampaignError, Desk, draft_of
from casework.campaigns.exclusions import REASONS
from casework.campaigns.filters import sensitive
from casework.campaigns.holdout import least_visible
from casework.campaigns.looking import Look
from casework.campaigns.outcomes import of, outcome
from casework.db import reading, writing
from casework.destinations.planning import SMALL, shown
from casework.followup.people import Reader
from casework.tables import Adviser, Campaign, CampaignRoll, School
from console import rights
from console.campaigns import LIST, desk, wanted
from console.campaigns_charts import bars, whiskers
from console.campaigns_words import LANGUAGES, STATUSES, conditions, money, reason
from console.visit import NotHere, Visit

PER_PAGE = 100
DONE = {
    "saved": "The campaign is saved. Nothing is sent before you start it.",
    "start": "The campaign has started.",
    "pause": "The campaign is paused. What is with the network already still arrives.",
    "resume": "The campaign goes on, spread anew from now on.",
    "stop": "The campaign is stopped. What had not gone will not go.",
    "test": "The test is on its way to your own phone.",
}
ACTIONS = {
    "start": ("draft",),
    "go-on": ("starting",),
    "pause": ("running",),
    "resume": ("paused",),
    "stop": ("starting", "running", "paused"),
}
"""What can be done, and while it stands at what."""


def look(visit: Visit, session: Session, campaign: Campaign, checks: Desk) -> Look:
    """What would happen if it were started now."""
    reader = Reader.load(visit.console.data_dir)
    return looking.look(session, reader, campaign, checks, visit.now, visit.console.policy)


def one(visit: Visit) -> Response:
    """A campaign: before it starts what would happen, afterwards what came of it."""
    rights.need(visit, rights.MANAGER)
    return _show(visit)


def people(visit: Visit) -> Response:
    """By name: whom it goes to, who is held out, who is left out and why."""
    rights.need(visit, rights.MANAGER)
    given = visit.request.query_params
    show, number = given.get("show", "to"), given.get("page", "1")
    if not number.isdigit() or len(number) > 5:
        raise NotHere("campaign people")
    with reading(visit.console.engine) as session:
        campaign = wanted(visit, session)
        if not by_name(campaign, desk(visit)):
            return visit.page(
                "refused.html",
                status=403,
                heading="This campaign is shown in counts only",
                text="It is chosen by something that only those who need to know may see. "
                "A list by name would tell it of everybody in it.",
            )
        groups = _groups(visit, session, campaign)
    if show not in groups:
        raise NotHere("campaign people")
    everybody = sorted(groups[show], key=lambda person: (person.last_name, person.first_name, person.id))
    pages = max(1, -(-len(everybody) // PER_PAGE))
    page = min(max(1, int(number)), pages)
    part = everybody[(page - 1) * PER_PAGE : page * PER_PAGE]
    with writing(visit.console.engine) as session:
        refs = [person.ref for person in part]
        visit.audit(session, "viewed_campaign_people", campaign=campaign.ref, show=show, refs=refs)
    return visit.page(
        "campaign_people.html",
        nav="campaigns",
        campaign=campaign,
        url=f"{LIST}/{campaign.ref}",
        groups={key: (_group_name(key), len(group)) for key, group in groups.items()},
        show=show,
        people=part,
        total=len(everybody),
        page=page,
        pages=pages,
        languages=LANGUAGES,
    )


def by_name(campaign: Campaign, checks: Desk) -> bool:
    """Whether its people may be listed by name."""
    return not sensitive(campaign.who, checks.rules.sensitive_facts, checks.rules.sensitive_codes)


def confirm(visit: Visit) -> Response:
    """Say once more what will happen, and ask."""
    rights.need(visit, rights.MANAGER)
    return _ask(visit)


def act(visit: Visit) -> Response:
    """Start, pause, resume or stop it. 409 with the question again where what was seen is not so any more."""
    rights.need(visit, rights.MANAGER)
    console, now, actor = visit.console, visit.now, audit.actor_of(visit.adviser)
    action = _action(visit)
    with reading(console.engine) as session:
        campaign = wanted(visit, session)
    ref = campaign.ref
    try:
        if action == "start":
            refused = _start(visit, campaign)
            if refused is not None:
                return refused
        elif action == "go-on":
            starting.go_on(console.engine, ref, now, console.policy)
            action = "start"
        elif action == "pause":
            with writing(console.engine) as session:
                steering.pause(session, ref, actor, now)
        elif action == "resume":
            steering.resume(console.engine, ref, actor, now, console.policy)
        else:
            steering.stop(console.engine, ref, actor, now)
    except CampaignError as refused_:
        return _show(visit, status=409, error=str(refused_))
    return RedirectResponse(f"{LIST}/{ref}?done={action}", status_code=303)


def test(visit: Visit) -> Response:
    """Send the wording to the officer's own phone."""
    rights.need(visit, rights.MANAGER)
    checks = desk(visit)
    language = visit.form.get("language", "en")
    if language not in LANGUAGES:
        raise NotHere("campaign test")
    with reading(visit.console.engine) as session:
        campaign = wanted(visit, session)
    try:
        with writing(visit.console.engine) as session:
            adviser = session.get_one(Adviser, visit.adviser.id)
            trying.try_out(session, campaign, adviser, language, checks.asked, checks.service, visit.now)
    except CampaignError as refused:
        return _show(visit, status=422, error=str(refused))
    visit.console.on_reply()
    return RedirectResponse(f"{LIST}/{campaign.ref}?done=test", status_code=303)


def _start(visit: Visit, campaign: Campaign) -> Response | None:
    checks = desk(visit)
    with reading(visit.console.engine) as session:
        found = look(visit, session, campaign, checks)
    if found.against:
        return _show(visit, status=409, error=found.against[0])
    if visit.form.get("seal") != found.seal:
        return _ask(
            visit, status=409, error="Who it goes to has changed since you saw it. Look again before you start it"
        )
    with writing(visit.console.engine) as session:
        starting.begin(session, campaign.ref, found.chosen, audit.actor_of(visit.adviser), visit.now)
    starting.go_on(visit.console.engine, campaign.ref, visit.now, visit.console.policy)
    return None


def _action(visit: Visit) -> str:
    action = str(visit.request.path_params["action"])
    if action not in ACTIONS:
        raise NotHere("campaign action")
    return action


def _ask(visit: Visit, *, status: int = 200, error: str | None = None) -> Response:
    action = _action(visit)
    checks = desk(visit)
    with reading(visit.console.engine) as session:
        campaign = wanted(visit, session)
        found = look(visit, session, campaign, checks) if action == "start" else None
        counts = count(session, campaign) if action != "start" else None
    if campaign.status not in ACTIONS[action]:
        return _show(visit, status=409, error="This cannot be done as the campaign stands now")
    if found is not None and found.against:
        return _show(visit, status=409, error=found.against[0])
    return visit.page(
        "campaign_confirm.html",
        status=status,
        nav="campaigns",
        campaign=campaign,
        url=f"{LIST}/{campaign.ref}",
        action=action,
        look=found,
        takes=_takes(campaign, found.split.to, checks) if found else None,
        counts=counts,
        error=error,
    )


def _show(visit: Visit, *, status: int = 200, error: str | None = None) -> Response:
    checks = desk(visit)
    values: dict[str, Any] = {}
    with reading(visit.console.engine) as session:
        campaign = wanted(visit, session)
        schools = {row.ref: row.name for row in session.execute(select(col(School.ref), col(School.name)))}
        advisers = {row.ref: row.name for row in session.execute(select(col(Adviser.ref), col(Adviser.name)))}
        author = session.get(Adviser, campaign.made_by_id)
        if campaign.status == "draft":
            values |= _before(visit, session, campaign, checks)
        else:
            values |= _after(visit, session, campaign)
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_campaign", campaign=campaign.ref, status=campaign.status)
    return visit.page(
        "campaign.html",
        status=status,
        nav="campaigns",
        campaign=campaign,
        url=f"{LIST}/{campaign.ref}",
        author=author.name if author else "",
        state=STATUSES[campaign.status],
        conditions=conditions(campaign.who, schools, advisers),
        texts=_texts(campaign, checks),
        languages=LANGUAGES,
        measures=MEASURES,
        rules=checks.rules,
        error=error,
        done=DONE.get(visit.request.query_params.get("done", "")) if status == 200 else None,
        actions=[name for name, states in ACTIONS.items() if campaign.status in states],
        small=SMALL,
        by_name=by_name(campaign, checks),
        **values,
    )


def _texts(campaign: Campaign, checks: Desk) -> list[tuple[str, str]]:
    """The words by language, as somebody called Sam would have them."""
    if campaign.wording:
        return [(language, wording.filled(text, "Sam")) for language, text in campaign.wording.items()]
    if campaign.asks and checks.asked.may_ask(campaign.asks):
        said = [
            (language, checks.asked.words(campaign.asks, language, "Sam", checks.service)) for language in LANGUAGES
        ]
        return said if said[0][1] != said[1][1] else said[:1]
    return []


def _takes(campaign: Campaign, to: Sequence[Person], checks: Desk) -> dict[str, Any]:
    """Segments and cost."""
    words = campaign.wording or dict(_texts(campaign, checks))
    found = wording.measure(words, to)
    return {"measure": found, "cost": money(checks.rules.pence(found.segments))}


def _before(visit: Visit, session: Session, campaign: Campaign, checks: Desk) -> dict[str, Any]:
    found = look(visit, session, campaign, checks)
    hours = pacing.by_hour(found.due)
    return {
        "look": found,
        "hours": hours,
        "chart": bars(hours) if hours else None,
        "takes": _takes(campaign, found.split.to, checks),
        "left_out": [(REASONS[key], len(group)) for key, group in found.chosen.excluded.items()],
        "margin": least_visible(len(found.split.to), len(found.split.held)),
        "problems": checks.problems(draft_of(campaign)),
    }


def _after(visit: Visit, session: Session, campaign: Campaign) -> dict[str, Any]:
    counts = count(session, campaign)
    rules = Rules.load(visit.console.data_dir)
    found = outcome(session, campaign, rules.book, visit.now)
    compared = found.comparison if found and found.comparison and not found.comparison.small else None
    alone = None
    if found and found.ready and not counts.held_out:
        roll = session.get(CampaignRoll, campaign.id)
        if roll is not None:
            having = len(of(session, campaign, rules.book, roll.people["to"], found.looked_at))
            alone = shown(having)
    return {
        "counts": counts,
        "not_sent": [(reason(key), many) for key, many in sorted(counts.not_sent.items(), key=lambda item: -item[1])],
        "left_out": [(REASONS.get(key, key), many) for key, many in counts.left_out.items()],
        "outcome": found,
        "compared": compared,
        "whiskers": whiskers(compared) if compared else None,
        "alone": alone,
        "shown": shown,
    }


def _groups(visit: Visit, session: Session, campaign: Campaign) -> dict[str, list[Person]]:
    if campaign.status == "draft":
        found = look(visit, session, campaign, desk(visit))
        return {"to": found.split.to, "held": found.split.held, **found.chosen.excluded}
    roll = session.get(CampaignRoll, campaign.id)
    kept: dict[str, list[int]] = {"to": [], "held": []}
    if roll is not None:
        kept = {"to": roll.people["to"], "held": roll.people["held"], **roll.people.get("excluded", {})}
    persons = by_ids(session, [id_ for ids in kept.values() for id_ in ids])
    return {key: [persons[id_] for id_ in ids if id_ in persons] for key, ids in kept.items()}


def _group_name(key: str) -> str:
    if key == "to":
        return "Written to"
    if key == "held":
        return "Held out"
    return f"Left out: {REASONS.get(key, key)}"
