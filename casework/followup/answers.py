"""Answers to planned contacts: which contact an answer belongs to, whenever and by whichever channel it comes."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from casework.clock import LONDON
from casework.effectkinds import AnswerFollowUp
from casework.followup.questions import Questions
from casework.tables import Conversation, FollowUp, Message

ANSWERED = "answered"
TOLD = "told"
"""The answer of whoever said it in other words, or to an older question."""

COUNTS_FOR = timedelta(days=42)
"""How long after a question what is told without being asked still counts as its answer."""

ELSEWHERE = timedelta(days=3)
"""How long after a text the young person's web chat still takes the answer to it."""

_UNANSWERED = and_(
    col(FollowUp.asks).is_not(None),
    col(FollowUp.answered_at).is_(None),
    or_(
        and_(col(FollowUp.status) == "ended", col(FollowUp.outcome) == "sent"),
        # it has gone, and that has not been written down yet
        and_(col(FollowUp.status) == "queued", col(Message.sent_at).is_not(None)),
    ),
)


def answered(
    session: Session, effect: AnswerFollowUp, conversation: Conversation, message: Message, now: datetime
) -> bool:
    """Mark one contact as answered in the open transaction. Answers whether it was.

    Only a contact of this conversation's young person, and only the first time: what they say later is in the record.
    """
    row = session.get(FollowUp, effect.followup_id)
    if row is None or conversation.young_person_id is None or row.young_person_id != conversation.young_person_id:
        return False
    said_in_passing = row.answer == TOLD and row.answer_message_id == message.id
    if row.answered_at is not None and not said_in_passing:
        return False
    _mark(row, effect.answer, message, now)
    row.stops_plan = row.stops_plan or effect.stop
    if effect.snooze_days is not None:
        until = message.created_at.astimezone(LONDON).date() + timedelta(days=effect.snooze_days)
        row.about = {**row.about, "snooze_until": until.isoformat()}
    session.add(row)
    return True


def told(
    session: Session, young_person_id: int, about: str, message: Message, questions: Questions, now: datetime
) -> int:
    """Mark the contacts that a fact answers: sent before it within ``COUNTS_FOR``, and asking about its kind.

    Answers how many.
    """
    keys = questions.about(about)
    if not keys:
        return 0
    query = (
        select(FollowUp)
        .join(Message, col(Message.id) == col(FollowUp.message_id))
        .where(
            col(FollowUp.young_person_id) == young_person_id,
            _UNANSWERED,
            col(FollowUp.asks).in_(keys),
            col(Message.created_at) >= message.created_at - COUNTS_FOR,
            col(Message.created_at) <= message.created_at,
        )
    )
    rows = list(session.execute(query).scalars())
    for row in rows:
        _mark(row, TOLD, message, now)
        session.add(row)
    return len(rows)


def texted(session: Session, young_person_id: int, now: datetime) -> tuple[FollowUp, datetime] | None:
    """The last question that went to a young person by text within ``ELSEWHERE``, unanswered, and when it went."""
    query = (
        select(FollowUp, col(Message.sent_at))
        .join(Message, col(Message.id) == col(FollowUp.message_id))
        .where(
            col(FollowUp.young_person_id) == young_person_id,
            _UNANSWERED,
            col(Message.channel) == "sms",
            col(Message.sent_at) >= now - ELSEWHERE,
        )
        .order_by(col(Message.sent_at).desc())
        .limit(1)
    )
    found = session.execute(query).first()
    return (found[0], found[1]) if found is not None else None


def _mark(row: FollowUp, answer: str, message: Message, now: datetime) -> None:
    row.answer, row.answered_at, row.answer_message_id = answer, message.created_at, message.id
    row.status, row.outcome, row.reason = "ended", ANSWERED, ANSWERED
    row.ended_at = row.ended_at or now
