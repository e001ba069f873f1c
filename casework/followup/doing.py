"""What an answer to a question of follow-up may do: ``data/plans/questions.yml`` is checked by this when it is read."""

from collections.abc import Callable
from typing import Any

from casework.destinations.stages import STAGES
from casework.followup.spans import Span
from casework.money.journey import ENDS, STEPS, TROUBLES

ASKED = "asked"
"""In ``money_step: {step: asked}``: the step that the question was about."""
URGENCIES = ("urgent", "soon", "routine")
DESTINATION_PARTS = frozenset({"stage", "undecided", "route", "missed"})


def wrong_with(name: str, value: Any) -> str | None:
    """What is wrong with one thing that an answer does; None where nothing is."""
    check = _CHECKS.get(name)
    if check is None:
        return f"{name} is nothing that can be done. There are: {', '.join(sorted(_CHECKS))}"
    return check(name, value)


def _alone(name: str, value: Any) -> str | None:
    return None if value is None else f"{name} stands alone, without anything after it"


def _word(name: str, value: Any) -> str | None:
    return None if isinstance(value, str) and value else f"{name} needs one word, as in {name}: followup_thanks"


def _kind(name: str, value: Any) -> str | None:
    if isinstance(value, dict) and set(value) == {"kind"} and isinstance(value["kind"], str):
        return None
    return f"{name} needs a kind of data/plans/activity_rules.yml, as in {name}: {{kind: college}}"


def _destination(name: str, value: Any) -> str | None:
    if not isinstance(value, dict) or value.get("stage") not in STAGES or set(value) - DESTINATION_PARTS:
        return f"{name} needs a stage, one of {', '.join(STAGES)}; beside it may be undecided, route and missed"
    if not isinstance(value.get("undecided", False), bool):
        return f"{name}: undecided is true or false"
    if value.get("missed") not in (None, "interview", "enrolment"):
        return f"{name}: missed is interview or enrolment"
    return None


def _money(name: str, value: Any) -> str | None:
    steps = (ASKED, *STEPS, *TROUBLES, *ENDS)
    if isinstance(value, dict) and set(value) == {"step"} and value["step"] in steps:
        return None
    return f"{name} needs a step, one of {', '.join(steps)}"


def _hand_over(name: str, value: Any) -> str | None:
    if not isinstance(value, dict) or set(value) != {"urgency", "about", "reason"}:
        return f"{name} needs urgency, about and reason"
    if value["urgency"] not in URGENCIES:
        return f"{name}: urgency is one of {', '.join(URGENCIES)}"
    if not all(isinstance(value[part], str) and value[part].strip() for part in ("about", "reason")):
        return f"{name}: about is a word, and reason one plain line for the adviser"
    return None


def _snooze(name: str, value: Any) -> str | None:
    try:
        Span.parse(value)
    except ValueError as error:
        return f"{name}: {error}"
    return None


_CHECKS: dict[str, Callable[[str, Any], str | None]] = {
    "say": _word,
    "verify": _alone,
    "record_activity": _kind,
    "record_destination": _destination,
    "money_step": _money,
    "ask_activity": _alone,
    "ask_plans": _alone,
    "hand_over": _hand_over,
    "offer_person": _alone,
    "options": _alone,
    "stop_plan": _alone,
    "snooze": _snooze,
    "ask": _word,
}
