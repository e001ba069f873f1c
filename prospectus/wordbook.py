"""The words of the catalogue's titles and keywords, and which of them somebody meant who made a slip."""

from collections.abc import Collection, Iterable

from prospectus.words import LONG_WORD, LONGEST_WORD, SHORTEST_SLIP, slips, stem


class Wordbook:
    """Words by their first letter and length, so that few need to be looked at.

    An index of all slips, as a ``PhraseBook`` keeps, would take more memory than the courses.
    """

    def __init__(self, words: Iterable[tuple[str, str]]) -> None:
        """``words``: stems, each with a word that has it as it is written."""
        self._stems: set[str] = set()
        self._near: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for own, example in words:
            if own in self._stems:
                continue
            self._stems.add(own)
            if len(example) >= SHORTEST_SLIP - 1 and example.isalpha():
                self._near.setdefault((example[0], len(example)), []).append((example, _letters(example)))

    def __contains__(self, own: str) -> bool:
        return own in self._stems

    def meant(self, word: str, guard: Collection[str] = ()) -> str | None:
        """The word that this one is a slip of, when it is a slip of just one; None for a word that is known, is in
        ``guard``, is short, or is near to none.
        """
        if not SHORTEST_SLIP <= len(word) <= LONGEST_WORD or not word.isalpha() or word in guard:
            return None
        if stem(word) in self._stems or stem(word) in guard:
            return None
        most = 2 if len(word) >= LONG_WORD else 1
        own = _letters(word)
        found: list[tuple[int, str]] = []
        for length in range(len(word) - most, len(word) + most + 1):
            for known, letters in self._near.get((word[0], length), ()):
                # one slip changes which letters there are by two at most
                if (own ^ letters).bit_count() <= 2 * most and (distance := slips(word, known, most)) <= most:
                    found.append((distance, known))
        if not found:
            return None
        least = min(found)[0]
        nearest = sorted(known for distance, known in found if distance == least)
        return nearest[0] if len({stem(known) for known in nearest}) == 1 else None


def _letters(word: str) -> int:
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 31)
    return mask
