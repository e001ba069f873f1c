"""The consent ledger: whether a young person may be contacted. Events are only added, and the latest one counts.

Whoever says STOP on one channel has said it on all of theirs, and an ordinary later message never takes it back
(PECR regulation 22; UK GDPR article 21). Only START does.
"""

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from casework.tables import ConsentEvent


def _theirs(channel: str, address: str, young_person_id: int | None) -> ColumnElement[bool]:
    here = and_(col(ConsentEvent.address) == address, col(ConsentEvent.channel) == channel)
    if young_person_id is None:
        return here
    return or_(here, col(ConsentEvent.young_person_id) == young_person_id)


def history(session: Session, channel: str, address: str, young_person_id: int | None) -> list[ConsentEvent]:
    """Every event of this address and, where the person is known, of all their addresses; the latest first."""
    return list(
        session.exec(
            select(ConsentEvent)
            .where(_theirs(channel, address, young_person_id))
            .order_by(col(ConsentEvent.recorded_at).desc(), col(ConsentEvent.id).desc())
        )
    )


def latest(session: Session, channel: str, address: str, young_person_id: int | None) -> str | None:
    """ "stop", "start", or None where neither was ever said."""
    return session.exec(
        select(ConsentEvent.event)
        .where(_theirs(channel, address, young_person_id))
        .order_by(col(ConsentEvent.recorded_at).desc(), col(ConsentEvent.id).desc())
        .limit(1)
    ).first()


def stopped(session: Session, channel: str, address: str, young_person_id: int | None) -> bool:
    """Whether they have said STOP, on this channel or any other of theirs, and not START since."""
    return latest(session, channel, address, young_person_id) == "stop"
