"""Campaigns: the list, and writing one down. For managers."""

import secrets
from typing import Any

from sqlmodel import Session, col, select
from starlette.responses import RedirectResponse, Response

from casework.campaigns import drafts, saved
from casework.campaigns.drafts import CampaignError, Desk
from casework.db import reading, writing
from casework.followup.conditions import BadCondition
from casework.tables import Adviser, Campaign, SavedFilter, School, YoungPerson
from console import campaigns_form, rights
from console.campaigns_words import ACTIVITY, FLAGS, LANGUAGES, NATIONS, NEEDS, STATUSES
from console.rendering import BASE
from console.visit import NotHere, Visit

LIST = BASE + "/campaigns"
DONE = {"filter": "The saved filter is gone. Campaigns that were made with it keep their conditions."}
QUESTION = 110
"""Characters of a question that are shown in the list."""
_NUMBER = 19
"""Digits of the largest id and more."""


def desk(visit: Visit) -> Desk:
    """What campaigns are checked against."""
    console = visit.console
    return Desk.load(console.data_dir, console.service, console.voice)


def wanted(visit: Visit, session: Session) -> Campaign:
    """The campaign of the address. Raises ``NotHere``."""
    ref = str(visit.request.path_params["ref"])
    found = drafts.by_ref(session, ref[:40])
    if found is None:
        raise NotHere(f"campaign {ref}")
    return found


def listed(visit: Visit) -> Response:
    """Every campaign, the newest first, and the saved filters."""
    rights.need(visit, rights.MANAGER)
    with reading(visit.console.engine) as session:
        found = drafts.every(session)
        names = {row.id: row.name for row in session.execute(select(col(Adviser.id), col(Adviser.name)))}
        filters = saved.every(session)
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_campaigns", campaigns=len(found))
    return visit.page(
        "campaigns.html",
        nav="campaigns",
        campaigns=found,
        names=names,
        filters=filters,
        statuses=STATUSES,
        done=DONE.get(visit.request.query_params.get("done", "")),
    )


def new(visit: Visit) -> Response:
    """An empty form, or one with a saved filter in it."""
    rights.need(visit, rights.MANAGER)
    texts = dict(campaigns_form.DEFAULTS)
    number = visit.request.query_params.get("filter", "")
    if number:
        with reading(visit.console.engine) as session:
            found = session.get(SavedFilter, int(number)) if number.isdigit() and len(number) < _NUMBER else None
        if found is None:
            raise NotHere("saved filter")
        texts |= campaigns_form.who_texts(found.who)
    return _form(visit, texts)


def create(visit: Visit) -> Response:
    """Write a new one down; 422 with the form again where something is wrong."""
    rights.need(visit, rights.MANAGER)
    return _save(visit, None)


def edit(visit: Visit) -> Response:
    """The form of a draft."""
    rights.need(visit, rights.MANAGER)
    with reading(visit.console.engine) as session:
        campaign = wanted(visit, session)
    if campaign.status != "draft":
        return _gone(visit, "This campaign has been started, so it cannot be changed any more")
    return _form(visit, campaigns_form.texts(drafts.draft_of(campaign)), campaign)


def save(visit: Visit) -> Response:
    """Write a draft's changes down."""
    rights.need(visit, rights.MANAGER)
    with reading(visit.console.engine) as session:
        campaign = wanted(visit, session)
    return _save(visit, campaign)


def remove_filter(visit: Visit) -> Response:
    """Forget a saved filter."""
    rights.need(visit, rights.MANAGER)
    with writing(visit.console.engine) as session:
        number = int(visit.request.path_params["filter"])
        if number >= 2**63 or not saved.remove(session, number, visit.adviser, visit.now):
            raise NotHere("saved filter")
    return RedirectResponse(f"{LIST}?done=filter", status_code=303)


def _save(visit: Visit, campaign: Campaign | None) -> Response:
    draft, problems = campaigns_form.read(visit.form)
    problems = desk(visit).problems(draft) | problems
    if "more" in problems:
        problems.pop("who", None)
    if problems:
        return _form(visit, visit.form, campaign, problems)
    keep = visit.form.get("save_as", "").strip()
    try:
        with writing(visit.console.engine) as session:
            if campaign is None:
                campaign = drafts.make(session, draft, visit.adviser, visit.now, seed=secrets.token_hex(8))
                visit.audit(session, "made_campaign", campaign=campaign.ref)
            else:
                drafts.change(session, campaign, draft)
                visit.audit(session, "changed_campaign", campaign=campaign.ref)
            if keep:
                saved.save(session, keep, draft.who, visit.adviser, visit.now)
    except CampaignError as refused:
        return _gone(visit, str(refused))
    except BadCondition as error:
        return _form(visit, visit.form, campaign, {"who": str(error)})
    return RedirectResponse(f"{LIST}/{campaign.ref}?done=saved", status_code=303)


def _form(
    visit: Visit, texts: dict[str, str], campaign: Campaign | None = None, problems: dict[str, str] | None = None
) -> Response:
    checks = desk(visit)
    with reading(visit.console.engine) as session:
        choices = _choices(session)
        filters = saved.every(session)
    questions = [
        (key, f"{key}: {' '.join(checks.asked.words(key, 'en', 'Sam', checks.service).split())[:QUESTION]}")
        for key in sorted(checks.asked.choices)
    ]
    return visit.page(
        "campaign_edit.html",
        status=422 if problems else 200,
        nav="campaigns",
        campaign=campaign,
        texts=texts,
        problems=problems or {},
        choices=choices,
        filters=filters,
        questions=questions,
        measures=drafts.MEASURES,
        activity=ACTIVITY,
        flags=FLAGS,
        rules=checks.rules,
        service=checks.service,
    )


def _choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    schools = session.execute(select(col(School.ref), col(School.name)).order_by(col(School.name)))
    advisers = session.execute(
        select(col(Adviser.ref), col(Adviser.name)).where(col(Adviser.active).is_(True)).order_by(col(Adviser.name))
    )
    towns = session.execute(
        select(col(YoungPerson.town))
        .where(col(YoungPerson.town).is_not(None))
        .distinct()
        .order_by(col(YoungPerson.town))
    )
    found: dict[str, list[Any]] = {
        "school": [tuple(row) for row in schools],
        "adviser": [*(tuple(row) for row in advisers), ("none", "Nobody")],
        "town": [(town, town) for town in towns.scalars()],
        "nation": list(NATIONS.items()),
        "language": list(LANGUAGES.items()),
        "need": list(NEEDS.items()),
    }
    return found


def _gone(visit: Visit, text: str) -> Response:
    return visit.page("refused.html", status=409, heading="Nothing was changed", text=f"{text}.")
