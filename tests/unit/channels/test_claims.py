"""Who may take which turn and which send: order within a conversation, leases, and the right index."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlmodel import Session

from casework import inbox, outbox
from casework.db import reading, writing
from casework.tables import Conversation, Message

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOLD = timedelta(seconds=30)
RETRY = outbox.RetryPolicy()


def conversation(session: Session, address: str) -> Conversation:
    row = Conversation(channel="sms", address=address, created_at=NOW)
    session.add(row)
    session.flush()
    return row


def inbound(session: Session, where: Conversation, **more: Any) -> Message:
    row = Message(
        conversation_id=where.id or 0, direction="in", channel="sms", author="young_person", created_at=NOW, **more
    )
    session.add(row)
    session.flush()
    return row


def outbound(session: Session, where: Conversation, **more: Any) -> Message:
    values = {"status": "queued", "purpose": "reply"} | more
    row = Message(
        conversation_id=where.id or 0, direction="out", channel="sms", author="assistant", created_at=NOW, **values
    )
    session.add(row)
    session.flush()
    return row


def claim_turns(engine: Engine, lease: str, now: datetime = NOW, limit: int = 10) -> list[int]:
    with writing(engine) as session:
        return inbox.claim(session, lease, now, HOLD, limit)


def claim_sends(engine: Engine, lease: str, now: datetime = NOW, limit: int = 10) -> list[int]:
    with writing(engine) as session:
        return [message.id or 0 for message in outbox.claim(session, lease, now, RETRY, limit)]


def test_a_conversation_is_held_by_one(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        ann, bob = conversation(session, "+1"), conversation(session, "+2")
        inbound(session, ann), inbound(session, ann), inbound(session, bob)
    assert claim_turns(any_engine, "a", limit=1) == [ann.id]
    assert claim_turns(any_engine, "b") == [bob.id]
    assert claim_turns(any_engine, "c") == []
    # whoever holds it is taken for dead when the lease ends
    assert claim_turns(any_engine, "d", NOW + HOLD) == [ann.id, bob.id]


def test_two_claims_at_the_same_moment_share_nothing(any_engine: Engine) -> None:
    if any_engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with writing(any_engine) as session:
        for n in range(6):
            inbound(session, conversation(session, f"+{n}"))
    with writing(any_engine) as first, writing(any_engine) as second:
        ours = inbox.claim(first, "a", NOW, HOLD, 3)
        theirs = inbox.claim(second, "b", NOW, HOLD, 10)
    assert len(ours) == 3
    assert len(theirs) == 3
    assert not set(ours) & set(theirs)


def test_a_message_put_off_holds_up_those_behind_it(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        ann = conversation(session, "+1")
        inbound(session, ann, next_try_at=NOW + timedelta(seconds=5), attempts=1)
        inbound(session, ann)
    assert claim_turns(any_engine, "a") == []
    assert claim_turns(any_engine, "a", NOW + timedelta(seconds=5)) == [ann.id]


def test_a_commit_without_the_lease_is_refused(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        ann = conversation(session, "+1")
        message = inbound(session, ann)
    claim_turns(any_engine, "a")
    claim_turns(any_engine, "b", NOW + HOLD)
    with pytest.raises(inbox.LostLease), writing(any_engine) as session:
        inbox.hold_for_commit(session, ann, message, "a", NOW + HOLD)
    with writing(any_engine) as session:
        inbox.hold_for_commit(session, ann, message, "b", NOW + HOLD)


def test_a_commit_after_a_person_took_over_is_refused(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        ann = conversation(session, "+1")
        message = inbound(session, ann)
    claim_turns(any_engine, "a")
    with reading(any_engine) as session:
        seen = session.get(Conversation, ann.id)
    with writing(any_engine) as session:
        taken = session.get(Conversation, ann.id)
        assert taken is not None
        taken.mode = "adviser"
    assert seen is not None
    with pytest.raises(inbox.LostLease), writing(any_engine) as session:
        inbox.hold_for_commit(session, seen, message, "a", NOW + HOLD)


def test_answers_go_before_prompts_and_in_order(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        ann, bob = conversation(session, "+1"), conversation(session, "+2")
        prompt = outbound(session, bob, purpose="prompt", priority=10)
        first, second = outbound(session, ann), outbound(session, ann)
    assert claim_sends(any_engine, "a") == [first.id, prompt.id]
    assert claim_sends(any_engine, "b") == []
    with writing(any_engine) as session:
        outbox.record_accepted(session, first.id or 0, "SM1", "accepted", NOW)
    assert claim_sends(any_engine, "c") == [second.id]


def test_what_was_put_off_till_morning_does_not_hold_up_an_answer(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        ann = conversation(session, "+1")
        outbound(session, ann, next_try_at=NOW + timedelta(hours=9))
        answer = outbound(session, ann)
    assert claim_sends(any_engine, "a") == [answer.id]


def test_what_is_tried_again_soon_keeps_its_place(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        ann = conversation(session, "+1")
        outbound(session, ann, attempts=1, next_try_at=NOW + timedelta(seconds=5))
        outbound(session, ann)
    assert claim_sends(any_engine, "a") == []


def test_a_refusal_is_tried_again_after_growing_waits_and_then_has_failed(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        message = outbound(session, conversation(session, "+1"))
    now, waits = NOW, []
    for _ in range(20):
        with writing(any_engine) as session:
            claimed = outbox.claim(session, "a", now, RETRY, 1)
            if not claimed:
                break
            claimed[0].attempts += 1
            claimed[0].status, claimed[0].status_rank = "sending", 10
        with writing(any_engine) as session:
            outbox.record_refused(session, claimed[0], "a", now, RETRY, code=30003, permanent=False)
        with reading(any_engine) as session:
            row = session.get(Message, message.id)
            assert row is not None
            if row.status == "failed":
                break
            assert row.next_try_at is not None
            waits.append(row.next_try_at - now)
            now = row.next_try_at
    assert row.status == "failed"
    assert waits == list(RETRY.retry_after)


def test_a_late_refusal_does_not_undo_a_delivery(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        message = outbound(session, conversation(session, "+1"), status="delivered", status_rank=70, lease="a")
    with writing(any_engine) as session:
        outbox.record_refused(session, message, "a", NOW, RETRY, code=30003, permanent=True)
        outbox.record_no_answer(session, message, "a", NOW, RETRY)
        outbox.requeue(session, message, "a")
        outbox.record_accepted(session, message.id or 0, "SM1", "accepted", NOW)
    with reading(any_engine) as session:
        row = session.get(Message, message.id)
        assert row is not None
        assert (row.status, row.provider_id) == ("delivered", "SM1")


def plans(engine: Engine) -> Sequence[str]:
    """How SQLite reads the four queries of the two queues."""
    queries: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, values: Any, _x: Any, _many: bool) -> None:
        if statement.lstrip().startswith("SELECT"):
            queries.append((statement, values))

    event.listen(engine, "before_cursor_execute", keep)
    with writing(engine) as session:
        inbox.claim(session, "a", NOW, HOLD, 4)
        outbox.claim(session, "a", NOW, RETRY, 4)
        inbox.any_waiting(session)
        outbox.any_open(session, NOW)
    event.remove(engine, "before_cursor_execute", keep)
    with engine.connect() as connection:
        return [
            " | ".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values))
            for query, values in queries
        ]


def test_the_queues_are_read_by_their_partial_indexes(any_engine: Engine) -> None:
    if any_engine.dialect.name != "sqlite":
        with any_engine.connect() as connection:
            names = connection.execute(text("SELECT indexname FROM pg_indexes WHERE tablename = 'message'"))
            assert {"ix_message_inbox", "ix_message_outbox"} <= {row[0] for row in names}
        return
    for plan in plans(any_engine):
        scans = [part for part in plan.split(" | ") if part.startswith("SCAN message")]
        assert all("USING" in scan and "box" in scan for scan in scans), plan
