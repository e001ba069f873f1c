"""Inbound work: which conversations have a message waiting, and who may take the next turn of each.

A conversation is claimed as a whole, by its oldest unhandled message, so that its messages are handled in order and
one at a time, across any number of workers. Each commit names the lease it holds: a worker that was thought dead and
comes back cannot commit over its successor.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Table, and_, bindparam, exists, literal_column, or_, select, update
from sqlmodel import Session

from casework.tables import Conversation, Message
from casework.tables.base import UTCDateTime

_m: Table = Message.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_older = _m.alias("older")

_IN: ColumnElement[str] = literal_column("'in'")

# written out, not bound: a database uses a partial index only where it can read the index's own condition
_waiting: ColumnElement[bool] = and_(_m.c.direction == _IN, _m.c.handled_at.is_(None))

# statements are built once: putting one together costs several times what it takes to run it
_now = bindparam("now", type_=UTCDateTime())
_lease: BindParameter[str] = bindparam("the_lease")
_conversation: BindParameter[int] = bindparam("the_conversation")
_message: BindParameter[int] = bindparam("the_message")
_behind_another = exists(
    select(_older.c.id).where(
        _older.c.conversation_id == _m.c.conversation_id,
        _older.c.id < _m.c.id,
        _older.c.direction == _IN,
        _older.c.handled_at.is_(None),
    )
)
_ANY_WAITING = select(_m.c.id).where(_waiting).limit(1)
_CLAIM = (
    select(_c.c.id)
    .join(_m, _m.c.conversation_id == _c.c.id)
    .where(
        _waiting,
        ~_behind_another,
        or_(_m.c.next_try_at.is_(None), _m.c.next_try_at <= _now),
        or_(_c.c.lease_until.is_(None), _c.c.lease_until <= _now),
    )
    .order_by(_m.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=_c, skip_locked=True)
)
_HOLD = (
    update(_c)
    .where(_c.c.id.in_(bindparam("ids", expanding=True)))
    .values(lease=_lease, lease_until=bindparam("until", type_=UTCDateTime()))
)
_NEXT = select(Message).where(_waiting, _m.c.conversation_id == _conversation).order_by(_m.c.id).limit(1)
_MORE = select(_m.c.id).where(_waiting, _m.c.conversation_id == _conversation, _m.c.id > _message).limit(1)
_RELEASE = update(_c).where(_c.c.id == _conversation, _c.c.lease == _lease).values(lease=None, lease_until=None)
_PROLONG = (
    update(_c)
    .where(_c.c.id == _conversation, _c.c.lease == _lease, _c.c.mode == bindparam("the_mode"))
    .values(lease_until=bindparam("until", type_=UTCDateTime()))
)
_UNHANDLED = select(_m.c.id).where(_m.c.id == _message, _m.c.handled_at.is_(None))


class LostLease(RuntimeError):
    """Another worker has the conversation now, or a person took it over: nothing was committed."""


def any_waiting(session: Session) -> bool:
    """Whether there is anything to claim at all: a cheap look that takes no lock."""
    return session.connection().execute(_ANY_WAITING).first() is not None


def claim(session: Session, lease: str, now: datetime, hold: timedelta, limit: int) -> list[int]:
    """Take up to ``limit`` conversations whose oldest unhandled message is due, the longest waiting first.

    Each is held under ``lease`` until ``now + hold``. Answers their ids.
    """
    connection = session.connection()
    ids = [row.id for row in connection.execute(_CLAIM, {"now": now, "most": limit})]
    if ids:
        connection.execute(_HOLD, {"ids": ids, "the_lease": lease, "until": now + hold})
    return ids


def next_message(session: Session, conversation_id: int, now: datetime) -> Message | None:
    """The conversation's oldest unhandled message, if it is due."""
    row: Message | None = session.execute(_NEXT, {"the_conversation": conversation_id}).scalar_one_or_none()
    if row is None or (row.next_try_at is not None and row.next_try_at > now):
        return None
    return row


def more_waiting(session: Session, conversation_id: int, after: int) -> bool:
    """Whether a message after ``after`` waits in this conversation."""
    given = {"the_conversation": conversation_id, "the_message": after}
    return session.connection().execute(_MORE, given).first() is not None


def release(session: Session, conversation_id: int, lease: str) -> None:
    """Let a conversation go, if ``lease`` still holds it."""
    session.connection().execute(_RELEASE, {"the_conversation": conversation_id, "the_lease": lease})


def hold_for_commit(
    session: Session, conversation: Conversation, message: Message, lease: str, until: datetime
) -> None:
    """Lock the conversation for the commit of this message's turn and prolong the lease.

    Raises ``LostLease`` when the lease has gone to another, a person took the conversation over meanwhile, or the
    message has been handled.
    """
    connection = session.connection()
    given: dict[str, Any] = {
        "the_conversation": conversation.id,
        "the_lease": lease,
        "the_mode": conversation.mode,
        "until": until,
    }
    if connection.execute(_PROLONG, given).rowcount != 1:
        raise LostLease("conversation")
    if connection.execute(_UNHANDLED, {"the_message": message.id}).first() is None:
        raise LostLease("message")
