"""Phrases that people can read and a machine can match in linear time.

A phrase is a row of slots: a word; ``a|b`` for one or the other; ``word*`` for any word that begins so; ``<name>``
for a class of words; a ``?`` at the end for a slot that may be missing; ``..`` and ``...`` for up to two and up to
four words of any kind; ``^`` and ``$`` for the beginning and end of a sentence; ``_`` for a space within a slot.

Every word that any phrase asks for gets a character of its own, a message becomes a short string of these, and a
phrase becomes a pattern over it, whose gaps are bounded. A phrase is only tried when its rarest word is there.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.reading import BREAK, Reader

_FIRST = 0xE000
_LAST = 0xF8FF
OTHER = "."
"""Stands for a word that no phrase asks for."""

_GAPS = {"..": ".{0,2}", "...": ".{0,4}"}


class BadPhrase(ValueError):
    """A phrase cannot be read. The message quotes it and says why."""


@dataclass(frozen=True)
class _Slot:
    """Alternatives, each a row of words (a word may end in * for a prefix); or a gap or an anchor, as a pattern."""

    alternatives: tuple[tuple[str, ...], ...] = ()
    optional: bool = False
    pattern: str = ""


@dataclass(frozen=True)
class Phrase:
    """One phrase, ready to match. ``anchors``: at least one of these characters is in every match."""

    source: str
    pattern: re.Pattern[str]
    anchors: frozenset[str]


class PhraseBook:
    """The words that a set of phrases knows, and how to read a message in them."""

    def __init__(
        self, phrases: Iterable[str], classes: Mapping[str, Sequence[str]], spellings: Mapping[str, str]
    ) -> None:
        self._classes = classes
        self._reader = Reader(spellings)
        self._slots = {phrase: self._parse(phrase) for phrase in dict.fromkeys(phrases)}
        rows = [row for slots in self._slots.values() for slot in slots for row in slot.alternatives]
        vocabulary = sorted({word for row in rows for word in row})
        if len(vocabulary) > _LAST - _FIRST:
            raise BadPhrase("there are more words in these phrases than characters to stand for them")
        self._characters = {word: chr(_FIRST + n) for n, word in enumerate(vocabulary)}
        self._prefixes = {word[:-1]: char for word, char in self._characters.items() if word.endswith("*")}
        self._shortest = min(map(len, self._prefixes), default=0)
        self._longest = max(map(len, self._prefixes), default=0)
        self._reader.learn([word for word in vocabulary if not word.endswith("*")])
        self._uses: Counter[str] = Counter()
        for slots in self._slots.values():
            self._uses.update(
                {char for slot in slots for row in slot.alternatives for w in row for char in self._set(w)}
            )
        self._compiled: dict[str, Phrase] = {}

    def encode(self, text: str) -> str:
        """The message, one character a word."""
        find = self._characters.get
        codes: list[str] = []
        for word in self._reader.read(text):
            code = BREAK if word == BREAK else find(word) or self._by_prefix(word)
            codes.append(code)
        return "".join(codes)

    def phrase(self, source: str) -> Phrase:
        """A phrase that the book was made with."""
        if source not in self._compiled:
            slots = self._slots[source]
            pattern = re.compile("".join(map(self._pattern, slots)), re.MULTILINE)
            choices = [self._anchor(slot) for slot in slots if slot.alternatives and not slot.optional]
            if not choices:
                raise BadPhrase(f"{source!r} asks for no word")
            rarest = min(choices, key=lambda chars: sum(self._uses[char] for char in chars))
            self._compiled[source] = Phrase(source, pattern, rarest)
        return self._compiled[source]

    def any_of(self, sources: Sequence[str]) -> re.Pattern[str] | None:
        """One pattern for any of these phrases, or None for no phrases."""
        if not sources:
            return None
        return re.compile("|".join(self.phrase(source).pattern.pattern for source in sources), re.MULTILINE)

    def _by_prefix(self, word: str) -> str:
        for length in range(min(len(word), self._longest), self._shortest - 1, -1):
            code = self._prefixes.get(word[:length])
            if code:
                return code
        return OTHER

    def _parse(self, source: str) -> tuple[_Slot, ...]:
        parts = source.split()
        if not parts or parts[0] in _GAPS or parts[-1] in _GAPS:
            raise BadPhrase(f"{source!r} is empty, or begins or ends with a gap")
        return tuple(self._slot(part, source) for part in parts)

    def _slot(self, part: str, source: str) -> _Slot:
        if part in _GAPS:
            return _Slot(pattern=_GAPS[part])
        if part in ("^", "$"):
            return _Slot(pattern=part)
        optional = part.endswith("?")
        rows: list[tuple[str, ...]] = []
        for choice in part.removesuffix("?").split("|"):
            rows += (self._row(said, source) for said in self._members(choice, source, 0))
        return _Slot(tuple(dict.fromkeys(rows)), optional)

    def _members(self, choice: str, source: str, depth: int) -> list[str]:
        """The words of a class, and of the classes that it is made of; a word by itself."""
        if not (choice.startswith("<") and choice.endswith(">")):
            return [choice]
        name = choice[1:-1]
        if name not in self._classes or depth > 5:
            raise BadPhrase(f"{source!r}: there is no class {choice}, or it is made of itself")
        return [word for said in self._classes[name] for word in self._members(str(said), source, depth + 1)]

    def _row(self, said: str, source: str) -> tuple[str, ...]:
        words = re.split(r"[_ ]+", said.replace("'", "").casefold())
        for word in words:
            if not re.fullmatch(r"[a-z0-9]+\*?|[a-z]/[a-z]", word):
                raise BadPhrase(f"{source!r}: {word!r} is not a word; write it without accents or signs")
        return tuple(self._reader.plain(words))

    def _set(self, word: str) -> set[str]:
        """The characters that stand for a word, or for every known word that begins with its prefix."""
        if not word.endswith("*"):
            return {self._characters[word]}
        return {char for other, char in self._characters.items() if other.rstrip("*").startswith(word[:-1])}

    def _pattern(self, slot: _Slot) -> str:
        if slot.pattern:
            return slot.pattern
        singles = {char for row in slot.alternatives if len(row) == 1 for char in self._set(row[0])}
        choices = [f"[{''.join(sorted(singles))}]"] if singles else []
        for row in slot.alternatives:
            if len(row) > 1:
                choices.append("".join(f"[{''.join(sorted(self._set(word)))}]" for word in row))
        joined = choices[0] if len(choices) == 1 else "|".join(choices)
        return f"(?:{joined}){'?' if slot.optional else ''}"

    def _anchor(self, slot: _Slot) -> frozenset[str]:
        found: set[str] = set()
        for row in slot.alternatives:
            found |= min((self._set(word) for word in row), key=lambda chars: sum(self._uses[c] for c in chars))
        return frozenset(found)
