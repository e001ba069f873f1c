"""Reports in any order, any number of times, leave the same rank behind and never move a message back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

import casework.tables  # noqa: F401
import prospectus.tables  # noqa: F401
from casework.db import writing
from casework.delivery import RANK, from_provider
from casework.reports import apply_report, record_opt_out
from casework.tables import ConsentEvent, Conversation, Message
from tests.databases import on_sqlite

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
ANN = "+447700900123"

TWILIO_STATUSES = (
    *("accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed", "canceled"),
    *("receiving", "received", "read", "partially_delivered"),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = on_sqlite(tmp_path / "onward.db")
    yield made
    made.dispose()


def outbound(session: Session, status: str = "sending", provider_id: str | None = None) -> Message:
    conversation = session.exec(select(Conversation)).first()
    if conversation is None:
        conversation = Conversation(channel="sms", address=ANN, created_at=NOW)
        session.add(conversation)
        session.flush()
    message = Message(
        conversation_id=conversation.id or 0,
        direction="out",
        channel="sms",
        author="assistant",
        text="Hi Ann",
        created_at=NOW,
        status=status,
        status_rank=RANK[status],
        provider_id=provider_id,
    )
    session.add(message)
    session.flush()
    return message


def apply(session: Session, message: Message, status: str, sid: str = "SM1", code: int | None = None) -> bool:
    changed = apply_report(session, message.id or 0, sid, status, code, NOW)
    session.refresh(message)
    return changed


reports = st.lists(st.sampled_from(TWILIO_STATUSES), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=reports, data=st.data())
def test_any_order_and_number_leaves_the_same_rank(engine: Engine, story: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(story + data.draw(st.lists(st.sampled_from(story), max_size=4))))
    ends = []
    with Session(engine) as session:
        for number, order in enumerate((story, shuffled)):
            message = outbound(session)
            ranks = [message.status_rank]
            for status in order:
                apply(session, message, status, sid=f"SM{number}", code=30005 if status == "undelivered" else None)
                ranks.append(message.status_rank)
            assert ranks == sorted(ranks), "a status regressed"
            ends.append((message.status_rank, message.provider_id is not None))
        session.rollback()
    assert ends[0] == ends[1]
    known = [RANK[mapped] for status in story if (mapped := from_provider(status))]
    assert ends[0][0] == max([RANK["sending"], *known])


def test_a_failure_can_turn_out_delivered_and_loses_its_error(engine: Engine) -> None:
    with Session(engine) as session:
        message = outbound(session, "accepted", "SM1")
        apply(session, message, "undelivered", code=30003)
        assert (message.status, message.error_code, message.failure) == (
            "undelivered",
            30003,
            "reported by the provider",
        )
        apply(session, message, "delivered")
        assert (message.status, message.error_code, message.failure) == ("delivered", None, None)


def test_a_report_frees_a_message_whose_answer_was_lost(engine: Engine) -> None:
    with Session(engine) as session:
        message = outbound(session, "unknown")
        message.lease, message.lease_until, message.next_try_at = "x", NOW, NOW
        session.flush()
        assert apply(session, message, "queued")
        assert (message.status, message.provider_id) == ("provider_queued", "SM1")
        assert [message.lease, message.next_try_at] == [None, None]


def test_a_report_about_another_send_changes_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        message = outbound(session, "accepted", "SM1")
        assert not apply(session, message, "delivered", sid="SM9")
        assert message.status == "accepted"


def test_an_id_that_another_message_has_is_not_taken_over(engine: Engine) -> None:
    with Session(engine) as session:
        outbound(session, "accepted", "SM1")
        message = outbound(session, "unknown")
        assert apply(session, message, "sent", sid="SM1")
        assert message.provider_id is None


def test_a_young_person_message_has_no_reports(engine: Engine) -> None:
    with Session(engine) as session:
        message = outbound(session)
        message.direction = "in"
        session.flush()
        assert not apply(session, message, "delivered")


def test_an_opt_out_is_recorded_once_even_from_a_status_that_is_behind(engine: Engine) -> None:
    with Session(engine) as session:
        message = outbound(session, "failed", "SM1")
        for _ in range(2):
            assert not apply(session, message, "failed", code=21610)
        [event] = session.exec(select(ConsentEvent))
        assert (event.event, event.source, event.message_id) == ("stop", "provider", message.id)


def test_an_opt_out_does_not_undo_a_start_that_came_after_the_send(engine: Engine) -> None:
    with Session(engine) as session:
        message = outbound(session, "accepted", "SM1")
        start = ConsentEvent(
            channel="sms", address=ANN, event="start", source="message", recorded_at=NOW + timedelta(minutes=1)
        )
        session.add(start)
        session.flush()
        assert not record_opt_out(session, message.id or 0, NOW + timedelta(minutes=2))
        start.recorded_at = NOW - timedelta(minutes=1)
        session.flush()
        assert record_opt_out(session, message.id or 0, NOW + timedelta(minutes=2))


def test_a_message_that_is_not_there_is_nothing(engine: Engine) -> None:
    with writing(engine) as session:
        for number in (1, 0, -1, 2**70):
            assert not apply_report(session, number, "SM1", "sent", None, NOW)
        assert not record_opt_out(session, 1, NOW)
