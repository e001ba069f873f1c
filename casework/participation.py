"""How many take part, are NEET or are not known: counted from single records, with what each figure means.

The definitions are in ``data/nccis.yml``, each with its source and the day it was checked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col

from casework.activities.known import Person, Position, positions
from casework.activities.timeline import Codebook
from casework.activities.years import academic_age, academic_year, first_day
from casework.nccis import Nccis, Status
from casework.tables import YoungPerson


@dataclass(frozen=True)
class Cohort:
    """Who is counted: academic ages, and those that are counted with an education, health and care plan only."""

    ages: frozenset[int] = frozenset({16, 17})
    ages_with_plan: frozenset[int] = frozenset(range(18, 25))

    @classmethod
    def year_group(cls, year: int) -> "Cohort":
        """One school year alone, as in 13."""
        return cls(frozenset({year + 4}), frozenset())

    def holds(self, born: date | None, ehc_plan: bool, on: date) -> bool:
        """Whether somebody is counted on a day. Without a date of birth nobody is."""
        if born is None:
            return False
        age = academic_age(born, on)
        return age in self.ages or (ehc_plan and age in self.ages_with_plan)

    def condition(self, on: date) -> ColumnElement[bool]:
        """The same in SQL, by date of birth."""
        born = col(YoungPerson.date_of_birth)
        plain = [_born_in(born, age, on) for age in sorted(self.ages)]
        with_plan = [and_(col(YoungPerson.ehc_plan), _born_in(born, age, on)) for age in sorted(self.ages_with_plan)]
        return or_(*plain, *with_plan)


def _born_in(born: Any, age: int, on: date) -> ColumnElement[bool]:
    """Of this academic age on a day: born between two first days of September."""
    year = academic_year(on) - age
    return and_(born >= first_day(year - 1), born < first_day(year))


@dataclass
class Participation:
    """The counts of one cohort on one day."""

    on: date
    nccis: Nccis
    by_code: Counter[str] = field(default_factory=Counter)

    def add(self, code: str) -> None:
        """Count one person."""
        self.by_code[code] += 1

    @property
    def cohort(self) -> int:
        """Everybody."""
        return self.by_code.total()

    def of(self, status: Status) -> int:
        """How many count as this."""
        return sum(number for code, number in self.by_code.items() if self.nccis.status(code) is status)

    @property
    def by_group(self) -> Counter[str]:
        """By the lines of the participation table: sixth_form, further_education, apprenticeship, ..."""
        groups: Counter[str] = Counter()
        for code, number in self.by_code.items():
            groups[self.nccis.activities[code].group] += number
        return groups

    @property
    def denominator(self) -> int:
        """Everybody but those in custody."""
        return self.cohort - self.of(Status.OUTSIDE)

    @property
    def neet(self) -> int:
        """How many are NEET."""
        return self.of(Status.NEET)

    @property
    def not_known(self) -> int:
        """How many are not known. They are never among the NEET."""
        return self.of(Status.NOT_KNOWN)

    @property
    def participating(self) -> int:
        """How many take part."""
        return self.of(Status.PARTICIPATING)

    def percent(self, number: int) -> float | None:
        """A number as a percentage of the denominator, to one decimal place; None of nobody."""
        return round(100 * number / self.denominator, 1) if self.denominator else None

    def as_json(self) -> dict[str, object]:
        """Every figure, with its definitions, for a program or a page."""
        return {
            "on": self.on.isoformat(),
            "cohort": self.cohort,
            "denominator": self.denominator,
            "groups": dict(sorted(self.by_group.items())),
            "codes": dict(sorted(self.by_code.items())),
            "neet": {"count": self.neet, "percent": self.percent(self.neet)},
            "not_known": {"count": self.not_known, "percent": self.percent(self.not_known)},
            "participating": {"count": self.participating, "percent": self.percent(self.participating)},
            "definitions": self.nccis.definitions,
        }


def count(codes: Iterable[str], on: date, nccis: Nccis) -> Participation:
    """Count people by the code that counts for each of them."""
    result = Participation(on, nccis)
    result.by_code.update(codes)
    return result


def members(
    session: Session,
    book: Codebook,
    on: date,
    cohort: Cohort | None = None,
    *,
    where: ColumnElement[bool] | None = None,
    known_by: datetime | None = None,
) -> Iterator[tuple[Person, Position]]:
    """Everybody in a cohort who lives in the area on a day, with their position, a few at a time."""
    cohort = cohort or Cohort()
    narrowed = cohort.condition(on) if where is None else and_(cohort.condition(on), where)
    yield from positions(session, book, on, where=narrowed, known_by=known_by)


def participation(
    session: Session,
    book: Codebook,
    on: date,
    cohort: Cohort | None = None,
    *,
    where: ColumnElement[bool] | None = None,
    known_by: datetime | None = None,
) -> Participation:
    """Count a cohort on a day from the record. ``where`` narrows it, as to a town or an adviser's caseload."""
    found = members(session, book, on, cohort, where=where, known_by=known_by)
    return count((position.code for _, position in found), on, book.nccis)


@dataclass(frozen=True)
class Average:
    """Several months together: counts added up, over denominators added up."""

    months: tuple[date, ...]
    neet: float | None
    not_known: float | None
    participating: float | None
    """Percentages, to one decimal place."""


def average(months: Sequence[Participation]) -> Average:
    """The average of several months, as in November, December and January."""
    total = sum(month.denominator for month in months)

    def share(numbers: Iterable[int]) -> float | None:
        return round(100 * sum(numbers) / total, 1) if total else None

    return Average(
        months=tuple(month.on for month in months),
        neet=share(month.neet for month in months),
        not_known=share(month.not_known for month in months),
        participating=share(month.participating for month in months),
    )


def winter(session: Session, book: Codebook, year: int, cohort: Cohort | None = None) -> Average:
    """The November, December and January average of the academic year that begins in ``year``, at each month's end."""
    ends = (date(year, 11, 30), date(year, 12, 31), date(year + 1, 1, 31))
    return average([participation(session, book, on, cohort) for on in ends])
