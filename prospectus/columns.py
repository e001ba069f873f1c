"""The catalogue as columns: one array for each fact of every course and every run."""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospectus.groups import Groups
from prospectus.postings import Gathering, Postings
from prospectus.week import week_of
from prospectus.wordbook import Wordbook

PLACES = ("available", "few", "unknown", "waiting_list", "full")
"""``Run.places``, by the numbers that columns hold."""

Ints = NDArray[np.int32]
Small = NDArray[np.int16]
Tiny = NDArray[np.int8]
Flags = NDArray[np.bool_]
Point = tuple[float, float]


class Numbered:
    """Values and the numbers that stand for them, in the order in which they were met. It only grows."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def of(self, value: Any) -> int:
        """The value's number, a new one where it has none."""
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number

    def get(self, value: Any) -> int:
        """The value's number; -1 where it has none."""
        return self._numbers.get(value, -1)


@dataclass(slots=True)
class Names:
    """What the numbers of the columns stand for. Catalogues that come from each other share it."""

    subjects: Numbered = field(default_factory=Numbered)
    levels: Numbered = field(default_factory=Numbered)
    routes: Numbered = field(default_factory=Numbered)
    qualifications: Numbered = field(default_factory=Numbered)
    providers: Numbered = field(default_factory=Numbered)
    """Their refs."""
    sites: Numbered = field(default_factory=Numbered)
    """Where runs are: (town, point or None)."""


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What search needs to know of a provider."""

    ref: str
    name: str
    town: str
    point: Point | None


@dataclass(frozen=True)
class Columns:
    """Courses in the order of their refs, and their runs. Dates are proleptic ordinals, 0 where there is none."""

    ids: NDArray[np.int64]
    refs: list[str]
    titles: list[str]
    subject: Small
    level: Small
    route: Small
    qualification: Ints
    provider: Ints
    checked: Ints
    min_age: Small
    """-1 where it is not known; so is ``max_age``."""
    max_age: Small
    barred: Flags
    """There is somebody it cannot take."""
    one_site: Flags
    """All its runs are at the same place."""
    first: Ints
    """Where the runs of each course begin; one more at the end."""
    owner: Ints
    """For each run, which course it is of."""
    start: Ints
    roll_on: Flags
    end: Ints
    apply_by: Ints
    places: Tiny
    site: Ints
    days: Tiny
    count: Tiny
    parts: Tiny
    words: Postings

    def __len__(self) -> int:
        return len(self.refs)

    @cached_property
    def wordbook(self) -> Wordbook:
        """The words of titles and keywords."""
        return Wordbook(self.words.telling())

    @cached_property
    def sorted_refs(self) -> list[str]:
        """The courses' refs in order."""
        return sorted(self.refs)

    @cached_property
    def by_subject(self) -> Groups:
        """The courses of each subject."""
        return Groups.by(self.subject)

    @cached_property
    def by_provider(self) -> Groups:
        """The courses of each provider."""
        return Groups.by(self.provider)

    @cached_property
    def by_site(self) -> Groups:
        """The runs at each site."""
        return Groups.by(self.site)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, without the texts."""
        arrays = [value for f in fields(self) if isinstance(value := getattr(self, f.name), np.ndarray)]
        groups = self.by_subject.nbytes + self.by_provider.nbytes + self.by_site.nbytes
        return sum(a.nbytes for a in arrays) + groups + self.words.nbytes


_COURSE = ("subject", "level", "route", "qualification", "provider", "checked", "min_age", "max_age", "barred",
           "one_site")  # fmt: skip
_RUN = ("owner", "start", "roll_on", "end", "apply_by", "places", "site", "days", "count", "parts")
_TYPES: dict[str, Any] = {
    "subject": np.int16, "level": np.int16, "route": np.int16, "min_age": np.int16, "max_age": np.int16,
    "barred": np.bool_, "one_site": np.bool_, "roll_on": np.bool_, "places": np.int8, "days": np.int8,
    "count": np.int8, "parts": np.int8,
}  # fmt: skip


class Loading:
    """Takes courses with their runs, in the order of the courses' refs, and makes columns of them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._ids = array("q")
        self._refs: list[str] = []
        self._titles: list[str] = []
        self._values = {name: array("i") for name in (*_COURSE, *_RUN)}
        self._first = array("i", [0])
        self._words = Gathering()
        self._weeks: dict[tuple[str | None, str | None], Any] = {}

    def add(self, course: Any, provider: ProviderFacts, runs: Iterable[Any], points: Mapping[str, Point]) -> None:
        """Take one course. ``points``: where outward codes are, for a run that has a postcode and no position."""
        number, names = len(self._refs), self._names
        self._ids.append(course.id)
        self._refs.append(course.ref)
        self._titles.append(course.title)
        where = [self._run(number, run, provider, points) for run in runs] or [self._unknown_run(number, provider)]
        self._first.append(self._first[-1] + len(where))
        row = (
            names.subjects.of(course.subject),
            names.levels.of(course.level),
            names.routes.of(course.route),
            names.qualifications.of(course.qualification),
            names.providers.of(provider.ref),
            course.checked_on.toordinal(),
            -1 if course.min_age is None else course.min_age,
            -1 if course.max_age is None else course.max_age,
            bool(course.exclusions),
            len(set(where)) == 1,
        )
        for name, value in zip(_COURSE, row, strict=True):
            self._values[name].append(value)
        strong = " ".join([course.qualification or "", *course.keywords])
        # the provider's name comes first: a long summary is cut off, the name is not
        self._words.add(number, course.title, strong, f"{provider.name} {course.summary or ''}")

    def _run(self, owner: int, run: Any, provider: ProviderFacts, points: Mapping[str, Point]) -> int:
        point = None if run.latitude is None or run.longitude is None else (run.latitude, run.longitude)
        if point is None and run.town == provider.town:
            # a run at the provider's own town is at the provider, unless it says where else
            point = provider.point
        if point is None and run.postcode:
            point = points.get(outward(run.postcode))
        key = (run.days, run.hours)
        week = self._weeks.get(key)
        if week is None:
            week = self._weeks[key] = week_of(*key)
        places = "full" if run.places_left == 0 and run.places in ("available", "few") else run.places
        site = self._names.sites.of((run.town, point))
        self._append(
            owner, _ordinal(run.start), run.roll_on, _ordinal(run.end), _ordinal(run.apply_by),
            PLACES.index(places) if places in PLACES else PLACES.index("unknown"),
            site, week.days, week.count, week.parts,
        )  # fmt: skip
        return site

    def _unknown_run(self, owner: int, provider: ProviderFacts) -> int:
        """A course without any run: when it starts is not known, and it is at its provider's."""
        site = self._names.sites.of((provider.town, provider.point))
        self._append(owner, 0, False, 0, 0, PLACES.index("unknown"), site, 0, 0, 0)
        return site

    def _append(self, *row: int) -> None:
        for name, value in zip(_RUN, row, strict=True):
            self._values[name].append(value)

    def done(self) -> Columns:
        """Everything taken."""
        made: dict[str, Any] = {
            name: np.array(values, dtype=_TYPES.get(name, np.int32)) for name, values in self._values.items()
        }
        return Columns(
            ids=np.array(self._ids, dtype=np.int64),
            refs=self._refs,
            titles=self._titles,
            first=np.array(self._first, dtype=np.int32),
            words=self._words.done(),
            **made,
        )


def outward(postcode: str) -> str:
    """A postcode's outward code in small letters: "ct9" of "CT9 1AB", "ct91ab" or "CT9".

    >>> outward("CT9 1AB"), outward("me101ab"), outward("SW1A")
    ('ct9', 'me10', 'sw1a')
    """
    joined = "".join(postcode.lower().split())
    whole = len(joined) > 4 and joined[-3:-2].isdigit() and joined[-2:].isalpha()
    return joined[:-3] if whole else joined


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0
