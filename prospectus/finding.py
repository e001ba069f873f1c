"""Finding a course by its title, ref or provider, for those who look after the catalogue. Retired ones are there too.

This is not the search that young people use: it finds what is written, in the order of providers and titles.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from prospectus.details import STALE_DAYS, is_stale
from prospectus.tables import Course, CourseChange, Provider

FILTERS = ("", "stale", "edited", "retired")
"""All that are offered, those that were checked long ago, those that an officer changed, those no longer offered."""

MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """One course of a list."""

    ref: str
    title: str
    provider: str
    source: str
    checked_on: date
    retired: bool

    def stale(self, today: date) -> bool:
        """Whether it was checked long ago."""
        return is_stale(self.checked_on, today)


def listed(
    session: Session, words: str, only: str, *, today: date, limit: int, offset: int
) -> tuple[int, list[Listed]]:
    """How many courses have all the words in their title, ref or provider's name, and a part of them.

    ``only`` is one of ``FILTERS``. Words are taken as they are written: ``%`` is a percent sign.
    """
    wanted = [_filter(only, today)]
    for word in words.split()[:MOST_WORDS]:
        wanted.append(
            or_(*(col(field).icontains(word, autoescape=True) for field in (Course.title, Course.ref, Provider.name)))
        )
    joined = select(Course, Provider.name).join(Provider, col(Provider.id) == Course.provider_id).where(*wanted)
    total = session.exec(select(func.count()).select_from(joined.subquery())).one()
    rows = session.exec(joined.order_by(Provider.name, Course.title, Course.ref).limit(limit).offset(offset)).all()
    return total, [
        Listed(course.ref, course.title, provider, course.source, course.checked_on, course.retired)
        for course, provider in rows
    ]


def _filter(only: str, today: date) -> ColumnElement[bool]:
    if only == "retired":
        return col(Course.retired).is_(True)
    offered = col(Course.retired).is_(False)
    if only == "stale":
        return offered & (col(Course.checked_on) < today - timedelta(days=STALE_DAYS))
    if only == "edited":
        by_hand = select(CourseChange.course_id).where(col(CourseChange.by).is_not(None))
        return offered & col(Course.id).in_(by_hand)
    return offered
