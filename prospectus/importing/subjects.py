"""Which subject of the prospectus a course belongs to: by its words, then by the codes of its feed."""

import re
from collections import Counter

from prospectus.vocabulary import Vocabulary

OTHER = "other"
"""What ``Course.subject`` holds where neither words nor codes say a subject that the prospectus knows. The course is
found by its own words all the same."""

REMEMBERED = 50_000
"""Texts whose subject is remembered: feeds say the same things over and over."""

# Learn Direct Classification System, first letter: those that are one of our subjects
_LDCS = {"C": "computing", "F": "languages", "G": "education", "M": "sport", "R": "science", "S": "land_based",
         "T": "construction", "X": "engineering"}  # fmt: skip
_SSA = re.compile(r"0?(\d{1,2})\.(\d)")
_LDCS_CODE = re.compile(r"([A-Z])[A-Z](?:\.?\d{1,3})?")
# what a title says of the qualification or the day, and not of what is learned
_NOISE = re.compile(
    r"\b(?:introduction to|intro to|beginners?|improvers|levels?\s*\d|award|certificate|diploma|extended|btec|nvq|vrq"
    r"|city (?:&|and) guilds|apprenticeships?|work|skills for|functional skills|online|day|evening)\b",
    re.IGNORECASE,
)


class Subjects:
    """Finds subjects, and remembers."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, str | None] = {}
        self._ssa = _by_ssa(vocabulary)

    def find(self, *texts: str | None, codes: tuple[str, ...] = ()) -> str:
        """The subject of the first text or code that says one; ``OTHER`` where none does."""
        for text in texts:
            if text and (found := self._said(text)):
                return found
        for code in codes:
            if found := self.code(code):
                return found
        return OTHER

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
        return self._said(text) or self.code(text)

    def _said(self, text: str) -> str | None:
        said = " ".join(text[:300].lower().split())
        if said in self._known:
            return self._known[said]
        plain = _NOISE.sub(" ", said)
        found = self._vocabulary.subject(plain) if plain.strip() else None
        found = found or self._vocabulary.subject(said)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[said] = found
        return found


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
