"""Days in a message: "7th sept", "07/09/2026", "monday". Pure Python.

A value is an ISO date; "--09-07" where no year is said; the name of a weekday; or "today", "tomorrow", "yesterday".
A month alone is not a date but a start. Numbers are read the British way, the day first.
"""

import calendar
import re
from typing import Iterator, List, Optional, Tuple

from turnbot.text import Word
from turnbot.vocabulary import Found

MONTHS = "january february march april may june july august september october november december".split()
_MONTH = {month: n for n, month in enumerate(MONTHS, 1)}
_MONTH.update({month[:3]: n for n, month in enumerate(MONTHS, 1)})

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_WEEKDAY = {form: day for day in WEEKDAYS for form in (day, day + "s")}
_WEEKDAY.update(tues="tuesday", tue="tuesday", weds="wednesday", thurs="thursday", thur="thursday", thu="thursday")
_SHORT = {"mon": "monday", "wed": "wednesday", "fri": "friday", "sat": "saturday", "sun": "sunday"}
_ORDINARY_MONTHS = {"may", "march", "mar", "dec"}

_CUES = frozenset(
    "on this next last by until from every for and or to since each before after not only except ar".split()
)
_BEFORE_NUMBERS = _CUES | frozenset("date dated is was starts start starting started due dob born".split())
_DAYTIMES = frozenset({"morning", "mornings", "afternoon", "afternoons", "night", "evening", "evenings"})

_DAY = re.compile(r"(\d{1,2})(st|nd|rd|th)?")
_YEAR = re.compile(r"20\d\d")
_ISO = re.compile(r"(?<![\w/-])(20\d\d)-(\d{1,2})-(\d{1,2})(?![\w/-])")
_BRITISH = re.compile(r"(?<![\w/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:20)?\d\d)(?![\w/-])")
_SLASHED = re.compile(r"(?<![\w/.£-])(\d{1,2})/(\d{1,2})(?![\w/%])")


def find(text: str, read: List[Word]) -> List[Found]:
    """The dates in a message and its plain words. Those that no calendar has are left out."""
    found = list(_written_in_numbers(text, read))
    at = 0
    while at < len(read):
        match = _month_and_day(read, at) or _weekday(read, at)
        if match is None:
            at += 1
            continue
        value, length = match
        found.append(Found("date", value, read[at].start, read[at + length - 1].end))
        at += length
    return found


def _written_in_numbers(text: str, read: List[Word]) -> Iterator[Found]:
    for match in _ISO.finditer(text):
        year, month, day = (int(part) for part in match.groups())
        yield from _found(match, day, month, year)
    for match in _BRITISH.finditer(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        yield from _found(match, day, month, year if year > 99 else 2000 + year)
    for match in _SLASHED.finditer(text):
        before = [word.norm for word in read if word.end <= match.start()]
        alone = not before and not text[match.end() :].strip(" .!?")
        # "24/7" and "1/2" are no dates, and "7/9" is one only where something says so
        if match.group() != "24/7" and (alone or (before and before[-1] in _BEFORE_NUMBERS)):
            yield from _found(match, int(match[1]), int(match[2]), None)


def _found(match: "re.Match[str]", day: int, month: int, year: Optional[int]) -> Iterator[Found]:
    value = iso(day, month, year)
    if value is not None:
        yield Found("date", value, match.start(), match.end())


def iso(day: int, month: int, year: Optional[int]) -> Optional[str]:
    """The value of a date; None for a day that does not exist. Without a year 29 February does."""
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year or 2024, month)[1]:
        return None
    return f"{year}-{month:02d}-{day:02d}" if year else f"--{month:02d}-{day:02d}"


def _month_and_day(read: List[Word], at: int) -> Optional[Tuple[str, int]]:
    norms = [word.norm for word in read[at : at + 5]]
    first = _DAY.fullmatch(norms[0])
    if first:
        skip = 2 if norms[1:2] == ["of"] else 1
        month = norms[skip] if len(norms) > skip else ""
        length, ordinal = skip + 1, bool(first[2]) or skip == 2
    elif norms[0] in _MONTH:
        month = norms[0]
        skip = 2 if norms[1:2] == ["the"] else 1
        first = _DAY.fullmatch(norms[skip]) if len(norms) > skip else None
        length, ordinal = skip + 1, bool(first and first[2])
    else:
        return None
    if first is None or month not in _MONTH or (month in _ORDINARY_MONTHS and not ordinal and not _meant(read, at)):
        return None
    year = int(norms[length]) if len(norms) > length and _YEAR.fullmatch(norms[length]) else None
    value = iso(int(first[1]), _MONTH[month], year)
    return (value, length + (year is not None)) if value else None


def _meant(read: List[Word], at: int) -> bool:
    """Whether "2 may" is a date there and not "option 2 may be full"."""
    before = read[at - 1].norm if at else ""
    return before in _CUES or (len(read) == at + 2 and before not in ("level", "option", "number"))


def _weekday(read: List[Word], at: int) -> Optional[Tuple[str, int]]:
    norm = read[at].norm
    if norm in _WEEKDAY:
        return _WEEKDAY[norm], 1
    if norm not in _SHORT:
        return None
    before = read[at - 1].norm if at else ""
    after = read[at + 1].norm if at + 1 < len(read) else ""
    beyond = read[at + 2].norm if at + 2 < len(read) and after in ("or", "and", "to") else after
    # "sat", "sun" and "wed" are ordinary words too
    if before in _CUES or after in _DAYTIMES or before in _DAY_NAMES or beyond in _DAY_NAMES or len(read) == 1:
        return _SHORT[norm], 1
    return None


_DAY_NAMES = {**_WEEKDAY, **_SHORT}
