"""A person takes over, answers and gives back; on both databases, because it locks rows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from casework import handover
from casework.db import writing
from casework.handover import AlreadyTaken, CannotReply, give_back, reply, take_over
from casework.sending import SendingPolicy, may_send
from casework.tables import Adviser, AdviserCover, AuditEvent, ConsentEvent, Conversation, Message
from tests.casebook import ANN, BOB, CAT, JO_SMS, JO_WEB, MIA_SMS, NOOR_SMS, NOW, STRANGER, answered

NONCE = "nonce-of-one-form"


@pytest.fixture
def engine(casebook_on_both: Engine) -> Engine:
    return casebook_on_both


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writing(engine) as session:
        yield session


def conversation(session: Session, number: int) -> Conversation:
    found = session.get(Conversation, number)
    assert found is not None
    return found


def adviser(session: Session, number: int) -> Adviser:
    found = session.get(Adviser, number)
    assert found is not None
    return found


def modes(session: Session) -> dict[int, tuple[str, int | None]]:
    rows = session.exec(select(Conversation)).all()
    return {row.id: (row.mode, row.handed_to_id) for row in rows if row.id}


def test_a_hand_over_holds_on_every_channel_and_for_nobody_else(session: Session) -> None:
    take_over(session, conversation(session, JO_SMS), adviser(session, ANN), NOW)
    after = modes(session)
    assert after[JO_SMS] == after[JO_WEB] == ("adviser", ANN)
    assert {mode for number, mode in after.items() if number not in (JO_SMS, JO_WEB)} == {("assistant", None)}


def test_taking_over_twice_is_taking_over_once(session: Session) -> None:
    for _ in range(2):
        take_over(session, conversation(session, JO_SMS), adviser(session, ANN), NOW)
    session.flush()
    events = session.exec(select(AuditEvent).where(AuditEvent.action == "took_over")).all()
    assert len(events) == 1
    assert events[0].actor == f"adviser:{ANN}"


def test_another_adviser_is_told_who_has_it(session: Session) -> None:
    take_over(session, conversation(session, STRANGER), adviser(session, ANN), NOW)
    for change in (take_over, give_back):
        with pytest.raises(AlreadyTaken, match="Ann Ames has this conversation"):
            change(session, conversation(session, STRANGER), adviser(session, BOB), NOW)
    with pytest.raises(AlreadyTaken):
        reply(session, conversation(session, STRANGER), adviser(session, BOB), "hi", NOW, nonce=NONCE)
    assert modes(session)[STRANGER] == ("adviser", ANN)


def test_it_may_be_taken_from_an_adviser_who_is_away_or_has_left_or_no_longer_covers(session: Session) -> None:
    stranger = conversation(session, STRANGER)
    take_over(session, stranger, adviser(session, ANN), NOW)
    session.add(AdviserCover(adviser_id=ANN, cover_id=BOB, first_day=NOW.date(), last_day=NOW.date()))
    session.flush()
    take_over(session, stranger, adviser(session, BOB), NOW)
    bob = adviser(session, BOB)
    bob.active = False
    session.flush()
    take_over(session, stranger, adviser(session, CAT), NOW + timedelta(days=1))
    assert modes(session)[STRANGER] == ("adviser", CAT)

    # Bob covered Mia's adviser on the first day only
    bob.active = True
    session.flush()
    take_over(session, conversation(session, MIA_SMS), bob, NOW)
    take_over(session, conversation(session, MIA_SMS), adviser(session, CAT), NOW + timedelta(days=1))
    assert modes(session)[MIA_SMS] == ("adviser", CAT)
    taken = session.exec(select(AuditEvent).where(AuditEvent.action == "took_over")).all()
    assert taken[-1].detail == {"taken_from": [BOB]}


def test_back_to_the_assistant_keeps_what_it_knows_and_drops_what_it_asked(session: Session) -> None:
    ann = adviser(session, ANN)
    take_over(session, conversation(session, JO_SMS), ann, NOW)
    give_back(session, conversation(session, JO_WEB), ann, NOW)
    give_back(session, conversation(session, JO_WEB), ann, NOW)
    assert modes(session)[JO_SMS] == modes(session)[JO_WEB] == ("assistant", None)
    state = conversation(session, JO_SMS).state
    assert state["slots"] == {"subject": "construction"}
    assert state["requested"] is None
    session.flush()
    assert len(session.exec(select(AuditEvent).where(AuditEvent.action == "gave_back")).all()) == 1


def test_a_reply_waits_in_the_outbox_and_takes_over(session: Session) -> None:
    text = "Hi Jo, it’s Ann – ring me?"
    message = reply(session, conversation(session, JO_SMS), adviser(session, ANN), text, NOW, nonce=NONCE)
    assert message.text == "Hi Jo, it's Ann - ring me?"
    assert (message.status, message.purpose, message.author, message.segments) == ("queued", "adviser", "adviser", 1)
    assert message.adviser_id == ANN
    assert modes(session)[JO_WEB] == ("adviser", ANN)
    decision = may_send(session, message, conversation(session, JO_SMS), NOW.replace(hour=23), SendingPolicy())
    assert decision.action == "send"


def test_the_assistant_is_silent_while_a_person_has_it(session: Session) -> None:
    take_over(session, conversation(session, JO_SMS), adviser(session, ANN), NOW)
    late = answered(session, JO_SMS, "Here are three courses", NOW, status="queued", status_rank=0)
    assert may_send(session, late, conversation(session, JO_SMS), NOW, SendingPolicy()).action == "suppress"
    give_back(session, conversation(session, JO_SMS), adviser(session, ANN), NOW)
    next_one = answered(session, JO_SMS, "Anything else?", NOW, status="queued", status_rank=0)
    assert may_send(session, next_one, conversation(session, JO_SMS), NOW, SendingPolicy()).action == "send"


def test_the_same_form_makes_one_message_even_after_it_was_sent(session: Session) -> None:
    jo, ann = conversation(session, JO_SMS), adviser(session, ANN)
    first = reply(session, jo, ann, "On my way", NOW, nonce=NONCE)
    first.provider_id, first.status, first.status_rank = "SM1", "sent", 40
    session.flush()
    again = reply(session, jo, ann, "On my way", NOW, nonce=NONCE)
    other = reply(session, jo, ann, "On my way", NOW, nonce="nonce-of-another")
    assert again.id == first.id
    assert other.id != first.id
    assert len(session.exec(select(Message).where(Message.author == "adviser")).all()) == 2


@pytest.mark.parametrize(
    ("text", "why"), [("", "Write a reply"), (" \r\n ", "Write a reply"), ("x" * 1601, "1,600 characters or fewer")]
)
def test_an_empty_or_endless_reply_is_refused_and_changes_nothing(engine: Engine, text: str, why: str) -> None:
    with pytest.raises(CannotReply, match=why), writing(engine) as session:
        reply(session, conversation(session, JO_SMS), adviser(session, ANN), text, NOW, nonce=NONCE)
    with writing(engine) as session:
        assert modes(session)[JO_SMS] == ("assistant", None)
        assert session.exec(select(Message).where(Message.author == "adviser")).all() == []


def test_nobody_is_written_to_after_stop(session: Session) -> None:
    jo = conversation(session, JO_SMS)
    session.add(
        ConsentEvent(
            channel="sms",
            address=jo.address,
            young_person_id=jo.young_person_id,
            event="stop",
            source="message",
            recorded_at=NOW,
        )
    )
    session.flush()
    with pytest.raises(CannotReply, match="no more messages"):
        reply(session, conversation(session, JO_WEB), adviser(session, ANN), "hello", NOW, nonce=NONCE)


def test_who_holds_it_is_none_once_they_may_not_answer(session: Session) -> None:
    noor = conversation(session, NOOR_SMS)
    assert handover.holder_of(session, noor, NOW) is None
    take_over(session, noor, adviser(session, BOB), NOW)
    holder = handover.holder_of(session, noor, NOW)
    assert holder is not None
    assert holder.id == BOB
