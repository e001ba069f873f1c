"""Whose conversations an adviser sees: their own caseload, those they cover today, and the duty queue. No others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Table, case, func, or_, select
from sqlmodel import Session, col

from casework.advisers import covered_by, left_without
from casework.clock import LONDON
from casework.tables import Adviser, Conversation, Escalation, Message, YoungPerson

Group = Literal["mine", "covering", "duty"]

QUIET_AFTER = timedelta(days=60)
"""A conversation of the duty queue in which nothing happened for this long, and nothing is open, is not listed."""
MOST_LISTED = 2000

_messages_table: Table = Message.__table__  # type: ignore[attr-defined]
_reply = _messages_table.alias("reply")


@dataclass(frozen=True)
class Scope:
    """What one adviser may see on one day."""

    adviser_id: int
    covering: frozenset[int]
    """Ids of the advisers they answer for today."""
    adrift: frozenset[int]
    """Ids of advisers for whom nobody answers today: their young people are in the duty queue."""

    def group(self, young_person: YoungPerson | None) -> Group | None:
        """Where this young person stands for the adviser; none when it is another adviser's caseload."""
        if young_person is None or young_person.adviser_id is None:
            return "duty"
        if young_person.adviser_id == self.adviser_id:
            return "mine"
        if young_person.adviser_id in self.covering:
            return "covering"
        return "duty" if young_person.adviser_id in self.adrift else None

    def people(self) -> ColumnElement[bool]:
        """The same rule for a query of ``YoungPerson`` alone."""
        seen = {self.adviser_id} | self.covering | self.adrift
        return or_(col(YoungPerson.adviser_id).is_(None), col(YoungPerson.adviser_id).in_(seen))

    def condition(self) -> ColumnElement[bool]:
        """The same rule in SQL, for a query that (outer) joins ``YoungPerson`` to ``Conversation``."""
        seen = {self.adviser_id} | self.covering | self.adrift
        return or_(
            col(YoungPerson.id).is_(None),
            col(YoungPerson.adviser_id).is_(None),
            col(YoungPerson.adviser_id).in_(seen),
            col(Conversation.handed_to_id) == self.adviser_id,
        )


@dataclass(frozen=True)
class Line:
    """One young person (or one conversation with somebody not in the record) in an adviser's list."""

    young_person: YoungPerson | None
    conversations: list[Conversation]
    """The one with the latest message first."""
    last: Message | None
    group: Group
    named_adviser: str | None
    holder: str | None
    """The name of the adviser who has taken it over."""
    waiting_since: datetime | None
    """When somebody began to wait for a person; none when nobody waits."""
    escalations: int
    urgent: bool

    @property
    def needs_reply(self) -> bool:
        """Whether a young person waits for an adviser."""
        return self.waiting_since is not None


def scope_of(session: Session, adviser: Adviser, now: datetime) -> Scope:
    """What ``adviser`` may see today (a day in Europe/London)."""
    if adviser.id is None or not adviser.active:
        raise PermissionError("only an active adviser has a caseload")
    today = now.astimezone(LONDON).date()
    return Scope(adviser.id, frozenset(covered_by(session, adviser.id, today)), frozenset(left_without(session, today)))


def may_see(session: Session, scope: Scope, young_person: YoungPerson | None, conversation_id: int | None) -> bool:
    """Whether the adviser may see a young person, or else a conversation with somebody not in the record.

    One that they took over stays theirs to see, and to give back, after their cover has ended.
    """
    if scope.group(young_person):
        return True
    held = select(col(Conversation.id)).where(
        col(Conversation.handed_to_id) == scope.adviser_id,
        col(Conversation.mode) == "adviser",
        col(Conversation.young_person_id) == young_person.id
        if young_person
        else col(Conversation.id) == conversation_id,
    )
    return session.execute(held.limit(1)).first() is not None


def conversations_of(session: Session, young_person: YoungPerson) -> list[Conversation]:
    """A young person's conversations on every channel, the one they used last first."""
    rows = session.execute(
        select(Conversation)
        .where(col(Conversation.young_person_id) == young_person.id)
        .order_by(col(Conversation.last_inbound_at).desc().nulls_last(), col(Conversation.id).desc())
    )
    return list(rows.scalars())


def lines(session: Session, scope: Scope, now: datetime) -> list[Line]:
    """Every line that the adviser may see: those waiting first, the longest wait at the top; then the latest."""
    rows = _rows(session, scope, now)
    escalations = _open_escalations(session, scope)
    last = _messages(session, [row.last_id for row in rows if row.last_id])
    with_adviser = [row.conversation.id or 0 for row in rows if row.conversation.mode == "adviser"]
    unanswered = _unanswered(session, with_adviser)
    names = {row.id: row.name for row in session.execute(select(col(Adviser.id), col(Adviser.name)))}

    grouped: dict[tuple[str, int], list[_Row]] = {}
    for row in rows:
        key = ("person", row.young_person.id) if row.young_person else ("conversation", row.conversation.id)
        grouped.setdefault((key[0], key[1] or 0), []).append(row)

    found = []
    for parts in grouped.values():
        parts.sort(key=lambda part: part.last_id or 0, reverse=True)
        person = parts[0].young_person
        ids = [part.conversation.id or 0 for part in parts]
        replied = max((part.replied_at for part in parts if part.replied_at), default=None)
        opened = [escalation for id_ in ids for escalation in escalations.get(id_, [])]
        since = [unanswered[id_] for id_ in ids if id_ in unanswered]
        since += [one.opened_at for one in opened if replied is None or one.opened_at > replied]
        holders = [part.conversation.handed_to_id for part in parts if part.conversation.mode == "adviser"]
        found.append(
            Line(
                young_person=person,
                conversations=[part.conversation for part in parts],
                last=last.get(parts[0].last_id or 0),
                group=scope.group(person) or "covering",
                named_adviser=names.get(person.adviser_id) if person else None,
                holder=names.get(holders[0], "An adviser") if holders else None,
                waiting_since=min(since, default=None),
                escalations=len(opened),
                urgent=any(one.urgency == "urgent" for one in opened),
            )
        )
    return sorted(found, key=_order)


def _order(line: Line) -> tuple[int, float]:
    """Urgent and waiting first, then waiting, each by the longest wait; the rest by the latest message."""
    if line.waiting_since:
        return (0 if line.urgent else 1, line.waiting_since.timestamp())
    return (2, -line.last.created_at.timestamp() if line.last else 0.0)


@dataclass(frozen=True)
class _Row:
    conversation: Conversation
    young_person: YoungPerson | None
    last_id: int | None
    replied_at: datetime | None


def _rows(session: Session, scope: Scope, now: datetime) -> list[_Row]:
    of_this = col(Message.conversation_id) == col(Conversation.id)
    last_id = select(func.max(col(Message.id))).where(of_this).correlate(Conversation).scalar_subquery()
    replied_at = (
        select(func.max(col(Message.created_at)))
        .where(of_this, col(Message.author) == "adviser")
        .correlate(Conversation)
        .scalar_subquery()
    )
    opened = (
        select(col(Escalation.id))
        .where(col(Escalation.conversation_id) == col(Conversation.id), col(Escalation.closed_at).is_(None))
        .correlate(Conversation)
        .exists()
    )
    active_at = func.coalesce(col(Conversation.last_inbound_at), col(Conversation.created_at))
    worth_listing = or_(
        col(YoungPerson.id).is_not(None),
        col(Conversation.mode) == "adviser",
        active_at > now - QUIET_AFTER,
        opened,
    )
    query = (
        select(Conversation, YoungPerson, last_id.label("last_id"), replied_at.label("replied_at"))
        .outerjoin(YoungPerson, col(YoungPerson.id) == col(Conversation.young_person_id))
        .where(scope.condition(), worth_listing)
        .order_by(case((opened, 0), else_=1), active_at.desc())
        .limit(MOST_LISTED)
    )
    return [_Row(*row) for row in session.execute(query)]


def _open_escalations(session: Session, scope: Scope) -> dict[int, list[Escalation]]:
    query = (
        select(Escalation)
        .join(Conversation, col(Conversation.id) == col(Escalation.conversation_id))
        .outerjoin(
            YoungPerson,
            # as in casework.escalations: what is about a young person stays theirs after the number has left the record
            col(YoungPerson.id) == func.coalesce(col(Conversation.young_person_id), col(Escalation.young_person_id)),
        )
        .where(scope.condition(), col(Escalation.closed_at).is_(None))
    )
    found: dict[int, list[Escalation]] = {}
    for escalation in session.execute(query).scalars():
        found.setdefault(escalation.conversation_id or 0, []).append(escalation)
    return found


def _unanswered(session: Session, conversation_ids: Sequence[int]) -> dict[int, datetime]:
    """By conversation that an adviser has: when the first message came that no adviser has answered."""
    if not conversation_ids:
        return {}
    replied_id = (
        select(func.max(_reply.c.id))
        .where(_reply.c.conversation_id == col(Message.conversation_id), _reply.c.author == "adviser")
        .correlate(Message)
        .scalar_subquery()
    )
    query = (
        select(col(Message.conversation_id), func.min(col(Message.created_at)))
        .where(
            col(Message.conversation_id).in_(conversation_ids),
            col(Message.direction) == "in",
            # what the assistant answered before the hand-over is not waiting
            or_(col(Message.outcome) == "handed_over", col(Message.handled_at).is_(None)),
            col(Message.id) > func.coalesce(replied_id, 0),
        )
        .group_by(col(Message.conversation_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _messages(session: Session, ids: Sequence[int]) -> dict[int, Message]:
    found: dict[int, Message] = {}
    for start in range(0, len(ids), 500):
        rows = session.execute(select(Message).where(col(Message.id).in_(ids[start : start + 500])))
        found |= {message.id: message for message in rows.scalars() if message.id is not None}
    return found
