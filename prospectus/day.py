"""What of the catalogue can be started on a day."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from prospectus.columns import PLACES, Columns, Flags, Ints, Tiny

CLOSED = -1
"""A run that nobody can start any more."""

MOST_DAYS = (1 << 20) - 1


@dataclass(frozen=True, slots=True)
class Day:
    """The runs as they stand on a day."""

    today: int
    taken: Tiny
    """For each run: 0 while there may be a place; then 1 waiting list, 2 past the last day to apply, 3 full;
    ``CLOSED`` where it cannot be started."""
    soon: Ints
    """For each run, how soon it can be started: 0 any week, then days from today plus one, and last not known."""
    best: Ints
    """For each course, its run that is best to have: one with places, then with a known start, then soon; -1: none."""


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
    key = (taken.astype(np.int64) << 32) | soon
    key[~opened] = np.iinfo(np.int64).max
    return Day(now, taken, soon, best_of(key, columns.first))


def best_of(key: np.ndarray, first: Ints) -> Ints:
    """For each stretch between two of ``first``, where its smallest key is, the earliest of equals.

    -1 where all are the largest number there is. No stretch is empty.
    """
    if len(first) < 2:
        return np.zeros(0, dtype=np.int32)
    least = np.minimum.reduceat(key, first[:-1])
    at = np.flatnonzero(key == np.repeat(least, np.diff(first)))
    # the first one that is as small, of each stretch
    best = at[np.searchsorted(at, first[:-1])].astype(np.int32)
    best[least == np.iinfo(np.int64).max] = -1
    return best
