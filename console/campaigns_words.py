"""A campaign in words for officers."""

from collections.abc import Mapping
from typing import Any

from casework.campaigns.filters import NOBODY

STATUSES = {
    "draft": ("Draft", "grey"),
    "starting": ("Starting", "yellow"),
    "running": ("Running", "green"),
    "paused": ("Paused", "yellow"),
    "stopped": ("Stopped", "red"),
    "done": ("Done", "teal"),
}

ACTIVITY = {
    "compulsory_age": "At school",
    "participating": "In education, an apprenticeship or training",
    "employment": "In a job without training",
    "neither": "Neither NEET nor participating",
    "neet": "NEET",
    "not_known": "Not known",
}
NATIONS = {"england": "England", "wales": "Wales", "scotland": "Scotland", "northern_ireland": "Northern Ireland"}
NEEDS = {"high": "High", "medium": "Medium", "low": "Low"}
FLAGS = {
    "applied": "Has an open application",
    "offer": "Has an offer that stands",
    "undecided": "Is undecided",
}
LANGUAGES = {"en": "English", "cy": "Welsh"}

NOT_SENT = {
    "campaign_stopped": "the campaign was stopped",
    "stopped": "said STOP",
    "wrong_number": "the number is not theirs",
    "no_number": "no number is known",
    "hand_over": "an adviser has the conversation",
    "left_area": "left the area",
    "late": "it was too late",
    "quiet_hours": "it was too late, after quiet hours",
    "bank_holiday": "it was too late, after a bank holiday",
    "too_many_prompts": "it was too late, after other messages",
    "one_a_day": "it was too late, after another message",
    "exam": "it was too late, in exam time",
    "open_question": "it was too late: they were in a conversation",
    "recently_in_touch": "was in touch shortly before",
}

_PLAIN = {
    "status": ("Status", ACTIVITY),
    "nation": ("Nation", NATIONS),
    "language": ("Language", LANGUAGES),
    "need": ("Need for contact", NEEDS),
    "code": ("Activity code", {}),
    "town": ("Town", {}),
    "ref": ("Reference", {}),
}


def reason(code: str) -> str:
    """Why somebody's message was not sent."""
    return NOT_SENT.get(code, code.replace("_", " "))


def conditions(
    who: Mapping[str, Any], schools: Mapping[str, str], advisers: Mapping[str, str]
) -> list[tuple[str, str]]:
    """A filter as lines of what is asked and what it must be. Schools and advisers by ref."""
    return [_line(name, wanted, schools, advisers) for name, wanted in who.items()]


def _line(name: str, wanted: Any, schools: Mapping[str, str], advisers: Mapping[str, str]) -> tuple[str, str]:
    if name == "school":
        return "School", _any_of(wanted, schools)
    if name == "adviser":
        return "Adviser", _any_of(wanted, {**advisers, NOBODY: "Nobody"})
    if name in _PLAIN:
        label, words = _PLAIN[name]
        return label, _any_of(wanted, words)
    if name in FLAGS:
        return FLAGS[name], "Yes" if wanted else "No"
    if name == "school_year":
        return "School year", _range(wanted, "Year ")
    if name == "days_since_contact":
        return "Days since they last wrote", _range(wanted, "")
    return "Further condition", f"{name}: {_said(wanted)}"


def _any_of(wanted: Any, words: Mapping[str, str]) -> str:
    return " or ".join(words.get(str(one), str(one)) for one in (wanted if isinstance(wanted, list) else [wanted]))


def _range(wanted: Any, before: str) -> str:
    if not isinstance(wanted, dict):
        return before + _any_of(wanted, {})
    low, high = wanted.get("from"), wanted.get("to")
    if low is not None and high is not None:
        return f"{before}{low} to {high}"
    return f"{before}{low} or more" if low is not None else f"{before}{high} or less"


def _said(wanted: Any) -> str:
    if isinstance(wanted, dict):
        return ", ".join(f"{name} {_said(value)}" for name, value in wanted.items())
    if isinstance(wanted, list):
        return " or ".join(_said(one) for one in wanted)
    return {True: "yes", False: "no"}.get(wanted, str(wanted)) if isinstance(wanted, bool) else str(wanted)


def money(pence: float | None) -> str:
    """A sum, or that it is not known."""
    if pence is None:
        return "cost not known: the price of a text is not set"
    return f"{round(pence)}p" if pence < 100 else f"£{pence / 100:,.2f}"
