"""What a course must have to fit a question, and what it costs to let a part of the question go."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospectus.columns import Columns, Flags, Ints, Small, Tiny
from prospectus.day import Day
from prospectus.geo import Place
from prospectus.index import Catalogue, Part
from prospectus.lacks import AGE, ANY_LEVEL, DAYS, FAR, LEVEL, PLACE, PROVIDER, ROUTE, START, WORDS
from prospectus.postings import REST
from prospectus.vocabulary import LEVELS, Vocabulary
from prospectus.week import Days, Week
from prospectus.words import GLUE, stem, tokens

NOW_DAYS = 28
"""Days from today in which a start still counts as "now": about what it takes to apply and be seen."""

ABOUT_DAYS = 45
"""Days after the day asked for in which a start still counts as about then."""

_WEEKS = 1 << 15
"""Kinds of weeks: seven days as bits, how many, and times of the day."""

NOWHERE = REST + 1
"""How far a word is from the title of a course that does not have it."""

_MOST_HUNDREDTHS = (1 << 17) - 1

UNKNOWN_LEVEL = "unknown"
"""The level of a course whose source says none that this prospectus has."""


@dataclass(frozen=True, slots=True)
class CourseFits:
    """How courses, whatever their runs, fit."""

    courses: Ints
    missing: Ints
    """What of the question each does not fit, as bits."""
    unsure: Ints
    """How many of the things asked for are not known of it."""
    weakness: Ints
    """How far the words are from its title: for each, 1 when only its keywords have it, 2 when only the rest has."""


@dataclass(frozen=True, slots=True)
class RunFits:
    """How runs fit the place, the start and the days."""

    missing: Ints
    unsure: Ints
    near: Ints
    """Whole miles away where something of the place is missing, else the band of miles."""

    def of(self, chosen: Any) -> "RunFits":
        """Some of them."""
        return RunFits(self.missing.take(chosen), self.unsure.take(chosen), self.near.take(chosen))


class Wanted:
    """A question, made ready to be held against all courses of a catalogue at once."""

    def __init__(self, query: Any, today: date, vocabulary: Vocabulary, catalogue: Catalogue) -> None:
        self.today = today
        self._catalogue, self._names = catalogue, catalogue.names
        self._vocabulary = vocabulary
        subject = query.subject
        self._subjects = vocabulary.subjects_within(subject) if subject else None
        said = tokens(query.words or "")
        content = [w for w in said if w not in vocabulary.filler and w not in GLUE] or said
        self._said = {stem(word): word for word in reversed(content)}
        asked = vocabulary.subjects.get(subject) if subject else None
        # words for the subject itself ("cabin crew" of travel) choose the order, and leave nothing out
        self._soft = [word for word in self._said if asked and word in asked.words and word not in asked.generic]
        self._hard = [word for word in self._said if not asked or word not in asked.words]
        self._level = query.level or None
        self._place_key = query.place or None
        self._place: Place | None = vocabulary.place_of(query.place, catalogue) if query.place else None
        self._provider = query.provider or None
        self._route = query.route or None
        self._start = query.start or None
        self._from, self._until = _window(query.start, today)
        self._days = Days.read(query.days) if query.days else None
        self._days_text = query.days
        self._age = query.age
        self.by_place = self._place_key is not None and not (self._place is not None and self._place.everywhere)
        self.by_known_place = self.by_place and self._place is not None
        self.by_run = bool(self._start or self._days)
        self.by_days, self.by_start = bool(self._days), bool(self._start)

    def courses(self, part: Part, day: Day, *, let: int | None) -> CourseFits:
        """Those that have something to do with the question, the same subject or some of the words, and can be
        started. ``let``: only those that miss nothing, their runs aside; None: whatever they miss.
        """
        columns, fitting = part.columns, let is not None
        courses = self._concerned(columns, day, let=let)
        missing = np.zeros(0 if fitting else len(courses), dtype=np.int32)
        for bits in self._checks(columns):
            if fitting:
                courses = courses.compress(bits(courses) == 0)
            else:
                missing |= bits(courses)
        weakness = np.zeros(len(courses), dtype=np.int32)
        missed = np.zeros(len(courses), dtype=np.int32)
        for word in (*self._soft, *self._hard):
            far = self._far(columns, courses, word)
            weakness += np.minimum(far, REST)
            if word in self._hard:
                missed += far > REST
        if fitting:
            if self._hard:
                whole = missed == 0
                courses, weakness = courses.compress(whole), weakness.compress(whole)
            missing = np.zeros(len(courses), dtype=np.int32)
        elif self._hard:
            # of near misses, the one that has most of the words is nearest
            weakness += 10 * missed
            missing[missed > 0] |= WORDS
        unsure = np.zeros(len(courses), dtype=np.int32)
        if self._level is not None:
            unsure += self._by_level()[1].take(columns.level.take(courses))
        return CourseFits(courses, missing, unsure, weakness)

    def _concerned(self, columns: Columns, day: Day, *, let: int | None) -> Ints:
        """Courses that can be started, and are of the subject or have the words; of fitting ones no more than need
        be looked at.
        """
        fitting = let is not None
        if self._subjects is not None:
            courses = columns.by_subject.of(self._names.subjects.get(subject) for subject in self._subjects)
        elif self._hard:
            marked = np.zeros(len(columns), dtype=bool)
            for word in self._hard[:1] if fitting else self._hard:
                found = columns.words.of(word)
                if found is not None:
                    marked[found[0]] = True
                marked[columns.by_subject.of(self._owning(word))] = True
            courses = np.flatnonzero(marked).astype(np.int32)
        elif fitting and self._provider is not None:
            courses = columns.by_provider.of([self._names.providers.get(self._provider)])
        elif let is not None and self.by_place:
            owners = columns.owner.take(self._there(columns, let))
            courses = owners.compress(np.append(True, owners[1:] != owners[:-1])[: len(owners)])
        else:
            return day.startable
        return courses.compress(day.best.take(courses) >= 0)

    def _checks(self, columns: Columns) -> Iterator[Callable[[Ints], Ints]]:
        """For each thing asked of courses that is no word: what of it some courses miss, as bits."""
        if self._provider is not None:
            provider = self._names.providers.get(self._provider)
            yield lambda courses: (columns.provider.take(courses) != provider) * np.int32(PROVIDER)
        if self._route is not None:
            route = self._names.routes.get(self._route)
            yield lambda courses: (columns.route.take(courses) != route) * np.int32(ROUTE)
        if self._level is not None:
            levels = self._by_level()[0]
            yield lambda courses: levels.take(columns.level.take(courses))
        if self._age is not None:
            age = self._age
            yield (
                lambda courses: (
                    ((columns.min_age.take(courses) > age) | _below(columns.max_age.take(courses), age)) * np.int32(AGE)
                )
            )

    def _far(self, columns: Columns, courses: Ints, word: str) -> Tiny:
        """For each of the courses, how far a word is from its title; more than ``REST`` where it has it nowhere."""
        found = columns.words.of(word)
        everywhere = np.full(len(columns), NOWHERE, dtype=np.int8)
        if found is not None:
            everywhere[found[0]] = found[1]
        far: Tiny = everywhere.take(courses)
        own = list(self._owning(word))
        if own:
            subject = np.zeros(len(self._names.subjects), dtype=bool)
            subject[own] = True
            far[(far == NOWHERE) & subject.take(columns.subject.take(courses))] = REST
        return far

    def _owning(self, word: str) -> Iterator[int]:
        """The numbers of the subjects that people know by a word."""
        numbers = (self._names.subjects.get(key) for key in self._vocabulary.subjects_by_word.get(word, ()))
        return (number for number in numbers if number >= 0)

    def _by_level(self) -> tuple[Ints, Ints]:
        """For each level's number: what is missing, and whether it is not known."""
        values = list(self._names.levels.values)
        bits = [
            0 if value in (self._level, UNKNOWN_LEVEL) else LEVEL if _neighbours(value, self._level) else ANY_LEVEL
            for value in values
        ]
        unknown = [value == UNKNOWN_LEVEL != self._level for value in values]
        return np.array(bits, dtype=np.int32), np.array(unknown, dtype=np.int32)

    def runs(self, columns: Columns, day: Day, runs: Ints) -> RunFits:
        """How some runs fit."""
        missing = np.zeros(len(runs), dtype=np.int32)
        unsure = np.zeros(len(runs), dtype=np.int32)
        near = np.zeros(len(runs), dtype=np.int32)
        if self._place is not None and not self._place.everywhere:
            fits = self._catalogue.sites(self._place)
            site = columns.site.take(runs)
            missing |= fits.missing.take(site)
            near = np.where(missing > 0, fits.mile.take(site), fits.band.take(site))
        elif self._place is None and self._place_key is not None:
            missing |= FAR
        if self._start:
            missing |= ~self._then(columns, day).take(runs) * np.int32(START)
        if self._days:
            bits, unknown = self._by_week(columns, runs)
            missing |= bits
            unsure += unknown
        return RunFits(missing, unsure, near)

    def _there(self, columns: Columns, let: int) -> Ints:
        """All runs that miss nothing but ``let`` of the place, rising; none where nobody knows it."""
        if self._place is None:
            return np.zeros(0, dtype=np.int32)
        missing = self._catalogue.sites(self._place).missing
        return columns.by_site.of(np.flatnonzero(missing & ~let == 0).tolist())

    def then(self, columns: Columns, day: Day) -> Ints:
        """All runs that fit the start, the best of each course first."""
        return day.better.compress(self._then(columns, day).take(day.better))

    def _then(self, columns: Columns, day: Day) -> Flags:
        """For each run, whether it can be begun when it was asked for."""
        if self._from is None or self._until is None:
            return np.zeros(len(columns.start), dtype=bool)
        return (columns.start <= self._until.toordinal()) & (day.latest >= self._from.toordinal())

    def miles(self, columns: Columns, run: int) -> float | None:
        """How far a run is from the place asked; None where no place was, or it is not known."""
        if self._place is None:
            return None
        distance = float(self._catalogue.sites(self._place).distance[columns.site[run]])
        return None if math.isnan(distance) else distance

    def hundredths(self, columns: Columns, runs: Ints) -> NDArray[np.int64]:
        """For each run, its distance in hundredths of a mile; 0 where it is not known."""
        if self._place is None:
            return np.zeros(len(runs), dtype=np.int64)
        distance = self._catalogue.sites(self._place).distance[columns.site[runs]]
        return np.asarray(np.minimum(np.nan_to_num(distance) * 100, _MOST_HUNDREDTHS), dtype=np.int64)

    def _by_week(self, columns: Columns, runs: Ints) -> tuple[Ints, Ints]:
        """What is missing of the days, and whether they are not known: looked at once for each kind of week."""
        assert self._days is not None  # noqa: S101 # only called with days
        code = columns.days.take(runs).astype(np.int32) << 8 | columns.count.take(runs).astype(np.int32) << 4
        code |= columns.parts.take(runs)
        bits, unknown = np.zeros(_WEEKS, dtype=np.int32), np.zeros(_WEEKS, dtype=np.int32)
        for kind in np.flatnonzero(np.bincount(code, minlength=_WEEKS)).tolist():
            fit = self._days.fits(Week(kind >> 8, kind >> 4 & 15, kind & 15))
            bits[kind], unknown[kind] = DAYS if fit is False else 0, fit is None
        return bits.take(code), unknown.take(code)

    def matches(self, columns: Columns, course: int, missing: int, unknown: list[str]) -> list[str]:
        """Why a course is shown, as ``kind:value``. ``unknown``: what was asked for and is not known of it."""
        words = {word for word in self._said if columns.words.has(course, word)}
        why = [f"words:{said}" for word, said in self._said.items() if word in words]
        if self._subjects is not None or any(word not in words for word in self._hard):
            why.insert(0, f"subject:{self._names.subjects.values[columns.subject[course]]}")
        for bits, kind, value in (
            (LEVEL | ANY_LEVEL, "level", self._level),
            (PLACE | FAR, "place", self._place_key),
            (PROVIDER, "provider", self._provider),
            (ROUTE, "route", self._route),
            (START, "start", "now" if self._start == "now" else self._from and self._start and self._from.isoformat()),
            (DAYS, "days", self._days_text),
            (AGE, "age", self._age),
        ):
            if value is not None and value != "" and not missing & bits and kind not in unknown:
                why.append(f"{kind}:{value}")
        return why

    def unknown(self, columns: Columns, course: int, run: int) -> list[str]:
        """What was asked for and is not known of a course and its run: level, days, age."""
        found = []
        level = self._names.levels.values[columns.level[course]]
        if self._level is not None and level == UNKNOWN_LEVEL != self._level:
            found.append("level")
        if self._days:
            week = Week(int(columns.days[run]), int(columns.count[run]), int(columns.parts[run]))
            found += ["days"] if self._days.fits(week) is None else []
        if self._age is not None and columns.min_age[course] < 0 and columns.max_age[course] < 0:
            found.append("age")
        return found


def _below(most: Small, age: int) -> Flags:
    """Where an age is above a largest one that is known."""
    return (most >= 0) & (most < age)


def _neighbours(a: str, b: str | None) -> bool:
    return a in LEVELS and b in LEVELS and abs(LEVELS.index(a) - LEVELS.index(b)) == 1


def _window(start: str | None, today: date) -> tuple[date | None, date | None]:
    """The first and the last day on which a start fits; a start that is no date fits nothing."""
    if start == "now":
        return today, today + timedelta(days=NOW_DAYS)
    try:
        asked = max(date.fromisoformat(start or ""), today)
        return asked, asked + timedelta(days=ABOUT_DAYS)
    except (ValueError, OverflowError):
        return None, None
