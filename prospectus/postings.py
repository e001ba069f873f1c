"""Which courses have which word, and how near to their title."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prospectus.words import joined, stem, tokens

TITLE, STRONG, REST = 0, 1, 2
"""Where a course has a word: in its title, in its qualification or keywords, or anywhere else."""

Ints = NDArray[np.int32]
Bytes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Postings:
    """Stems and the courses that have them: of each stem a run of ``courses``, in rising order, with ``where``."""

    numbers: dict[str, int]
    """Each stem's number."""
    examples: list[str]
    """For each stem, a word that has it, as it is written."""
    first: Ints
    """Where the courses of each stem begin; one more at the end."""
    courses: Ints
    where: Bytes

    def of(self, word: str) -> tuple[Ints, Bytes] | None:
        """The courses that have a stem, in rising order, and where each has it; None when none has."""
        number = self.numbers.get(word)
        if number is None:
            return None
        part = slice(self.first[number], self.first[number + 1])
        return self.courses[part], self.where[part]

    def has(self, course: int, word: str) -> bool:
        """Whether a course has a stem."""
        found = self.of(word)
        if found is None:
            return False
        at = int(np.searchsorted(found[0], course))
        return at < len(found[0]) and int(found[0][at]) == course

    def telling(self) -> Iterator[tuple[str, str]]:
        """Stems that are in a title or among keywords, each with a word that has it."""
        strong = np.zeros(len(self.examples) + 1, dtype=bool)
        near = np.flatnonzero(self.where <= STRONG)
        strong[np.searchsorted(self.first, near, side="right") - 1] = True
        return ((word, self.examples[number]) for word, number in self.numbers.items() if strong[number])

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.first.nbytes + self.courses.nbytes + self.where.nbytes


class Gathering:
    """Collects the words of one course after another."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._examples: list[str] = []
        self._stems: dict[str, int] = {}
        self._words, self._courses, self._where = array("i"), array("i"), array("b")

    def add(self, course: int, title: str, strong: str, rest: str) -> None:
        """Take a course's words; courses come in rising order."""
        seen: dict[int, int] = {}
        for where, text in ((TITLE, title), (STRONG, strong), (REST, rest)):
            for token in (*tokens(text), *joined(text)):
                number = self._stems.get(token)
                if number is None:
                    number = self._number(token)
                seen.setdefault(number, where)
        self._words.extend(seen)
        self._where.extend(seen.values())
        self._courses.extend([course] * len(seen))

    def _number(self, token: str) -> int:
        word = stem(token)
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self._examples)
            self._examples.append(token)
        self._stems[token] = number
        return number

    def done(self) -> Postings:
        """Everything taken, by word."""
        words = np.frombuffer(self._words, dtype=np.int32) if self._words else np.zeros(0, np.int32)
        order = np.argsort(words, kind="stable")
        first = np.zeros(len(self._examples) + 1, dtype=np.int32)
        np.cumsum(np.bincount(words, minlength=len(self._examples)), out=first[1:])
        courses = np.frombuffer(self._courses, dtype=np.int32) if self._courses else np.zeros(0, np.int32)
        where = np.frombuffer(self._where, dtype=np.int8) if self._where else np.zeros(0, np.int8)
        return Postings(self._numbers, self._examples, first, courses[order], where[order])
