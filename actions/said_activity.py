"""What a message says of what somebody does now: only what was said, so that no code claims more."""

import re
from datetime import date
from typing import Any

from actions.base import Talk
from actions.said_when import find_day
from casework.activities.facts import ActivityFacts, Beside, Kind
from prospectus.catalogue import current as catalogue

FULL_TIME_AT_LEAST = 20.0
"""Hours a week that "full-time" says at least; the rules of data/plans/activity_rules.yml have the same number."""

SENSITIVE = frozenset({"caring", "parenting", "pregnant", "ill", "custody"})
"""What is never said back, and goes to the adviser."""


def _words(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b", re.IGNORECASE)


_CUSTODY = _words(
    "prison", "custody", "yoi", "young offenders?", "on remand", "remanded", "locked up", "in jail", "carchar"
)
_PREGNANT = _words("pregnant", "expecting(?: a baby)?", "having a baby", "baby (?:is )?due", "feichiog", "disgwyl babi")
_PARENT = _words(
    r"(?:my|the|our) (?:own )?(?:baby|bby|daughter|son|little (?:one|boy|girl)|kids?|newborn)", "had (?:a|my|our) (?:baby|kid|son|daughter)",
    "i'?m a (?:mum|mam|dad|parent)", "maternity", "fy mabi",
)  # fmt: skip
_CARING = _words(
    r"car(?:ing|e) (?:for|of) (?:my|our|me)", "carer", "young carer", r"look(?:ing|in)? after (?:my|our|me) (?!baby|son|daughter|kid|little)",
    "gofalu am", "taking care of (?:my|our)",
)  # fmt: skip
_ILL = _words(
    "off sick", "signed off", "in hospital", "unwell", "poorly", "too ill", "i'?m ill", "been ill", "my (?:anxiety|mental health|depression)",
    "anxiety", "operation", "recovering", "sal", "yn sâl",
)  # fmt: skip
_APPRENTICE = _words(r"app?rentic\w*", "apprentiship", "prentis\\w*", "brentis\\w*")
_TRAINING = _words(
    "traineeship", "supported internship", "training (?:programme|provider|scheme|course)", "work based learning"
)
_UNIVERSITY = _words("uni", "university", "prifysgol")
_GAP = _words("gap (?:year|yr)", "year out", "blwyddyn i ffwrdd")
_VOLUNTEER = _words(r"volunt\w+", "unpaid work", "gwirfoddol\\w*")
_HOME = _words("home ?-?school(?:ed|ing)?", "home ?-?educat\\w+", "taught at home")
_COLLEGE = _words("college", "coll", "coleg", "goleg", "ngholeg", "choleg")
_SCHOOL = _words("school", "sixth form", "6th form", "sixthform", "ysgol", "chweched")
_JOB = _words(
    r"work(?:ing|in|s)?(?! ?experience)", "job", "jobs", "employed", "self ?employed", "shifts?", "part ?time at", "full ?time at", "gweithio", "swydd",
)  # fmt: skip
_NO_JOB = _words(
    "(?:not|aint|isn'?t|stopped) work(?:ing|in)?", "(?:no|without a|lost my|left my|quit my|need a|want a|finding a?|looking for (?:a )?) ?(?:job|work)", "ddim yn gweithio",
)  # fmt: skip
_NOTHING = _words(
    "nothing", "nuthin", "nowt", "nothin", "not (?:doing|doin) (?:anything|nothing|owt|much|anythin)", "doing f+ ?all", "(?:at|sat) home all day",
    "unemployed", "neet", "dim byd", "out of work", "dossing", "chilling at home",
)  # fmt: skip
_LOOKING = _words(r"look(?:ing|in)?", "searching", "trying to find", "applying for (?:jobs|work)", "chwilio")
_NOT_LOOKING = _words(
    "not (?:really )?look(?:ing|in)?", "not (?:rn|right now|atm|ready|yet|at the moment)", "ddim yn chwilio", "don'?t want (?:a job|anything)",
)  # fmt: skip
_STOPPED = _words(
    r"left",
    "dropped out",
    "quit",
    "kicked out",
    "chucked out",
    "packed it in",
    "jacked it in",
    "finished",
    "gadael",
    "stopped going",
)

_HOURS = re.compile(
    r"\b(\d{1,2}(?:\.\d)?)\s*(?:-|to|or)?\s*(?:\d{1,2})?\s*(?:h\b|hrs?\b|hours?\b|hr\b|awr\b|a\s+week|per\s+week)",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"(?<![\d/:.£])(\d{1,2})(?![\d/:.%]|\s*(?:am|pm|weeks?|wks?|months?|days?|years?|yrs?)\b)")
_FULL_TIME = re.compile(r"\b(?:full[ -]?time|llawn[ -]?amser)\b", re.IGNORECASE)
_PART_TIME = re.compile(r"\b(?:part[ -]?time|rhan[ -]?amser|(?:one|two|1|2)\s+days?\s+a\s+week)\b", re.IGNORECASE)
_NO_TRAINING = re.compile(
    r"\b(?:no|without|aint\s+got|not\s+any|no\s+real|dim)\s+(?:any\s+)?(?:training|qualification|qual|hyfforddiant|nvq)\b|"
    r"\bno\s+(?:it'?s\s+)?just\s+(?:a\s+)?(?:work|job)\b",
    re.IGNORECASE,
)
_QUALIFICATION = re.compile(
    r"\b(?:nvq|btec|diploma|certificate|qualification|qual|cymhwyster|level\s*[1-4]|lvl\s*[1-4]|city\s*(?:and|&|n)\s*guilds)\b",
    re.IGNORECASE,
)
_SOME_TRAINING = re.compile(
    r"\b(?:on\s+the\s+job|bit\s+of\s+training|in\s?-?house|some\s+training|induction)\b", re.IGNORECASE
)
_TEMPORARY = re.compile(
    r"\b(?:temp(?:orary)?|christmas\s+job|xmas\s+job|seasonal|just\s+for\s+(?:christmas|xmas|summer)|dros\s+dro)\b",
    re.I,
)
_OWN_BOSS = re.compile(r"\b(?:self[ -]?employed|my\s+own\s+business|for\s+myself|hunangyflogedig)\b", re.IGNORECASE)
_THAT_IS_ALL = re.compile(
    r"\b(?:nothing\s+else|just\s+that|only\s+that|that'?s\s+(?:it|all)|dim\s+byd\s+arall)\b", re.IGNORECASE
)
_CARES_BESIDE = re.compile(r"\b(?:as well|too|and|while|also|plus|hefyd)\b", re.IGNORECASE)

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("custody", _CUSTODY), ("pregnant", _PREGNANT), ("caring", _CARING), ("parenting", _PARENT),
    ("apprenticeship", _APPRENTICE), ("training", _TRAINING), ("gap_year", _GAP), ("volunteering", _VOLUNTEER),
    ("home_education", _HOME), ("university", _UNIVERSITY), ("ill", _ILL),
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
    works = bool(_JOB.search(text)) and not _NO_JOB.search(text)
    if intent == "activity_left":
        now = re.search(r"\b(?:now|atm|at the moment|got a|nawr)\b", text, re.IGNORECASE)
        return "job" if works and now else "left"
    if intent == "activity_looking":
        if first in SENSITIVE:
            return first
        return "nothing" if _NOTHING.search(text) or _NOT_LOOKING.search(text) else "looking"
    if first is not None and not (first == "ill" and works):
        return first
    if intent == "activity_working":
        return "job"
    provider = talk.vocabulary.provider(talk.session, text)
    kind = catalogue_kind(talk, provider)
    if intent == "activity_started":
        if works and not _COLLEGE.search(text):
            return "job"
        if _SCHOOL.search(text):
            return "school"
        return kind or ("college" if _COLLEGE.search(text) else None)
    if _NOTHING.search(text):
        return "nothing"
    return kind or ("job" if works else None)


def catalogue_kind(talk: Talk, provider_ref: str | None) -> Kind | None:
    """What being at a provider means; None for one whose kind says nothing."""
    facts = catalogue(talk.session).facts.get(provider_ref) if provider_ref else None
    return _BY_PROVIDER.get(facts.kind) if facts else None


def about_it(text: str, kind: Kind, *, today: date) -> dict[str, Any]:
    """Everything that is said of a kind of activity beside its name."""
    found: dict[str, Any] = {"since": None if kind == "left" else find_day(text, today, ahead=_ahead(text))}
    if kind in ("job", "volunteering"):
        found["training"] = _training(text)
    if kind == "job":
        hours = _HOURS.search(text)
        found["hours"] = float(hours[1]) if hours else FULL_TIME_AT_LEAST if _FULL_TIME.search(text) else None
        found["temporary"] = True if _TEMPORARY.search(text) else None
        found["self_employed"] = True if _OWN_BOSS.search(text) else None
    if kind in ("school", "college", "university"):
        found["part_time"] = True if _PART_TIME.search(text) else False if _FULL_TIME.search(text) else None
    if kind in ("nothing", "looking"):
        found["looking"] = False if _NOT_LOOKING.search(text) else True if _LOOKING.search(text) else None
    if kind == "training":
        found["programme"] = _programme(text)
    return found


def _ahead(text: str) -> bool:
    return bool(
        re.search(
            r"\b(?:start(?:ing)?(?: \w+){0,3} (?:on|in|next)|gonna|going to|will|i'?ll|next|tomorrow)\b",
            text,
            re.IGNORECASE,
        )
    )


def _training(text: str) -> str | None:
    if _NO_TRAINING.search(text):
        return "none"
    if _QUALIFICATION.search(text):
        return "regulated"
    return "other" if _SOME_TRAINING.search(text) else None


def _programme(text: str) -> str | None:
    if re.search(r"\bsupported internship\b", text, re.IGNORECASE):
        return "supported_internship"
    return "traineeship" if re.search(r"\btraineeship\b", text, re.IGNORECASE) else None


def _beside_in(text: str) -> Beside | None:
    """What they say they do beside it: "looking after my nan and im at college"."""
    if _THAT_IS_ALL.search(text) or _NOTHING.search(text):
        return "nothing"
    if re.search(r"\b(?:can'?t|cant|couldn'?t|left|stopped|not|no|haven'?t)\b", text, re.I) or not _CARES_BESIDE.search(
        text
    ):
        return None
    return _doing(text)


def _doing(text: str) -> Beside | None:
    for beside, words in (
        ("apprenticeship", _APPRENTICE), ("university", _UNIVERSITY), ("college", _COLLEGE), ("school", _SCHOOL),
        ("training", _TRAINING), ("job", _JOB),
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
        number = _BARE_NUMBER.search(text)
        if "hours" not in found and number and int(number[1]) <= 60 and facts.kind == "job":
            found["hours"] = float(number[1])
        if "training" not in found and ask == "training" and no:
            found["training"] = "none"
    elif ask == "alone":
        if no or _THAT_IS_ALL.search(text) or _NOTHING.search(text):
            found["beside"] = "nothing"
        elif beside := _doing(text):
            found["beside"] = beside
    elif ask == "looking" and (yes or no):
        found["looking"] = _NOT_LOOKING.search(text) is None and yes
    elif ask == "start_on" and found.get("since"):
        found["start_on"] = found.pop("since")
    return found


def still_left(text: str) -> bool:
    """Whether a message that tells of something new also says that something ended."""
    return bool(_STOPPED.search(text))
