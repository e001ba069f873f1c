"""What is known of a number: whose it is not any more, and who shares it. The latest note counts."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Table, bindparam, select, update
from sqlmodel import Session, col

from casework.tables import AddressNote, Conversation, YoungPerson

Kind = Literal["wrong_number", "shared", "invalid", "right"]

UNREACHABLE = frozenset({"wrong_number", "invalid"})
"""Nothing is sent to such a number until somebody has put it right."""

_note: Table = AddressNote.__table__  # type: ignore[attr-defined]

LATEST = (
    select(_note.c.kind)
    .where(_note.c.channel == bindparam("channel"), _note.c.address == bindparam("address"))
    .order_by(_note.c.id.desc())
    .limit(1)
)
"""The kind of the latest note about ``channel`` and ``address``; ``right`` where it was put right."""


def note(
    session: Session,
    conversation: Conversation,
    kind: Kind,
    *,
    by: str,
    now: datetime,
    message_id: int | None = None,
) -> bool:
    """Write down what is known of a conversation's address; answers whether it is news.

    A wrong number is taken off its conversation, so that what they write is in nobody's record and what the record says
    reaches no stranger; the young person keeps it on their record until an adviser has found the new one.
    """
    new = note_address(
        session,
        conversation.channel,
        conversation.address,
        kind,
        by=by,
        now=now,
        young_person_id=conversation.young_person_id,
        message_id=message_id,
    )
    if not new:
        return False
    if kind in UNREACHABLE:
        session.execute(
            update(Conversation).where(col(Conversation.id) == conversation.id).values(young_person_id=None)
        )
        conversation.young_person_id = None
    return True


def note_address(
    session: Session,
    channel: str,
    address: str,
    kind: Kind,
    *,
    by: str,
    now: datetime,
    young_person_id: int | None,
    message_id: int | None = None,
) -> bool:
    """Write down what is known of an address, and nothing else; answers whether it is news."""
    if (standing(session, channel, address) or "right") == kind:
        return False
    session.add(
        AddressNote(
            channel=channel,
            address=address,
            kind=kind,
            young_person_id=young_person_id,
            message_id=message_id,
            by=by,
            recorded_at=now,
        )
    )
    session.flush()
    return True


def standing(session: Session, channel: str, address: str) -> str | None:
    """The latest word about an address; None when there is none, or it was put right."""
    found = session.execute(LATEST, {"channel": channel, "address": address}).scalar_one_or_none()
    return None if found in (None, "right") else str(found)


def reachable(session: Session, channel: str, address: str) -> bool:
    """Whether anything may be sent there at all, as far as the address goes."""
    return standing(session, channel, address) not in UNREACHABLE


def sharers(session: Session, number: str) -> list[YoungPerson]:
    """Everybody whose record has this number, by their ref."""
    query = select(YoungPerson).where(col(YoungPerson.phone) == number).order_by(col(YoungPerson.ref))
    return list(session.execute(query).scalars())
