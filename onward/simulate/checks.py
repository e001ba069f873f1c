"""What must hold after a simulated year, asked of the record in plain questions."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlmodel import col

from casework.clock import LONDON
from casework.db import reading
from casework.followup.spans import working_day
from casework.tables import Escalation, FollowUp, Message

WITHIN_WORKING_DAYS = 2
"""In which somebody who became NEET must have been contacted or handed over, after the day we learnt of it."""
STILL_OPEN = timedelta(days=2)
"""A contact may wait so long past its hour for a better one before somebody should ask why."""


@dataclass(frozen=True)
class BecameNeet:
    """Somebody of whom the record came to say that they are NEET."""

    person_id: int
    at: datetime


@dataclass(frozen=True)
class Touch:
    """Something that reached somebody, or a person who has them in hand."""

    person_id: int
    at: datetime


def contacts_without_outcome(engine: Engine, end: datetime) -> Counter[str]:
    """Contacts that were due and have come to nothing."""
    found: Counter[str] = Counter()
    with reading(engine) as session:
        rows = session.execute(
            select(col(FollowUp.status), func.count())
            .where(col(FollowUp.status) != "ended", col(FollowUp.due_at) < end - STILL_OPEN)
            .group_by(col(FollowUp.status))
        )
        for status, count in rows:
            found[f"planned contact without outcome ({status})"] += count
        ended = session.execute(
            select(func.count())
            .select_from(FollowUp)
            .where(col(FollowUp.status) == "ended", col(FollowUp.outcome).is_(None) | col(FollowUp.reason).is_(None))
        ).scalar_one()
        if ended:
            found["ended contact without outcome and reason"] += ended
    return found


def contacts_twice(engine: Engine) -> Counter[str]:
    """The same contact of a plan sent more than once, whatever its version."""
    with reading(engine) as session:
        several = (
            select(func.count())
            .where(col(FollowUp.message_id).is_not(None))
            .group_by(col(FollowUp.young_person_id), col(FollowUp.plan), col(FollowUp.occasion), col(FollowUp.step))
            .having(func.count() > 1)
        )
        count = len(session.execute(several).all())
    return Counter({"the same contact sent twice": count}) if count else Counter()


def touches(engine: Engine) -> dict[int, list[datetime]]:
    """When each person was written to (a text that arrived or may have), or brought before an adviser."""
    found: dict[int, list[datetime]] = {}
    with reading(engine) as session:
        texts = select(col(FollowUp.young_person_id), col(Message.sent_at)).join(
            Message, col(Message.id) == col(FollowUp.message_id)
        )
        tasks = select(col(Escalation.young_person_id), col(Escalation.opened_at)).where(
            col(Escalation.young_person_id).is_not(None)
        )
        for query in (texts, tasks):
            for person_id, at in session.execute(query):
                if at is not None:
                    found.setdefault(person_id, []).append(at)
    return found


def late_for_new_neet(
    became: list[BecameNeet],
    left: dict[int, datetime],
    touched: dict[int, list[datetime]],
    down: tuple[datetime, datetime] | None = None,
) -> int:
    """How many who became NEET were neither contacted nor handed over by the end of the second working day.

    ``down``: from when to when nothing ran. Whose time fell into it has a day from its end.
    """
    late = 0
    for one in became:
        last = working_day(one.at.astimezone(LONDON).date(), WITHIN_WORKING_DAYS, "england")
        deadline = datetime.combine(last + timedelta(days=1), datetime.min.time(), LONDON)
        if down is not None and one.at < down[1] and down[0] < deadline:
            deadline = max(deadline, down[1] + timedelta(days=1))
        changed = left.get(one.person_id)
        if changed is not None and one.at < changed <= deadline:
            continue
        if not any(one.at - timedelta(days=2) <= at <= deadline for at in touched.get(one.person_id, ())):
            late += 1
    return late


def school_days(first: date, last: date) -> int:
    """Working days between two days, for averages."""
    day, count = first, 0
    while day <= last:
        count += day.weekday() < 5
        day += timedelta(days=1)
    return count
