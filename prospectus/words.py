"""Words as people type them: tokens, stems, and phrases that are found in spite of a slip of the finger."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARACTERS = 1_000
"""Characters of a text that are looked at; a text message is at most 1,600 and says what it wants early."""

MAX_TOKENS = 120
"""Words of a text that are looked at."""

SHORTEST_SLIP = 6
"""Letters that a word needs before one slip in it is forgiven: shorter ones turn into other real words."""

LONG_WORD = 10
"""Letters from which two slips are forgiven."""

LONGEST_WORD = 24
"""Letters up to which slips are looked for: the work grows with their square."""

SLIPS_KEPT = 5_000
"""Words of which a book remembers what they are a slip of: people use few different words."""

GLUE = frozenset({"and", "n", "an", "a", "the", "of", "some", "my"})
"""Words that join others and make no difference to a phrase."""

_HYPHENED = re.compile(r"\b[^\W\d_]+(?:-[^\W\d_]+)+\b")
_WORD = re.compile(r"[a-z0-9]+")
# one word, or "a level 2 course" would be an A level
_LETTERED_LEVEL = re.compile(r"\b([at])[\s-]*levels?\b(?![\s-]*(?:\d|one\b|two\b|three\b|four\b|five\b|too\b))")
_APOSTROPHES = str.maketrans("", "", "'’‘`´")
_ENDINGS = ("ings", "ing", "ers", "er", "ed", "e")


def tokens(text: str) -> list[str]:
    """The words of a text: small letters and digits, without accents, apostrophes or punctuation.

    >>> tokens("Hair & Beauty, Level-2?")
    ['hair', 'and', 'beauty', 'level', '2']
    >>> tokens("A levels, not a level 2")
    ['alevel', 'not', 'a', 'level', '2']
    """
    text = text[:MAX_CHARACTERS]
    if text.isascii():
        # what follows makes no difference to it, but takes longer
        plain = text.lower().replace("'", "").replace("`", "")
    else:
        plain = unicodedata.normalize("NFKD", text).casefold().translate(_APOSTROPHES)
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = plain.replace("&", " and ")
    if "level" in plain:
        plain = _LETTERED_LEVEL.sub(r"\1level", plain)
    return _WORD.findall(plain)[:MAX_TOKENS]


@lru_cache(maxsize=20_000)
def stem(token: str) -> str:
    """What a word has in common with its plural and its -ing and -er forms.

    >>> stem("plumbers") == stem("plumbing") and stem("cars") == "car" and stem("caring") != "car"
    True
    """
    if len(token) > 3 and token.endswith("s") and not token.endswith("ss"):
        token = token[:-3] + "y" if token.endswith("ies") and len(token) > 5 else token[:-1]
    changed = True
    while changed:
        changed = False
        for ending in _ENDINGS:
            if token.endswith(ending) and len(token) - len(ending) >= 4:
                token, changed = token[: -len(ending)], True
                break
    return token


def joined(text: str) -> list[str]:
    """The words with a hyphen in them as one, because many write them so.

    >>> joined("Theatrical Make-up for start-ups")
    ['makeup', 'startups']
    """
    return [word for part in _HYPHENED.findall(text[:MAX_CHARACTERS]) for word in tokens(part.replace("-", ""))]


def stems(text: str) -> list[str]:
    """The stems of a text's words, in order."""
    return [stem(token) for token in tokens(text)]


def slips(a: str, b: str, most: int) -> int:
    """Letters added, lost, changed or swapped between two words; ``most + 1`` when there are more than that."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _shortened(word: str, times: int) -> Iterator[str]:
    yield word
    if times:
        for at in range(len(word)):
            yield from _shortened(word[:at] + word[at + 1 :], times - 1)


def _longest(phrases: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """For each word that begins a phrase, how many words the longest of these has."""
    found: dict[str, int] = {}
    for phrase in phrases:
        if phrase and len(phrase) > found.get(phrase[0], 0):
            found[phrase[0]] = len(phrase)
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found in a text, as the half-open range of its tokens."""

    key: str
    first: int
    end: int
    exact: bool


class PhraseBook:
    """Phrases and what each means. The longest phrase wins, then the one without a slip, then the earlier one."""

    def __init__(
        self,
        phrases: Iterable[tuple[str, str]],
        *,
        loose: bool = True,
        guard: Iterable[str] = (),
        forgiving: bool = True,
    ) -> None:
        """``loose``: match by stems. ``guard``: words that are right as they are, never someone's slip. Without
        ``forgiving`` nothing is taken for a slip, which saves the memory to find it.
        """
        self._loose = loose
        self._keys: dict[tuple[str, ...], str] = {}
        # "engineering" is not "engines", though their stems are the same
        self._said: dict[tuple[str, ...], str] = {}
        self._known: set[str] = set()
        self._guard = frozenset(guard)
        self._near: dict[str, set[str]] = {}
        self._slips: dict[str, str | None] = {}
        for phrase, key in phrases:
            words = tokens(phrase)
            normal = self._normal(words)
            if not normal:
                continue
            self._keys.setdefault(normal, key)
            self._said.setdefault(tuple(word for word in words if word not in GLUE), key)
            self._known.update(normal)
            for word in words if forgiving else ():
                if len(word) >= SHORTEST_SLIP and word not in self._near.get(word, ()):
                    for short in _shortened(word, 2 if len(word) >= LONG_WORD else 1):
                        self._near.setdefault(short, set()).add(word)
        self._words = frozenset(self._known)
        self._begins = _longest(self._keys)
        self._begins_said = _longest(self._said)
        self._last: tuple[tuple[str, ...], list[Found]] = ((), [])

    def _normal(self, words: Iterable[str]) -> tuple[str, ...]:
        kept = [word for word in words if word not in GLUE]
        return tuple(stem(word) if self._loose else word for word in kept)

    def _corrected(self, word: str) -> str | None:
        """The known word that this one is a slip of, when it is a slip of just one. Remembered."""
        try:
            return self._slips[word]
        except KeyError:
            if len(self._slips) >= SLIPS_KEPT:
                self._slips.clear()
            meant = self._slips[word] = self._looked_up(word)
            return meant

    def _looked_up(self, word: str) -> str | None:
        if not SHORTEST_SLIP <= len(word) <= LONGEST_WORD or word in self._guard:
            return None
        most = 2 if len(word) >= LONG_WORD else 1
        candidates: set[str] = set()
        for short in _shortened(word, most):
            candidates |= self._near.get(short, set())
        best = sorted(
            (distance, known)
            for known in candidates
            if known[0] == word[0] and (distance := slips(word, known, most)) <= most
        )
        nearest = [known for distance, known in best if distance == best[0][0]]
        if len({self._normal([known]) for known in nearest}) == 1:
            return nearest[0]
        # "folkeston" is as near to "folkestone" as to "folkstone", and both mean the same
        meanings = {self._keys.get(self._normal([known])) for known in nearest}
        return nearest[0] if len(meanings) == 1 and None not in meanings else None

    def corrected(self, word: str) -> str:
        """The word of a phrase that this one is a slip of, or the word itself."""
        if word in GLUE or (stem(word) if self._loose else word) in self._known:
            return word
        return self._corrected(word) or word

    def find(self, words: list[str]) -> list[Found]:
        """Every phrase in the words, none overlapping another, best first."""
        asked = tuple(words)
        last, found = self._last
        if last != asked:
            found = self._find(words)
            # a question is read several times, each for something else
            self._last = asked, found
        return list(found)

    def _find(self, words: list[str]) -> list[Found]:
        kept: list[tuple[int, str, bool]] = []
        for at, word in enumerate(words):
            if word in GLUE:
                continue
            normal = stem(word) if self._loose else word
            exact = True
            if normal not in self._known and (better := self._corrected(word)) is not None:
                normal, exact = (stem(better) if self._loose else better), False
            kept.append((at, normal, exact))
        found: list[tuple[int, bool, int, Found]] = []
        for i, (at, normal, _) in enumerate(kept):
            longest = max(self._begins.get(normal, 0), self._begins_said.get(words[at], 0))
            for length in range(1, min(longest, len(kept) - i) + 1):
                part = kept[i : i + length]
                said = tuple([words[at] for at, _, _ in part])
                key = self._said.get(said) or self._keys.get(tuple([normal for _, normal, _ in part]))
                if key is not None:
                    exact = all(ok for _, _, ok in part)
                    span = Found(key, part[0][0], part[-1][0] + 1, exact)
                    found.append((-length, not exact, part[0][0], span))
        taken: set[int] = set()
        answer = []
        for _, _, _, span in sorted(found, key=lambda item: item[:3]):
            if taken.isdisjoint(range(span.first, span.end)):
                taken.update(range(span.first, span.end))
                answer.append(span)
        return answer

    @property
    def words(self) -> frozenset[str]:
        """Every word of every phrase, as it is matched."""
        return self._words

    def first(self, text: str) -> str | None:
        """What the best phrase in the text means."""
        found = self.find(tokens(text))
        return found[0].key if found else None

    def whole(self, text: str) -> str | None:
        """What the text means when all of it is one phrase."""
        return self._keys.get(self._normal(tokens(text)))
