"""Finding known phrases in a message, slips of the finger included. Pure Python.

A phrase belongs to a type ("subject", "place") and stands for a value. The longest phrase wins, from the left;
phrases of type ``""`` are only there to keep their words from being taken for something else.
"""

from typing import Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

from turnbot.slips import Index
from turnbot.text import Word

LONGEST = 6
"""Words in the longest phrase looked for."""


class Phrase(NamedTuple):
    """What a phrase stands for. ``careful``: it is an ordinary word too, and counts only after a cue or alone."""

    type: str
    value: str
    careful: bool = False


class Found(NamedTuple):
    """A phrase in a message."""

    type: str
    value: str
    start: int
    end: int


class Vocabulary:
    """All phrases, with an index that finds their words in spite of a slip or two."""

    def __init__(self, phrases: Dict[str, Phrase], cues: Iterable[str], known: Iterable[str]) -> None:
        """``known`` are ordinary words: they are never taken for a slip. Keys of ``phrases`` are folded text."""
        self.phrases = phrases
        self.cues: FrozenSet[str] = frozenset(cues)
        parts = {part for key, phrase in phrases.items() for part in key.split()}
        self._right: FrozenSet[str] = parts.union(known)
        self._index = Index(parts)

    def find(self, message: List[Word]) -> List[Found]:
        """Every phrase in the message that means something, none overlapping another."""
        return [found for found in self.find_all(message) if found.type]

    def find_all(self, message: List[Word]) -> List[Found]:
        """As ``find``, with the phrases that are only there to keep their words from being taken for others."""
        norms = [self.corrected(word.norm) for word in message]
        found: List[Found] = []
        at = 0
        while at < len(message):
            match = self._match(norms, at)
            if match is None:
                at += 1
                continue
            phrase, length = match
            found.append(Found(phrase.type, phrase.value, message[at].start, message[at + length - 1].end))
            at += length
        return found

    def _match(self, norms: List[str], at: int) -> Optional[Tuple[Phrase, int]]:
        for length in range(min(LONGEST, len(norms) - at), 0, -1):
            text = " ".join(norms[at : at + length])
            phrase = self.phrases.get(text) or self.phrases.get(_other_number(text))
            if phrase is not None and (not phrase.careful or self._meant(norms, at, length, phrase)):
                return phrase, length
        return None

    def _meant(self, norms: List[str], at: int, length: int, phrase: Phrase) -> bool:
        alone = len([n for n in norms if n != "?"]) == length
        # an everyday word is a subject only by itself: "it" in "about it" is not computing
        return alone or (phrase.type != "subject" and at > 0 and norms[at - 1] in self.cues)

    def corrected(self, word: str) -> str:
        """The word of a phrase that this one is a slip of, when it is a slip of just one; else the word itself."""
        if word in self._right or _other_number(word) in self._right:
            return word
        nearest = self._index.nearest(word)
        # two equally near that mean different things: better none than the wrong one
        return nearest[0] if len({self.phrases.get(known, known) for known in nearest}) == 1 else word


def _other_number(text: str) -> str:
    """Singular for plural and the other way round, roughly; the shortest words are left alone."""
    if len(text) < 4:
        return text
    return text[:-1] if text.endswith("s") else text + "s"
