"""Interviews on a day, for a reminder the day before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from casework.clock import LONDON
from casework.destinations.applications import Application
from casework.destinations.record import pictures
from casework.tables import Destination, YoungPerson


@dataclass(frozen=True)
class Interview:
    """One interview that somebody is expected at."""

    young_person: YoungPerson
    application: Application
    at: datetime
    """Aware, UTC."""

    @property
    def hour_known(self) -> bool:
        """Whether its hour is known: one at midnight in London was only given a day."""
        return self.at.astimezone(LONDON).time() != time(0)


def interviews_on(session: Session, day: date) -> list[Interview]:
    """The interviews on a day in Europe/London, by their hour.

    Only those that still stand: not one that was put off to another day, and none of an application that has ended.
    """
    first = datetime.combine(day, time(0), tzinfo=LONDON).astimezone(UTC)
    last = datetime.combine(day + timedelta(days=1), time(0), tzinfo=LONDON).astimezone(UTC)
    query = (
        select(YoungPerson)
        .where(
            col(YoungPerson.id).in_(
                select(col(Destination.young_person_id)).where(
                    col(Destination.stage) == "interview",
                    col(Destination.at_time) >= first,
                    col(Destination.at_time) < last,
                )
            )
        )
        .order_by(col(YoungPerson.id))
    )
    people = {person.id or 0: person for person in session.execute(query).scalars()}
    found = [
        Interview(people[id_], application, application.interview_at)
        for id_, known in pictures(session, list(people)).items()
        for application in known.open
        if application.interview_at is not None and first <= application.interview_at < last
    ]
    return sorted(found, key=lambda one: (one.at, one.young_person.id))
