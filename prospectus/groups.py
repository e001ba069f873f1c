"""Where in an array each number is, so that those who want one number need not look at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Groups:
    """The places of an array, by the number that is there."""

    order: Ints
    """Places, those with the smallest number first; rising among those with the same."""
    first: Ints
    """Where the places of each number begin in ``order``; one more at the end."""

    @classmethod
    def by(cls, numbers: NDArray[Any]) -> Self:
        """Of an array of numbers from 0."""
        first = np.zeros(int(numbers.max(initial=-1)) + 2, dtype=np.int32)
        np.cumsum(np.bincount(numbers, minlength=len(first) - 1), out=first[1:])
        return cls(np.argsort(numbers, kind="stable").astype(np.int32), first)

    def of(self, numbers: Iterable[int]) -> Ints:
        """The places that have one of these numbers, rising. A number that is nowhere, -1 too, has none."""
        last = len(self.first) - 1
        found = [self.order[self.first[n] : self.first[n + 1]] for n in numbers if 0 <= n < last]
        if len(found) == 1:
            return found[0]
        return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int32)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.order.nbytes + self.first.nbytes
