"""A question that was texted, answered in the web chat."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from casework.followup.asking import state_for
from casework.followup.elsewhere import asked_elsewhere
from casework.tables import FollowUp
from tests.casebook import JO, JO_SMS, NOW, answered, open_casebook


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = open_casebook(str(tmp_path / "record.db"))
    with Session(engine) as session:
        yield session
    engine.dispose()


def texted(session: Session, *, ago: timedelta = timedelta(hours=3)) -> FollowUp:
    went = NOW - ago
    message = answered(session, JO_SMS, "?", went, purpose="prompt", sent_at=went)
    found = FollowUp(
        young_person_id=JO, plan="check", occasion="1", asks="still_there", due_at=NOW, made_at=NOW, status="ended",
        outcome="sent", reason="sent", message_id=message.id, about={"code": "210"},
    )  # fmt: skip
    session.add(found)
    session.flush()
    return found


RECENT, OLD = "2026-09-01T09:50+00:00", "2026-08-30T09:50+00:00"


@pytest.mark.parametrize(
    "there",
    [
        None,
        {"v": 1, "slots": {"place": "margate"}, "loop": None},
        {"v": 1, "slots": {"offered": {"kind": "courses", "items": ["C1"], "at": OLD}}, "loop": None},
        {
            "v": 1,
            "slots": {},
            "loop": "course_form",
            "requested": "wanted",
            "thread": {"asked": "ask_wanted", "at": OLD},
        },
    ],
)
def test_a_web_chat_takes_the_answer_to_a_text(session: Session, there: dict[str, Any] | None) -> None:
    asked = texted(session)
    state = asked_elsewhere(session, JO, there, NOW)
    assert state == state_for("still_there", asked.id or 0, {"code": "210"}, NOW - timedelta(hours=3), there)


@pytest.mark.parametrize(
    "there",
    [
        {"v": 1, "slots": {"offered": {"kind": "courses", "items": ["C1"], "at": RECENT}}, "loop": None},
        {"v": 1, "slots": {}, "loop": "course_form", "thread": {"asked": "ask_wanted", "at": RECENT}},
        {"v": 1, "slots": {}, "loop": "record_form", "requested": "told"},
        {"v": 1, "slots": {}, "loop": None, "thread": {"kept": [{}], "at": RECENT}},
    ],
)
def test_what_the_chat_is_in_the_middle_of_goes_first(session: Session, there: dict[str, Any]) -> None:
    texted(session)
    assert asked_elsewhere(session, JO, there, NOW) is None


def test_a_text_of_last_week_is_not_answered_in_the_chat(session: Session) -> None:
    texted(session, ago=timedelta(days=4))
    assert asked_elsewhere(session, JO, None, NOW) is None
