"""What is looked after at intervals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.db import reading, writing
from casework.sweeps import end_old_sessions, waiting
from casework.tables import Adviser, ConsoleSession, Conversation, Message
from tests.databases import on_sqlite

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return on_sqlite(tmp_path / "onward.db")


def test_nothing_waits_in_an_empty_record(engine: Engine) -> None:
    found = waiting(engine, NOW)
    assert (found.inbound, found.outbound, found.late) == (0, 0, False)


def test_a_message_that_has_waited_long_is_late(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Conversation(id=1, channel="sms", address="+1", created_at=NOW))
        session.flush()
        common = {"conversation_id": 1, "channel": "sms", "author": "young_person"}
        session.add(Message(direction="in", created_at=NOW - timedelta(minutes=3), **common))
        session.add(Message(direction="in", created_at=NOW - timedelta(hours=3), handled_at=NOW, **common))
        session.add(Message(direction="out", status="queued", created_at=NOW, **common))
        put_off = NOW + timedelta(hours=1)
        session.add(Message(direction="out", status="queued", created_at=NOW, next_try_at=put_off, **common))
    found = waiting(engine, NOW)
    assert (found.inbound, found.outbound, found.oldest, found.late) == (1, 1, timedelta(minutes=3), True)


def test_sessions_that_have_run_out_are_forgotten(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Adviser(id=1, ref="A1", name="Sam Okafor", email="sam@onward.example"))
        session.flush()
        for key, expires in (("old", NOW), ("new", NOW + timedelta(hours=1))):
            session.add(ConsoleSession(key_hash=key, adviser_id=1, csrf="x", created_at=NOW, expires_at=expires))
    assert end_old_sessions(engine, NOW) == 1
    with reading(engine) as session:
        assert [row.key_hash for row in session.exec(select(ConsoleSession))] == ["new"]
