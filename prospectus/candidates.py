"""The courses that come into question, each with the run of it that fits best, and their order."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from prospectus.columns import Columns, Ints, Tiny
from prospectus.day import Day
from prospectus.fairness import Chosen, fair
from prospectus.filters import CourseFits, RunFits, Wanted
from prospectus.index import Catalogue
from prospectus.lacks import COSTS, FAR, PLACE

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
        return Candidates(*(getattr(self, f.name).take(chosen) for f in fields(self)))

    @classmethod
    def joined(cls, several: list[Self]) -> "Candidates":
        """All of several."""
        if len(several) == 1:
            return several[0]
        return Candidates(*(np.concatenate([getattr(one, f.name) for one in several]) for f in fields(cls)))


def candidates(catalogue: Catalogue, wanted: Wanted, today: date) -> tuple[Candidates, Candidates]:
    """Those that fit, and, where none does, those that have something to do with the question."""
    fit = _all(catalogue, wanted, today, let=0)
    if len(fit):
        return fit, fit
    # what does not fit only matters when nothing does; nothing costs less than to go a little further away
    near = _all(catalogue, wanted, today, let=PLACE) if wanted.by_known_place else fit
    return fit, near if len(near) else _all(catalogue, wanted, today, let=None)


def _all(catalogue: Catalogue, wanted: Wanted, today: date, *, let: int | None) -> Candidates:
    """Those that miss nothing but ``let``; None: anything."""
    found = []
    for number, part in enumerate(catalogue.parts):
        day = part.on(today)
        fits = wanted.courses(part, day, let=let)
        found.append(_with_runs(number, part.columns, day, fits, wanted, let=let))
    return Candidates.joined(found)


def nearest(missing: Candidates) -> tuple[int, Candidates]:
    """What is let go when as little as possible is, and the candidates that this lets in."""
    kinds = np.flatnonzero(np.bincount(missing.missing, minlength=1))
    least = int(kinds[np.argmin(COSTS[kinds])])
    return least, missing.of(np.flatnonzero(missing.missing == least))


def ordered(catalogue: Catalogue, found: Candidates, rotation: int, most: int) -> list[int]:
    """The places of the first ``most`` of them: by order, and fairly among equals."""
    chosen: list[int] = []
    left = found.order
    at: Any = None
    while len(chosen) < min(most, len(found)):
        least = left.min()
        tier = np.flatnonzero(left == least) if at is None else at.compress(left == least)
        chosen += tier[fair(*_whose(catalogue, found, tier), rotation, most - len(chosen))].tolist()
        if len(chosen) < most:
            rest = np.flatnonzero(left > least)
            left, at = left.take(rest), rest if at is None else at.take(rest)
    return chosen


def _whose(catalogue: Catalogue, found: Candidates, tier: Any) -> tuple[Any, Any, Chosen]:
    """Providers and routes of some candidates, by the order of their names, and their ranks."""
    courses = found.course.take(tier)
    if len(catalogue.parts) == 1:
        (providers, routes), part = catalogue.whose[0], catalogue.parts[0]
        return providers.take(courses), routes.take(courses), lambda own: part.rank[courses[own]]
    providers, routes = np.zeros(len(tier), dtype=np.int32), np.zeros(len(tier), dtype=np.int32)
    rank = np.zeros(len(tier))
    for number, part in enumerate(catalogue.parts):
        own = found.part[tier] == number
        providers[own], routes[own] = (names[courses[own]] for names in catalogue.whose[number])
        rank[own] = part.rank[courses[own]]
    return providers, routes, rank.__getitem__


def _some(fits: CourseFits, chosen: Any) -> CourseFits:
    return CourseFits(*(getattr(fits, f.name).take(chosen) for f in fields(CourseFits)))


def _with_runs(
    number: int, columns: Columns, day: Day, fits: CourseFits, wanted: Wanted, *, let: int | None
) -> Candidates:  # fmt: skip
    """Each course with the run that misses least, then has places, is nearest and soonest.

    ``let``: only runs that miss nothing else, and so only courses that have one; None: any.
    """
    if let is not None and wanted.by_start and len(fits.courses) > len(columns) // _FEW:
        runs, owner = _runs_then(columns, day, fits.courses, wanted)
    else:
        runs, owner = _runs(columns, day, fits.courses, wanted)
    run_fits = wanted.runs(columns, day, runs)
    if let is not None and (wanted.by_run or wanted.by_place):
        kept = np.flatnonzero(run_fits.missing & ~let == 0)
        if len(kept) < len(runs):
            runs, owner, run_fits = runs.take(kept), owner.take(kept), run_fits.of(kept)
    again = owner[1:] == owner[:-1]
    if again.any():
        first = np.flatnonzero(np.append(True, ~again))
        # the best to have of each course comes first: only what the question adds to that must be looked at
        plain = let is not None and not wanted.by_place and not wanted.by_days
        best = first if plain else _best(columns, day, runs, first, run_fits, wanted)
        runs, owner, run_fits = runs.take(best), owner.take(best), run_fits.of(best)
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
    owner = places.take(columns.owner.take(runs))
    kept = owner >= 0
    return (runs, owner) if kept.all() else (runs.compress(kept), owner.compress(kept))


def _runs(columns: Columns, day: Day, courses: Ints, wanted: Wanted) -> tuple[Ints, Ints]:
    """The runs of courses that can be started, the best to have of each first, and which course each is of.

    Only the best to have of each where the question makes no difference between them.
    """
    best = day.best.take(courses)
    if not wanted.by_run and not (wanted.by_place and not columns.one_site.take(courses).all()):
        return best, np.arange(len(courses), dtype=np.int32)
    begin = columns.first.take(courses)
    counts = columns.first.take(courses + 1) - begin
    if not wanted.by_run:
        counts = np.where(columns.one_site.take(courses), 1, counts)
    ends = np.cumsum(counts, dtype=np.int32)
    at = np.arange(len(ends) and ends[-1], dtype=np.int32) + np.repeat(begin - (ends - counts), counts)
    runs = day.better.take(at)
    owner = np.repeat(np.arange(len(courses), dtype=np.int32), counts)
    opened = day.taken.take(runs) >= 0
    return runs.compress(opened), owner.compress(opened)


def _best(columns: Columns, day: Day, runs: Ints, first: Any, fits: RunFits, wanted: Wanted) -> Any:
    """Which run of each owner is best, as places in the arrays. ``first``: where those of each begin."""
    counts = np.diff(first, append=len(runs))
    several = np.flatnonzero(counts > 1)
    own = np.flatnonzero(np.repeat(counts > 1, counts))
    runs, fits, counts = runs.take(own), fits.of(own), counts[several]
    taken, near = day.taken.take(runs).astype(np.int64), fits.near.astype(np.int64)
    away = (fits.missing & (PLACE | FAR)) > 0
    key = COSTS[fits.missing].astype(np.int64) * 2 + fits.unsure
    soon = np.minimum(day.soon.take(runs), _SOONEST)
    for width, value in ((12, np.where(away, near, taken)), (12, np.where(away, taken, near)),
                         (17, wanted.hundredths(columns, runs)), (13, soon)):  # fmt: skip
        key = key << width | value
    begin = np.cumsum(counts) - counts
    at = np.flatnonzero(key == np.repeat(np.minimum.reduceat(key, begin), counts))
    # the first one that is as small, of each
    best = first.copy()
    best[several] = own[at[np.searchsorted(at, begin)]]
    return best


def _order(day: Day, runs: Ints, missing: Ints, fits: CourseFits, run_fits: RunFits) -> Ints:
    """Two bits for what is not known, two for how far it is taken, and twelve each for words and miles."""
    taken, unsure = day.taken.take(runs).astype(np.int32), fits.unsure + run_fits.unsure
    order: NDArray[np.int32] = ((unsure << 2 | taken) << 12 | fits.weakness) << 12 | run_fits.near
    away = (missing & (PLACE | FAR)) > 0
    if away.any():
        # for a place where there is nothing, the nearest comes first, to the mile
        order = np.where(away, ((unsure << 12 | fits.weakness) << 12 | run_fits.near) << 2 | taken, order)
    return order
