"""Inbound work: which conversations have a message waiting, and who may take the next turn of each.

A conversation is claimed as a whole, by its oldest unhandled message, so that its messages are handled in order and
one at a time, across any number of workers. Each commit names the lease it holds: a worker that was thought dead and
comes back cannot commit over its successor.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, exists, literal_column, or_, select, update
from sqlmodel import Session

from casework.tables import Conversation, Message

_m: Table = Message.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_older = _m.alias("older")

_IN: ColumnElement[str] = literal_column("'in'")

# written out, not bound: a database uses a partial index only where it can read the index's own condition
_waiting: ColumnElement[bool] = and_(_m.c.direction == _IN, _m.c.handled_at.is_(None))


class LostLease(RuntimeError):
    """Another worker has the conversation now, or a person took it over: nothing was committed."""


def any_waiting(session: Session) -> bool:
    """Whether there is anything to claim at all: a cheap look that takes no lock."""
    return session.execute(select(_m.c.id).where(_waiting).limit(1)).first() is not None


def claim(session: Session, lease: str, now: datetime, hold: timedelta, limit: int) -> list[int]:
    """Take up to ``limit`` conversations whose oldest unhandled message is due, the longest waiting first.

    Each is held under ``lease`` until ``now + hold``. Answers their ids.
    """
    behind_another = exists(
        select(_older.c.id).where(
            _older.c.conversation_id == _m.c.conversation_id,
            _older.c.id < _m.c.id,
            _older.c.direction == _IN,
            _older.c.handled_at.is_(None),
        )
    )
    query = (
        select(_c.c.id)
        .join(_m, _m.c.conversation_id == _c.c.id)
        .where(
            _waiting,
            ~behind_another,
            or_(_m.c.next_try_at.is_(None), _m.c.next_try_at <= now),
            or_(_c.c.lease_until.is_(None), _c.c.lease_until <= now),
        )
        .order_by(_m.c.id)
        .limit(limit)
        .with_for_update(of=_c, skip_locked=True)
    )
    ids = [row.id for row in session.execute(query)]
    if ids:
        session.execute(update(_c).where(_c.c.id.in_(ids)).values(lease=lease, lease_until=now + hold))
    return ids


def next_message(session: Session, conversation_id: int, now: datetime) -> Message | None:
    """The conversation's oldest unhandled message, if it is due."""
    row: Message | None = session.execute(
        select(Message).where(_waiting, _m.c.conversation_id == conversation_id).order_by(_m.c.id).limit(1)
    ).scalar_one_or_none()
    if row is None or (row.next_try_at is not None and row.next_try_at > now):
        return None
    return row


def more_waiting(session: Session, conversation_id: int, after: int) -> bool:
    """Whether a message after ``after`` waits in this conversation."""
    return (
        session.execute(
            select(_m.c.id).where(_waiting, _m.c.conversation_id == conversation_id, _m.c.id > after).limit(1)
        ).first()
        is not None
    )


def release(session: Session, conversation_id: int, lease: str) -> None:
    """Let a conversation go, if ``lease`` still holds it."""
    session.execute(
        update(_c).where(_c.c.id == conversation_id, _c.c.lease == lease).values(lease=None, lease_until=None)
    )


def hold_for_commit(
    session: Session, conversation: Conversation, message: Message, lease: str, until: datetime
) -> None:
    """Lock the conversation for the commit of this message's turn and prolong the lease.

    Raises ``LostLease`` when the lease has gone to another, a person took the conversation over meanwhile, or the
    message has been handled.
    """
    held = session.execute(
        update(_c)
        .where(_c.c.id == conversation.id, _c.c.lease == lease, _c.c.mode == conversation.mode)
        .values(lease_until=until)
    )
    if held.rowcount != 1:  # type: ignore[attr-defined]
        raise LostLease("conversation")
    still = session.execute(select(_m.c.id).where(_m.c.id == message.id, _m.c.handled_at.is_(None))).first()
    if still is None:
        raise LostLease("message")
