"""Which subject of the prospectus a course belongs to: by its words, then by the codes of its feed."""

import re
from collections import Counter
from collections.abc import Iterable

from prospectus.vocabulary import Vocabulary

OTHER = "other"
"""What ``Course.subject`` holds where neither words nor codes say a subject that the prospectus knows. The course is
found by its own words all the same."""

REMEMBERED = 50_000
"""Texts whose subject is remembered: feeds say the same things over and over."""

_FIRST_IN_TITLE, _LATER_IN_TITLE, _GROUP, _KEYWORDS = 4, 2, 3, 2

# Learn Direct Classification System, first letter: those that are one of our subjects
_LDCS = {"C": "computing", "F": "languages", "G": "education", "M": "sport", "R": "science", "S": "land_based",
         "T": "construction", "X": "engineering"}  # fmt: skip
_SSA = re.compile(r"0?(\d{1,2})\.(\d)")
_LDCS_CODE = re.compile(r"([A-Z])[A-Z](?:\.?\d{1,3})?")
# what a title says of the qualification or the day, and not of what is learned
_NOISE = re.compile(
    r"\b(?:introduction to|intro to|beginners?|improvers|levels?\s*\d|award|certificate|diploma|extended|btec|nvq|vrq"
    r"|city (?:&|and) guilds|apprenticeships?|work|skills for|functional skills|online|day|evening|saturday|programmes?"
    r"|principles|developing|development|performing(?= (?:engineering|manufacturing))|qcf|rqf|technical"
    r"|(?<!information )(?<!communication )(?<!music )technology(?! and))\b",
    re.IGNORECASE,
)


class Subjects:
    """Finds subjects, and remembers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, tuple[str, ...]] = {}
        self._ssa = _by_ssa(vocabulary)

    def find(
        self, title: str, *, groups: Iterable[str] = (), keywords: Iterable[str] = (), codes: Iterable[str] = ()
    ) -> str:
        """The subject that most speaks for; ``OTHER`` where nothing speaks for any.

        ``groups`` are what the feed sorts its courses into ("Construction Trades"), which counts for nearly as much as
        the title; a subject that is part of a group's is said by both. ``keywords`` count least.
        """
        votes: Counter[str] = Counter()
        for at, key in enumerate(self._in(title)):
            votes[key] += _FIRST_IN_TITLE if at == 0 else _LATER_IN_TITLE
        for group in list(dict.fromkeys(groups))[:3]:
            for key in self._in(group):
                votes[key] += _GROUP
        for code in codes:
            if (found := self.code(code)) is not None:
                votes[found] += _GROUP
        said = Counter(key for text in keywords for key in self._in(text)[:1])
        for key, times in said.items():
            votes[key] += min(times, _KEYWORDS)
        if not votes:
            return OTHER
        parts = {key: subject.part_of for key in votes if (subject := self._vocabulary.subjects.get(key))}
        # among equals the first that was said: Python's max keeps it
        return max(votes, key=lambda key: votes[key] + votes.get(parts.get(key) or "", 0))

    def code(self, code: str) -> str | None:
        """The subject of a sector subject area (``5.2``) or of a code of the Learn Direct system (``TC.1``)."""
        text = code.strip().upper()
        if match := _SSA.fullmatch(text):
            return self._ssa.get(f"{int(match[1])}.{match[2]}")
        if match := _LDCS_CODE.fullmatch(text):
            key = _LDCS.get(match[1])
            return key if key in self._vocabulary.subjects else None
        return None

    def named(self, text: str) -> str | None:
        """The subject that a cell names by its key, its name or any of its words; None where it names none."""
        key = text.strip().lower().replace(" ", "_")
        if key in self._vocabulary.subjects or key == OTHER:
            return key
        return next(iter(self._in(text)), None) or self.code(text)

    def _in(self, text: str) -> tuple[str, ...]:
        said = " ".join(text[:300].lower().split())
        known = self._known.get(said)
        if known is None:
            plain = _NOISE.sub(" ", said)
            known = tuple(self._vocabulary.subjects_in(plain)) if plain.strip() else ()
            known = known or tuple(self._vocabulary.subjects_in(said))
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[said] = known
        return known


def _by_ssa(vocabulary: Vocabulary) -> dict[str, str]:
    """Sector subject areas that are one subject, or one subject with its parts."""
    areas: dict[str, list[str]] = {}
    for subject in vocabulary.subjects.values():
        if subject.ssa and subject.part_of is None:
            areas.setdefault(subject.ssa, []).append(subject.key)
    parts = Counter(subject.part_of for subject in vocabulary.subjects.values())
    chosen = {}
    for area, keys in areas.items():
        whole = [key for key in keys if parts[key]] if len(keys) > 1 else keys
        if len(whole) == 1:
            chosen[area] = whole[0]
    return chosen
