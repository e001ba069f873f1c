"""Exactly who a campaign would be sent to, and who is left out for what reason, before anything starts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from casework.campaigns.exclusions import Exclusions
from casework.campaigns.filters import Filter
from casework.clock import LONDON
from casework.followup.subject import Subject
from casework.hours import SendingPolicy
from casework.tables import YoungPerson

CHUNK = 500
"""People who are looked at together."""


class Reads(Protocol):
    """What reads people as plans see them (``casework.followup.people.Reader``)."""

    def subjects(
        self,
        session: Session,
        today: date,
        *,
        ids: Sequence[int] | None = None,
        where: ColumnElement[bool] | None = None,
    ) -> Iterator[Subject]:
        """Those with these ids, or that the condition leaves."""
        ...


class Person(NamedTuple):
    """What a campaign needs of somebody."""

    id: int
    ref: str
    first_name: str
    last_name: str
    known_as: str | None
    language: str
    nation: str
    phone: str | None

    @property
    def called(self) -> str:
        """The name to greet them by."""
        return self.known_as or self.first_name


COLUMNS = tuple(col(getattr(YoungPerson, name)) for name in Person._fields)


@dataclass(frozen=True)
class Chosen:
    """What a filter finds on a day."""

    people: list[Person]
    """Those who can be written to, by last and first name."""
    excluded: dict[str, list[Person]] = field(default_factory=dict)
    """The others, by reason (casework.campaigns.exclusions)."""

    @property
    def found(self) -> int:
        """How many the filter finds, whether or not they can be written to."""
        return len(self.people) + sum(map(len, self.excluded.values()))


def choose(
    session: Session,
    reader: Reads,
    wanted: Filter,
    now: datetime,
    *,
    policy: SendingPolicy,
    recent_days: int,
    urgent: bool = False,
    campaign_id: int | None = None,
) -> Chosen:
    """Everybody of the area for whom the filter holds now, those left out apart. Reads only."""
    people: list[Person] = []
    excluded: dict[str, list[Person]] = {}
    exclusions = Exclusions(now, policy, recent_days, urgent=urgent, campaign_id=campaign_id)
    found = _found(session, reader, wanted, now)
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        reasons = exclusions.of(session, chunk)
        for person in chunk:
            if person.id in reasons:
                excluded.setdefault(reasons[person.id], []).append(person)
            else:
                people.append(person)
    return Chosen(people, excluded)


def by_ids(session: Session, ids: Sequence[int]) -> dict[int, Person]:
    """The same of some, by their ids."""
    found: dict[int, Person] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(*COLUMNS).where(col(YoungPerson.id).in_(ids[start : start + CHUNK]))
        found |= {row[0]: Person(*row) for row in session.execute(query)}
    return found


def _found(session: Session, reader: Reads, wanted: Filter, now: datetime) -> list[Person]:
    columns: tuple[Any, ...] = COLUMNS
    query = select(*columns).where(wanted.where(now))
    query = query.order_by(col(YoungPerson.last_name), col(YoungPerson.first_name), col(YoungPerson.id))
    rows = [Person(*row) for row in session.execute(query)]
    test = wanted.test
    if test is None:
        return rows
    today = now.astimezone(LONDON).date()
    kept = {one.who.id for one in reader.subjects(session, today, ids=[row.id for row in rows]) if test(one)}
    return [row for row in rows if row.id in kept]
