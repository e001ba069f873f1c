"""What a contact says: the text that went, or the one that would go as things stand."""

from typing import Any

from sqlmodel import Session, select

from casework.advisers import who_answers
from casework.clock import LONDON
from casework.followup.planfile import Book
from casework.followup.reminders import NAME
from casework.gsm7 import clean
from casework.tables import FollowUp, Message, YoungPerson
from casework.voice import Voice, VoiceError
from console.visit import Visit
from prospectus.tables import Provider


def text_of(visit: Visit, session: Session, row: FollowUp, person: YoungPerson, voice: Voice) -> str | None:
    """The text of a contact; None where it has none, or it cannot be said yet."""
    if row.message_id is not None:
        message = session.get(Message, row.message_id)
        return message.text if message else None
    if row.kind != "text" or row.status != "planned":
        return None
    if row.words is not None:
        return clean(row.words.replace(NAME, person.called))
    question = Book.load(visit.console.data_dir).questions.get(row.asks)
    key = row.says or (question.text if question else None)
    if key is None:
        return None
    try:
        return voice.render(key, _args(visit, session, row, person), language=person.language, channel="sms").text
    except VoiceError:
        # the wording has changed since, or is about something that is gone: what goes is worded when it goes
        return None


def _args(visit: Visit, session: Session, row: FollowUp, person: YoungPerson) -> dict[str, Any]:
    about = row.about or {}
    ref, subject = about.get("provider_ref"), about.get("subject")
    named = session.exec(select(Provider.name).where(Provider.ref == str(ref))).first() if ref else None
    adviser = who_answers(session, person, visit.now).adviser
    return about | {
        "provider": named if ref else about.get("place"),
        "subject": visit.console.vocabulary().subject_name(str(subject)) if subject else None,
        "adviser": adviser.name.split()[0] if adviser else None,
        "name": person.called,
        "service": visit.console.service,
        "today": visit.now.astimezone(LONDON).date().isoformat(),
    }
