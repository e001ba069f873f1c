"""What named people must see: listed by urgency and age, acknowledged, and closed with a note."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlmodel import Session, col

from casework import audit
from casework.caseload import Group, Scope
from casework.tables import Adviser, Conversation, Escalation, YoungPerson

URGENCY = {"urgent": 0, "soon": 1, "routine": 2}
"""Order of urgencies; one that is not known counts as urgent, so that it is seen."""

LONGEST_NOTE = 2000
"""In characters."""


class EscalationError(Exception):
    """The escalation was not changed. The text is for the adviser, in plain words."""


@dataclass(frozen=True)
class Item:
    """One escalation as an adviser sees it."""

    escalation: Escalation
    conversation: Conversation | None
    """None for one that came of no conversation, such as a provider's report."""
    young_person: YoungPerson | None
    group: Group
    adviser: str | None
    """The name of the adviser it was brought before; none for the duty queue."""
    acknowledged_by: str | None
    closed_by: str | None


def open_escalations(
    session: Session,
    scope: Scope,
    conversation_ids: Collection[int] | None = None,
    *,
    young_person_id: int | None = None,
) -> list[Item]:
    """The open escalations that the adviser may see: urgent first, then the oldest.

    With ``conversation_ids`` only those of these conversations, and of ``young_person_id`` outside any of theirs.
    """
    urgency = case(*((col(Escalation.urgency) == name, rank) for name, rank in URGENCY.items()), else_=0)
    query = (
        _joined()
        .where(scope.condition(), col(Escalation.closed_at).is_(None))
        .order_by(urgency, col(Escalation.opened_at), col(Escalation.id))
    )
    if conversation_ids is not None:
        wanted: list[ColumnElement[bool]] = [col(Escalation.conversation_id).in_(conversation_ids)]
        if young_person_id is not None:
            # of no conversation, or of one that has left their record, as a wrong number does
            wanted.append(
                col(Conversation.young_person_id).is_(None) & (col(Escalation.young_person_id) == young_person_id)
            )
        query = query.where(or_(*wanted))
    names = _names(session)
    return [_item(names, scope, *row) for row in session.execute(query)]


def item(session: Session, scope: Scope, escalation_id: int) -> Item | None:
    """One escalation, open or closed; none when there is none that the adviser may see."""
    row = session.execute(_joined().where(scope.condition(), col(Escalation.id) == escalation_id)).first()
    return _item(_names(session), scope, *row) if row else None


def acknowledge(session: Session, escalation_id: int, adviser: Adviser, now: datetime) -> Escalation:
    """Somebody has seen it. The first to say so is kept. Raises ``LookupError`` when there is none."""
    escalation = _locked(session, escalation_id)
    if escalation.acknowledged_at is None and escalation.closed_at is None:
        escalation.acknowledged_at, escalation.acknowledged_by_id = now, adviser.id
        _note(session, escalation, adviser, "acknowledged_escalation", now)
    return escalation


def close(session: Session, escalation_id: int, adviser: Adviser, note: str, now: datetime) -> Escalation:
    """It is dealt with, and the note says how. The first closing is kept: doing it twice is doing it once.

    Raises ``EscalationError`` without a note or with one that is too long, ``LookupError`` when there is none.
    """
    note = note.replace("\r\n", "\n").strip()
    escalation = _locked(session, escalation_id)
    if escalation.closed_at is not None:
        return escalation
    if not note:
        raise EscalationError("Write what was done before you close it")
    if len(note) > LONGEST_NOTE:
        raise EscalationError(f"The note must be {LONGEST_NOTE:,} characters or fewer. It is {len(note):,} now")
    if escalation.acknowledged_at is None:
        escalation.acknowledged_at, escalation.acknowledged_by_id = now, adviser.id
    escalation.closed_at, escalation.closed_by_id, escalation.closing_note = now, adviser.id, note
    _note(session, escalation, adviser, "closed_escalation", now)
    return escalation


def _joined() -> Select[Escalation, Conversation, YoungPerson]:
    """Escalations with their conversation, if any, and whom they are about: its person, or else their own."""
    # a number that turned out not to be theirs leaves the record; what was said of it is still about them
    whose = func.coalesce(col(Conversation.young_person_id), col(Escalation.young_person_id))
    return (
        select(Escalation, Conversation, YoungPerson)
        .outerjoin(Conversation, col(Conversation.id) == col(Escalation.conversation_id))
        .outerjoin(YoungPerson, col(YoungPerson.id) == whose)
    )


def _locked(session: Session, escalation_id: int) -> Escalation:
    escalation = session.get(Escalation, escalation_id, with_for_update=True, populate_existing=True)
    if escalation is None:
        raise LookupError(f"no escalation {escalation_id}")
    return escalation


def _names(session: Session) -> dict[int | None, str]:
    return {row.id: row.name for row in session.execute(select(col(Adviser.id), col(Adviser.name)))}


def _item(
    names: dict[int | None, str],
    scope: Scope,
    escalation: Escalation,
    conversation: Conversation | None,
    young_person: YoungPerson | None,
) -> Item:
    return Item(
        escalation=escalation,
        conversation=conversation,
        young_person=young_person,
        group=scope.group(young_person) or "covering",
        adviser=names.get(escalation.adviser_id),
        acknowledged_by=names.get(escalation.acknowledged_by_id),
        closed_by=names.get(escalation.closed_by_id),
    )


def _note(session: Session, escalation: Escalation, adviser: Adviser, action: str, now: datetime) -> None:
    session.add(escalation)
    audit.record(
        session,
        at=now,
        actor=audit.actor_of(adviser),
        action=action,
        young_person_id=escalation.young_person_id,
        conversation_id=escalation.conversation_id,
        escalation=escalation.id,
    )
