"""A person takes a conversation over, answers, and gives it back to the assistant.

A hand-over holds on every channel of the young person at once: the assistant must not chat on the web while an
adviser texts. While it is open the assistant is silent, which the turn runner and the sender both look at.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from casework import audit
from casework.advisers import covers_on
from casework.caseload import scope_of
from casework.clock import LONDON
from casework.consent import stopped
from casework.delivery import RANK
from casework.gsm7 import clean, measure
from casework.inbound import MAX_TEXT
from casework.tables import Adviser, Conversation, Message, YoungPerson


class HandoverError(Exception):
    """The hand-over or the reply was refused. The text is for the adviser, in plain words."""


class AlreadyTaken(HandoverError):
    """Another adviser has the conversation and is there to answer."""

    def __init__(self, holder: Adviser) -> None:
        super().__init__(f"{holder.name} has this conversation. Ask {holder.name} to give it back first.")
        self.holder = holder


class CannotReply(HandoverError):
    """The text is empty or too long, or the young person has asked for no more messages."""


def take_over(session: Session, conversation: Conversation, adviser: Adviser, now: datetime) -> None:
    """The adviser has this young person's conversations from now on, and the assistant is silent.

    Doing it twice is doing it once. It may be taken from an adviser who is away, has left, or no longer answers for
    the young person. Raises ``AlreadyTaken`` while another one has it.
    """
    rows = _locked(session, conversation)
    holder = _holder(session, rows, now)
    if holder is not None and holder.id != adviser.id:
        raise AlreadyTaken(holder)
    if all(row.mode == "adviser" and row.handed_to_id == adviser.id for row in rows):
        return
    before = {row.handed_to_id for row in rows if row.mode == "adviser"} - {adviser.id, None}
    for row in rows:
        row.mode, row.handed_to_id = "adviser", adviser.id
        session.add(row)
    taken_from = {"taken_from": sorted(id_ for id_ in before if id_)} if before else {}
    _note(session, conversation, adviser, "took_over", now, **taken_from)


def give_back(session: Session, conversation: Conversation, adviser: Adviser, now: datetime) -> None:
    """The assistant answers again, on every channel. Doing it twice is doing it once.

    What the assistant knows is kept; what it last asked is let go, because an answer that comes now is an answer to
    the adviser. Raises ``AlreadyTaken`` while another adviser has it.
    """
    rows = _locked(session, conversation)
    holder = _holder(session, rows, now)
    if holder is not None and holder.id != adviser.id:
        raise AlreadyTaken(holder)
    if all(row.mode == "assistant" for row in rows):
        return
    for row in rows:
        row.mode, row.handed_to_id = "assistant", None
        if row.state:
            row.state = row.state | {"loop": None, "requested": None}
        session.add(row)
    _note(session, conversation, adviser, "gave_back", now)


def check_reply(session: Session, conversation: Conversation, text: str) -> str:
    """The text as it will be sent. Raises ``CannotReply`` with what is wrong with it."""
    text = text.replace("\r\n", "\n").strip()
    if conversation.channel == "sms":
        text = clean(text)
    if not text:
        raise CannotReply("Write a reply before you send it")
    if len(text) > MAX_TEXT:
        raise CannotReply(f"The reply must be {MAX_TEXT:,} characters or fewer. It is {len(text):,} now")
    if stopped(session, conversation.channel, conversation.address, conversation.young_person_id):
        raise CannotReply("They have asked for no more messages, so this was not sent. Ring them if you need to")
    return text


def reply(
    session: Session, conversation: Conversation, adviser: Adviser, text: str, now: datetime, *, nonce: str
) -> Message:
    """Take the conversation over and put the adviser's reply in the outbox.

    ``nonce`` is the form's own: sending the same form again answers with the message it has already made.
    Raises ``CannotReply`` and ``AlreadyTaken``; then nothing has changed.
    """
    _locked(session, conversation)
    key = f"console:{nonce}"
    made = session.exec(
        select(Message).where(
            Message.conversation_id == conversation.id, Message.author == "adviser", Message.key == key
        )
    ).first()
    if made is not None:
        return made
    text = check_reply(session, conversation, text)
    take_over(session, conversation, adviser, now)
    message = Message(
        conversation_id=conversation.id or 0,
        direction="out",
        channel=conversation.channel,
        author="adviser",
        adviser_id=adviser.id,
        text=text,
        created_at=now,
        purpose="adviser",
        key=key,
        status="queued",
        status_rank=RANK["queued"],
        segments=measure(text).segments if conversation.channel == "sms" else None,
    )
    session.add(message)
    session.flush()
    _note(session, conversation, adviser, "replied", now, message=message.id)
    return message


def holder_of(session: Session, conversation: Conversation, now: datetime) -> Adviser | None:
    """The adviser who has this conversation and is there to answer; none when it may be taken over."""
    return _holder(session, [conversation], now)


def _locked(session: Session, conversation: Conversation) -> list[Conversation]:
    """All of the young person's conversations, locked in one order so that two advisers cannot wait for each other."""
    query = select(Conversation)
    if conversation.young_person_id is None:
        query = query.where(Conversation.id == conversation.id)
    else:
        query = query.where(Conversation.young_person_id == conversation.young_person_id)
    query = query.order_by(col(Conversation.id)).with_for_update().execution_options(populate_existing=True)
    return list(session.exec(query).all())


def _holder(session: Session, rows: list[Conversation], now: datetime) -> Adviser | None:
    today = now.astimezone(LONDON).date()
    for row in rows:
        if row.mode != "adviser" or row.handed_to_id is None:
            continue
        holder = session.get(Adviser, row.handed_to_id)
        if holder is None or not holder.active or holder.id in covers_on(session, today):
            continue
        person = session.get(YoungPerson, row.young_person_id) if row.young_person_id else None
        if scope_of(session, holder, now).group(person) is not None:
            return holder
    return None


def _note(
    session: Session, conversation: Conversation, adviser: Adviser, action: str, now: datetime, **detail: object
) -> None:
    audit.record(
        session,
        at=now,
        actor=audit.actor_of(adviser),
        action=action,
        young_person_id=conversation.young_person_id,
        conversation_id=conversation.id,
        **detail,
    )
