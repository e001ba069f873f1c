"""What is looked after at regular intervals, by whichever worker comes first. Each may run at any time, and twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select
from sqlmodel import col

from casework.db import reading, writing
from casework.delivery import OPEN
from casework.tables import ConsoleSession, Message

LATE = timedelta(minutes=2)
"""A message that has waited this long for its turn is worth somebody's attention: a usual one waits milliseconds."""


@dataclass(frozen=True)
class Waiting:
    """How much waits, and for how long the oldest inbound message has."""

    inbound: int
    outbound: int
    oldest: timedelta

    @property
    def late(self) -> bool:
        """Whether somebody should look."""
        return self.oldest >= LATE


def waiting(engine: Engine, now: datetime) -> Waiting:
    """What waits for a turn, and what is due to be sent."""
    unhandled = (col(Message.direction) == "in", col(Message.handled_at).is_(None))
    due = (
        col(Message.direction) == "out",
        col(Message.status).in_(OPEN),
        func.coalesce(col(Message.next_try_at), col(Message.created_at)) <= now,
    )
    with reading(engine) as session:
        count, first = session.execute(select(func.count(), func.min(col(Message.created_at))).where(*unhandled)).one()
        outbound = session.execute(select(func.count()).select_from(Message).where(*due)).scalar_one()
    return Waiting(count, outbound, now - first if first else timedelta(0))


def end_old_sessions(engine: Engine, now: datetime) -> int:
    """Forget console sessions that have run out; answers how many."""
    with writing(engine) as session:
        ended = session.execute(delete(ConsoleSession).where(col(ConsoleSession.expires_at) <= now))
    return int(ended.rowcount)  # type: ignore[attr-defined]
