"""The courses that come into question, each with the run of it that fits best, and their order."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prospectus.columns import Columns, Ints, Tiny
from prospectus.day import Day
from prospectus.fairness import Chosen, fair
from prospectus.filters import COSTS, FAR, PLACE, CourseFits, RunFits, Wanted
from prospectus.index import Catalogue

_FEW = 10
"""One in so many courses is few: their runs are looked at one by one."""

_SOONEST = (1 << 13) - 1


@dataclass(frozen=True, slots=True)
class Candidates:
    """Courses with their runs, one of each array's places for each."""

    part: Tiny
    """Which part of the catalogue it is in."""
    course: Ints
    run: Ints
    missing: Ints
    order: Ints
    """Smaller comes first; the same: equals."""

    def __len__(self) -> int:
        return len(self.course)

    def of(self, chosen: Any) -> "Candidates":
        """Some of them."""
        return Candidates(*(getattr(self, f.name)[chosen] for f in fields(self)))

    @classmethod
    def joined(cls, several: list[Self]) -> "Candidates":
        """All of several."""
        if len(several) == 1:
            return several[0]
        return Candidates(*(np.concatenate([getattr(one, f.name) for one in several]) for f in fields(cls)))


def candidates(catalogue: Catalogue, wanted: Wanted, today: date) -> tuple[Candidates, Candidates]:
    """Those that fit, and, where none does, all that have something to do with the question."""
    fit = _all(catalogue, wanted, today, fitting=True)
    # what does not fit only matters when nothing does
    return fit, fit if len(fit) else _all(catalogue, wanted, today, fitting=False)


def _all(catalogue: Catalogue, wanted: Wanted, today: date, *, fitting: bool) -> Candidates:
    found = []
    for number, part in enumerate(catalogue.parts):
        day = part.on(today)
        fits = wanted.courses(part, day, fitting=fitting)
        found.append(_with_runs(number, part.columns, day, fits, wanted, fitting=fitting))
    return Candidates.joined(found)


def nearest(missing: Candidates) -> tuple[int, Candidates]:
    """What is let go when as little as possible is, and the candidates that this lets in."""
    kinds = np.flatnonzero(np.bincount(missing.missing, minlength=1))
    least = int(kinds[np.argmin(COSTS[kinds])])
    return least, missing.of(missing.missing == least)


def ordered(catalogue: Catalogue, found: Candidates, rotation: int, most: int) -> list[int]:
    """The places of the first ``most`` of them: by order, and fairly among equals."""
    chosen: list[int] = []
    left = found.order
    at: Ints | None = None
    while len(chosen) < min(most, len(found)):
        least = left.min()
        tier = np.flatnonzero(left == least) if at is None else at[left == least]
        chosen += tier[fair(*_whose(catalogue, found, tier), rotation, most - len(chosen))].tolist()
        if len(chosen) < most:
            rest = np.flatnonzero(left > least)
            left, at = left[rest], rest if at is None else at[rest]
    return chosen


def _whose(catalogue: Catalogue, found: Candidates, tier: Any) -> tuple[Any, Any, Chosen]:
    """Providers and routes of some candidates, by the order of their names, and their ranks."""
    courses = found.course[tier]
    if len(catalogue.parts) == 1:
        (providers, routes), part = catalogue.whose[0], catalogue.parts[0]
        return providers[courses], routes[courses], lambda own: part.rank[courses[own]]
    providers, routes = np.zeros(len(tier), dtype=np.int32), np.zeros(len(tier), dtype=np.int32)
    rank = np.zeros(len(tier))
    for number, part in enumerate(catalogue.parts):
        own = found.part[tier] == number
        providers[own], routes[own] = (names[courses[own]] for names in catalogue.whose[number])
        rank[own] = part.rank[courses[own]]
    return providers, routes, rank.__getitem__


def _some(fits: CourseFits, chosen: Any) -> CourseFits:
    return CourseFits(fits.courses[chosen], fits.missing[chosen], fits.unsure[chosen], fits.weakness[chosen])


def _with_runs(
    number: int, columns: Columns, day: Day, fits: CourseFits, wanted: Wanted, *, fitting: bool
) -> Candidates:  # fmt: skip
    """Each course with the run that misses least, then has places, is nearest and soonest.

    ``fitting``: only runs that miss nothing, and so only courses that have one.
    """
    if fitting and wanted.by_start and len(fits.courses) > len(columns) // _FEW:
        runs, owner = _runs_then(columns, day, fits.courses, wanted)
    else:
        runs, owner = _runs(columns, day, fits.courses, wanted)
    run_fits = wanted.runs(columns, day, runs)
    if fitting and (wanted.by_run or wanted.by_place):
        kept = np.flatnonzero(run_fits.missing == 0)
        if len(kept) < len(runs):
            runs, owner, run_fits = runs[kept], owner[kept], run_fits.of(kept)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    if len(first) < len(owner):
        # the best to have of each course comes first: only what the question adds to that must be looked at
        plain = fitting and not wanted.by_place and not wanted.by_days
        best = first if plain else _best(columns, day, runs, first, run_fits, wanted)
        runs, owner, run_fits = runs[best], owner[best], run_fits.of(best)
    if len(owner) != len(fits.courses):
        fits = _some(fits, owner)
    missing = fits.missing | run_fits.missing
    part = np.full(len(runs), number, dtype=np.int8)
    return Candidates(part, fits.courses, runs, missing, _order(day, runs, missing, fits, run_fits))


def _runs_then(columns: Columns, day: Day, courses: Ints, wanted: Wanted) -> tuple[Ints, Ints]:
    """The runs that fit the start, of these courses: sooner found among all than course by course."""
    runs = wanted.then(columns, day)
    places = np.full(len(columns), -1, dtype=np.int32)
    places[courses] = np.arange(len(courses), dtype=np.int32)
    owner = places[columns.owner[runs]]
    kept = np.flatnonzero(owner >= 0)
    return (runs, owner) if len(kept) == len(runs) else (runs[kept], owner[kept])


def _runs(columns: Columns, day: Day, courses: Ints, wanted: Wanted) -> tuple[Ints, Ints]:
    """The runs of courses that can be started, the best to have of each first, and which course each is of.

    Only the best to have of each where the question makes no difference between them.
    """
    best = day.best[courses]
    if not wanted.by_run and not (wanted.by_place and not columns.one_site[courses].all()):
        return best, np.arange(len(courses), dtype=np.int32)
    begin = columns.first[courses]
    counts = columns.first[courses + 1] - begin
    if not wanted.by_run:
        counts = np.where(columns.one_site[courses], 1, counts)
    ends = np.cumsum(counts, dtype=np.int32)
    runs = day.better[np.arange(len(ends) and ends[-1], dtype=np.int32) + np.repeat(begin - (ends - counts), counts)]
    owner = np.repeat(np.arange(len(courses), dtype=np.int32), counts)
    opened = np.flatnonzero(day.taken[runs] >= 0)
    return runs[opened], owner[opened]


def _best(columns: Columns, day: Day, runs: Ints, first: Ints, fits: RunFits, wanted: Wanted) -> Ints:
    """Which run of each owner is best, as places in the arrays. ``first``: where those of each begin."""
    counts = np.diff(first, append=len(runs))
    several = np.flatnonzero(counts > 1)
    own = np.flatnonzero(np.repeat(counts > 1, counts))
    runs, fits, counts = runs[own], fits.of(own), counts[several]
    taken, near = day.taken[runs].astype(np.int64), fits.near.astype(np.int64)
    away = (fits.missing & (PLACE | FAR)) > 0
    key = COSTS[fits.missing].astype(np.int64) * 2 + fits.unsure
    for width, value in ((12, np.where(away, near, taken)), (12, np.where(away, taken, near)),
                         (17, wanted.hundredths(columns, runs)), (13, np.minimum(day.soon[runs], _SOONEST))):  # fmt: skip
        key = key << width | value
    begin = np.cumsum(counts) - counts
    at = np.flatnonzero(key == np.repeat(np.minimum.reduceat(key, begin), counts))
    # the first one that is as small, of each
    best = first.copy()
    best[several] = own[at[np.searchsorted(at, begin)]]
    return best


def _order(day: Day, runs: Ints, missing: Ints, fits: CourseFits, run_fits: RunFits) -> Ints:
    """Two bits for what is not known, two for how far it is taken, and twelve each for words and miles."""
    taken, unsure = day.taken[runs].astype(np.int32), fits.unsure + run_fits.unsure
    order: NDArray[np.int32] = ((unsure << 2 | taken) << 12 | fits.weakness) << 12 | run_fits.near
    away = (missing & (PLACE | FAR)) > 0
    if away.any():
        # for a place where there is nothing, the nearest comes first, to the mile
        order = np.where(away, ((unsure << 12 | fits.weakness) << 12 | run_fits.near) << 2 | taken, order)
    return order
