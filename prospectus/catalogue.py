"""The whole catalogue in memory, made again when it has changed."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Row, select
from sqlmodel import Session, col

from prospectus.tables import CatalogueVersion, Course, Provider, Run
from prospectus.words import stems

KEPT = 4
"""Catalogues kept in memory: the running one, and those of scratch databases in the same process."""

KEPT_DAYS = 8
"""Days for which a catalogue remembers what is open: one in use, a few in a test that moves the clock."""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """What search needs to know of a run."""

    ref: str
    start: date | None
    roll_on: bool
    end: date | None
    apply_by: date | None
    places: str
    town: str
    point: tuple[float, float] | None

    def open_on(self, today: date) -> bool:
        """Whether somebody could still start it: it is roll-on and not over, or its start is not past."""
        if self.roll_on:
            return self.end is None or self.end > today
        return self.start is None or self.start >= today

    def starts_on(self, today: date) -> date | None:
        """The first day it can be started; None when that is any week, or not known."""
        return None if self.start is None or (self.roll_on and self.start < today) else self.start

    def closed_on(self, today: date) -> bool:
        """Whether the last day to apply has passed."""
        return self.apply_by is not None and self.apply_by < today

    def opened(self, today: date) -> "OpenRun":
        """The run as it stands on a day."""
        full, waiting = self.places == "full", self.places == "waiting_list"
        taken = 3 if full else 2 if self.closed_on(today) else 1 if waiting else 0
        start = self.starts_on(today)
        return OpenRun(taken, start is None and not self.roll_on, start.toordinal() if start else 0, self)


class OpenRun(NamedTuple):
    """A run as it stands on a day on which it can still be started. Sorts by how good it is to have."""

    taken: int
    """0 while there may be a place; then 1 waiting list, 2 past the last day to apply, 3 full."""
    unknown: bool
    """Nobody knows when it starts."""
    soon: int
    """The first day on which it can be started, as a proleptic ordinal; 0 for any week."""
    run: RunEntry


@dataclass(frozen=True, slots=True)
class Entry:
    """What search needs to know of a course."""

    ref: str
    title: str
    subject: str
    level: str
    route: str
    qualification: str | None
    provider_ref: str
    provider_name: str
    town: str
    runs: tuple[RunEntry, ...]
    one_site: bool
    """All its runs are at the same place."""
    title_words: frozenset[str]
    """Stems of its title."""
    strong: frozenset[str]
    """Stems of its title, qualification and keywords."""
    words: frozenset[str]
    """Those, and the stems of its summary and its provider's name."""

    def open_runs(self, today: date) -> list[OpenRun]:
        """Its runs that can still be started, the best to have first."""
        opened = (run.opened(today) for run in self.runs if run.open_on(today))
        return sorted(opened, key=lambda run: run[:3])


@dataclass(slots=True)
class Catalogue:
    """Every course that is not retired, in the order of their refs, and every provider's name by ref."""

    entries: tuple[Entry, ...]
    providers: dict[str, str]
    _days: dict[date, list[tuple[Entry, list[OpenRun]]]] = field(default_factory=dict)

    def on(self, today: date) -> list[tuple[Entry, list[OpenRun]]]:
        """The courses that can still be started, each with such runs of it, the best to have first."""
        day = self._days.get(today)
        if day is None:
            day = [(entry, runs) for entry in self.entries if (runs := entry.open_runs(today))]
            if len(self._days) >= KEPT_DAYS:
                self._days.clear()
            self._days[today] = day
        return day


_kept: OrderedDict[str, Catalogue] = OrderedDict()
_lock = Lock()
_VERSION = select(col(CatalogueVersion.token)).where(col(CatalogueVersion.id) == 1)


def current(session: Session) -> Catalogue:
    """The catalogue as this session sees it: one small query, and all of it only when it has changed."""
    # the version is read first: what is read after it can only be newer than it says
    version = session.connection().execute(_VERSION).scalar()
    if version is None:
        return _read(session)
    with _lock:
        catalogue = _kept.get(version)
        if catalogue is not None:
            _kept.move_to_end(version)
            return catalogue
    catalogue = _read(session)
    with _lock:
        _kept[version] = catalogue
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return catalogue


def _read(session: Session) -> Catalogue:
    connection = session.connection()
    providers = {row.id: row for row in connection.execute(select(Provider.__table__))}  # type: ignore[attr-defined]
    runs: dict[int, list[RunEntry]] = {}
    table = Run.__table__  # type: ignore[attr-defined]
    for row in connection.execute(select(table).order_by(table.c.ref)):
        runs.setdefault(row.course_id, []).append(_run(row))
    table = Course.__table__  # type: ignore[attr-defined]
    courses = connection.execute(select(table).where(table.c.retired.is_(False)).order_by(table.c.ref))
    entries = tuple(_entry(row, providers[row.provider_id], tuple(runs.get(row.id, ()))) for row in courses)
    return Catalogue(entries, {row.ref: row.name for row in providers.values()})


def _run(row: Row[tuple[object, ...]]) -> RunEntry:
    point = None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude)
    places = "full" if row.places_left == 0 and row.places in ("available", "few") else row.places
    return RunEntry(row.ref, row.start, row.roll_on, row.end, row.apply_by, places, row.town, point)


def _entry(row: Row[tuple[object, ...]], provider: Row[tuple[object, ...]], runs: tuple[RunEntry, ...]) -> Entry:
    own = None if provider.latitude is None or provider.longitude is None else (provider.latitude, provider.longitude)
    if own is not None:
        # a run at the provider's own town is at the provider, unless it says where else
        runs = tuple(_placed(run, own) if run.point is None and run.town == provider.town else run for run in runs)
    strong = frozenset(stems(" ".join([row.title, row.qualification or "", *row.keywords])))
    runs = runs or (_unknown_run(row.ref, provider.town, own),)
    return Entry(
        ref=row.ref,
        title=row.title,
        subject=row.subject,
        level=row.level,
        route=row.route,
        qualification=row.qualification,
        provider_ref=provider.ref,
        provider_name=provider.name,
        town=provider.town,
        runs=runs,
        one_site=len({(run.town, run.point) for run in runs}) == 1,
        title_words=frozenset(stems(row.title)),
        strong=strong,
        words=strong.union(stems(row.summary or ""), stems(provider.name)),
    )


def _placed(run: RunEntry, point: tuple[float, float]) -> RunEntry:
    return RunEntry(run.ref, run.start, run.roll_on, run.end, run.apply_by, run.places, run.town, point)


def _unknown_run(ref: str, town: str, point: tuple[float, float] | None) -> RunEntry:
    """A course without any run: when it starts is not known, and it is at its provider's."""
    return RunEntry(ref, None, False, None, None, "unknown", town, point)
