"""Writing to a young person who has not written: the text conversation that an adviser's first message goes into."""

from datetime import datetime

from sqlmodel import Session, select

from casework.handover import CannotReply
from casework.identity import desk
from casework.importing.values import is_mobile
from casework.tables import Conversation, YoungPerson


def texts_to(session: Session, person: YoungPerson) -> Conversation | None:
    """Their conversation with the number on record, where there is one."""
    if person.phone is None:
        return None
    found = session.exec(
        select(Conversation).where(Conversation.channel == "sms", Conversation.address == person.phone)
    ).first()
    return found if found is not None and found.young_person_id == person.id else None


def why_not_texted(session: Session, person: YoungPerson) -> str | None:
    """Why nobody can text them first, in plain words; None where somebody can."""
    number = desk.number_of(session, person)
    if number.phone is None:
        return "There is no number on their record"
    if not is_mobile(number.phone):
        return "The number on their record is a landline, which takes no texts. Ring it"
    if number.wrong:
        return "It was said that this number is not theirs. Put it right first, once you have checked"
    if number.sharers:
        return "Several young people have this number, so nobody would know who answers. Ring it"
    if number.conversation is not None and number.conversation.young_person_id not in (None, person.id):
        return "Texts from this number are in another record. Check whose number it is"
    if number.stopped:
        return "They have asked for no more messages. Ring them if you need to"
    return None


def open_texts(session: Session, person: YoungPerson, now: datetime) -> Conversation:
    """Their conversation with the number on record, made where there is none.

    Raises ``CannotReply`` where nobody can text them first.
    """
    # by its row, so that two advisers who write first at once find one conversation
    session.refresh(person, with_for_update=True)
    refused = why_not_texted(session, person)
    if refused or person.phone is None:
        raise CannotReply(refused or "There is no number on their record")
    found = session.exec(
        select(Conversation).where(Conversation.channel == "sms", Conversation.address == person.phone)
    ).first()
    if found is None:
        found = Conversation(
            channel="sms", address=person.phone, young_person_id=person.id, language=person.language, created_at=now
        )
        session.add(found)
        session.flush()
    elif found.young_person_id is None:
        desk.adopt(session, person.phone, person, now)
    return found
