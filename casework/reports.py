"""Delivery reports: what a provider says, after the send, about a message it took.

Reports come late, twice and out of order, and some come before the answer to the send itself. Applied in any order
they leave the same rank behind.
"""

from datetime import datetime

from sqlalchemy import Table, select, update
from sqlmodel import Session

from casework.delivery import RANK, from_provider
from casework.tables import ConsentEvent, Conversation, Message

_m: Table = Message.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_consent: Table = ConsentEvent.__table__  # type: ignore[attr-defined]

OPTED_OUT = 21610
"""Twilio: the recipient has opted out of texts from this sender.

Source: https://www.twilio.com/docs/api/errors/21610
"""

MAX_ID = 2**63 - 1
"""Largest row number that both databases hold."""


def apply_report(
    session: Session,
    message_id: int,
    provider_id: str,
    status: str,
    error_code: int | None,
    now: datetime,
) -> bool:
    """Apply one report in the open transaction; answers whether it changed the message.

    ``status`` is the provider's word. Nothing changes for a message that is not known, a word that says nothing about
    an outbound message, a report about another send (the row has a different ``provider_id``), or a status that is
    not ahead of the one on the row. A row with no provider id yet adopts this one: the answer to its send was lost,
    or is still on its way. The error code on the row is that of the status on the row.
    """
    mapped = from_provider(status)
    if mapped is None or not 0 < message_id <= MAX_ID:
        return False
    row = session.execute(
        select(
            _m.c.channel,
            _m.c.provider_id,
            _m.c.status_rank,
            _m.c.conversation_id,
            _m.c.created_at,
            _m.c.sent_at,
        )
        .where(_m.c.id == message_id, _m.c.direction == "out")
        .with_for_update()
    ).one_or_none()
    if row is None or row.provider_id not in (None, provider_id):
        return False
    if error_code == OPTED_OUT:
        record_opt_out(session, message_id, now)
    if row.status_rank >= RANK[mapped]:
        return False
    values: dict[str, object] = {
        "status": mapped,
        "status_rank": RANK[mapped],
        "error_code": error_code,
        "lease": None,
        "lease_until": None,
        "next_try_at": None,
        "failure": "reported by the provider" if mapped in ("undelivered", "failed") else None,
    }
    if row.provider_id is None and not _taken(session, row.channel, provider_id):
        values["provider_id"] = provider_id
    if row.sent_at is None:
        values["sent_at"] = now
    session.execute(update(_m).where(_m.c.id == message_id).values(**values))
    return True


def record_opt_out(session: Session, message_id: int, now: datetime) -> bool:
    """Write into the consent ledger that the provider turned this message away because its reader opted out.

    Done once for each message, and not at all when they have said START since it was handed over: that report is
    about the time before. Answers whether it was written.
    """
    row = session.execute(
        select(
            _m.c.channel,
            _m.c.created_at,
            _m.c.send_started_at,
            _c.c.address,
            _c.c.young_person_id,
        )
        .join(_c, _c.c.id == _m.c.conversation_id)
        .where(_m.c.id == message_id, _m.c.direction == "out")
    ).one_or_none()
    if row is None:
        return False
    known = session.execute(
        select(_consent.c.id)
        .where(
            (_consent.c.message_id == message_id)
            | (
                (_consent.c.channel == row.channel)
                & (_consent.c.address == row.address)
                & (_consent.c.event == "start")
                & (_consent.c.recorded_at >= (row.send_started_at or row.created_at))
            )
        )
        .limit(1)
    ).first()
    if known is not None:
        return False
    session.add(
        ConsentEvent(
            channel=row.channel,
            address=row.address,
            young_person_id=row.young_person_id,
            event="stop",
            source="provider",
            message_id=message_id,
            recorded_at=now,
        )
    )
    session.flush()
    return True


def _taken(session: Session, channel: str, provider_id: str) -> bool:
    found = session.execute(select(_m.c.id).where(_m.c.channel == channel, _m.c.provider_id == provider_id).limit(1))
    return found.first() is not None
