"""Words that are one slip of the finger away from a known one. Pure Python.

The index keeps each known word under what is left of it when letters are taken out, so that a slip is found by
looking up a few keys and not by comparing with every word.
"""

from typing import Dict, Iterable, Iterator, List, Set, Tuple

ONE_SLIP_FROM = 6
"""Letters a word needs before one slip is forgiven: shorter words turn into other real ones."""
TWO_SLIPS_FROM = 9


class Index:
    """Known words, found in spite of a slip or two."""

    def __init__(self, known: Iterable[str], *, one_from: int = ONE_SLIP_FROM, two_from: int = TWO_SLIPS_FROM) -> None:
        """``one_from`` and ``two_from`` are the letters from which one slip and two slips are forgiven."""
        self._one, self._two = one_from, two_from
        self._near: Dict[str, List[str]] = {}
        for word in sorted(set(known)):
            if len(word) >= one_from - 1:
                for cut in _cuts(word, self._slips(word)):
                    self._near.setdefault(cut, []).append(word)

    def nearest(self, word: str) -> List[str]:
        """The known words that ``word`` may be a slip of, all equally near; the first letter is never a slip."""
        if len(word) < self._one:
            return []
        candidates: Set[str] = set()
        for cut in _cuts(word, self._slips(word)):
            candidates.update(self._near.get(cut, ()))
        scored: List[Tuple[int, str]] = sorted(
            (slips, known)
            for known in candidates
            if known[0] == word[0] and (slips := distance(word, known)) <= min(self._slips(known), self._slips(word))
        )
        return [known for slips, known in scored if slips == scored[0][0]]

    def _slips(self, word: str) -> int:
        return 2 if len(word) >= self._two else 1


def _cuts(text: str, depth: int) -> Iterator[str]:
    """``text`` and what is left of it after taking out up to ``depth`` letters."""
    layer = {text}
    yield text
    for _ in range(depth):
        layer = {t[:i] + t[i + 1 :] for t in layer for i in range(len(t))}
        yield from layer


def distance(a: str, b: str) -> int:
    """Slips between two words: a letter too many, too few, wrong, or two that changed places."""
    before: List[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i] + [0] * len(b)
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
