"""Days of the week and times of the day: what a run says of them, and what somebody can do."""

import re
from dataclasses import dataclass

from prospectus.words import tokens

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIMES = ("morning", "afternoon", "day", "evening")
"""Times that can be asked for; ``day`` is anything that is over before the evening."""

EVENING = 17
"""Hour from which on a start is in the evening."""
NOON = 12
LUNCH = 13
"""Hour by which something in the morning is over."""

_DAY = {
    **{name: number for number, name in enumerate(DAY_NAMES)},
    **{
        name: number
        for number, names in enumerate(
            (
                "monday mondays mons",
                "tues tuesday tuesdays tuesdy",
                "weds wednesday wednesdays wensday wensdays wednsday",
                "thur thurs thursday thursdays",
                "friday fridays fris",
                "saturday saturdays sats",
                "sunday sundays suns",
            )
        )
        for name in names.split()
    },
}
_ENDS = frozenset({"weekend", "weekends", "weekdays"})
WEEK_WORDS = frozenset(
    {*_DAY, *_ENDS, "evening", "evenings", "morning", "mornings", "afternoon", "afternoons", "daytime", "weekday"}
    | {"night", "nights"}
) - {"sun", "sat", "wed", "mon", "suns", "mons", "fris"}
"""Words that speak of days and times, and are no words to look for."""
_COUNT = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "couple": 2}
_A_WEEK = re.compile(
    r"\b(?:(?:about|only|max|maximum|up to|at most|just|or)\s+)*(\d|one|two|three|four|five|six|couple)"
    r"(?:\s+of)?\s+(days?|mornings?|afternoons?|evenings?|nights?)\s*(?:a|per|each|every|\\|/)?\s*(?:week|wk)\b"
)
_RANGE = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*(?:to|until|till|through|-|–)\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b"
)
_HOURS = re.compile(
    r"\b(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)?\s*(?:to|until|till|-|–|—)\s*(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)?\b"
)
_SHIFTS = re.compile(r"\b(shifts?|varies|various|rota|flexible)\b|out of 7")
_ODD = re.compile(r"\b(some|shifts?|varies|various|rota|you choose|flexible|mix)\b|out of 7|or more")
_NOT = re.compile(
    r"\b(?:not|no|never|except|apart from|but not|cant(?: do| make)?|cannot(?: do| make)?|dont(?: do| want)?|isnt|"
    r"without|avoid|busy|working|work)\s+(?:on\s+|a\s+|any\s+)?((?:[a-z]+\s*(?:,|or|and|n|&|\s)\s*)*[a-z]+)"
)
_PART = {"morning": 1, "afternoon": 2, "evening": 4, "day": 8}


@dataclass(frozen=True, slots=True)
class Week:
    """What is known of a run's week. Zeros are not known."""

    days: int = 0
    """Days of the week as bits, Monday the lowest."""
    count: int = 0
    """Days a week."""
    parts: int = 0
    """Times of the day as bits: 1 mornings only, 2 afternoons only, 4 evenings, 8 daytime."""


def week_of(days: str | None, hours: str | None) -> Week:
    """What a provider's own words say. What they leave open (shifts, "you choose") is not known.

    >>> week_of("Mon to Wed, 3 days a week", "9 to 3.30")
    Week(days=7, count=3, parts=8)
    """
    text = (days or "").lower()
    told = (hours or "").lower()
    mask = count = 0
    if not _ODD.search(text):
        mask = _mask(text)
        numbered = _A_WEEK.search(text)
        count = _number(numbered.group(1)) if numbered else mask.bit_count()
    return Week(mask, count, _parts(text, told))


def _mask(text: str) -> int:
    mask = 0
    for found in _RANGE.finditer(text):
        first, last = _DAY[found.group(1)], _DAY[found.group(2)]
        for number in range(first, last + 1 if last >= first else last + 8):
            mask |= 1 << number % 7
    for word in re.findall(r"[a-z]+", text):
        if word in _DAY:
            mask |= 1 << _DAY[word]
    if re.search(r"\bweekends?\b", text):
        mask |= 0b1100000
    if re.search(r"\bweekdays\b", text):
        mask |= 0b0011111
    return mask


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _COUNT[word]


def _parts(days: str, hours: str) -> int:
    if _SHIFTS.search(days) or _SHIFTS.search(hours):
        return 0
    named = 0
    for word, bit in (("morning", 1), ("afternoon", 2), ("evening", 4), ("night", 4), ("daytime", 8)):
        if re.search(rf"\b{word}s?\b", f"{days} {hours}"):
            named |= bit
    if named:
        return named | (8 if not named & 4 else 0)
    found = _HOURS.search(hours)
    if found is None:
        return 0
    first = _hour(found.group(1), found.group(2), found.group(3) or "")
    last = _hour(found.group(4), found.group(5), found.group(6) or "")
    if last < first and last <= NOON:
        last += 12
    if not found.group(3) and found.group(6) == "pm" and first < NOON and last - first > 12:
        first += 12
    if first < 7 and not found.group(3):
        # nobody teaches from five in the morning
        first, last = first + 12, last + 12 if last < NOON else last
    if first >= EVENING:
        return 4
    return 8 | (1 if last <= LUNCH else 2 if first >= NOON else 0)


def _hour(hour: str, minute: str | None, half: str) -> float:
    value = int(hour) % 12 + 12 if half == "pm" else int(hour)
    return value + int(minute or 0) / 60


@dataclass(frozen=True, slots=True)
class Days:
    """Days and times that somebody can do. It is written ``-fri,3,evening``: not Fridays, three days, evenings."""

    cannot: int = 0
    only: int = 0
    most: int = 0
    part: str | None = None

    @property
    def text(self) -> str | None:
        """How a query keeps it; None when nothing is asked."""
        kept = [f"-{name}" for number, name in enumerate(DAY_NAMES) if self.cannot >> number & 1]
        kept += [name for number, name in enumerate(DAY_NAMES) if self.only >> number & 1]
        kept += [str(self.most)] if self.most else []
        kept += [self.part] if self.part else []
        return ",".join(kept) or None

    @classmethod
    def read(cls, text: str) -> "Days":
        """The other way round; what is not such a word is left out."""
        cannot = only = most = 0
        part = None
        for word in text.lower().split(","):
            name = word.strip()
            if name.removeprefix("-") in DAY_NAMES:
                bit = 1 << DAY_NAMES.index(name.removeprefix("-"))
                cannot, only = (cannot | bit, only) if name.startswith("-") else (cannot, only | bit)
            elif name in "1234567" and len(name) == 1:
                most = int(name)
            elif name in TIMES:
                part = name
        return cls(cannot, only & ~cannot, most, part)

    def fits(self, week: Week) -> bool | None:
        """Whether a week can be done; None when it is not known."""
        unsure = False
        wanted = self.cannot or self.only
        if wanted and not week.days:
            unsure = True
        elif (self.cannot & week.days) or (self.only and week.days & ~self.only):
            return False
        if self.most:
            if not week.count:
                unsure = True
            elif week.count > self.most:
                return False
        if self.part:
            if not week.parts:
                unsure = True
            elif not week.parts & _PART[self.part]:
                return False
        return None if unsure else True


def days_in(text: str) -> str | None:
    """The days and times that a text asks for, as ``Query.days`` takes them.

    >>> days_in("anything in childcare but not fridays"), days_in("2 days a week in the evenings")
    ('-fri', '2,evening')
    """
    words = " ".join(tokens(text))
    cannot = most = 0
    for found in _NOT.finditer(words):
        cannot |= _leading(found.group(1))
    kept = _mask(" ".join(word for word in words.split() if word in WEEK_WORDS))
    numbered = _A_WEEK.search(words)
    if numbered and numbered.group(2).startswith("day"):
        most = _number(numbered.group(1))
    span = _RANGE.search(words)
    only = (_mask(span.group(0)) | kept) & ~cannot if span else kept & ~cannot
    if cannot:
        # "not fridays or weekends": what is left is not asked for by name
        only = 0
    return Days(cannot, only, most, _part_in(words, cannot)).text


def _leading(words: str) -> int:
    """The days named at the head of the words, up to the first word that is none."""
    mask = 0
    for word in words.replace(",", " ").split():
        if word in _DAY or word in _ENDS:
            mask |= _mask(word)
        elif word not in ("or", "and", "n", "on", "a", "any"):
            break
    return mask


def _part_in(words: str, cannot: int) -> str | None:
    if re.search(r"\b(?:not|no|cant do|except)\s+(?:in\s+)?(?:the\s+|at\s+)?(?:evenings?|nights?)\b", words):
        return "day"
    if re.search(r"\bevenings?\b|\bnights?\b|\bafter (?:work|school|6|5)\b|\bnight ?school\b", words):
        return "evening"
    if re.search(r"\b(?:not|no|cant do)\s+(?:in\s+)?(?:the\s+)?mornings?\b", words):
        return "afternoon"
    if re.search(r"\bmornings?\b", words):
        return "morning"
    if re.search(r"\bafternoons?\b", words):
        return "afternoon"
    return "day" if re.search(r"\bday ?time\b", words) else None
