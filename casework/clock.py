"""Time as an argument, so that a test, a replay or a whole academic year can be run on any date."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Answers the present moment as an aware UTC datetime."""

LONDON = ZoneInfo("Europe/London")


def system_clock() -> datetime:
    """The machine's clock, in UTC. The only place in the project that reads it for a rule or a record."""
    return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved.

    >>> clock = FixedClock(datetime(2026, 9, 1, 9, tzinfo=UTC))
    >>> clock.advance(minutes=5)
    >>> clock().isoformat()
    '2026-09-01T09:05:00+00:00'
    """

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self.now = now.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        """Move forward by ``timedelta(**delta)``."""
        self.now += timedelta(**delta)
