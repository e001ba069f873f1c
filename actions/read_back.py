"""What is down for them, read back in plain words: plans, applications, what they do now, steps of money.

Never a code, and nothing that is private: a text message may be seen by others. On a phone that several share nothing
is read back at all, for a first name is all that it takes to be somebody there.
"""

from typing import Any

from sqlmodel import col, select

from actions.application_lines import application_line
from actions.base import OnwardAction, Talk
from actions.destinations import plan_line
from actions.identity import is_shared, not_linked
from actions.people import offer_person, who
from actions.said_activity import SENSITIVE
from casework.clock import LONDON
from casework.destinations.record import current
from casework.money.journey import history_of, known
from casework.tables import Activity
from prospectus.catalogue import current as catalogue

MOST_APPLICATIONS = 4
MOST_SCHEMES = 2

PRIVATE_SCHEMES = frozenset({"care_to_learn"})
"""Kinds of schemes whose name alone says something private."""

_BY_CODE = {
    "110": "school", "120": "home_education", "210": "school", "220": "college", "230": "college", "240": "university",
    "250": "learning", "260": "gap_year", "270": "learning", "280": "college", "310": "apprenticeship", "320": "job",
    "330": "job", "340": "job", "350": "job", "360": "job", "380": "job", "381": "job", "410": "training",
    "430": "training", "440": "training", "450": "training", "460": "training", "530": "training",
    "540": "volunteering", "550": "volunteering", "615": "start_agreed", "616": "start_agreed", "619": "looking",
}  # fmt: skip
"""What a code is called to them. A code that is not here is private, or says nothing."""

_SAID = frozenset({"left", "nothing", "looking", "volunteering", "start_agreed"})
"""Kinds that say more than the code that they came to."""


class ReadBack(OnwardAction):
    """They ask what is down for them."""

    action = "action_read_back"

    def answer(self, talk: Talk) -> None:
        if is_shared(talk):
            talk.say("record_shared")
            offer_person(talk, "data")
            return
        if talk.young_person is None:
            not_linked(talk, "adviser_not_linked")
            return
        picture = current(talk.session, talk.young_person)
        plans = picture.plans
        first = picture.first
        # what may still lead somewhere comes first
        applications = sorted(picture.applications, key=lambda one: not one.open)
        talk.say(
            "record_read",
            plans=[plan_line(talk, plan) for plan in plans if not plan.undecided],
            undecided=picture.undecided,
            sure=first.now.sure if first and not first.undecided else None,
            applications=[application_line(talk, one) for one in applications[:MOST_APPLICATIONS]],
            more=max(0, len(applications) - MOST_APPLICATIONS),
            now=_now(talk),
            money=_money(talk),
            adviser=who(talk)["adviser"],
        )
        offer_person(talk, "read_back")


def _now(talk: Talk) -> dict[str, Any] | None:
    """What they do now, in a word that texts have; None where nothing is known, or it is private."""
    latest = select(Activity).where(Activity.young_person_id == talk.young_person_id)
    row = talk.session.exec(latest.order_by(col(Activity.recorded_at).desc(), col(Activity.id).desc()).limit(1)).first()
    if row is None:
        return None
    said, coded = str(row.detail.get("kind") or ""), _BY_CODE.get(row.code)
    if said in SENSITIVE or (coded is None and said not in _SAID):
        return None
    names = catalogue(talk.session).providers
    hours = row.detail.get("hours")
    on = row.verified_on or row.recorded_at.astimezone(LONDON).date()
    return {
        "kind": said if said in _SAID else coded,
        "where": names.get(row.provider_ref) if row.provider_ref else None,
        "hours": round(hours) if hours and coded == "job" else None,
        "on": on.isoformat(),
    }


def _money(talk: Talk) -> list[dict[str, Any]]:
    """The last step of each scheme, the one that was spoken of last first."""
    found: dict[str, dict[str, Any]] = {}
    for row in reversed(history_of(talk.session, talk.young_person_id or 0)):
        scheme = talk.shelf.schemes.get(row.scheme)
        if scheme is None or scheme.kind in PRIVATE_SCHEMES or not known(row.step):
            continue
        # by its short name, which does not say which part of a fund it is
        found.setdefault(scheme.short, {"scheme": scheme.short, "step": row.step})
    return list(found.values())[:MOST_SCHEMES]
