"""The sender decides at the last moment, writes down before it tries, and never resends blindly."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.tables import ConsentEvent, Conversation, Message
from channels.sender import Accepted, Found, NoAnswer, Refused, Sender

# a Tuesday morning in term
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


@dataclass
class Provider:
    """An SMS provider in memory: takes what it is sent, unless it has been told what to do instead."""

    clock: FixedClock
    took: list[Found] = field(default_factory=list)
    script: list[Exception] = field(default_factory=list)
    loses_answer: bool = False

    def send(self, to: str, body: str, message_id: int) -> Accepted:
        if self.script:
            raise self.script.pop(0)
        sid = f"SM{len(self.took)}"
        self.took.append(Found(sid, body, "accepted", self.clock()))
        if self.loses_answer:
            self.loses_answer = False
            raise NoAnswer
        return Accepted(sid)

    def find(self, to: str, since: datetime) -> list[Found]:
        if self.script:
            raise self.script.pop(0)
        return [one for one in self.took if one.created_at >= since]


@dataclass
class Rig:
    """A sender over a database, a provider and a clock."""

    engine: Engine
    clock: FixedClock
    provider: Provider
    sender: Sender

    def put(self, channel: str = "sms", **more: Any) -> int:
        with writing(self.engine) as session:
            where = session.exec(select(Conversation).where(Conversation.channel == channel)).first()
            if where is None:
                where = Conversation(channel=channel, address="+447700900123", created_at=NOW)
                session.add(where)
                session.flush()
            asked = Message(
                conversation_id=where.id or 0,
                direction="in",
                channel=channel,
                author="young_person",
                created_at=self.clock(),
                handled_at=self.clock(),
            )
            session.add(asked)
            session.flush()
            values = {"purpose": "reply", "in_reply_to": asked.id, "position": 0, "text": "Hello"} | more
            message = Message(
                conversation_id=where.id or 0,
                direction="out",
                channel=channel,
                author="assistant",
                status="queued",
                created_at=self.clock(),
                **values,
            )
            session.add(message)
            session.flush()
            return message.id or 0

    def row(self, message_id: int) -> Message:
        with reading(self.engine) as session:
            row = session.get(Message, message_id)
            assert row is not None
            return row


@pytest.fixture
def rig(any_engine: Engine) -> Rig:
    clock = FixedClock(NOW)
    provider = Provider(clock)
    return Rig(any_engine, clock, provider, Sender(any_engine, clock, provider))


def test_a_text_goes_once_and_is_counted(rig: Rig) -> None:
    message = rig.put(text="x" * 200)
    assert rig.sender.drain() == 1
    assert rig.sender.drain() == 0
    row = rig.row(message)
    assert (row.status, row.provider_id, row.segments, row.attempts) == ("accepted", "SM0", 2, 1)


def test_web_chat_needs_no_provider(rig: Rig) -> None:
    messages = [rig.put("web", text=str(n)) for n in range(3)]
    rig.sender.drain()
    assert [rig.row(message).status for message in messages] == ["sent"] * 3
    assert rig.provider.took == []


def test_nothing_goes_after_stop(rig: Rig) -> None:
    message = rig.put()
    with writing(rig.engine) as session:
        session.add(
            ConsentEvent(channel="sms", address="+447700900123", event="stop", source="message", recorded_at=NOW)
        )
    rig.sender.drain()
    assert (rig.row(message).status, rig.row(message).failure) == ("suppressed", "stopped")
    assert rig.provider.took == []


def test_a_prompt_at_night_waits_for_the_morning(rig: Rig) -> None:
    rig.clock.now = datetime(2026, 9, 1, 22, tzinfo=UTC)
    message = rig.put(purpose="prompt", priority=10, in_reply_to=None, position=None)
    answer = rig.put()
    rig.sender.drain()
    row = rig.row(message)
    assert (row.status, row.next_try_at) == ("queued", datetime(2026, 9, 2, 7, tzinfo=UTC))
    assert rig.row(answer).status == "accepted"
    rig.clock.now = row.next_try_at or NOW
    rig.sender.drain()
    assert rig.row(message).status == "accepted"


def test_a_permanent_refusal_ends_it(rig: Rig) -> None:
    message = rig.put()
    rig.provider.script = [Refused(21211, permanent=True)]
    rig.sender.drain()
    assert (rig.row(message).status, rig.row(message).error_code) == ("failed", 21211)


def test_an_opt_out_that_only_the_provider_knows_of_is_written_down(rig: Rig) -> None:
    rig.put()
    rig.provider.script = [Refused(21610, permanent=True)]
    rig.sender.drain()
    later = rig.put()
    rig.sender.drain()
    assert (rig.row(later).status, rig.row(later).failure) == ("suppressed", "stopped")


def test_a_passing_refusal_is_tried_again_later(rig: Rig) -> None:
    message = rig.put()
    rig.provider.script = [Refused(20429, permanent=False)]
    rig.sender.drain()
    assert rig.row(message).status == "queued"
    rig.clock.advance(seconds=5)
    rig.sender.drain()
    assert (rig.row(message).status, len(rig.provider.took)) == ("accepted", 1)


def test_a_lost_answer_is_looked_up_and_not_sent_again(rig: Rig) -> None:
    message = rig.put()
    rig.provider.loses_answer = True
    rig.sender.drain()
    assert rig.row(message).status == "unknown"
    rig.clock.advance(seconds=10)
    rig.sender.drain()
    assert (rig.row(message).status, rig.row(message).provider_id, len(rig.provider.took)) == ("accepted", "SM0", 1)


def test_a_send_that_never_arrived_is_sent_after_the_provider_was_asked(rig: Rig) -> None:
    message = rig.put()
    rig.provider.script = [NoAnswer()]
    rig.sender.drain()
    assert rig.row(message).status == "unknown"
    rig.clock.advance(seconds=10)
    rig.sender.drain()
    assert (rig.row(message).status, len(rig.provider.took)) == ("accepted", 1)


def test_a_sender_that_died_in_the_middle_is_looked_up_too(rig: Rig) -> None:
    message = rig.put()
    claimed = rig.sender.claim(1)
    rig.provider.send("+447700900123", claimed[0].message.text, message)
    # it dies here: the provider has it, and nothing was written down
    assert rig.sender.drain() == 0
    rig.clock.advance(seconds=60)
    rig.sender.drain()
    assert (rig.row(message).status, len(rig.provider.took)) == ("accepted", 1)


def test_two_equal_texts_whose_answers_were_lost_are_both_found(rig: Rig) -> None:
    first, second = rig.put(), rig.put()
    for _ in range(2):
        rig.provider.loses_answer = True
        rig.sender.drain()
        rig.clock.advance(seconds=10)
        rig.sender.drain()
    assert {rig.row(first).provider_id, rig.row(second).provider_id} == {"SM0", "SM1"}
    assert len(rig.provider.took) == 2


def test_while_the_provider_cannot_be_asked_nothing_is_sent(rig: Rig) -> None:
    message = rig.put()
    rig.provider.loses_answer = True
    rig.sender.drain()
    for _ in range(3):
        rig.clock.advance(seconds=10)
        rig.provider.script = [NoAnswer()]
        rig.sender.drain()
        assert (rig.row(message).status, len(rig.provider.took)) == ("unknown", 1)
    rig.clock.advance(hours=25)
    rig.sender.drain()
    row = rig.row(message)
    assert (row.status, len(rig.provider.took)) == ("failed", 1)
    assert row.failure == "no answer from the provider; it may have arrived"


def test_a_reply_waits_for_the_one_before_it(rig: Rig) -> None:
    first, second = rig.put(), rig.put()
    rig.provider.script = [Refused(20429, permanent=False)]
    rig.sender.drain()
    assert (rig.row(first).status, rig.row(second).status) == ("queued", "queued")
    rig.clock.advance(seconds=5)
    rig.sender.drain()
    assert [one.provider_id for one in (rig.row(first), rig.row(second))] == ["SM0", "SM1"]


def test_a_report_that_comes_first_is_kept(rig: Rig) -> None:
    message = rig.put()
    claimed = rig.sender.claim(1)
    with writing(rig.engine) as session:
        row = session.get(Message, message)
        assert row is not None
        row.status, row.status_rank = "delivered", 70
    rig.sender.send(claimed[0])
    assert (rig.row(message).status, rig.row(message).provider_id) == ("delivered", "SM0")


def test_the_hold_of_a_dead_sender_ends(rig: Rig) -> None:
    message = rig.put()
    rig.sender.claim(1)
    rig.clock.advance(seconds=59)
    assert rig.sender.drain() == 0
    rig.clock.advance(seconds=1)
    rig.sender.drain()
    assert rig.row(message).status == "accepted"
