"""Dates as feeds write them: ISO, "11 May 2017", "11/05/2017", "September 2027", "roll on, roll off"."""

import re
from dataclasses import dataclass
from datetime import date, datetime

EARLIEST, LATEST = 1990, 2100
"""Years outside these are mistakes."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan ionawr", "february feb chwefror", "march mar mawrth", "april apr ebrill", "may mai",
         "june jun mehefin", "july jul gorffennaf", "august aug awst", "september sept sep medi",
         "october oct hydref", "november nov tachwedd", "december dec rhagfyr"), 1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:\s.*)?")
_WORDS = re.compile(r"(?:[a-z]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]+)\.?,?\s+(\d{4})\b.*")
_MONTH_FIRST = re.compile(r"(?:[a-z]+,?\s+)?([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b.*")
_LIKE_A_DAY = re.compile(r"\d{1,4}[/.-]\d{1,4}[/.-]\d{1,5}(?:[tT ].*)?")
_ROLL_ON = re.compile(
    r"\broll(?:ing)?[\s,/-]*(?:on|start|program|basis|enrol)|\bany\s*time\b|\bflexible\b|\bthroughout the year\b"
    r"|\bcontinuous|\ball year\b|\bongoing\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class When:
    """A start as it was written. Neither a day nor ``roll_on``: it is not known."""

    day: date | None = None
    roll_on: bool = False
    said: str | None = None
    """What was written, where it says more than a day does or could not be understood."""


def day(value: object) -> date | None:
    """The day that a text (or a spreadsheet's own date) names; None where it names none, or an impossible one.

    Days before months, as in the United Kingdom.

    >>> day("11th May 2017"), day("2017-05-11T00:00:00Z"), day("11/5/17"), day("soon")
    (datetime.date(2017, 5, 11), datetime.date(2017, 5, 11), datetime.date(2017, 5, 11), None)
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value if EARLIEST <= value.year <= LATEST else None
    text = " ".join(str(value or "")[:80].lower().split())
    if not text:
        return None
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _date(match[1], match[2], match[3])
    if match := _NUMBERS.fullmatch(text):
        year = match[3] if len(match[3]) == 4 else f"20{match[3]}"
        return _date(year, match[2], match[1])
    if (match := _WORDS.fullmatch(text)) and match[2] in _MONTHS:
        return _date(match[3], _MONTHS[match[2]], match[1])
    if (match := _MONTH_FIRST.fullmatch(text)) and match[1] in _MONTHS:
        return _date(match[3], _MONTHS[match[1]], match[2])
    return None


def when(text: str | None, attribute: str | None = None) -> When:
    """A start from its text and, where that names no day, from the attribute beside it.

    The text wins where both name a day: it is what people read, and an attribute is often a day early, because
    somebody's program turned a midnight of British Summer Time into UTC.
    """
    said = " ".join((text or "").split())
    found = day(said) or day(attribute)
    if found:
        return When(found, said=None if day(said) or not said else said[:80])
    return When(None, bool(_ROLL_ON.search(said)), said[:80] or None)


def no_day(text: str | None) -> bool:
    """Whether a text is written as a day and is none.

    >>> no_day("31/02/2027"), no_day("1/2/2027"), no_day("Autumn")
    (True, False, False)
    """
    return bool(text and _LIKE_A_DAY.fullmatch(text.strip()) and day(text) is None)


def is_roll_on(text: str | None) -> bool:
    """Whether a text says that one can start in any week."""
    return bool(text and _ROLL_ON.search(text[:500]))


def _date(year: str, month: str | int, number: str) -> date | None:
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None
