"""What an adviser does about numbers and chats; on both databases, because it locks rows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, select

from casework.caseload import scope_of
from casework.consent import stopped
from casework.db import open_engine, writing
from casework.escalations import item
from casework.identity import desk
from casework.identity.addresses import note, standing
from casework.identity.desk import DeskError
from casework.inbox import LostLease, hold_for_commit
from casework.sending import SendingPolicy, may_send
from casework.tables import Adviser, AuditEvent, ConsentEvent, Conversation, Escalation, Message, YoungPerson
from tests.casebook import (
    ANN,
    BOB,
    JO,
    JO_SMS,
    JO_WEB,
    KIT,
    KIT_SMS,
    LEE,
    LEE_SMS,
    NOW,
    STRANGER,
    answered,
    escalated,
    fill,
    said,
)  # fmt: skip

NEW = "+447700900999"
UNKNOWN = 20
"""A conversation with a number that is in nobody's record."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'record.db'}" if sqlite else request.getfixturevalue("postgres_url")
    engine: Engine = open_engine(url)
    SQLModel.metadata.create_all(engine)
    fill(engine)
    with writing(engine) as session:
        session.add(Conversation(id=UNKNOWN, channel="sms", address=NEW, created_at=NOW, last_inbound_at=NOW))
        session.flush()
        yield session
    engine.dispose()


def talk(session: Session, number: int) -> Conversation:
    return session.get_one(Conversation, number)


def jo(session: Session) -> YoungPerson:
    return session.get_one(YoungPerson, JO)


def ann(session: Session) -> Adviser:
    return session.get_one(Adviser, ANN)


def stop(session: Session, number: int, *, event: str = "stop", ago: int = 1) -> None:
    one = talk(session, number)
    session.add(
        ConsentEvent(
            channel=one.channel, address=one.address, young_person_id=one.young_person_id, event=event,
            source="message", recorded_at=NOW - timedelta(hours=ago),
        )
    )  # fmt: skip
    session.flush()


def actions(session: Session) -> list[str]:
    return [row.action for row in session.exec(select(AuditEvent).order_by(AuditEvent.id))]  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [STRANGER, UNKNOWN])
def test_a_conversation_is_linked_and_what_asked_for_it_is_settled(session: Session, number: int) -> None:
    asked = escalated(session, number, NOW, kind="identity_check")
    other = escalated(session, number, NOW, kind="talk_to_person")
    desk.link(session, talk(session, number), jo(session), ann(session), NOW)
    assert talk(session, number).young_person_id == JO
    assert (asked.closed_by_id, asked.closing_note, asked.young_person_id) == (ANN, "Linked to Y1.", JO)
    assert (other.closed_at, other.young_person_id, other.adviser_id) == (None, JO, ANN)
    assert actions(session) == ["linked", "closed_escalation"]


def test_what_is_in_a_record_is_not_linked_to_another(session: Session) -> None:
    for number, said_of_it in ((LEE_SMS, "another record"), (JO_WEB, "already")):
        with pytest.raises(DeskError, match=said_of_it):
            desk.link(session, talk(session, number), jo(session), ann(session), NOW)
    assert talk(session, LEE_SMS).young_person_id == LEE
    assert actions(session) == []


def test_a_shared_or_wrong_number_is_not_linked(session: Session) -> None:
    session.get_one(YoungPerson, KIT).phone = NEW
    session.flush()
    with pytest.raises(DeskError, match="somebody else's record"):
        desk.link(session, talk(session, UNKNOWN), jo(session), ann(session), NOW)
    session.get_one(YoungPerson, KIT).phone = None
    note(session, talk(session, UNKNOWN), "wrong_number", by="young_person", now=NOW)
    with pytest.raises(DeskError, match="not theirs"):
        desk.link(session, talk(session, UNKNOWN), jo(session), ann(session), NOW)


def test_stop_that_was_said_before_holds_for_all_of_theirs(session: Session) -> None:
    stop(session, STRANGER)
    assert not stopped(session, "sms", talk(session, JO_SMS).address, JO)
    desk.link(session, talk(session, STRANGER), jo(session), ann(session), NOW)
    assert stopped(session, "sms", talk(session, JO_SMS).address, JO)
    # taking it out again does not take the word back
    desk.unlink(session, talk(session, STRANGER), jo(session), ann(session), NOW)
    assert stopped(session, "sms", talk(session, JO_SMS).address, JO)


def test_their_later_start_is_their_latest_word(session: Session) -> None:
    stop(session, STRANGER, ago=3)
    stop(session, JO_SMS, event="start", ago=1)
    desk.link(session, talk(session, STRANGER), jo(session), ann(session), NOW)
    assert not stopped(session, "sms", talk(session, JO_SMS).address, JO)


def test_their_stop_holds_in_what_is_linked(session: Session) -> None:
    stop(session, JO_SMS)
    desk.link(session, talk(session, STRANGER), jo(session), ann(session), NOW)
    assert stopped(session, "web", talk(session, STRANGER).address, JO)


def test_a_hand_over_holds_in_what_is_linked(session: Session) -> None:
    talk(session, JO_SMS).mode, talk(session, JO_SMS).handed_to_id = "adviser", ANN
    session.flush()
    desk.link(session, talk(session, STRANGER), jo(session), ann(session), NOW)
    assert (talk(session, STRANGER).mode, talk(session, STRANGER).handed_to_id) == ("adviser", ANN)


def test_a_first_name_said_on_a_shared_phone_does_not_end_the_link(session: Session) -> None:
    talk(session, UNKNOWN).state = {"v": 1, "slots": {"shared_at": "2026-01-01T00:00+00:00", "subject": "catering"}}
    desk.link(session, talk(session, UNKNOWN), jo(session), ann(session), NOW)
    assert talk(session, UNKNOWN).state["slots"] == {"shared_at": None, "subject": "catering"}


def test_unlinking_forgets_holds_back_and_takes_the_number_off(session: Session) -> None:
    waits = answered(
        session, JO_SMS, "your interview is tomorrow", NOW, status="queued", status_rank=0, purpose="prompt"
    )
    went = answered(session, JO_SMS, "hello", NOW)
    opened = escalated(session, JO_SMS, NOW)
    talk(session, JO_SMS).lease = "a turn under way"
    session.flush()
    desk.unlink(session, talk(session, JO_SMS), jo(session), ann(session), NOW)
    session.refresh(waits)
    one = talk(session, JO_SMS)
    assert (one.young_person_id, one.state, one.lease) == (None, {}, None)
    assert (waits.status, waits.failure, went.status) == ("suppressed", "unlinked", "delivered")
    assert (jo(session).phone, opened.young_person_id) == (None, None)
    assert talk(session, JO_WEB).young_person_id == JO
    with pytest.raises(DeskError, match="not in their record"):
        desk.unlink(session, talk(session, JO_SMS), jo(session), ann(session), NOW)


def test_unlinking_a_chat_leaves_the_number(session: Session) -> None:
    desk.unlink(session, talk(session, JO_WEB), jo(session), ann(session), NOW)
    assert jo(session).phone == "+447700900001"


def test_wrong_and_right_again(session: Session) -> None:
    said_so = escalated(session, JO_SMS, NOW, kind="wrong_number")
    note(session, talk(session, JO_SMS), "wrong_number", by="young_person", now=NOW)
    assert desk.number_of(session, jo(session)).wrong
    # whoever looks after them still sees whom it is about
    seen = item(session, scope_of(session, ann(session), NOW), said_so.id or 0)
    assert seen is not None
    assert seen.young_person is not None
    assert item(session, scope_of(session, session.get_one(Adviser, BOB), NOW), said_so.id or 0) is None
    desk.put_right(session, jo(session), ann(session), NOW)
    assert talk(session, JO_SMS).young_person_id == JO
    assert standing(session, "sms", talk(session, JO_SMS).address) is None
    assert said_so.closing_note == "The number is theirs after all."
    with pytest.raises(DeskError, match="Nothing is known against"):
        desk.put_right(session, jo(session), ann(session), NOW)
    desk.mark_wrong(session, jo(session), ann(session), NOW)
    assert talk(session, JO_SMS).young_person_id is None
    message = answered(session, JO_SMS, "hi", NOW, purpose="adviser", author="adviser", status="queued", status_rank=0)
    assert may_send(session, message, talk(session, JO_SMS), NOW, SendingPolicy()).reason == "wrong_number"
    assert actions(session) == ["number_right", "closed_escalation", "number_wrong"]


@pytest.mark.parametrize("old", ["gone", "theirs"])
def test_a_new_number(session: Session, old: desk.Old) -> None:
    asked = escalated(session, JO_SMS, NOW, kind="new_number", words="my new number is 07700 900999")
    said(session, UNKNOWN, "its jo on my new phone", NOW)
    desk.change_number(session, jo(session), NEW, ann(session), NOW, old=old)
    assert jo(session).phone == NEW
    assert talk(session, UNKNOWN).young_person_id == JO
    assert talk(session, JO_SMS).young_person_id == (JO if old == "theirs" else None)
    assert standing(session, "sms", talk(session, JO_SMS).address) == (None if old == "theirs" else "wrong_number")
    assert asked.closing_note == "The number was changed."
    assert all("9009" not in str(row.detail) for row in session.exec(select(AuditEvent)))


def test_a_number_that_was_wrong_for_another_is_right_for_its_new_owner(session: Session) -> None:
    note(session, talk(session, KIT_SMS), "wrong_number", by="young_person", now=NOW)
    session.get_one(YoungPerson, KIT).phone = None
    session.flush()
    number = talk(session, KIT_SMS).address
    desk.change_number(session, jo(session), number, ann(session), NOW, old="gone")
    assert (standing(session, "sms", number), talk(session, KIT_SMS).young_person_id) == (None, JO)


def test_a_number_of_somebody_else_is_refused(session: Session) -> None:
    before = jo(session).phone
    for number, why in (
        (session.get_one(YoungPerson, LEE).phone or "", "somebody else's record"),
        (before or "", "already"),
    ):
        with pytest.raises(DeskError, match=why):
            desk.change_number(session, jo(session), number, ann(session), NOW, old="gone")
    session.get_one(YoungPerson, LEE).phone = None
    session.flush()
    with pytest.raises(DeskError, match="somebody else's record"):
        desk.change_number(session, jo(session), talk(session, LEE_SMS).address, ann(session), NOW, old="gone")
    assert jo(session).phone == before
    assert standing(session, "sms", before or "") is None


def test_a_turn_under_way_is_run_again_for_its_new_owner(session: Session) -> None:
    message = said(session, UNKNOWN, "who is my adviser", NOW, handled_at=None, outcome=None)
    one = talk(session, UNKNOWN)
    one.lease, one.lease_until = "a turn", NOW + timedelta(minutes=1)
    session.flush()
    hold_for_commit(session, one, message, "a turn", NOW + timedelta(minutes=2))
    desk.link(session, one, jo(session), ann(session), NOW)
    with pytest.raises(LostLease):
        hold_for_commit(session, one, message, "a turn", NOW + timedelta(minutes=2))


def test_open_messages_and_escalations_of_others_are_left_alone(session: Session) -> None:
    other = escalated(session, KIT_SMS, NOW, kind="new_number")
    waits = answered(session, KIT_SMS, "hello", NOW, status="queued", status_rank=0)
    desk.change_number(session, jo(session), NEW, ann(session), NOW, old="gone")
    desk.unlink(session, talk(session, UNKNOWN), jo(session), ann(session), NOW)
    assert session.exec(select(Message.status).where(Message.id == waits.id)).one() == "queued"
    assert session.exec(select(Escalation.closed_at).where(Escalation.id == other.id)).one() is None
