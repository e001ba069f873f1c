"""What is known now of one young person, or of all of them, from the record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select
from sqlmodel import Session, col

from casework.activities.timeline import Codebook, Fact, Segment, Who, at
from casework.clock import LONDON
from casework.nccis import Status
from casework.tables import Activity, YoungPerson

BATCH = 2_000
"""Rows that are fetched at a time: memory does not grow with the record."""


@dataclass(frozen=True)
class Position:
    """What one young person is doing on a day, as far as is known."""

    young_person_id: int
    on: date
    code: str
    """What counts: 810 (150 at school age) where nothing is known, or what was known has gone out of date."""
    status: Status
    fact: Fact | None
    """The record it rests on, lapsed or not."""
    since: date | None
    """When what was recorded began."""
    lapsed: bool
    review_on: date | None
    expires_on: date | None
    history: tuple[Segment, ...]

    @property
    def recorded_code(self) -> str:
        """The code as it was recorded, whether or not it has gone out of date."""
        return self.fact.code if self.fact else self.code

    def due_for_review(self, on: date) -> bool:
        """Whether somebody should ask again: its review day has come, it has lapsed, or nothing is known."""
        return self.lapsed or self.fact is None or (self.review_on is not None and self.review_on <= on)


@dataclass(frozen=True)
class Person:
    """What a count or a return needs of a young person, without their name."""

    id: int
    who: Who
    ehc_plan: bool
    left_area_on: date | None
    adviser_id: int | None


_PERSON = (
    col(YoungPerson.id),
    col(YoungPerson.date_of_birth),
    col(YoungPerson.leaves_school_on),
    col(YoungPerson.nation),
    col(YoungPerson.ehc_plan),
    col(YoungPerson.left_area_on),
    col(YoungPerson.adviser_id),
)
FACT_COLUMNS = (
    col(Activity.id),
    col(Activity.code),
    col(Activity.start),
    col(Activity.end),
    col(Activity.verified_on),
    col(Activity.review_on),
    col(Activity.expires_on),
    col(Activity.recorded_at),
    col(Activity.source),
    col(Activity.provider_ref),
    col(Activity.detail),
)
_WIDTH = len(_PERSON)


def position_of(book: Codebook, young_person_id: int, who: Who, facts: Iterable[Fact], on: date) -> Position:
    """What somebody with these facts is doing on a day."""
    history = book.timeline(facts, who)
    segment = at(history, on)
    if segment is None:
        code, status = book.not_known(who, on)
        return Position(young_person_id, on, code, status, None, None, False, None, None, tuple(history))
    fact = segment.fact
    expires = book.expires_on(fact, who) if fact else None
    review = fact.review_on if fact else None
    if fact and review is None and fact.code in book.currency.periods:
        review = book.currency.dates(fact.code, fact.verified_on or fact.begins, end=fact.end).review_on
    return Position(
        young_person_id=young_person_id,
        on=on,
        code=segment.code,
        status=segment.status,
        fact=fact,
        since=_began(history, segment),
        lapsed=segment.lapsed,
        review_on=review,
        expires_on=expires,
        history=tuple(history),
    )


def _began(history: Sequence[Segment], segment: Segment) -> date:
    """When what it rests on began, whether or not it has gone out of date since."""
    return min((one.first for one in history if one.fact is segment.fact), default=segment.first)


def current(
    session: Session, book: Codebook, young_person: YoungPerson, on: date, *, known_by: datetime | None = None
) -> Position:
    """What a young person is doing on a day. ``known_by`` leaves out what was recorded after that moment."""
    query = select(*FACT_COLUMNS).where(col(Activity.young_person_id) == young_person.id)
    if known_by is not None:
        query = query.where(col(Activity.recorded_at) <= known_by)
    facts = [fact_of(row) for row in session.execute(query.order_by(col(Activity.recorded_at), col(Activity.id)))]
    who = Who(young_person.date_of_birth, young_person.leaves_school_on, young_person.nation)
    return position_of(book, young_person.id or 0, who, facts, on)


def positions(
    session: Session,
    book: Codebook,
    on: date,
    *,
    where: ColumnElement[bool] | None = None,
    known_by: datetime | None = None,
) -> Iterator[tuple[Person, Position]]:
    """Everybody's position on a day, in the order of their ids, without holding more than a few at once.

    Whoever left the area by then is left out. ``where`` narrows it down by columns of ``YoungPerson``.
    """
    for person, facts in people_with_facts(session, where=where, known_by=known_by):
        if person.left_area_on is None or person.left_area_on > on:
            yield person, position_of(book, person.id, person.who, facts, on)


def people_with_facts(
    session: Session, *, where: ColumnElement[bool] | None = None, known_by: datetime | None = None
) -> Iterator[tuple[Person, list[Fact]]]:
    """Everybody with what was recorded of them, in the order of their ids, a few at a time."""
    theirs: ColumnElement[bool] = col(Activity.young_person_id) == col(YoungPerson.id)
    if known_by is not None:
        theirs = and_(theirs, col(Activity.recorded_at) <= known_by)
    columns: tuple[Any, ...] = (*_PERSON, *FACT_COLUMNS)
    query: Select[Any] = select(*columns).outerjoin(Activity, theirs)
    if where is not None:
        query = query.where(where)
    query = query.order_by(col(YoungPerson.id), col(Activity.recorded_at), col(Activity.id))
    rows = session.execute(query, execution_options={"yield_per": BATCH})
    for _, group in groupby(rows, key=lambda row: row[0]):
        mine = list(group)
        first = mine[0]
        person = Person(first[0], Who(first[1], first[2], first[3]), bool(first[4]), first[5], first[6])
        yield person, [fact_of(row[_WIDTH:]) for row in mine if row[_WIDTH] is not None]


def fact_of(row: Sequence[Any]) -> Fact:
    """A fact out of ``FACT_COLUMNS``."""
    recorded: datetime = row[7]
    place = (row[10] or {}).get("provider")
    told: tuple[Any, ...] = (*row[:7], recorded.astimezone(LONDON).date(), row[8], row[9], place)
    return Fact(*told)


def lapsed(
    session: Session, book: Codebook, on: date, *, where: ColumnElement[bool] | None = None
) -> Iterator[Position]:
    """Everybody whose record has gone out of date by a day: NEET that stays NEET, and all that became not known."""
    return (position for _, position in positions(session, book, on, where=where) if position.lapsed)


def due_for_review(
    session: Session,
    book: Codebook,
    on: date,
    *,
    within: timedelta = timedelta(0),
    where: ColumnElement[bool] | None = None,
) -> Iterator[Position]:
    """Everybody whom somebody should ask by ``on + within``: to be reviewed, lapsed, or nothing known."""
    found = positions(session, book, on, where=where)
    return (position for _, position in found if position.due_for_review(on + within))
