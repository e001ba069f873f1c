"""The catalogue in memory, as search needs it."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from prospectus.columns import Columns, Flags, Ints, Names, ProviderFacts, Tiny
from prospectus.day import Day, day_of, without
from prospectus.gazetteer import Gazetteer
from prospectus.geo import Place
from prospectus.postings import STRONG, TITLE
from prospectus.sites import SiteFits, SiteTable, site_fits
from prospectus.words import stem

KEPT_DAYS = 8
"""Days for which a catalogue remembers what is open: one in use, a few in a test that moves the clock."""

KEPT_PLACES = 200
"""Places for which the distances to every site are remembered."""


@dataclass(eq=False)
class Part:
    """Some of the catalogue's courses: most of them, or the few that changed since those were read."""

    columns: Columns
    rank: NDArray[np.float64]
    """Where each course stands in the order of all refs."""
    alive: Flags | None = None
    """Which courses still count; None: all."""
    _days: dict[date, Day] = field(default_factory=dict)

    def narrowed(self, alive: Flags) -> "Part":
        """The same courses with fewer of them alive. ``alive``: those that are alive still."""
        days = {today: without(day, self.columns, alive) for today, day in list(self._days.items())[-1:]}
        return Part(self.columns, self.rank, alive, days)

    def of_subjects(self, kinds: Flags) -> int:
        """How many of its courses are of some subjects, given a flag for each subject's number."""
        courses = self.columns.by_subject.of(np.flatnonzero(kinds).tolist())
        return len(courses) if self.alive is None else int(np.count_nonzero(self.alive.take(courses)))

    def on(self, today: date) -> Day:
        """What can be started on a day."""
        day = self._days.get(today)
        if day is None:
            if len(self._days) >= KEPT_DAYS:
                self._days.clear()
            day = self._days[today] = day_of(self.columns, self.alive, today)
        return day


@dataclass(eq=False)
class Catalogue:
    """Every course that is not retired, with the names and places that belong to it."""

    names: Names
    parts: tuple[Part, ...]
    facts: Mapping[str, ProviderFacts]
    """Providers by ref."""
    gazetteer: Gazetteer
    token: str | None = None
    """The version of the catalogue that this is a copy of."""
    touched: int = 0
    """That version's row in the log of changes; 0 where it has none."""
    changed: frozenset[int] = frozenset()
    """Ids of the courses that are in the last part, or are gone, since the first part was read."""
    _sites: OrderedDict[str, SiteFits] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return sum(int(p.alive.sum()) if p.alive is not None else len(p.columns) for p in self.parts)

    def make_ready(self) -> "Catalogue":
        """Work out what every search needs, so that none has to."""
        for part in self.parts:
            columns = part.columns
            _ = columns.wordbook, columns.by_subject, columns.by_provider, columns.by_site
        _ = self.whose, self._table, self.providers
        return self

    @cached_property
    def providers(self) -> dict[str, str]:
        """Every provider's name by ref."""
        return {ref: facts.name for ref, facts in self.facts.items()}

    @cached_property
    def whose(self) -> tuple[tuple[Ints, Ints], ...]:
        """For each part, its courses' providers by the order of their refs, and routes by that of their names."""
        providers, routes = _order(self.names.providers.values), _order(self.names.routes.values)
        return tuple((providers.take(part.columns.provider), routes.take(part.columns.route)) for part in self.parts)

    @cached_property
    def _table(self) -> SiteTable:
        # copies that come from this one add sites to the list, which courses of this one are not at
        return SiteTable(list(self.names.sites.values))

    def sites(self, place: Place) -> SiteFits:
        """How every site stands to a place, remembered."""
        known = self._sites.get(place.key)
        if known is None or known.place is not place:
            known = self._sites[place.key] = site_fits(place, self._table)
            while len(self._sites) > KEPT_PLACES:
                self._sites.popitem(last=False)
        return known

    def has_word(self, word: str) -> bool:
        """Whether any course has a stem."""
        return any(part.columns.words.of(word) is not None for part in self.parts)

    def tells(self, word: str) -> bool:
        """Whether a title or a keyword of any course has a stem."""
        return any(word in part.columns.wordbook for part in self.parts)

    def meant(self, word: str, guard: Collection[str] = ()) -> str | None:
        """The word of a title or a keyword that this one is a slip of; None for one that any course has."""
        if self.has_word(stem(word)):
            return None
        found = (part.columns.wordbook.meant(word, guard) for part in self.parts)
        return next((better for better in found if better is not None), None)

    def narrows(
        self, word: str, subjects: Collection[str] | None, provider: str | None, *, telling: bool = False
    ) -> bool:
        """Whether a course of these subjects and this provider has a stem; with ``telling``, in its title,
        qualification or keywords.
        """
        return any(len(courses) for _, courses, _ in self._having(word, subjects, provider, telling=telling))

    def sets_apart(self, word: str, subjects: Collection[str]) -> bool:
        """Whether a stem tells some courses of these subjects from the others: it is in a title, or in the
        qualification or keywords of no more than half of them.
        """
        kinds = self._numbers(subjects)
        having = 0
        for _, courses, where in self._having(word, subjects, None, telling=True):
            if np.any(where == TITLE):
                return True
            having += len(courses)
        return 0 < having <= sum(part.of_subjects(kinds) for part in self.parts) / 2

    def _having(
        self, word: str, subjects: Collection[str] | None, provider: str | None, *, telling: bool
    ) -> Iterator[tuple[Part, Ints, Tiny]]:
        """The courses that have a stem, and where each has it."""
        kinds = None if subjects is None else self._numbers(subjects)
        owner = None if provider is None else self.names.providers.get(provider)
        for part in self.parts:
            found = part.columns.words.of(word)
            if found is None:
                continue
            courses, where = found
            if telling:
                strong = where <= STRONG
                courses, where = courses.compress(strong), where.compress(strong)
            chosen = np.ones(len(courses), dtype=bool)
            if part.alive is not None:
                chosen &= part.alive.take(courses)
            if kinds is not None:
                chosen &= kinds.take(part.columns.subject.take(courses))
            if owner is not None:
                chosen &= part.columns.provider.take(courses) == owner
            yield part, courses.compress(chosen), where.compress(chosen)

    def _numbers(self, subjects: Iterable[str]) -> Flags:
        chosen = np.zeros(len(self.names.subjects) + 1, dtype=bool)
        chosen[[self.names.subjects.get(subject) for subject in subjects]] = True
        # those that no course has were given the number -1
        chosen[-1] = False
        return chosen


def _order(values: list[str]) -> Ints:
    order = np.zeros(len(values), dtype=np.int32)
    order[np.array(sorted(range(len(values)), key=values.__getitem__), dtype=np.int64)] = np.arange(len(values))
    return order
