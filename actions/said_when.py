"""Days and times as people say them: "the 12th at 2", "last monday", "been there 2 weeks", "since september"."""

import re
from datetime import date, datetime, time, timedelta

from casework.clock import LONDON

_ENGLISH = "jan feb mar apr may jun jul aug sep oct nov dec"
_WELSH = "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr"
_MONTHS = {name: n for names in (_ENGLISH, _WELSH) for n, name in enumerate(names.split(), 1)}
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?|ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|"
    r"rhagfyr)"
)
_DAYS_OF_WEEK = ("mon tue wed thu fri sat sun", "llun mawrth mercher iau gwener sadwrn sul")
_WEEKDAYS = {name: n for names in _DAYS_OF_WEEK for n, name in enumerate(names.split())}
_WEEKDAY = re.compile(
    r"\b(mon|tues?|weds?|thur?s?|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?\b|"
    r"\b(?:dydd|ddydd|nos) (llun|mawrth|mercher|iau|gwener|sadwrn|sul)\b",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:\s+(20\d\d))?", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)\b", re.IGNORECASE)
_NUMBERS = re.compile(r"(?<![\w/.-])(\d{1,2})[/.](\d{1,2})(?:[/.]((?:20)?\d\d))?(?![\w/%])")
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_BARE = re.compile(r"\b(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_SINCE_MONTH = re.compile(rf"\b(?:since|from|in|ers|ym|mis)\s+(?:mis\s+)?{_MONTH}\b", re.IGNORECASE)
_AGO = re.compile(
    r"\b(\d{1,2}|a|an|one|two|three|four|five|six|couple(?: of)?)\s*(day|week|wk|month|mnth|year|yr)s?\s+ago\b|"
    r"\b(?:been|for|there|nearly|almost)\s+(?:\w+\s+){0,3}?(\d{1,2}|a|two|three|four|five|six|couple(?: of)?)\s*"
    r"(day|week|wk|month|mnth|year|yr)s?\b",
    re.IGNORECASE,
)
_COUNT = {"a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "couple of": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_DAYS = {"day": 1, "week": 7, "wk": 7, "month": 30, "mnth": 30, "year": 365, "yr": 365}
_NEXT_WEEK = re.compile(r"\bnext week\b|\bwythnos nesaf\b", re.IGNORECASE)

_CLOCK = re.compile(
    r"(?:\b(?:at|am)\s+|\b)(half\s+(?:past\s+)?)?(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|o'?clock)?\b", re.IGNORECASE
)
_AT = re.compile(r"\b(?:at|@|half|am)\s*(?:past\s*)?$", re.IGNORECASE)
EARLIEST = 8
"""An hour of the day below this, without am or pm, is in the afternoon: nobody is asked to come at 2 in the night."""


_PAST = re.compile(r"\b(?:last|yesterday|ago|was|were|went|been|had|ddoe|diwethaf|oedd)\b", re.IGNORECASE)


def in_the_past(text: str) -> bool:
    """Whether a message speaks of something that has been."""
    return bool(_PAST.search(text))


def find_day(text: str, today: date, *, ahead: bool) -> date | None:
    """The day a message names. ``ahead``: without a year, or as a weekday, it is the next one; else the last one.

    >>> find_day("on the 12th at 2", date(2026, 11, 3), ahead=True)
    datetime.date(2026, 11, 12)
    >>> find_day("started monday", date(2026, 11, 3), ahead=False)
    datetime.date(2026, 11, 2)
    """
    said = text.lower()
    written = _ISO.search(said)
    if written:
        return _day(int(written[1]), int(written[2]), int(written[3]))
    if _DAY_MONTH.search(said) or _MONTH_DAY.search(said):
        # a day that no calendar has is none, and not the part of it that one has
        return _of_calendar(said, today, ahead)
    return _of_calendar(said, today, ahead) or _near(said, today, ahead) or _span(said, today, ahead)


def _of_calendar(said: str, today: date, ahead: bool) -> date | None:
    match = _DAY_MONTH.search(said)
    if match:
        year = int(match[3]) if match[3] else None
        return _placed(int(match[1]), _month(match[2]), year, today, ahead)
    match = _MONTH_DAY.search(said)
    if match:
        return _placed(int(match[2]), _month(match[1]), None, today, ahead)
    match = _NUMBERS.search(said)
    if match and 1 <= int(match[2]) <= 12 and 1 <= int(match[1]) <= 31 and match.group() != "24/7":
        year = int(match[3]) if match[3] else None
        return _placed(int(match[1]), int(match[2]), year + 2000 if year and year < 100 else year, today, ahead)
    return None


def _near(said: str, today: date, ahead: bool) -> date | None:
    for words, days in (
        (r"\btomorrow\b|\btmrw?\b|\btmoz\b|\byfory\b", 1),
        (r"\byesterday\b|\bddoe\b", -1),
        (r"\btoday\b|\bheddiw\b", 0),
    ):
        if re.search(words, said):
            return today + timedelta(days=days)
    match = _BARE.search(said)
    if match and 1 <= int(match[1]) <= 31:
        return _of_month(int(match[1]), today, ahead)
    match = _WEEKDAY.search(said)
    if match:
        name = match[1][:3] if match[1] else match[2]
        gap = (_WEEKDAYS[name] - today.weekday()) % 7
        if not ahead:
            back = (7 - gap) % 7
            return today - timedelta(days=back or (7 if re.search(r"\blast\b|\bdiwethaf\b", said) else 0))
        return today + timedelta(days=gap or 7) if not _NEXT_WEEK.search(said) else _next_week(today, _WEEKDAYS[name])
    return None


def _span(said: str, today: date, ahead: bool) -> date | None:
    match = _AGO.search(said)
    if match and not ahead:
        number, unit = match[1] or match[3], match[2] or match[4]
        count = _COUNT.get(number) or (int(number) if number.isdecimal() else None)
        return today - timedelta(days=count * _DAYS[unit]) if count else None
    match = _SINCE_MONTH.search(said)
    if match:
        return _placed(1, _month(match[1]), None, today, ahead)
    if re.search(r"\blast week\b|\bwythnos diwethaf\b", said):
        return today - timedelta(days=today.weekday() + 7)
    return None


def find_time(text: str) -> time | None:
    """The hour a message names: "at 2", "2.30pm", "half 10". None where none is named.

    >>> find_time("the 12th at 2"), find_time("monday 10.30am"), find_time("level 2")
    (datetime.time(14, 0), datetime.time(10, 30), None)
    """
    plain = _DAY_MONTH.sub(" ", _ISO.sub(" ", text))
    for match in _CLOCK.finditer(plain):
        hour, minute = int(match[2]), int(match[3] or 0)
        half, part = bool(match[1]), (match[4] or "").lower()
        told = part or match[3] or half or _AT.search(plain[: match.start(2)])
        if not told or hour > 23 or minute > 59 or (hour == 0 and not match[3]):
            continue
        if half:
            minute = 30
        if part == "pm" and hour < 12:
            hour += 12
        elif part == "am" and hour == 12:
            hour = 0
        elif part != "am" and hour < EARLIEST:
            hour += 12
        return time(hour, minute)
    return None


def moment(day: date, at: time | None) -> datetime:
    """A day and its hour in Europe/London; midnight where the hour is not known."""
    return datetime.combine(day, at or time(0), tzinfo=LONDON)


def _month(name: str) -> int:
    return _MONTHS.get(name.lower()) or _MONTHS[name.lower()[:3]]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _placed(day: int, month: int, year: int | None, today: date, ahead: bool) -> date | None:
    if year:
        return _day(year, month, day)
    found = _day(today.year, month, day)
    if found is None:
        return None
    if ahead and found < today:
        return _day(today.year + 1, month, day)
    if not ahead and found > today:
        return _day(today.year - 1, month, day)
    return found


def _of_month(day: int, today: date, ahead: bool) -> date | None:
    """The next day of this number, or the last one."""
    year, month = today.year, today.month
    for _ in range(3):
        found = _day(year, month, day)
        if found and (found >= today if ahead else found <= today):
            return found
        month += 1 if ahead else -1
        if month in (0, 13):
            year, month = (year - 1, 12) if month == 0 else (year + 1, 1)
    return None


def _next_week(today: date, weekday: int) -> date:
    return today + timedelta(days=7 - today.weekday() + weekday)
