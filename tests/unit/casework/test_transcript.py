"""One timeline over all channels, in plain words."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from casework import transcript_words as words
from casework.delivery import RANK
from casework.tables import Message
from casework.transcript import entry, statuses, timeline
from tests.casebook import ANN, JO_SMS, JO_WEB, KIT_SMS, NOW, answered, open_casebook, said

NAMES: dict[int | None, str] = {ANN: "Ann Ames"}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = open_casebook(str(tmp_path / "record.db"))
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def outbound(**fields: Any) -> Message:
    values: dict[str, Any] = {"author": "assistant", "status": "sent", "text": "hi"} | fields
    return Message(id=1, conversation_id=1, direction="out", channel="sms", created_at=NOW, **values)


def test_both_channels_are_one_timeline_oldest_first(session: Session) -> None:
    page = timeline(session, [JO_SMS, JO_WEB])
    assert [(one.channel, one.author) for one in page.entries] == [
        ("web", "young_person"),
        ("web", "assistant"),
        ("sms", "young_person"),
        ("sms", "assistant"),
    ]
    assert page.earlier is None
    assert page.latest == page.entries[-1].id


def test_what_was_understood_and_done_stands_beside_the_message(session: Session) -> None:
    asked = timeline(session, [JO_SMS]).entries[0]
    assert asked.understood is not None
    assert (asked.understood.intent, asked.understood.confidence) == ("Find courses", 0.93)
    assert asked.understood.entities == ["Subject: construction (“plumbing”)"]
    assert (asked.understood.language, asked.understood.risk) == ("English", None)
    assert asked.outcome == "Answered by the assistant"
    assert asked.done == ["Noted that nothing was found for: plumbing, margate"]


def test_pages_go_back_and_new_messages_come_after(session: Session) -> None:
    for number in range(7):
        said(session, KIT_SMS, f"message {number}", NOW + timedelta(minutes=number))
    last = timeline(session, [KIT_SMS], limit=3)
    assert [one.text for one in last.entries] == ["message 4", "message 5", "message 6"]
    before = timeline(session, [KIT_SMS], before=last.earlier, limit=3)
    assert [one.text for one in before.entries] == ["message 1", "message 2", "message 3"]
    first = timeline(session, [KIT_SMS], before=before.earlier, limit=3)
    assert [one.text for one in first.entries] == ["message 0"]
    assert first.earlier is None
    new = timeline(session, [KIT_SMS], after=last.entries[-2].id)
    assert [one.text for one in new.entries] == ["message 6"]
    assert timeline(session, [KIT_SMS], after=last.latest).entries == []


def test_only_messages_of_these_conversations_are_followed(session: Session) -> None:
    mine = answered(session, JO_SMS, "hi", NOW)
    other = answered(session, KIT_SMS, "hi", NOW)
    assert [one.id for one in statuses(session, [JO_SMS], [mine.id or 0, other.id or 0])] == [mine.id]
    assert statuses(session, [JO_SMS], []) == []


def test_an_adviser_is_named(session: Session) -> None:
    assert entry(outbound(author="adviser", adviser_id=ANN), NAMES).adviser == "Ann Ames"


@pytest.mark.parametrize("status", sorted(RANK))
def test_every_status_has_plain_words(status: str) -> None:
    said_as = words.status(outbound(status=status))
    assert said_as
    assert status not in ("provider_queued", "accepted") or said_as == "With the text service"


def test_a_question_that_the_assistant_asked_first_is_its_message_like_any_other(session: Session) -> None:
    asked = outbound(author="assistant", purpose="prompt", key="followup_still_there", args={}, text="Still there?")
    shown = entry(asked, NAMES)
    assert (shown.author, shown.text, shown.inbound, shown.adviser) == ("assistant", "Still there?", False, None)


def test_a_message_that_did_not_arrive_says_why() -> None:
    failed = entry(outbound(status="undelivered", error_code=30003), NAMES)
    assert failed.problem == "The phone is off or out of reach (code 30003)"
    assert failed.settled
    unknown = entry(outbound(status="failed", error_code=12345), NAMES)
    assert unknown.problem == "The text service would not take it (code 12345)"
    assert entry(outbound(status="suppressed", failure="hand_over"), NAMES).problem == "An adviser has the conversation"


def test_a_message_that_waits_says_until_when() -> None:
    held = entry(
        outbound(status="queued", failure="quiet_hours", next_try_at=datetime(2026, 9, 2, 7, tzinfo=UTC)), NAMES
    )
    assert held.status == "Waiting until 08:00 on 2 September"
    assert held.problem == "Held until a decent hour"
    assert not held.settled


def test_an_inbound_message_that_waits_says_so(session: Session) -> None:
    message = said(session, JO_SMS, "hello", NOW, handled_at=None, outcome=None)
    assert entry(message, NAMES).status == "Waiting for the assistant"
    message.attempts = 2
    assert entry(message, NAMES).status == "Waiting: the assistant could not answer yet"


@pytest.mark.parametrize(
    ("done", "said_as"),
    [
        (
            {"kind": "open_escalation", "about": "talk_to_person", "adviser_id": ANN, "urgency": "soon"},
            "Told Ann Ames: wants to talk to a person (soon)",
        ),
        ({"kind": "open_escalation", "about": "safeguarding", "urgency": "urgent"},
         "Told the duty queue: safeguarding (urgent)"),
        ({"kind": "set_language", "language": "cy"}, "Language set to Welsh"),
        ({"kind": "record_consent", "event": "stop"}, "Recorded that they want no more messages"),
        ({"kind": "record_consent", "event": "start"}, "Recorded that they want messages again"),
        ({"kind": "answer_follow_up", "answer": "moved", "followup_id": 9}, "Answered what we had asked: moved"),
        ({"kind": "answer_follow_up", "answer": "not_now", "snooze_days": 14},
         "Answered what we had asked: not now; asked again in 14 days at the earliest"),
        ({"kind": "answer_follow_up", "answer": "refused", "stop": True},
         "Answered what we had asked: refused; no more of this"),
        ({"kind": "answer_follow_up", "answer": "no", "skipped": "not open"}, "Answered what we had asked, once more"),
        ({"kind": "verify_activity", "code": "230"}, "What they do now, still so: 230"),
        ({"kind": "verify_activity", "skipped": "nothing known"},
         "What they do now, still so: not recorded, nothing known"),
        ({"kind": "something_new"}, "Something new"),
        ({}, ""),
    ],
)  # fmt: skip
def test_what_was_done_in_plain_words(done: dict[str, Any], said_as: str) -> None:
    assert words.effect(done, NAMES) == said_as


def test_risk_in_plain_words() -> None:
    assert words.risk({"level": "immediate", "kind": "self_harm"}) == "Immediate risk: self harm"
    assert words.risk({"level": "concern", "kind": None}) == "Cause for concern"
    assert words.risk({"level": "none", "kind": None}) is None
    assert words.risk(None) is None
