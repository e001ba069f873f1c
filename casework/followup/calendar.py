"""The calendar that plans hang on: days such as results day, terms, and exam seasons (``data/plans/calendar.yml``)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from casework.clock import LONDON
from casework.followup.spans import at_local
from casework.yamlfile import BadData, read_yaml

LONGEST_WAIT_DAYS = 120
"""No term and no holiday is longer: beyond that something in the file is wrong."""


@dataclass(frozen=True)
class Event:
    """One day of the calendar, as in the day of GCSE results of one year."""

    name: str
    year: int
    on: date
    confirmed: bool


@dataclass(frozen=True)
class Exams:
    """A season of exams: on its weekdays, what can wait does so until ``quiet_until`` (local time)."""

    first: date
    last: date
    school_years: frozenset[int]
    quiet_until: time


@dataclass(frozen=True)
class Calendar:
    """Everything of the calendar."""

    events: dict[str, tuple[Event, ...]]
    terms: tuple[tuple[date, date], ...]
    exams: tuple[Exams, ...]

    @classmethod
    def load(cls, data_dir: Path) -> "Calendar":
        """Read ``plans/calendar.yml``. Raises ``BadData`` naming what is wrong."""
        return _load(data_dir)

    def in_term(self, day: date) -> bool | None:
        """Whether a day is in term; None where the file does not reach to it."""
        if not self.terms or day < self.terms[0][0] or day > self.terms[-1][1]:
            return None
        return any(first <= day <= last for first, last in self.terms)

    def next_in(self, day: date, term: str) -> date:
        """The first day from ``day`` on that is in term ("term") or out of it ("holidays"); ``day`` where not known."""
        wanted = term == "term"
        found = day
        for _ in range(LONGEST_WAIT_DAYS):
            known = self.in_term(found)
            if known is None:
                return day
            if known is wanted:
                return found
            found += timedelta(days=1)
        return day

    def exam_quiet_until(self, now: datetime, school_year: int | None) -> datetime | None:
        """Until when somebody of this school year should not be disturbed today, in UTC; None: they may be."""
        if school_year is None:
            return None
        here = now.astimezone(LONDON)
        day = here.date()
        if day.weekday() >= 5:
            return None
        for season in self.exams:
            if season.first <= day <= season.last and school_year in season.school_years:
                until = at_local(day, season.quiet_until)
                return until if now < until else None
        return None

    def coming(self, name: str, on: date, *, back_days: int = 60, ahead_days: int = 400) -> list[Event]:
        """The days of an event around ``on``. Raises ``KeyError`` for an event that the file has not."""
        first, last = on - timedelta(days=back_days), on + timedelta(days=ahead_days)
        return [event for event in self.events[name] if first <= event.on <= last]


@lru_cache(maxsize=4)
def _load(data_dir: Path) -> Calendar:
    path = data_dir / "plans" / "calendar.yml"
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("events"), dict):
        raise BadData(f"{path}: it needs events, terms and exams")
    events = {str(name): _events(path, str(name), entry) for name, entry in content["events"].items()}
    terms = sorted(_span(path, "terms", row) for row in _rows(path, content, "terms"))
    for (_, ends), (begins, _) in pairwise(terms):
        if begins <= ends:
            raise BadData(f"{path}: the term that begins on {begins} begins before the one before it has ended")
    return Calendar(events, tuple(terms), tuple(_exams(path, row) for row in _rows(path, content, "exams")))


def _rows(path: Path, content: dict[str, Any], name: str) -> list[Any]:
    rows = content.get(name) or []
    if not isinstance(rows, list):
        raise BadData(f"{path}: {name} must be a list")
    return rows


def _events(path: Path, name: str, entry: Any) -> tuple[Event, ...]:
    if not isinstance(entry, dict) or not entry.get("source") or not isinstance(entry.get("dates"), dict):
        raise BadData(f"{path}: the event {name} needs a source and dates by year")
    found = []
    for year, row in entry["dates"].items():
        on = row.get("on") if isinstance(row, dict) else None
        if not isinstance(on, date) or isinstance(on, datetime):
            raise BadData(f"{path}: {name} {year} needs a day, as in on: 2027-08-19")
        found.append(Event(name, int(year), on, bool(row.get("confirmed"))))
    return tuple(sorted(found, key=lambda event: event.on))


def _span(path: Path, what: str, row: Any) -> tuple[date, date]:
    first, last = (row.get("from"), row.get("to")) if isinstance(row, dict) else (None, None)
    if not isinstance(first, date) or not isinstance(last, date) or last < first:
        raise BadData(f"{path}: {what}: each needs from and to, days in that order")
    return first, last


def _exams(path: Path, row: Any) -> Exams:
    first, last = _span(path, "exams", row)
    years = row.get("school_years")
    try:
        until = time.fromisoformat(str(row.get("quiet_until")))
    except ValueError:
        raise BadData(f'{path}: exams from {first} need quiet_until, as in "17:00"') from None
    if not isinstance(years, list) or not years or not all(type(year) is int for year in years):
        raise BadData(f"{path}: exams from {first} need school_years, as in [11, 13]")
    return Exams(first, last, frozenset(years), until)
