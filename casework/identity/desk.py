"""What an adviser does about numbers and chats: link one to a record, take it out again, change or put right a number.

Every act is checked again inside its own transaction, is written in the audit without any number, and closes the
escalations that asked for it. Whether the adviser may see the young person is the caller's to know. A turn that is
under way in a conversation whose owner changes is run again, because it was thought for somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import update
from sqlmodel import Session, col, select

from casework import audit
from casework.advisers import who_answers
from casework.consent import carry, stopped
from casework.delivery import RANK
from casework.escalations import close
from casework.identity.addresses import Kind, note_address, sharers, standing
from casework.tables import Adviser, Conversation, Escalation, Message, YoungPerson

Old = Literal["theirs", "gone"]
"""What becomes of the number that was on record: they use it too, or it is not theirs any more."""

SETTLED = {
    "link": ("identity_check",),
    "change": ("new_number", "wrong_number"),
    "right": ("wrong_number",),
    "wrong": ("wrong_number",),
}
"""The kinds of escalations that each act answers."""


class DeskError(Exception):
    """Nothing was changed. The text is for the adviser, in plain words."""


@dataclass(frozen=True)
class Number:
    """What is known of the number on a young person's record."""

    phone: str | None
    standing: str | None
    """wrong_number or invalid where it is known not to reach them; shared; None where nothing is known against it."""
    sharers: tuple[YoungPerson, ...]
    """Others whose record has it too."""
    conversation: Conversation | None
    """The text conversation with this number, whoever's it is."""
    stopped: bool
    """They asked for no more messages, on this number or elsewhere."""

    @property
    def wrong(self) -> bool:
        """Whether nobody writes there first until somebody puts it right."""
        return self.standing in ("wrong_number", "invalid")


def number_of(session: Session, person: YoungPerson) -> Number:
    """How the number on a record stands."""
    if person.phone is None:
        return Number(None, None, (), None, False)
    others = tuple(one for one in sharers(session, person.phone) if one.id != person.id)
    return Number(
        phone=person.phone,
        standing=standing(session, "sms", person.phone),
        sharers=others,
        conversation=_texting(session, person.phone),
        stopped=stopped(session, "sms", person.phone, person.id),
    )


def open_about(
    session: Session, act: str, *, person: YoungPerson | None = None, conversation: Conversation | None = None
) -> list[Escalation]:
    """The open escalations that an act about this person, or this conversation, answers."""
    query = select(Escalation).where(
        col(Escalation.kind).in_(SETTLED.get(act, ())), col(Escalation.closed_at).is_(None)
    )
    if conversation is not None:
        query = query.where(Escalation.conversation_id == conversation.id)
    elif person is not None:
        query = query.where(Escalation.young_person_id == person.id)
    return list(session.exec(query.order_by(col(Escalation.id))).all())


def why_not_linked(session: Session, conversation: Conversation, person: YoungPerson) -> str | None:
    """Why this conversation cannot be linked to this record, in plain words; None where it can."""
    if conversation.young_person_id == person.id:
        return f"This conversation is in {person.ref}'s record already"
    if conversation.young_person_id is not None:
        return "This conversation is in another record. Take it out of that one first"
    if conversation.channel != "sms":
        return None
    if standing(session, "sms", conversation.address) in ("wrong_number", "invalid"):
        return "It was said that this number is not theirs. Put it right in their record first, once you have checked"
    others = [one for one in sharers(session, conversation.address) if one.id != person.id]
    if others:
        return "This number is on somebody else's record too. Put the records right first: a shared phone is nobody's"
    return None


def link(session: Session, conversation: Conversation, person: YoungPerson, adviser: Adviser, now: datetime) -> None:
    """Put a conversation that is in nobody's record into this young person's. Raises ``DeskError``.

    STOP, said before anybody knew whose it is, holds for all of theirs from now on. A hand-over of theirs holds here
    too.
    """
    _lock(session, conversation)
    refused = why_not_linked(session, conversation, person)
    if refused:
        raise DeskError(refused)
    _into(session, conversation, person, now)
    _audit(session, adviser, "linked", now, person, conversation)
    opened = session.exec(
        select(Escalation).where(Escalation.conversation_id == conversation.id, col(Escalation.closed_at).is_(None))
    ).all()
    answering = who_answers(session, person, now).adviser
    for one in opened:
        one.young_person_id, one.adviser_id = person.id, answering.id if answering else None
    _settle(session, open_about(session, "link", conversation=conversation), adviser, f"Linked to {person.ref}.", now)


def unlink(session: Session, conversation: Conversation, person: YoungPerson, adviser: Adviser, now: datetime) -> None:
    """Take a conversation that was linked by mistake out of a record. Raises ``DeskError``.

    Nothing that still waits to be sent goes there, what the assistant remembered of it is forgotten, and a number
    leaves the record too, or the next text would bring it back. What was recorded out of its messages stays: somebody
    must look at it.
    """
    _lock(session, conversation)
    if conversation.young_person_id != person.id:
        raise DeskError("This conversation is not in their record any more")
    _out_of(session, conversation)
    if conversation.channel == "sms" and person.phone == conversation.address:
        person.phone = None
        session.add(person)
    for one in session.exec(
        select(Escalation).where(Escalation.conversation_id == conversation.id, col(Escalation.closed_at).is_(None))
    ).all():
        one.young_person_id = one.adviser_id = None
    _audit(session, adviser, "unlinked", now, person, conversation)


def mark_wrong(session: Session, person: YoungPerson, adviser: Adviser, now: datetime) -> None:
    """The number on record is not theirs any more: nobody writes there until it is put right. Raises ``DeskError``."""
    if person.phone is None:
        raise DeskError("There is no number on their record")
    if number_of(session, person).wrong:
        raise DeskError("It is known already that this number is not theirs")
    _gone(session, person.phone, person, adviser, now)
    _audit(session, adviser, "number_wrong", now, person)
    _settle(session, open_about(session, "wrong", person=person), adviser, "The number is not theirs any more.", now)


def put_right(session: Session, person: YoungPerson, adviser: Adviser, now: datetime) -> None:
    """The number on record is theirs after all: they may be written to again. Raises ``DeskError``."""
    number = number_of(session, person)
    if number.phone is None:
        raise DeskError("There is no number on their record")
    if not number.wrong:
        raise DeskError("Nothing is known against this number")
    _note(session, number.phone, "right", person, adviser, now)
    adopt(session, number.phone, person, now)
    _audit(session, adviser, "number_right", now, person)
    _settle(session, open_about(session, "right", person=person), adviser, "The number is theirs after all.", now)


def why_not_changed(session: Session, person: YoungPerson, number: str) -> str | None:
    """Why this number (E.164) cannot be put on the record, in plain words; None where it can."""
    if number == person.phone:
        return "This is the number on their record already"
    found = _texting(session, number)
    if found is not None and found.young_person_id not in (None, person.id):
        return "Texts from this number are in somebody else's record. Check whose number it is"
    if sharers(session, number):
        return "Somebody else's record has this number. Check whose it is: a shared phone is nobody's"
    return None


def change_number(
    session: Session, person: YoungPerson, number: str, adviser: Adviser, now: datetime, *, old: Old
) -> None:
    """Put a new number (E.164) on the record, once the adviser has checked that it is theirs. Raises ``DeskError``.

    Texts that came from it before are theirs from now on. The old one is kept as another of theirs, or noted as not
    theirs any more.
    """
    refused = why_not_changed(session, person, number)
    if refused:
        raise DeskError(refused)
    if person.phone is not None and old == "gone" and standing(session, "sms", person.phone) != "wrong_number":
        _gone(session, person.phone, person, adviser, now)
    person.phone = number
    session.add(person)
    session.flush()
    if standing(session, "sms", number) is not None:
        _note(session, number, "right", person, adviser, now)
    adopt(session, number, person, now)
    _audit(session, adviser, "number_changed", now, person, old=old)
    _settle(session, open_about(session, "change", person=person), adviser, "The number was changed.", now)


def _texting(session: Session, number: str) -> Conversation | None:
    return session.exec(
        select(Conversation).where(Conversation.channel == "sms", Conversation.address == number)
    ).first()


def _lock(session: Session, conversation: Conversation) -> None:
    session.refresh(conversation, with_for_update=True)


def adopt(session: Session, number: str, person: YoungPerson, now: datetime) -> None:
    """What was texted from a number of theirs is theirs, where it is in nobody's record and nobody shares it."""
    found = _texting(session, number)
    if found is None:
        return
    _lock(session, found)
    if found.young_person_id is None and [one.id for one in sharers(session, number)] == [person.id]:
        _into(session, found, person, now)


def _into(session: Session, conversation: Conversation, person: YoungPerson, now: datetime) -> None:
    carry(session, conversation, person.id or 0, now)
    conversation.young_person_id = person.id
    # whoever said a first name on a shared phone was taken for somebody for an hour only: this is for good
    state = dict(conversation.state or {})
    if isinstance(state.get("slots"), dict):
        conversation.state = state | {"slots": {**state["slots"], "shared_at": None}}
    conversation.lease = conversation.lease_until = None
    session.add(conversation)
    session.flush()
    _one_hand_over(session, person)


def _out_of(session: Session, conversation: Conversation) -> None:
    conversation.young_person_id = None
    conversation.state = {}
    conversation.lease = conversation.lease_until = None
    session.add(conversation)
    session.execute(
        update(Message)
        .where(
            col(Message.conversation_id) == conversation.id,
            col(Message.direction) == "out",
            col(Message.status) == "queued",
            col(Message.purpose).not_in(("consent", "safeguarding")),
        )
        .values(status="suppressed", status_rank=RANK["suppressed"], failure="unlinked")
    )
    session.flush()


def _one_hand_over(session: Session, person: YoungPerson) -> None:
    """A hand-over holds on every channel of a young person at once."""
    rows = session.exec(
        select(Conversation).where(Conversation.young_person_id == person.id).order_by(col(Conversation.id))
    ).all()
    held = next((one for one in rows if one.mode == "adviser" and one.handed_to_id is not None), None)
    if held is None:
        return
    for one in rows:
        one.mode, one.handed_to_id = "adviser", held.handed_to_id
        session.add(one)


def _gone(session: Session, number: str, person: YoungPerson, adviser: Adviser, now: datetime) -> None:
    _note(session, number, "wrong_number", person, adviser, now)
    found = _texting(session, number)
    if found is not None and found.young_person_id == person.id:
        _lock(session, found)
        _out_of(session, found)


def _note(session: Session, number: str, kind: Kind, person: YoungPerson, adviser: Adviser, now: datetime) -> None:
    note_address(session, "sms", number, kind, by=adviser.ref, now=now, young_person_id=person.id)


def _settle(session: Session, escalations: Sequence[Escalation], adviser: Adviser, note: str, now: datetime) -> None:
    session.flush()
    for one in escalations:
        close(session, one.id or 0, adviser, note, now)


def _audit(
    session: Session,
    adviser: Adviser,
    action: str,
    now: datetime,
    person: YoungPerson,
    conversation: Conversation | None = None,
    **detail: str,
) -> None:
    audit.record(
        session,
        at=now,
        actor=audit.actor_of(adviser),
        action=action,
        young_person_id=person.id,
        conversation_id=conversation.id if conversation else None,
        **detail,
    )
