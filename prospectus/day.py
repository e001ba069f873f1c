"""What of the catalogue can be started on a day."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from prospectus.columns import PLACES, Columns, Flags, Ints, Tiny

CLOSED = -1
"""A run that nobody can start any more."""

MOST_DAYS = (1 << 20) - 1

_WORST = np.iinfo(np.int32).max
_NEVER_ENDS = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class Day:
    """The runs as they stand on a day."""

    today: int
    taken: Tiny
    """For each run: 0 while there may be a place; then 1 waiting list, 2 past the last day to apply, 3 full;
    ``CLOSED`` where it cannot be started."""
    soon: Ints
    """For each run, how soon it can be started: 0 any week, then days from today plus one, and last not known."""
    better: Ints
    """The runs, those of each course where its runs are, the best to have first: one with places, then with a known
    start, then soon. Those that cannot be started come last."""
    best: Ints
    """For each course, its run that is best to have; -1: none."""
    startable: Ints
    """The courses that have one."""
    latest: Ints
    """For each run, the last day on which it can be begun; -1 where that is never, or not known."""


def day_of(columns: Columns, alive: Flags | None, today: date) -> Day:
    """The runs of some columns on a day."""
    now = today.toordinal()
    rolling = columns.roll_on & ((columns.end == 0) | (columns.end > now))
    opened = rolling | (~columns.roll_on & ((columns.start == 0) | (columns.start >= now)))
    if alive is not None:
        opened &= alive[columns.owner]
    taken = np.zeros(len(columns.owner), dtype=np.int8)
    taken[columns.places == PLACES.index("waiting_list")] = 1
    taken[(columns.apply_by != 0) & (columns.apply_by < now)] = 2
    taken[columns.places == PLACES.index("full")] = 3
    taken[~opened] = CLOSED
    ahead = np.clip(columns.start - now + 1, 0, MOST_DAYS)
    soon = np.where(columns.roll_on & (columns.start < now), 0, np.where(columns.start == 0, MOST_DAYS + 1, ahead))
    soon[columns.roll_on & (columns.start == 0)] = 0
    soon = soon.astype(np.int32)
    key = taken.astype(np.int32) << 21 | soon
    key[~opened] = _WORST
    better = np.lexsort((key, columns.owner)).astype(np.int32)
    best = better[columns.first[:-1]]
    best = np.where(taken[best] >= 0, best, -1).astype(np.int32)
    ends = np.where(columns.end == 0, _NEVER_ENDS, columns.end - 1)
    latest = np.where(columns.roll_on, ends, columns.start)
    latest[~opened | (~columns.roll_on & (columns.start == 0))] = CLOSED
    return Day(now, taken, soon, better, best, np.flatnonzero(best >= 0).astype(np.int32), latest.astype(np.int32))


def without(day: Day, columns: Columns, alive: Flags) -> Day:
    """The same day with fewer courses alive: quicker than to look at all runs again."""
    gone = ~alive.take(columns.owner)
    return Day(
        day.today,
        np.where(gone, np.int8(CLOSED), day.taken),
        day.soon,
        day.better,
        np.where(alive, day.best, np.int32(CLOSED)),
        day.startable.compress(alive.take(day.startable)),
        np.where(gone, np.int32(CLOSED), day.latest),
    )
