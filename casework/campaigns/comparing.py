"""Two groups compared: the difference between two shares, how uncertain it is, and that in plain words."""

from dataclasses import dataclass
from math import sqrt

LEVEL = 0.95
"""Of a hundred intervals so made, about 95 hold what they are meant to."""

SMALL = 5
"""A count below this, of those with the outcome or of those without, is not shown."""


@dataclass(frozen=True)
class Share:
    """So many of a group."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """From 0 to 1; 0 of an empty group."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval, 95 %. Source: E. B. Wilson, JASA 22 (1927), 209-212."""
        # it takes a second and 80 MB: only whoever looks at a comparison needs it
        from scipy.stats import binomtest

        if not self.of:
            return 0.0, 1.0
        low, high = binomtest(self.count, self.of).proportion_ci(LEVEL, method="wilson")
        return float(low), float(high)

    @property
    def small(self) -> bool:
        """Whether it could tell who somebody is."""
        return self.of < SMALL or 0 < self.count < SMALL or 0 < self.of - self.count < SMALL


@dataclass(frozen=True)
class Comparison:
    """Those who were written to beside those who were held out, each as they were assigned, whatever came of it."""

    written: Share
    held: Share

    @property
    def difference(self) -> float:
        """The share of those written to, less that of those held out."""
        return self.written.value - self.held.value

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the difference: Newcombe's hybrid score interval (his method 10), out of two of Wilson's.

        Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890.
        """
        (low1, high1), (low0, high0) = self.written.interval, self.held.interval
        p1, p0 = self.written.value, self.held.value
        below = sqrt((p1 - low1) ** 2 + (high0 - p0) ** 2)
        above = sqrt((high1 - p1) ** 2 + (p0 - low0) ** 2)
        return max(-1.0, self.difference - below), min(1.0, self.difference + above)

    @property
    def settled(self) -> bool:
        """Whether chance alone is an unlikely explanation: the interval leaves nought out."""
        low, high = self.interval
        return low > 0 or high < 0

    @property
    def small(self) -> bool:
        """Whether either group is too small to be shown."""
        return self.written.small or self.held.small

    def in_words(self) -> str:
        """What it comes to, for somebody who reads no statistics; in people of a hundred."""
        low, high = self.interval
        return f"{_about(self.difference)}; it could be anywhere from {_side(low)} to {_side(high)}; {self._verdict()}."

    def _verdict(self) -> str:
        if not self.settled:
            return "too early to say whether writing made a difference"
        return f"writing very probably made for {'more' if self.difference > 0 else 'fewer'}"


def _about(difference: float) -> str:
    per = round(abs(difference) * 100)
    if per == 0:
        return "About as many in both groups"
    return f"About {per} in 100 {'more' if difference > 0 else 'fewer'} of those written to"


def _side(limit: float) -> str:
    per = round(abs(limit) * 100)
    if per == 0:
        return "as many"
    return f"{per} {'more' if limit > 0 else 'fewer'}"
