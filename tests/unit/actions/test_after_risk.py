"""A yes or an ok after a disclosure, by what has been said since."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlmodel import Session

from actions.after_risk import still_told
from actions.base import Shelf, Talk
from casework.clock import LONDON
from casework.db import writing
from casework.tables import Conversation, Message
from tests.databases import on_sqlite
from tests.unit.actions.stage import TUESDAY

HELPLINES = [{"name": "Childline", "call": "0800 1111"}]
BACK = TUESDAY + timedelta(hours=5)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = on_sqlite(tmp_path / "record.db")
    with writing(engine) as session:
        session.add(Conversation(id=1, channel="web", address="a", created_at=TUESDAY))
        session.flush()
        yield session
    engine.dispose()


def said(session: Session, when: datetime, key: str, purpose: str, author: str = "assistant", **args: Any) -> None:
    session.add(
        Message(
            conversation_id=1, direction="out", channel="web", author=author, text="x", created_at=when,
            key=key, args=args, purpose=purpose,
        )
    )  # fmt: skip
    session.flush()


def told(session: Session, at: datetime = TUESDAY) -> None:
    said(session, at, "safeguarding_danger", "safeguarding", helplines=HELPLINES)
    said(session, at, "safeguarding_told", "safeguarding", adviser=None, at=BACK.isoformat())


def talk(session: Session, now: datetime) -> Talk:
    return Talk(cast(Shelf, None), session, "yes", "affirm", 1.0, [], [], {}, 1, None, None, "web", now)


def test_who_knows_and_who_is_there_is_said_again(session: Session) -> None:
    told(session)
    said(session, TUESDAY, "privacy", "reply")
    now = talk(session, TUESDAY + timedelta(minutes=3))
    assert still_told(now)
    assert now.said == [
        {"say": "still_told", "args": {"adviser": None, "at": BACK.isoformat(), "helplines": HELPLINES}}
    ]


def test_a_time_that_has_passed_is_not_promised(session: Session) -> None:
    told(session)
    now = talk(session, BACK + timedelta(minutes=1))
    assert still_told(now)
    assert now.said[0]["args"]["at"] is None


def test_a_time_is_compared_as_a_moment_whatever_zone_it_is_written_in(session: Session) -> None:
    back = datetime(2026, 7, 1, 9, tzinfo=LONDON)
    said(session, back - timedelta(hours=2), "safeguarding_told", "safeguarding", adviser=None, at=back.isoformat())
    # half past nine in London is half past eight in UTC
    now = talk(session, (back + timedelta(minutes=30)).astimezone(UTC))
    assert still_told(now)
    assert now.said[0]["args"]["at"] is None


@pytest.mark.parametrize("hours", [12, 30])
def test_later_a_yes_is_about_something_else(session: Session, hours: int) -> None:
    told(session)
    assert not still_told(talk(session, TUESDAY + timedelta(hours=hours)))


def test_once_a_person_has_answered_it_is_theirs(session: Session) -> None:
    told(session)
    said(session, TUESDAY + timedelta(minutes=5), "", "adviser", author="adviser")
    assert not still_told(talk(session, TUESDAY + timedelta(minutes=6)))


def test_without_a_disclosure_nothing_is_said(session: Session) -> None:
    said(session, TUESDAY, "greet", "reply")
    now = talk(session, TUESDAY)
    assert not still_told(now)
    assert now.said == []
