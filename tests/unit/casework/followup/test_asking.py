"""A planned question that is asked: its message, and the state in which the answer is met."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from casework.followup.asking import put, state_for
from casework.tables import Conversation, FollowUp
from casework.voice import Rendered
from tests.casebook import JO, JO_SMS, NOW, open_casebook

BEFORE: dict[str, Any] = {
    "v": 1,
    "slots": {
        "shared_at": "2026-08-01T10:00+00:00",
        "place": "margate",
        "offered": {"kind": "courses", "items": ["C1"], "at": "2026-08-01T10:00+00:00"},
        "searched": "2026-08-01",
        "telling": {"about": "plans", "ask": "sure"},
        "money_check": {"nation": "wales"},
        "link": "number",
    },
    "loop": "money_form",
    "requested": "money_answer",
    "thread": {"asked": "money_question"},
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = open_casebook(str(tmp_path / "record.db"))
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_the_state_awaits_the_answer_and_nothing_else_is_open() -> None:
    state = state_for("still_there", 9, {"provider": "Samphire Coast College"}, NOW, BEFORE)
    assert state == {
        "v": 1,
        "slots": {
            "shared_at": "2026-08-01T10:00+00:00",
            "place": "margate",
            "telling": {
                "about": "followup",
                "ask": "still_there",
                "message_id": None,
                "at": "2026-09-01T10:00+00:00",
                "asked": ["still_there"],
                "more": {"followup": 9, "about": {"provider": "Samphire Coast College"}},
            },
        },
        "loop": "record_form",
        "requested": "told",
    }


@pytest.mark.parametrize("before", [None, {}])
def test_a_first_question_begins_a_conversation(before: dict[str, Any] | None) -> None:
    assert set(state_for("still_there", 9, {}, NOW, before)["slots"]) == {"telling"}


def row(session: Session, **fields: Any) -> FollowUp:
    values: dict[str, Any] = {"asks": "still_there", "due_at": NOW, "made_at": NOW, "occasion": "1", "plan": "check"}
    found = FollowUp(young_person_id=JO, **values | fields)
    session.add(found)
    session.flush()
    return found


def test_the_message_waits_behind_answers_and_knows_when_it_is_too_late(session: Session) -> None:
    thread = session.get_one(Conversation, JO_SMS)
    thread.state = {}
    late = NOW + timedelta(days=1)
    asked = row(session, late_at=late, late_rule="drop")
    message = put(session, asked, thread, Rendered("Still there?", [], "en"), NOW, key="followup_still", args={"a": 1})
    session.flush()
    assert (message.purpose, message.priority, message.author, message.status) == ("prompt", 10, "assistant", "queued")
    assert (message.text, message.key, message.args, message.late_at) == (
        "Still there?",
        "followup_still",
        {"a": 1},
        late,
    )
    assert (asked.status, asked.message_id) == ("queued", message.id)
    assert thread.state == state_for("still_there", asked.id or 0, {}, NOW, {})


def test_a_notice_leaves_what_is_open_as_it_is(session: Session) -> None:
    thread = session.get_one(Conversation, JO_SMS)
    thread.state = BEFORE
    put(session, row(session, asks=None, says="followup_tomorrow"), thread, Rendered("x", [], "en"), NOW, key="k")
    assert thread.state == BEFORE
