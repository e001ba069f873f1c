"""When each message of a campaign is due: inside sending hours, on no bank holiday, and never above the rate."""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from casework.clock import LONDON
from casework.hours import SendingPolicy, next_permitted


def schedule(nations: Sequence[str], start: datetime, per_hour: int, policy: SendingPolicy) -> list[datetime]:
    """A moment (UTC) for each, in the order in which they stand, each where their own nation's days permit it.

    Two moments are at least an hour divided by ``per_hour`` apart, so that no hour, wherever it begins, has more than
    that. While one nation has a bank holiday the others go on. Raises ``ValueError`` for a rate below one.
    """
    if per_hour < 1:
        raise ValueError("at least one message an hour")
    # rounded up to a microsecond: never above the rate
    apart = timedelta(microseconds=-(-3_600_000_000 // per_hour))
    waiting: dict[str, deque[int]] = {}
    for place, nation in enumerate(nations):
        waiting.setdefault(nation, deque()).append(place)
    opens = {nation: _Open(nation, policy) for nation in waiting}
    due: dict[int, datetime] = {}
    now = start
    while waiting:
        at, place, nation = min((opens[nation].at(now), line[0], nation) for nation, line in waiting.items())
        due[place] = at
        waiting[nation].popleft()
        if not waiting[nation]:
            del waiting[nation]
        now = at + apart
    return [due[place] for place in range(len(nations))]


class _Open:
    """Remembers the hours of the day it last looked at: the calendar is asked once a day and not for every message."""

    def __init__(self, nation: str, policy: SendingPolicy) -> None:
        self._nation, self._policy = nation, policy
        self._opens = self._closes = datetime.min.replace(tzinfo=LONDON)

    def at(self, now: datetime) -> datetime:
        if self._opens <= now < self._closes:
            return now
        found = next_permitted(now, self._nation, self._policy)
        day = found.astimezone(self._policy.timezone).date()
        self._opens, self._closes = found, self._policy.window(day)[1]
        return found


def by_hour(moments: Iterable[datetime]) -> list[tuple[datetime, int]]:
    """How many are due in each hour by the clock in London, the first first. Hours without any are left out."""
    found = Counter(at.replace(minute=0, second=0, microsecond=0) for at in moments)
    return [(hour.astimezone(LONDON), found[hour]) for hour in sorted(found)]
