"""The courses that come into question, each with the run of it that fits best, and their order."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prospectus.columns import Columns, Ints, Tiny
from prospectus.day import Day, best_of
from prospectus.fairness import fair
from prospectus.filters import COSTS, FAR, PLACE, CourseFits, Wanted
from prospectus.index import Catalogue, Part

_STEP = 4_096
"""One more than the largest of the numbers that make up an order."""

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
    looked: list[tuple[int, Part, Day, CourseFits]] = []
    fitting: list[Candidates] = []
    for number, part in enumerate(catalogue.parts):
        day = part.on(today)
        fits = wanted.courses(part, day)
        looked.append((number, part, day, fits))
        found = _with_runs(number, part.columns, day, _some(fits, fits.missing == 0), wanted)
        fitting.append(found.of(found.missing == 0))
    fit = Candidates.joined(fitting)
    if len(fit):
        return fit, fit.of(slice(0, 0))
    # what does not fit only matters when nothing does
    rest = [_with_runs(number, part.columns, day, fits, wanted) for number, part, day, fits in looked]
    return fit, Candidates.joined(rest)


def nearest(missing: Candidates) -> tuple[int, Candidates]:
    """What is let go when as little as possible is, and the candidates that this lets in."""
    kinds = np.unique(missing.missing)
    least = int(kinds[np.argmin(COSTS[kinds])])
    return least, missing.of(missing.missing == least)


def ordered(catalogue: Catalogue, found: Candidates, rotation: int, most: int) -> list[int]:
    """The places of the first ``most`` of them: by order, and fairly among equals."""
    providers = np.zeros(len(found), dtype=np.int64)
    routes = np.zeros(len(found), dtype=np.int64)
    rank = np.zeros(len(found))
    for number, part in enumerate(catalogue.parts):
        own = found.part == number
        courses = found.course[own]
        providers[own] = catalogue.provider_order[part.columns.provider[courses]]
        routes[own] = catalogue.route_order[part.columns.route[courses]]
        rank[own] = part.rank[courses]
    chosen: list[int] = []
    left = found.order.copy()
    while len(chosen) < min(most, len(found)):
        tier = np.flatnonzero(left == left.min())
        left[tier] = np.iinfo(np.int64).max
        chosen += tier[fair(providers[tier], routes[tier], rank[tier], rotation, most - len(chosen))].tolist()
    return chosen


def _some(fits: CourseFits, chosen: Any) -> CourseFits:
    return CourseFits(fits.courses[chosen], fits.missing[chosen], fits.unsure[chosen], fits.weakness[chosen])


def _with_runs(number: int, columns: Columns, day: Day, fits: CourseFits, wanted: Wanted) -> Candidates:
    """Each course with the run that misses least, then has places, is nearest and soonest."""
    courses = fits.courses
    chosen = day.best[courses]
    if wanted.by_run or wanted.by_place:
        chosen = chosen.copy()
        # where the question makes no difference between its runs, the best to have is best
        several = (np.diff(columns.first)[courses] > 1) & (True if wanted.by_run else ~columns.one_site[courses])
        at = np.flatnonzero(several)
        if len(at):
            chosen[at] = _best_runs(columns, day, courses[at], wanted)
    return _candidates(number, columns, day, fits, chosen, wanted)


def _best_runs(columns: Columns, day: Day, courses: Ints, wanted: Wanted) -> Ints:
    begin = columns.first[courses]
    counts = columns.first[courses + 1] - begin
    first = np.zeros(len(courses) + 1, dtype=np.int32)
    np.cumsum(counts, out=first[1:])
    runs = np.arange(first[-1], dtype=np.int32) + np.repeat(begin - first[:-1], counts).astype(np.int32)
    fits = wanted.runs(columns, day, runs)
    taken = day.taken[runs].astype(np.int64)
    away = (fits.missing & (PLACE | FAR)) > 0
    miles = np.where(np.isnan(fits.distance), 0, np.minimum(np.nan_to_num(fits.distance) * 100, _UNKNOWN_MILES))
    near = fits.near.astype(np.int64)
    key = COSTS[fits.missing].astype(np.int64) * 2 + fits.unsure
    for width, value in ((12, np.where(away, near, taken)), (12, np.where(away, taken, near)),
                         (17, miles.astype(np.int64)), (13, np.minimum(day.soon[runs], 8191))):  # fmt: skip
        key = key << width | value
    key[taken < 0] = np.iinfo(np.int64).max
    return runs[best_of(key, first)]


def _candidates(
    number: int, columns: Columns, day: Day, fits: CourseFits, runs: Ints, wanted: Wanted
) -> Candidates:  # fmt: skip
    run_fits = wanted.runs(columns, day, runs)
    missing = fits.missing | run_fits.missing
    taken = day.taken[runs].astype(np.int64)
    weak, near = fits.weakness.astype(np.int64), run_fits.near.astype(np.int64)
    away = (missing & (PLACE | FAR)) > 0
    # for a place where there is nothing, the nearest comes first, to the mile
    order = (fits.unsure + run_fits.unsure).astype(np.int64)
    for value in (np.where(away, weak, taken), np.where(away, near, weak), np.where(away, taken, near)):
        order = order * _STEP + value
    part = np.full(len(runs), number, dtype=np.int8)
    return Candidates(part, fits.courses, runs, missing, run_fits.distance, order)
