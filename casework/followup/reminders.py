"""What advisers plan themselves: a reminder, or a text on a day; and taking off or bringing forward what a plan has.

Nothing here sends: whether a text may go is decided when it is due, by the same rule as every other.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from casework import audit
from casework.followup.asking import ADVISER_WORDS
from casework.gsm7 import Measured, clean, measure
from casework.tables import Adviser, FollowUp, YoungPerson

PLAN = "reminder"
"""The plan of what an adviser set; planning from the record leaves such rows alone."""
IMPORTANCE = 3
AHEAD = timedelta(days=366)
"""Nothing is set further ahead."""
LATE_AFTER = timedelta(days=3)
"""A text that could not go for so long waits for the next morning: longer than most runs of bank holidays."""
LONGEST_NOTE = 1000
"""In characters."""
MOST_SEGMENTS = 3
NAME = "{name}"
_BRACES = re.compile(r"\{[^}]*\}?|\}")
_NAMED = "Alexandra"
"""Stands for a name where the real one is not known: a long one, so that nobody is surprised by the cost."""


class ReminderError(Exception):
    """Nothing was changed. The text is for the adviser; ``field`` says where to put it right: day, words or note."""

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text)
        self.field = field


def remind(
    session: Session, person: YoungPerson, adviser: Adviser, due_at: datetime, note: str, now: datetime, *, nonce: str
) -> FollowUp:
    """Bring a note back to this adviser when it is due, in the open transaction. Raises ``ReminderError``.

    ``nonce`` is the form's own: sending the same form again answers with what it has already made.
    """
    note = _lines(note)
    if not note:
        raise ReminderError("Write what you want to be reminded of", "note")
    if len(note) > LONGEST_NOTE:
        raise ReminderError(f"The note must be {LONGEST_NOTE:,} characters or fewer. It is {len(note):,} now", "note")
    _check_day(due_at, now)
    row = FollowUp(
        kind="remind",
        words=note,
        late_rule="send",
        why=f"Reminder set by {adviser.name}",
        **_new(person, adviser, due_at, now, nonce),
    )
    return _added(session, row, person, adviser, "set_reminder", now)


def text_on(
    session: Session,
    person: YoungPerson,
    adviser: Adviser,
    due_at: datetime,
    words: str,
    now: datetime,
    *,
    nonce: str,
    service: str,
) -> FollowUp:
    """Send the adviser's own words when it is due, if they may go then. Raises ``ReminderError``."""
    words = check_words(words, person.called, service)
    _check_day(due_at, now)
    row = FollowUp(
        kind="text",
        words=words,
        asks=ADVISER_WORDS,
        late_rule="next_window",
        late_at=due_at + LATE_AFTER,
        why=f"{adviser.name} wrote this and chose the day",
        **_new(person, adviser, due_at, now, nonce),
    )
    return _added(session, row, person, adviser, "planned_text", now)


def check_words(words: str, called: str, service: str) -> str:
    """The words as they are kept. Raises ``ReminderError`` with what is wrong with them."""
    words = clean(_lines(words))
    if not words:
        raise ReminderError("Write what the text should say", "words")
    strange = [found for found in _BRACES.findall(words) if found != NAME]
    if strange:
        raise ReminderError(f"Only {NAME} is filled in. Take {strange[0]} out", "words")
    if service.casefold() not in words.casefold():
        raise ReminderError(f"Say that it is from {service}, so that they know who is writing", "words")
    if cost(words, called).segments > MOST_SEGMENTS:
        raise ReminderError(f"Make it shorter: it may take {MOST_SEGMENTS} texts at most", "words")
    return words


def cost(words: str, called: str = _NAMED) -> Measured:
    """What the words take as a text to somebody of this name."""
    return measure(clean(_lines(words)).replace(NAME, called))


def cancel(session: Session, contact_id: int, adviser: Adviser, now: datetime) -> FollowUp:
    """Take back one's own that has not gone. Twice is once. Raises ``LookupError`` when there is none of theirs."""
    row = locked(session, contact_id)
    if row is None or row.plan != PLAN or row.by_adviser_id != adviser.id:
        raise LookupError(f"no contact {contact_id} of theirs")
    if row.reason == "cancelled":
        return row
    _still_planned(row)
    return _ended(session, row, adviser, "cancelled", now)


def take_off(session: Session, contact_id: int, adviser: Adviser, note: str, now: datetime) -> FollowUp:
    """Take a coming contact off, and say why: the occasion is over, and planning does not bring it back.

    The caller sees to it that the adviser may see the young person. Raises ``ReminderError`` without a note or when it
    has gone, ``LookupError`` when there is none.
    """
    row = locked(session, contact_id)
    if row is None:
        raise LookupError(f"no contact {contact_id}")
    if row.reason == "adviser_skipped":
        return row
    note = _lines(note)
    if not note:
        raise ReminderError("Write why it is not needed", "note")
    if len(note) > LONGEST_NOTE:
        raise ReminderError(f"Write why in {LONGEST_NOTE:,} characters or fewer. It is {len(note):,} now", "note")
    _still_planned(row)
    row.about = {**(row.about or {}), "taken_off": {"by": adviser.id, "note": note}}
    return _ended(session, row, adviser, "adviser_skipped", now)


def bring_forward(session: Session, contact_id: int, adviser: Adviser, now: datetime) -> FollowUp:
    """Make a coming contact due now. Consent, hours and all the rest are still asked before it goes.

    Raises ``ReminderError`` when it has gone or is over, ``LookupError`` when there is none.
    """
    row = locked(session, contact_id)
    if row is None:
        raise LookupError(f"no contact {contact_id}")
    _still_planned(row)
    if row.due_at > now:
        row.due_at, row.hold_reason = now, None
        row.by_adviser_id = row.by_adviser_id or adviser.id
        if row.late_at is not None:
            row.late_at = now + LATE_AFTER
        session.add(row)
        _note(session, row, adviser, "brought_contact_forward", now)
    return row


def locked(session: Session, contact_id: int) -> FollowUp | None:
    """A contact, held with its young person until the end of the transaction: dispatching takes both in this order."""
    person_id = session.execute(select(FollowUp.young_person_id).where(FollowUp.id == contact_id)).scalar()
    if person_id is None:
        return None
    hold = select(YoungPerson.id).where(YoungPerson.id == person_id).with_for_update(key_share=True)
    session.execute(hold).all()
    return session.get(FollowUp, contact_id, with_for_update=True, populate_existing=True)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _check_day(due_at: datetime, now: datetime) -> None:
    if due_at <= now:
        raise ReminderError("Choose a day and hour that are still to come", "day")
    if due_at - now > AHEAD:
        raise ReminderError("Choose a day within a year from now", "day")


def _new(person: YoungPerson, adviser: Adviser, due_at: datetime, now: datetime, nonce: str) -> dict[str, Any]:
    return {
        "young_person_id": person.id,
        "plan": PLAN,
        "occasion": f"{adviser.id}-{nonce}",
        "due_at": due_at,
        "importance": IMPORTANCE,
        "made_at": now,
        "by_adviser_id": adviser.id,
    }


def _added(
    session: Session, row: FollowUp, person: YoungPerson, adviser: Adviser, action: str, now: datetime
) -> FollowUp:
    session.execute(select(YoungPerson.id).where(YoungPerson.id == person.id).with_for_update(key_share=True)).all()
    made = session.exec(
        select(FollowUp).where(
            col(FollowUp.young_person_id) == person.id, FollowUp.plan == PLAN, FollowUp.occasion == row.occasion
        )
    ).first()
    if made is not None:
        return made
    session.add(row)
    session.flush()
    _note(session, row, adviser, action, now)
    return row


def _still_planned(row: FollowUp) -> None:
    if row.status != "planned":
        raise ReminderError("It has gone already, or is over", "note")


def _ended(session: Session, row: FollowUp, adviser: Adviser, reason: str, now: datetime) -> FollowUp:
    row.status, row.outcome, row.reason, row.ended_at = "ended", "skipped", reason, now
    session.add(row)
    _note(session, row, adviser, "took_contact_off" if reason == "adviser_skipped" else "cancelled_reminder", now)
    return row


def _note(session: Session, row: FollowUp, adviser: Adviser, action: str, now: datetime) -> None:
    audit.record(
        session,
        at=now,
        actor=audit.actor_of(adviser),
        action=action,
        young_person_id=row.young_person_id,
        follow_up=row.id,
    )
