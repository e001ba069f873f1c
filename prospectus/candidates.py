"""The courses that come into question, each with the run of it that fits best, and their order."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prospectus.columns import Columns, Ints, Tiny
from prospectus.day import Day, best_of
from prospectus.fairness import fair
from prospectus.filters import COSTS, FAR, PLACE, CourseFits, RunFits, Wanted
from prospectus.index import Catalogue

_STEP = 4_096
"""One more than the largest of the numbers that make up an order."""

_FEW = 10
"""One in so many courses is few: their runs are looked at one by one."""

_UNKNOWN_MILES = (1 << 17) - 1


@dataclass(frozen=True, slots=True)
class Candidates:
    """Courses with their runs, one of each array's places for each."""

    part: Tiny
    """Which part of the catalogue it is in."""
    course: Ints
    run: Ints
    missing: Ints
    distance: NDArray[np.float64]
    order: NDArray[np.int64]
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
    looked = [(number, part.columns, day := part.on(today), wanted.courses(part, day))
              for number, part in enumerate(catalogue.parts)]  # fmt: skip
    fit = Candidates.joined([
        _with_runs(number, columns, day, _without_lack(fits), wanted, fitting=True)
        for number, columns, day, fits in looked
    ])  # fmt: skip
    if len(fit):
        return fit, fit.of(slice(0, 0))
    # what does not fit only matters when nothing does
    return fit, Candidates.joined([_with_runs(*one, wanted, fitting=False) for one in looked])


def nearest(missing: Candidates) -> tuple[int, Candidates]:
    """What is let go when as little as possible is, and the candidates that this lets in."""
    kinds = np.unique(missing.missing)
    least = int(kinds[np.argmin(COSTS[kinds])])
    return least, missing.of(missing.missing == least)


def ordered(catalogue: Catalogue, found: Candidates, rotation: int, most: int) -> list[int]:
    """The places of the first ``most`` of them: by order, and fairly among equals."""
    chosen: list[int] = []
    left = found.order.copy()
    while len(chosen) < min(most, len(found)):
        tier = np.flatnonzero(left == left.min())
        left[tier] = np.iinfo(np.int64).max
        chosen += tier[fair(*_whose(catalogue, found.of(tier)), rotation, most - len(chosen))].tolist()
    return chosen


def _whose(catalogue: Catalogue, found: Candidates) -> tuple[Any, Any, Any]:
    """Providers and routes of candidates, by the order of their names, and their ranks."""
    providers = np.zeros(len(found), dtype=np.int64)
    routes = np.zeros(len(found), dtype=np.int64)
    rank = np.zeros(len(found))
    for number, part in enumerate(catalogue.parts):
        own = found.part == number
        courses = found.course[own]
        providers[own] = catalogue.provider_order[part.columns.provider[courses]]
        routes[own] = catalogue.route_order[part.columns.route[courses]]
        rank[own] = part.rank[courses]
    return providers, routes, rank


def _without_lack(fits: CourseFits) -> CourseFits:
    """Those that miss nothing."""
    if not fits.missing.any():
        return fits
    return _some(fits, np.flatnonzero(fits.missing == 0))


def _some(fits: CourseFits, chosen: Any) -> CourseFits:
    return CourseFits(fits.courses[chosen], fits.missing[chosen], fits.unsure[chosen], fits.weakness[chosen])


def _with_runs(
    number: int, columns: Columns, day: Day, fits: CourseFits, wanted: Wanted, *, fitting: bool
) -> Candidates:  # fmt: skip
    """Each course with the run that misses least, then has places, is nearest and soonest.

    ``fitting``: only runs that miss nothing, and so only courses that have one.
    """
    if fitting and wanted.by_start_or_place and len(fits.courses) > len(columns) // _FEW:
        runs, owner = _runs_there(columns, day, fits.courses, wanted)
    else:
        runs, owner = _runs(columns, day, fits.courses, wanted)
    run_fits = wanted.runs(columns, runs)
    if fitting and (wanted.by_run or wanted.by_place):
        kept = np.flatnonzero(run_fits.missing == 0)
        runs, owner, run_fits = runs[kept], owner[kept], run_fits.of(kept)
    if np.any(owner[1:] == owner[:-1]):
        best = _best(day, runs, owner, run_fits)
        runs, owner, run_fits = runs[best], owner[best], run_fits.of(best)
    if len(owner) != len(fits.courses):
        fits = _some(fits, owner)
    missing = fits.missing | run_fits.missing
    order = _order(day, runs, missing, fits, run_fits)
    part = np.full(len(runs), number, dtype=np.int8)
    return Candidates(part, fits.courses, runs, missing, run_fits.distance, order)


def _runs_there(columns: Columns, day: Day, courses: Ints, wanted: Wanted) -> tuple[Ints, Ints]:
    """The runs that fit the place and the start, of these courses: sooner found among all than course by course."""
    runs = wanted.there_then(columns, day)
    places = np.full(len(columns), -1, dtype=np.int32)
    places[courses] = np.arange(len(courses), dtype=np.int32)
    owner = places[columns.owner[runs]]
    kept = np.flatnonzero(owner >= 0)
    return runs[kept], owner[kept]


def _runs(columns: Columns, day: Day, courses: Ints, wanted: Wanted) -> tuple[Ints, Ints]:
    """The runs of courses that can be started, and for each which of the courses it is of.

    Only the best to have of each where the question makes no difference between them.
    """
    best = day.best[courses]
    if not wanted.by_run and not (wanted.by_place and not columns.one_site[courses].all()):
        return best, np.arange(len(courses), dtype=np.int32)
    begin = columns.first[courses]
    counts = columns.first[courses + 1] - begin
    if not wanted.by_run:
        single = columns.one_site[courses]
        begin, counts = np.where(single, best, begin), np.where(single, 1, counts)
    ends = np.cumsum(counts, dtype=np.int32)
    runs = np.arange(len(ends) and ends[-1], dtype=np.int32) + np.repeat(begin - (ends - counts), counts)
    owner = np.repeat(np.arange(len(courses), dtype=np.int32), counts)
    opened = np.flatnonzero(day.taken[runs] >= 0)
    return runs[opened].astype(np.int32), owner[opened]


def _best(day: Day, runs: Ints, owner: Ints, fits: RunFits) -> Ints:
    """Which run of each owner is best, as places in the arrays."""
    taken, near = day.taken[runs].astype(np.int64), fits.near.astype(np.int64)
    away = (fits.missing & (PLACE | FAR)) > 0
    miles = np.where(np.isnan(fits.distance), 0, np.minimum(np.nan_to_num(fits.distance) * 100, _UNKNOWN_MILES))
    key = COSTS[fits.missing].astype(np.int64) * 2 + fits.unsure
    for width, value in ((12, np.where(away, near, taken)), (12, np.where(away, taken, near)),
                         (17, miles.astype(np.int64)), (13, np.minimum(day.soon[runs], 8191))):  # fmt: skip
        key = key << width | value
    first = np.flatnonzero(np.diff(owner, prepend=-1, append=owner[-1] + 1)).astype(np.int32)
    return best_of(key, first)


def _order(day: Day, runs: Ints, missing: Ints, fits: CourseFits, run_fits: RunFits) -> NDArray[np.int64]:
    taken = day.taken[runs].astype(np.int64)
    weak, near = fits.weakness.astype(np.int64), run_fits.near.astype(np.int64)
    away = (missing & (PLACE | FAR)) > 0
    # for a place where there is nothing, the nearest comes first, to the mile
    order = (fits.unsure + run_fits.unsure).astype(np.int64)
    for value in (np.where(away, weak, taken), np.where(away, near, weak), np.where(away, taken, near)):
        order = order * _STEP + value
    return order
