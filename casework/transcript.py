"""One timeline of everything said with a young person, on every channel, and what was understood and done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from casework import transcript_words as words
from casework.tables import Adviser, Message

PAGE = 100
"""Messages shown at a time."""

SETTLED = ("delivered", "read", "failed", "undelivered", "canceled", "suppressed", "expired")
"""Statuses after which nothing more is expected."""


@dataclass(frozen=True)
class Understood:
    """What the assistant took an inbound message to mean."""

    intent: str | None
    confidence: float | None
    entities: list[str]
    language: str | None
    risk: str | None
    """In plain words; none where there is none."""


@dataclass(frozen=True)
class Entry:
    """One message of the timeline, in plain words."""

    id: int
    conversation_id: int
    channel: str
    """sms or web."""
    inbound: bool
    author: str
    """young_person, assistant, adviser or service."""
    adviser: str | None
    at: datetime
    text: str
    media: int
    status: str | None
    """How the delivery stands (outbound), or that it waits for the assistant (inbound)."""
    settled: bool
    """Whether the status will not change any more."""
    problem: str | None
    """Why it did not arrive."""
    outcome: str | None
    understood: Understood | None
    done: list[str]


@dataclass(frozen=True)
class Timeline:
    """One page of a timeline, oldest first."""

    entries: list[Entry]
    earlier: int | None
    """Ask for messages before this id to see the page before; none at the beginning."""
    latest: int
    """The highest message id so far, 0 when there is none."""


def timeline(
    session: Session,
    conversation_ids: Sequence[int],
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
) -> Timeline:
    """The latest ``limit`` messages of these conversations, or those before or after a message id."""
    query = select(Message).where(col(Message.conversation_id).in_(conversation_ids))
    if before is not None:
        query = query.where(col(Message.id) < before)
    if after is not None:
        query = query.where(col(Message.id) > after)
    found = list(session.exec(query.order_by(col(Message.id).desc()).limit(limit + 1)).all())
    more, shown = len(found) > limit, found[:limit][::-1]
    names: dict[int | None, str] = {adviser.id: adviser.name for adviser in session.exec(select(Adviser)).all()}
    return Timeline(
        entries=[entry(message, names) for message in shown],
        earlier=shown[0].id if more and shown else None,
        latest=(shown[-1].id or 0) if shown else (after or 0),
    )


def statuses(session: Session, conversation_ids: Sequence[int], message_ids: Sequence[int]) -> list[Entry]:
    """How these messages stand now. Those of other conversations are left out."""
    if not message_ids:
        return []
    names: dict[int | None, str] = {adviser.id: adviser.name for adviser in session.exec(select(Adviser)).all()}
    query = select(Message).where(col(Message.id).in_(message_ids), col(Message.conversation_id).in_(conversation_ids))
    return [entry(message, names) for message in session.exec(query.order_by(col(Message.id))).all()]


def entry(message: Message, names: dict[int | None, str]) -> Entry:
    """A message in plain words. ``names`` are the advisers' by id."""
    inbound = message.direction == "in"
    return Entry(
        id=message.id or 0,
        conversation_id=message.conversation_id,
        channel=message.channel,
        inbound=inbound,
        author=message.author,
        adviser=names.get(message.adviser_id) if message.adviser_id else None,
        at=message.created_at,
        text=message.text,
        media=message.media,
        status=_waiting(message) if inbound else words.status(message),
        settled=message.handled_at is not None if inbound else message.status in SETTLED,
        problem=None if inbound else words.problem(message),
        outcome=words.outcome(message.outcome),
        understood=_understood(message) if inbound else None,
        done=[words.effect(done, names) for done in message.effects or []],
    )


def _waiting(message: Message) -> str | None:
    if message.handled_at is not None:
        return None
    return "Waiting for the assistant" if message.attempts == 0 else "Waiting: the assistant could not answer yet"


def _understood(message: Message) -> Understood | None:
    kept = message.understanding
    if not kept:
        return None
    intent, confidence = kept.get("intent"), kept.get("confidence")
    return Understood(
        intent=words.humanise(intent) if isinstance(intent, str) else None,
        confidence=float(confidence) if isinstance(confidence, int | float) else None,
        entities=[words.entity(one) for one in kept.get("entities") or [] if isinstance(one, dict)],
        language=words.language(kept.get("language")),
        risk=words.risk(kept.get("risk")),
    )
