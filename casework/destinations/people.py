"""Young people together with what is known of their destinations, for registers and lists."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from casework.destinations.picture import Picture
from casework.destinations.record import pictures
from casework.participation import Cohort
from casework.tables import Conversation, School, YoungPerson


@dataclass(frozen=True)
class Known:
    """One young person of a list."""

    person: YoungPerson
    school: School | None
    picture: Picture
    last_contact: datetime | None
    """When they last wrote to the service; None: never."""


def in_year(year: int, on: date) -> ColumnElement[bool]:
    """Of a school year on a day, by date of birth; by the year group on record where no date of birth is known."""
    by_record = and_(col(YoungPerson.date_of_birth).is_(None), col(YoungPerson.year_group) == year)
    return or_(Cohort.year_group(year).condition(on), by_record)


def here(on: date) -> ColumnElement[bool]:
    """Of the area on a day."""
    return or_(col(YoungPerson.left_area_on).is_(None), col(YoungPerson.left_area_on) > on)


def known(session: Session, *where: ColumnElement[bool]) -> list[Known]:
    """Everybody that the conditions (on columns of ``YoungPerson``) leave, by last and first name."""
    query = (
        select(YoungPerson, School)
        .outerjoin(School, col(School.id) == col(YoungPerson.school_id))
        .where(*where)
        .order_by(col(YoungPerson.last_name), col(YoungPerson.first_name), col(YoungPerson.id))
    )
    rows: list[tuple[YoungPerson, School | None]] = [(row[0], row[1]) for row in session.execute(query)]
    ids = [person.id or 0 for person, _ in rows]
    found = pictures(session, ids)
    contact = _last_contact(session, ids)
    return [Known(person, school, found[person.id or 0], contact.get(person.id or 0)) for person, school in rows]


def _last_contact(session: Session, ids: list[int]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(col(Conversation.young_person_id), func.max(col(Conversation.last_inbound_at)))
            .where(
                col(Conversation.young_person_id).in_(ids[start : start + 500]),
                col(Conversation.last_inbound_at).is_not(None),
            )
            .group_by(col(Conversation.young_person_id))
        )
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found
