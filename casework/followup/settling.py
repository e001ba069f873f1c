"""Bringing the outcome of a contact's message to the contact: sent, failed, late, suppressed. Safe at any time."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, Table, bindparam, literal_column, select
from sqlmodel import Session

from casework.advisers import answers_for
from casework.db import reading, writing
from casework.delivery import OPEN
from casework.followup import tasks
from casework.followup.hook import planned_for
from casework.followup.people import Reader
from casework.followup.planning import anything_follows
from casework.followup.replan import replan
from casework.identity import addresses
from casework.tables import Conversation, FollowUp, Message, YoungPerson
from casework.tables.base import UTCDateTime

WATCHED_FOR = timedelta(days=3)
"""How long after a send a delivery report may still say that it did not arrive."""
NEVER_ARRIVED = ("undelivered", "failed", "canceled")
BAD_NUMBER = frozenset({21211, 21614, 30005, 30006})
"""Codes that mean that the number itself cannot be texted: invalid, no mobile, unknown, a landline.

Source: https://www.twilio.com/docs/api/errors (21211, 21614, 30005, 30006)
"""
CHUNK = 500
MOST_LOOKED_AT = 100_000
"""More can neither wait in the outbox nor be lost in a few days."""

_f: Table = FollowUp.__table__  # type: ignore[attr-defined]
_m: Table = Message.__table__  # type: ignore[attr-defined]

_STILL_OPEN: list[ColumnElement[str]] = [literal_column(f"'{status}'") for status in OPEN]
# each begins with the few rows of a small index: a limit inside keeps the database from beginning with all the others
_WAITING = (
    select(_f.c.id, _f.c.message_id).where(_f.c.status == literal_column("'queued'")).limit(MOST_LOOKED_AT).subquery()
)
_QUEUED = (
    select(_WAITING.c.id).join(_m, _m.c.id == _WAITING.c.message_id).where(_m.c.status.not_in(_STILL_OPEN)).limit(CHUNK)
)
_LOST = (
    select(_m.c.id)
    .where(
        # written out, not bound: these are the conditions of the index
        _m.c.status.in_([literal_column(f"'{status}'") for status in NEVER_ARRIVED]),
        _m.c.sent_at > bindparam("since", type_=UTCDateTime()),
    )
    .limit(MOST_LOOKED_AT)
    .subquery()
)
_FAILED = (
    select(_f.c.id)
    .join(_LOST, _LOST.c.id == _f.c.message_id)
    .where(_f.c.outcome == literal_column("'sent'"))
    .limit(CHUNK)
)


@dataclass(frozen=True)
class Settler:
    """Settles for one database. Any number of these may run."""

    engine: Engine
    reader: Callable[[], Reader]

    def run(self, now: datetime) -> Counter[str]:
        """Settle everything that can be; answers how many contacts came to which outcome."""
        done: Counter[str] = Counter()
        given = {"since": now - WATCHED_FOR}
        while True:
            with reading(self.engine) as session:
                ids = [*session.execute(_QUEUED).scalars(), *session.execute(_FAILED, given).scalars()]
            if not ids:
                return done
            found = self._chunk(ids, now)
            done += found
            if not found:
                # another one has them
                return done

    def _chunk(self, ids: list[int], now: datetime) -> Counter[str]:
        done: Counter[str] = Counter()
        reader = self.reader()
        with writing(self.engine) as session:
            query = (
                select(FollowUp, Message)
                .join(Message, _m.c.id == _f.c.message_id)
                .where(_f.c.id.in_(ids))
                .order_by(_f.c.id)
                .with_for_update(of=_f, skip_locked=True)
            )
            people = set()
            for row, message in session.execute(query):
                outcome = self._settle(session, row, message, now)
                if outcome:
                    done[outcome] += 1
                    if anything_follows(reader.book, row.plan, row.step, row.outcome):
                        people.add(row.young_person_id)
            session.flush()
            replan(session, reader, people, now)
            planned_for(session)
        return done

    def _settle(self, session: Session, row: FollowUp, message: Message, now: datetime) -> str | None:
        if row.status == "queued" and message.status not in OPEN:
            return self._of_queued(session, row, message, now)
        if row.outcome == "sent" and message.status in NEVER_ARRIVED:
            return self._failed(session, row, message, now)
        return None

    def _of_queued(self, session: Session, row: FollowUp, message: Message, now: datetime) -> str:
        session.add(row)
        if message.status in ("suppressed", "expired"):
            return self._suppressed(session, row, message.failure or "late", now)
        if message.status in NEVER_ARRIVED:
            row.ended_at = message.sent_at or now
            return self._failed(session, row, message, now)
        row.status, row.outcome, row.reason = "ended", "sent", message.status
        row.ended_at = message.sent_at or now
        return "sent"

    def _suppressed(self, session: Session, row: FollowUp, reason: str, now: datetime) -> str:
        if reason == "hand_over":
            # an adviser took the conversation over in between: it waits, as all the others of theirs do
            row.status, row.message_id, row.due_at, row.hold_reason = "planned", None, now + timedelta(hours=2), reason
            return "waits:hand_over"
        row.status, row.outcome, row.reason, row.ended_at = "ended", "suppressed", reason, now
        if reason == "late":
            row.outcome = "late"
        elif reason in ("stopped", *addresses.UNREACHABLE):
            self._hand_over(session, row, reason, now)
        return str(row.outcome)

    def _failed(self, session: Session, row: FollowUp, message: Message, now: datetime) -> str:
        row.status, row.outcome = "ended", "failed"
        row.reason = f"code {message.error_code}" if message.error_code else message.failure or "failed"
        row.ended_at = row.ended_at or now
        conversation = session.get(Conversation, message.conversation_id)
        if message.error_code in BAD_NUMBER and conversation is not None:
            addresses.note(session, conversation, "invalid", by="provider", now=now, message_id=message.id)
        self._hand_over(session, row, "delivery_failed", now)
        session.add(row)
        return str(row.outcome)

    def _hand_over(self, session: Session, row: FollowUp, reason: str, now: datetime) -> None:
        """A person takes it from here, where the plan does not say that it may be let go."""
        if (row.rules or {}).get("unreachable") == "skip" or row.campaign_id is not None:
            return
        person = session.get(YoungPerson, row.young_person_id)
        adviser = answers_for(session, person.adviser_id if person else None, now).adviser
        tasks.bring(session, row, adviser, now, reason)
        if reason != "delivery_failed":
            row.outcome = "handed_over"
