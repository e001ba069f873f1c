"""What a message says of what somebody does now: only what was said, so that no code claims more."""

import re
from datetime import date
from typing import Any

from sqlmodel import select

from actions import activity_words as w
from actions.base import Talk
from actions.said_when import find_day
from casework.activities.facts import ActivityFacts, Beside, Kind
from prospectus.tables import Provider

MOST_HOURS = 60
"""Hours a week that somebody works at most; more is a slip, and is asked about."""
FULL_TIME_AT_LEAST = 20.0
"""Hours a week that "full-time" says at least; the rules of data/plans/activity_rules.yml have the same number."""

SENSITIVE = frozenset({"caring", "parenting", "pregnant", "ill", "custody"})
"""What is never said back, and goes to the adviser."""


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("custody", w.CUSTODY), ("pregnant", w.PREGNANT), ("caring", w.CARING), ("parenting", w.PARENT),
    ("apprenticeship", w.APPRENTICE), ("training", w.TRAINING), ("gap_year", w.GAP), ("volunteering", w.VOLUNTEER),
    ("home_education", w.HOME), ("university", w.UNIVERSITY), ("ill", w.ILL),
)  # fmt: skip
_BY_PROVIDER: dict[str, Kind] = {
    "fe_college": "college", "sixth_form_college": "college", "sixth_form": "school", "school": "school",
    "training_provider": "training", "university": "university", "higher_education": "university",
}  # fmt: skip
BESIDE: dict[Kind, Beside] = {
    "school": "school", "college": "college", "university": "university", "training": "training",
    "apprenticeship": "apprenticeship", "job": "job",
}  # fmt: skip


def read_activity(talk: Talk, text: str, intent: str, *, today: date) -> ActivityFacts | None:
    """What was said of what they do now; None where that is not said."""
    kind = _kind(talk, text, intent)
    if kind is None:
        return None
    more = about_it(text, kind, today=today)
    if kind in ("college", "school", "training", "apprenticeship"):
        more["provider_ref"] = talk.vocabulary.provider(talk.session, text)
    if kind == "nothing":
        more["beside"] = "nothing"
    if kind in SENSITIVE | {"volunteering", "looking"} and intent in ("activity_other", "activity_looking"):
        more["beside"] = more.get("beside") or _beside_in(text)
    return ActivityFacts(kind=kind, **{name: value for name, value in more.items() if value is not None})


def _kind(talk: Talk, text: str, intent: str) -> Kind | None:
    first = next((kind for kind, words in _KINDS if words.search(text)), None)
    if w.NOT_GOING.search(text) and intent in ("activity_started", "activity_other", "activity_left"):
        return "left"
    works = bool(w.JOB.search(text)) and not w.NO_JOB.search(text)
    if intent == "activity_left":
        now = re.search(r"\b(?:now|atm|at the moment|got a|nawr)\b", text, re.IGNORECASE)
        return "job" if works and now else "left"
    if intent == "activity_looking":
        if first in SENSITIVE:
            return first
        return "nothing" if w.NOTHING.search(text) or w.NOT_LOOKING.search(text) else "looking"
    if first is not None and not (first == "ill" and works):
        return first
    provider = talk.vocabulary.provider(talk.session, text)
    kind = _kind_of_place(talk, provider)
    if intent == "activity_working":
        # "im at samphire full time" names no work
        return kind if kind and not works else "job"
    if intent == "activity_started":
        if works and not w.COLLEGE.search(text):
            return "job"
        if w.SCHOOL.search(text):
            return "school"
        return kind or ("college" if w.COLLEGE.search(text) else None)
    if w.NOTHING.search(text):
        return "nothing"
    return kind or ("job" if works else None)


def _kind_of_place(talk: Talk, provider_ref: str | None) -> Kind | None:
    """What being at a provider means; None for one whose kind says nothing."""
    if provider_ref is None:
        return None
    kind = talk.session.exec(select(Provider.kind).where(Provider.ref == provider_ref)).first()
    return _BY_PROVIDER.get(kind) if kind else None


def kind_at(talk: Talk, provider_ref: str | None, route: str | None) -> Kind | None:
    """What being at a place means, by the way that leads there, or else by the kind of provider."""
    if route in ("apprenticeship", "school", "college", "training"):
        return route  # type: ignore[return-value]
    return _kind_of_place(talk, provider_ref)


def about_it(text: str, kind: Kind, *, today: date) -> dict[str, Any]:
    """Everything that is said of a kind of activity beside its name."""
    found: dict[str, Any] = {"since": None if kind == "left" else find_day(text, today, ahead=_ahead(text))}
    if kind in ("job", "volunteering"):
        found["training"] = _training(text)
    if kind == "job":
        hours = w.HOURS.search(text)
        said = float(hours[1]) if hours and float(hours[1]) <= MOST_HOURS else None
        found["hours"] = said or (FULL_TIME_AT_LEAST if w.FULL_TIME.search(text) else None)
        found["temporary"] = True if w.TEMPORARY.search(text) else None
        found["self_employed"] = True if w.OWN_BOSS.search(text) else None
    if kind in ("school", "college", "university"):
        found["part_time"] = True if w.PART_TIME.search(text) else False if w.FULL_TIME.search(text) else None
    if kind in ("nothing", "looking"):
        found["looking"] = False if w.NOT_LOOKING.search(text) else True if w.LOOKING.search(text) else None
    if kind == "training":
        found["programme"] = _programme(text)
    return found


def _ahead(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:start(?:ing)?(?: \w+){0,3} (?:on|in|next)|"
            r"start(?:ing)? (?:on )?(?:mon|tues?|wed|thur?s?|fri|sat|sun)(?:\w*day)?|"
            r"gonna|going to|will|i'?ll|next|tomorrow)\b",
            text,
            re.IGNORECASE,
        )
    )


def _training(text: str) -> str | None:
    if w.NO_TRAINING.search(text):
        return "none"
    if w.QUALIFICATION.search(text):
        return "regulated"
    return "other" if w.SOME_TRAINING.search(text) else None


def _programme(text: str) -> str | None:
    if re.search(r"\bsupported internship\b", text, re.IGNORECASE):
        return "supported_internship"
    return "traineeship" if re.search(r"\btraineeship\b", text, re.IGNORECASE) else None


def _beside_in(text: str) -> Beside | None:
    """What they say they do beside it: "looking after my nan and im at college"."""
    if w.THAT_IS_ALL.search(text) or w.NOTHING.search(text):
        return "nothing"
    if re.search(r"\b(?:can'?t|cant|couldn'?t|left|stopped|not|no|haven'?t)\b", text, re.I) or not w.BESIDE_IT.search(
        text
    ):
        return None
    return _doing(text)


def _doing(text: str) -> Beside | None:
    for beside, words in (
        ("apprenticeship", w.APPRENTICE), ("university", w.UNIVERSITY), ("college", w.COLLEGE), ("school", w.SCHOOL),
        ("training", w.TRAINING), ("job", w.JOB),
    ):  # fmt: skip
        if words.search(text):
            return beside  # type: ignore[return-value]
    return None


def read_answer(text: str, intent: str, ask: str, facts: ActivityFacts, *, today: date) -> dict[str, Any]:
    """What an answer to the check adds to what was said before; nothing where it answers nothing."""
    found = {name: value for name, value in about_it(text, facts.kind, today=today).items() if value is not None}
    yes, no = (
        intent in ("affirm", "acknowledge"),
        intent == "deny" or bool(re.match(r"\W*(?:no|nah|nope|na)\b", text, re.I)),
    )
    if ask in ("training", "hours"):
        number = w.BARE_NUMBER.search(text)
        if "hours" not in found and number and 0 < int(number[1]) <= MOST_HOURS and facts.kind == "job":
            found["hours"] = float(number[1])
        if "training" not in found and ask == "training" and no:
            found["training"] = "none"
    elif ask == "alone":
        if no or w.THAT_IS_ALL.search(text) or w.NOTHING.search(text):
            found["beside"] = "nothing"
        elif beside := _doing(text):
            found["beside"] = beside
    elif ask == "looking" and (yes or no):
        found["looking"] = w.NOT_LOOKING.search(text) is None and yes
    elif ask == "start_on" and found.get("since"):
        found["start_on"] = found.pop("since")
    return found


def too_many_hours(text: str) -> bool:
    """Whether a message names more hours than a week of work has.

    >>> too_many_hours("99 hours"), too_many_hours("200"), too_many_hours("38 hrs")
    (True, True, False)
    """
    number = re.search(
        r"(?<![\d/:.£])(\d{2,4})(?:\.\d)?\s*(?:h|hrs?|hours?|awr|a\s+week|per\s+week)?\W*$", text, re.IGNORECASE
    )
    return number is not None and int(number[1]) > MOST_HOURS


def still_left(text: str) -> bool:
    """Whether a message that tells of something new also says that something ended."""
    return bool(w.STOPPED.search(text))
