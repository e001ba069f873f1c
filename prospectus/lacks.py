"""What of a question something does not fit, as bits, and what it costs to let that go."""

import numpy as np

from prospectus import sites

PLACE, FAR = sites.PLACE, sites.FAR
LEVEL, START, WORDS, PROVIDER, ROUTE, ANY_LEVEL, DAYS, AGE = 2, 4, 16, 32, 64, 128, 256, 512

# what is easiest to let go costs least; any one alone costs less than any two together
_COST = {PLACE: 40, LEVEL: 42, DAYS: 43, START: 44, FAR: 46, WORDS: 48, PROVIDER: 50, ROUTE: 52, ANY_LEVEL: 54, AGE: 56}
_NAME = {
    PLACE: "place", FAR: "place", LEVEL: "level", ANY_LEVEL: "level", DAYS: "days", START: "start", WORDS: "words",
    PROVIDER: "provider", ROUTE: "route", AGE: "age",
}  # fmt: skip
COSTS = np.array([sum(cost for bit, cost in _COST.items() if missing & bit) for missing in range(1024)], np.int32)
"""For what is missing: how much is let go. Fewer things first, then the ones that matter least."""


def let_go(missing: int) -> list[str]:
    """The names of what is let go, in the order of how easily it is."""
    return list(dict.fromkeys(_NAME[bit] for bit in _COST if missing & bit))
