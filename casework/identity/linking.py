"""Linking a conversation to a record: texting the one-time code, and telling apart those who share a phone."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from casework.identity.addresses import sharers
from casework.identity.codes import NewCode, ask_for_code
from casework.tables import Conversation, Message, YoungPerson
from casework.voice import Voice

SPEAKS_FOR = timedelta(hours=1)
"""How long whoever said their name on a shared phone is taken to be the one who writes."""

CODE_POSITION = -2
"""Where a code stands among what answers a message: beside the replies, which go to another conversation."""


@dataclass(frozen=True)
class Linking:
    """What codes are made and worded with."""

    secret: str = field(repr=False)
    new_code: NewCode
    voice: Voice
    service: str


def send_code(
    session: Session, conversation: Conversation, message: Message, number: str, linking: Linking, now: datetime
) -> None:
    """Put a code for ``number`` in the outbox, where there is one to send (see ``codes.ask_for_code``).

    It goes to the phone's own conversation as an answer to ``message``: they are awake and waiting, so the hour does
    not matter; STOP and a wrong number do. Neither the code nor the number is kept among its arguments.
    """
    sent = ask_for_code(session, conversation, number, linking.secret, now, linking.new_code)
    if sent is None:
        return
    phone = _phone(session, sent.young_person, number, now)
    language = phone.language or sent.young_person.language
    words = linking.voice.render(
        "link_code", {"code": sent.code, "service": linking.service}, language=language, channel="sms"
    )
    session.add(
        Message(
            conversation_id=phone.id or 0,
            direction="out",
            channel="sms",
            author="service",
            text=words.text,
            created_at=now,
            in_reply_to=message.id,
            position=CODE_POSITION,
            purpose="code",
            priority=0,
            key="link_code",
            args={},
            status="queued",
        )
    )
    session.flush()


def _phone(session: Session, owner: YoungPerson, number: str, now: datetime) -> Conversation:
    query = select(Conversation).where(col(Conversation.channel) == "sms", col(Conversation.address) == number)
    found = session.execute(query).scalar_one_or_none()
    if found is None:
        found = Conversation(channel="sms", address=number, young_person_id=owner.id, created_at=now)
        session.add(found)
        session.flush()
    return found


def link_sharer(session: Session, conversation: Conversation, first_name: str) -> bool:
    """Link a shared phone's conversation to whoever of those that share it has this name, where only one does.

    The names of the record are never said: who gives another name learns only that it was not clear.
    """
    if conversation.channel != "sms":
        return False
    said = first_name.strip().casefold()
    people = sharers(session, conversation.address)
    named = [one for one in people if said in {one.first_name.casefold(), (one.known_as or "").casefold()}]
    if len(people) < 2 or len(named) != 1:
        return False
    conversation.young_person_id = named[0].id
    return True


def speaker_lapsed(conversation: Conversation, now: datetime) -> bool:
    """Whether a shared phone's conversation was linked by a first name too long ago: it may be another's turn now."""
    said = (conversation.state or {}).get("slots", {}).get("shared_at")
    if not isinstance(said, str) or conversation.young_person_id is None:
        return False
    return now - datetime.fromisoformat(said) > SPEAKS_FOR
