"""The level of a course, from a code or from its words. What nothing says is unknown, and is never guessed."""

import re

UNKNOWN = "unknown"
"""What ``Course.level`` holds where no source says a level."""

LEVELS = ("entry", "1", "2", "3", "4", "5", "6", "7", "8")
"""Every level of the Regulated Qualifications Framework that a course may have; the prospectus is about the first
four, and keeps the others as they are."""

_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"}
_CODES = {"e": "entry", "el": "entry", "e1": "entry", "e2": "entry", "e3": "entry", "0": "entry", "entry": "entry"}
_SAID = re.compile(
    r"\b(?:level|lvl|lev)\s*[-:]?\s*([1-8]|one|two|three|four|five|six|seven|eight)\b|\bL([1-8])\b", re.IGNORECASE
)
# the sub-level of entry level is a number of its own: "Entry Level 3" is no level 3
_ENTRY = re.compile(r"\bentry[\s-]*(?:level[\s-]*)?[123]\b|\bentry[\s-]*level\b|\bE[123]\b", re.IGNORECASE)
_RANGE = re.compile(r"\blevels?\s*[1-8]\s*(?:-|–|/|to|or|and|&)\s*(?:level\s*)?[1-8]\b", re.IGNORECASE)
# in the order in which they are looked for: an Access course leads to a degree, and is none
_KINDS = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), level)
    for words, level in (
        (r"access to h(?:igher )?e(?:ducation)?|access diploma", "3"),
        (r"t[\s-]?levels?|a[\s-]levels?|as[\s-]levels?|a2[\s-]levels?|gce|btec national", "3"),
        (r"gcses?", "2"),
        (r"foundation degrees?|fda|fdsc|higher national diploma|hnd", "5"),
        (r"higher national certificate|hnc", "4"),
        (r"master'?s(?: degree)?|msc|mba|postgraduate|post graduate|pgce", "7"),
        (r"(?:bachelor'?s|honours) degree|ba \(hons\)|bsc|degree apprenticeships?", "6"),
        (r"intermediate apprenticeships?", "2"),
        (r"advanced apprenticeships?|advanced level apprenticeships?", "3"),
        (r"higher apprenticeships?", "4"),
    )
)


def from_code(code: str | None) -> str | None:
    """The level that a code or a column about levels says, or None.

    >>> from_code("2"), from_code("E"), from_code("Level 3"), from_code("X")
    ('2', 'entry', '3', None)
    """
    text = " ".join((code or "").lower().split())
    if not text or len(text) > 100:
        return None
    if text in LEVELS:
        return text
    return _CODES.get(text) or _WORDS.get(text) or from_words(text)


def from_words(*texts: str | None) -> str | None:
    """The level that the first of these texts to name one names, or None.

    >>> from_words("Plumbing", "Diploma Level 2"), from_words("A level Biology"), from_words("Advanced woodwork")
    ('2', '3', None)
    """
    for text in texts:
        if not text:
            continue
        text = text[:500]
        if _RANGE.search(text):
            return None
        without, entries = _ENTRY.subn(" ", text)
        said = {_WORDS.get(found.lower(), found) for pair in _SAID.findall(without) for found in pair if found}
        if entries:
            said.add("entry")
        if len(said) == 1:
            return str(said.pop())
        if said:
            # it has no one level
            return None
        for words, level in _KINDS:
            if words.search(text):
                return level
    return None
