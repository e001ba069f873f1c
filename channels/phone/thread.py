"""What the simulated phone shows: who can be picked, and the thread of one number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, exists, or_, select
from sqlmodel import Session

from casework.delivery import OPEN
from casework.gsm7 import measure
from casework.tables import Conversation, Message, YoungPerson

ARRIVED = ("accepted", "provider_queued", "provider_sending", "sent", "partially_delivered", "delivered", "read")
"""Statuses of texts that the phone has got."""

MOST_MESSAGES = 200
"""Most messages shown: the latest ones."""

_m: Table = Message.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Thread:
    """Messages, oldest first. ``waiting``: an answer may still come."""

    messages: list[dict[str, Any]]
    waiting: bool


def people(session: Session) -> list[dict[str, str]]:
    """Everybody in the record who has a phone, by name."""
    rows = session.execute(
        select(_p.c.first_name, _p.c.last_name, _p.c.known_as, _p.c.town, _p.c.phone)
        .where(_p.c.phone.is_not(None))
        .order_by(_p.c.first_name, _p.c.last_name)
    )
    return [
        {"name": f"{row.known_as or row.first_name} {row.last_name}", "town": row.town or "", "number": row.phone}
        for row in rows
    ]


def thread(session: Session, number: str, after: int) -> Thread:
    """The messages of ``number`` (E.164) with ids above ``after``."""
    conversation = session.execute(
        select(_c.c.id).where(_c.c.channel == "sms", _c.c.address == number)
    ).scalar_one_or_none()
    if conversation is None:
        return Thread([], False)
    rows = session.execute(
        select(_m)
        .where(
            _m.c.conversation_id == conversation,
            _m.c.id > after,
            or_(_m.c.direction == "in", _m.c.status.in_(ARRIVED)),
        )
        .order_by(_m.c.id.desc())
        .limit(MOST_MESSAGES)
    ).all()
    unhandled = and_(_m.c.direction == "in", _m.c.handled_at.is_(None))
    unsent = and_(_m.c.direction == "out", _m.c.status.in_(OPEN))
    waiting = session.execute(
        select(exists().where(_m.c.conversation_id == conversation, or_(unhandled, unsent)))
    ).scalar_one()
    return Thread([_shown(row) for row in reversed(rows)], bool(waiting))


def _shown(row: Any) -> dict[str, Any]:
    inbound = row.direction == "in"
    at: datetime = row.created_at if inbound else row.sent_at or row.created_at
    return {
        "id": row.id,
        "direction": row.direction,
        "from": row.author,
        "text": row.text,
        "at": at.isoformat(),
        "status": ("handled" if row.handled_at else "received") if inbound else row.status,
        "segments": row.segments or measure(row.text).segments,
        "media": row.media,
    }
