"""How fast one chat session may write: a bucket of tokens each, keyed on the session and not on the network address,
for a whole college can sit behind one of those."""

from collections import OrderedDict
from datetime import datetime

BURST = 10
"""Messages that can come at once. Somebody in trouble writes in bursts, and none of it may be turned away lightly."""

PER_SECOND = 0.5
"""Messages a second after that."""

REMEMBERED = 20_000


class RateLimit:
    """Counts what sessions write. A message that is not allowed is not stored, and its sender is told."""

    def __init__(self, burst: float = BURST, per_second: float = PER_SECOND) -> None:
        self._burst = burst
        self._per_second = per_second
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def allows(self, address: str, now: datetime) -> bool:
        """Whether this session may write one more message now; if so, it counts."""
        left, since = self._buckets.pop(address, (self._burst, now))
        left = min(self._burst, left + max(0.0, (now - since).total_seconds()) * self._per_second)
        allowed = left >= 1
        self._buckets[address] = (left - 1 if allowed else left, now)
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return allowed
