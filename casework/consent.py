"""The consent ledger: whether a young person may be contacted. Events are only added, and the latest one counts.

Whoever says STOP on one channel has said it on all of theirs, and an ordinary later message never takes it back
(PECR regulation 22; UK GDPR article 21). Only START does.
"""

from datetime import datetime

from sqlalchemy import Select, Table, and_, bindparam, or_, select
from sqlmodel import Session

from casework.tables import ConsentEvent, Conversation

_event: Table = ConsentEvent.__table__  # type: ignore[attr-defined]

# with nobody known the second half compares with NULL and so holds for no row
_THEIRS = or_(
    and_(_event.c.address == bindparam("address"), _event.c.channel == bindparam("channel")),
    _event.c.young_person_id == bindparam("young_person_id"),
)
_NEWEST_FIRST = (_event.c.recorded_at.desc(), _event.c.id.desc())

# built once: both are asked in every turn and for every send
LATEST: Select[tuple[str]] = select(_event.c.event).where(_THEIRS).order_by(*_NEWEST_FIRST).limit(1)
"""The latest event, by the parameters address, channel and young_person_id."""
_HISTORY = select(ConsentEvent).where(_THEIRS).order_by(*_NEWEST_FIRST)


def _parameters(channel: str, address: str, young_person_id: int | None) -> dict[str, str | int | None]:
    return {"channel": channel, "address": address, "young_person_id": young_person_id}


def history(session: Session, channel: str, address: str, young_person_id: int | None) -> list[ConsentEvent]:
    """Every event of this address and, where the person is known, of all their addresses; the latest first."""
    rows = session.execute(_HISTORY, _parameters(channel, address, young_person_id))
    return list(rows.scalars())


def latest(session: Session, channel: str, address: str, young_person_id: int | None) -> str | None:
    """ "stop", "start", or None where neither was ever said."""
    return session.execute(LATEST, _parameters(channel, address, young_person_id)).scalars().first()


def stopped(session: Session, channel: str, address: str, young_person_id: int | None) -> bool:
    """Whether they have said STOP, on this channel or any other of theirs, and not START since."""
    return latest(session, channel, address, young_person_id) == "stop"


def carry(session: Session, conversation: Conversation, young_person_id: int, now: datetime) -> bool:
    """STOP of a conversation that is about to be linked becomes the young person's own; answers whether it did.

    Said while nobody knew whose conversation it is, it held for that address alone. From now on it holds on all of
    theirs. Where they have said START elsewhere since, that is their latest word.
    """
    if latest(session, conversation.channel, conversation.address, young_person_id) != "stop":
        return False
    if latest(session, "", "", young_person_id) == "stop":
        return False
    session.add(
        ConsentEvent(
            channel=conversation.channel,
            address=conversation.address,
            young_person_id=young_person_id,
            event="stop",
            source="linked",
            recorded_at=now,
        )
    )
    session.flush()
    return True
