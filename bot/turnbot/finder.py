"""Everything that can be found in a message, and which of two that share words is meant. Pure Python.

Types: subject, level, place, provider, route, start, scheme (phrases of the prospectus and of ``entities.yml``),
date, amount, person, ordinal and number.
"""

import re
from typing import Any, Dict, Iterable, List, NamedTuple

from turnbot import amounts, dates
from turnbot.people import People
from turnbot.text import Word, words
from turnbot.vocabulary import Found, Phrase, Vocabulary

MAX_DIGITS = 2
"""Longer numbers are years, phone numbers or money, not choices."""

HIGHEST_INSIDE = 9
"""Inside a sentence a higher number is somebody's age or a count; choices have few entries."""

_JOINED = re.compile(r"\d[/:.-]$|£\s?$")
_JOINED_ON = re.compile(r"[/:.-]\d|[%£]")
_POINTS = frozenset("option number choice no the pick choose chose took take and or want like interested about".split())
_COUNTED = frozenset(
    """day days week weeks month months year years yrs hour hours minute minutes min mins mile miles times time people
    gcse gcses kids children grades subjects questions buses trains am pm oclock o percent st nd rd th plus point of
    metres km stone foot feet lessons bus train goals siblings brothers sisters jobs courses x yo y""".split()
)
_AGED = frozenset(
    """am im age aged turned turning turn nearly almost only just under over year yr room at til until since half
    past""".split()
)


class Content(NamedTuple):
    """What a finder is made from, as JSON can keep it."""

    phrases: Dict[str, List[Any]]
    cues: List[str]
    known: List[str]
    never_names: List[str]
    people: Dict[str, Any]


class Finder:
    """Finds entities. Immutable; the same message always gives the same."""

    def __init__(self, content: Content) -> None:
        """``content`` is what ``learning.finder_content`` collects."""
        phrases = {key: Phrase(*value) for key, value in content.phrases.items()}
        self._vocabulary = Vocabulary(phrases, content.cues, content.known)
        of_phrases = {word for key in phrases for word in key.split()}
        self._people = People(content.people, of_phrases.union(content.never_names))

    def find(self, text: str, plain: List[Word]) -> List[Found]:
        """The entities of ``text`` in order, none overlapping another. ``plain``: the words it is read as."""
        phrases = self._vocabulary.find_all(plain)
        candidates = [
            *amounts.find(text, plain),
            *dates.find(text, plain),
            *phrases,
            *self._people.find(text, words(text)),
            *_numbers(text, plain),
        ]
        # the longest says most; of two as long the first kind above
        order = sorted(range(len(candidates)), key=lambda i: (candidates[i].start - candidates[i].end, i))
        taken: List[Found] = []
        for one in (candidates[i] for i in order):
            # a phrase that means nothing keeps its words from other phrases, not from dates or people
            if not any(one.start < other.end and other.start < one.end and _shuts_out(other, one) for other in taken):
                taken.append(one)
        kept = (found for found in taken if found.type and _chosen(found, plain))
        return sorted(kept, key=lambda f: f.start)


def _chosen(found: Found, read: List[Word]) -> bool:
    """Whether "first" or "last" is the place of a choice, and not the first day or the last date."""
    if found.type != "ordinal":
        return True
    said = [word for word in read if word.norm != "?"]
    inside = [i for i, word in enumerate(said) if found.start <= word.start < found.end]
    if not inside or said[inside[-1]].norm in ("one", "ones") or said[inside[0]].norm == "number":
        return True
    before = said[inside[0] - 1].norm if inside[0] else ""
    after = said[inside[-1] + 1].norm if inside[-1] + 1 < len(said) else ""
    return before in _BEFORE_ORDINAL and after in _AFTER_ORDINAL


_BEFORE_ORDINAL = _POINTS | frozenset(
    ["", "have", "with", "for", "see", "yes", "that", "maybe", "on", "probably", "of"]
)
_AFTER_ORDINAL = frozenset(
    """one 1 option choice please thanks sounds looks seems then and or is maybe course too though on instead best
    probably if""".split()
) | {""}


def _shuts_out(taken: Found, one: Found) -> bool:
    return bool(taken.type) or one.type not in ("person", "date", "amount")


def _numbers(text: str, read: List[Word]) -> Iterable[Found]:
    """Numbers that may be a choice: alone, pointed at, or small and counting nothing."""
    said = [word for word in read if word.norm != "?"]
    for at, word in enumerate(said):
        if not word.norm.isdecimal() or len(word.norm) > MAX_DIGITS or not int(word.norm):
            continue
        # "24/7", "9.15" and "2-3"
        if _JOINED.search(text[max(0, word.start - 2) : word.start]) or _JOINED_ON.match(text[word.end : word.end + 2]):
            continue
        before = said[at - 1].norm if at else ""
        after = said[at + 1].norm if at + 1 < len(said) else ""
        if len(said) > 1 and before not in _POINTS:
            if int(word.norm) > HIGHEST_INSIDE or after in _COUNTED or before in _AGED:
                continue
        elif len(said) > 1 and (after in _COUNTED or int(word.norm) > 2 * HIGHEST_INSIDE):
            continue
        yield Found("number", str(int(word.norm)), word.start, word.end)
