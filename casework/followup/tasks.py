"""What a planned contact asks of people: a call for the adviser, a reminder, or a record that is closed."""

from datetime import datetime

from sqlmodel import Session

from casework.activities.recording import NewActivity, record_activity
from casework.activities.timeline import Codebook
from casework.clock import LONDON
from casework.tables import Adviser, Escalation, FollowUp, YoungPerson

CALL, REMINDER = "follow_up", "reminder"
"""Kinds of escalations that follow-up opens."""

REASONS = {
    "call": "Please ring or see them: texts have had no answer.",
    "first_call": "Please ring or see them.",
    "remind": "The reminder that you asked for.",
    "stopped": "They said STOP, so nothing was sent. Please find another way to reach them.",
    "no_number": "There is no number for them, so nothing was sent. Please find another way to reach them.",
    "wrong_number": "The number on record is not theirs, so nothing was sent. Please find another way to reach them.",
    "invalid": "The number on record does not work, so nothing was sent. Please find another way to reach them.",
    "shared_number": "Several people have this number, so nothing was sent. Please find another way to reach them.",
    "hand_over": "A colleague or you have the conversation, so nothing was sent. Please see to it meanwhile.",
    "delivery_failed": "The text did not arrive. Please find another way to reach them.",
}
"""One plain line for the adviser, by why a person is needed."""


def bring(session: Session, row: FollowUp, adviser: Adviser | None, now: datetime, reason: str) -> Escalation:
    """Bring a contact before its adviser (or the duty queue) in the open transaction."""
    reminder = row.kind == "remind"
    if reason == "call" and row.step == 1:
        # the plan begins with a person
        reason = "first_call"
    escalation = Escalation(
        young_person_id=row.young_person_id,
        adviser_id=row.by_adviser_id if reminder else (adviser.id if adviser else None),
        kind=REMINDER if reminder else CALL,
        urgency=str((row.rules or {}).get("urgency") or "soon"),
        reason=REASONS.get(reason, REASONS["call"]),
        words=row.words or "" if reminder else "",
        detail={"follow_up": row.id, "plan": row.plan, "why": row.why},
        opened_at=now,
    )
    session.add(escalation)
    return escalation


def wanted_a_person(
    session: Session, row: FollowUp, conversation_id: int, adviser: Adviser | None, now: datetime
) -> Escalation:
    """Bring before the adviser that somebody asked for a person and never said why, before that is let go."""
    escalation = Escalation(
        conversation_id=conversation_id,
        young_person_id=row.young_person_id,
        adviser_id=adviser.id if adviser else None,
        kind="talk_to_person",
        urgency="soon",
        reason="Asked for a person and has not said what about. Please get in touch with them.",
        opened_at=now,
    )
    session.add(escalation)
    return escalation


def close(session: Session, codes: Codebook, row: FollowUp, code: str, now: datetime) -> bool:
    """Record the code that says that nobody could be found, dated today; answers whether it was added."""
    person = session.get(YoungPerson, row.young_person_id)
    if person is None:
        return False
    new = NewActivity(
        code=code,
        source="plan",
        said_on=now.astimezone(LONDON).date(),
        detail={"plan": row.plan, "follow_up": row.id},
        rule="closed after every try of the plan had no answer",
    )
    return record_activity(session, codes, person, new, now=now).added
