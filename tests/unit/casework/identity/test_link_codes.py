"""A code goes only to the number on record, works once, and says nothing about whose number it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

import prospectus.tables  # noqa: F401
from casework.db import writing
from casework.identity.addresses import note, reachable, sharers, standing
from casework.identity.codes import GOOD_FOR, MOST_CODES, MOST_TRIES, ask_for_code, random_code, try_code
from casework.tables import AddressNote, Conversation, LinkCode, YoungPerson
from tests.databases import on_sqlite

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN, BOB, NOBODY, SHARED = "+447700900123", "+447700900124", "+447700900125", "+447700900126"
SECRET = "a secret that is long enough"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine: Engine = on_sqlite(tmp_path / "onward.db")
    with writing(engine) as session:
        for number, phone in enumerate((ANN, BOB, SHARED, SHARED), 1):
            session.add(
                YoungPerson(
                    id=number, ref=f"Y{number}", first_name="Test", last_name="Person", phone=phone, created_at=NOW
                )
            )
        session.flush()
        session.add(Conversation(id=1, channel="web", address="w1", created_at=NOW))
        session.add(Conversation(id=2, channel="sms", address=ANN, young_person_id=1, created_at=NOW))
        session.add(Conversation(id=3, channel="web", address="w2", created_at=NOW))
        session.flush()
        yield session
    engine.dispose()


def web(session: Session, key: int = 1) -> Conversation:
    found = session.get(Conversation, key)
    assert found is not None
    return found


def ask(session: Session, number: str, *, now: datetime = NOW, code: str = "123456", key: int = 1) -> str | None:
    sent = ask_for_code(session, web(session, key), number, SECRET, now, lambda: code)
    return sent.code if sent else None


def attempt(session: Session, code: str, *, now: datetime = NOW, key: int = 1) -> str:
    return try_code(session, web(session, key), code, SECRET, now)


def test_the_right_code_links_once(session: Session) -> None:
    assert ask(session, ANN) == "123456"
    assert attempt(session, "123 456") == "linked"
    assert web(session).young_person_id == 1
    assert attempt(session, "123456") == "none"


def test_the_code_itself_is_not_kept(session: Session) -> None:
    ask(session, ANN)
    row = session.exec(select(LinkCode)).one()
    assert "123456" not in repr(row.model_dump())


@pytest.mark.parametrize("number", [NOBODY, SHARED])
def test_a_number_that_is_nobodys_or_several_peoples_sends_nothing_and_opens_nothing(
    session: Session, number: str
) -> None:
    assert ask(session, number) is None
    assert attempt(session, "123456") == "wrong"
    assert web(session).young_person_id is None


def test_wrong_codes_run_out(session: Session) -> None:
    ask(session, ANN)
    outcomes = [attempt(session, "999999") for _ in range(MOST_TRIES)]
    assert outcomes == ["wrong"] * (MOST_TRIES - 1) + ["ended"]
    assert attempt(session, "123456") == "ended"
    assert web(session).young_person_id is None


def test_a_code_runs_out(session: Session) -> None:
    ask(session, ANN)
    assert attempt(session, "123456", now=NOW + GOOD_FOR) == "ended"


def test_only_the_newest_code_opens(session: Session) -> None:
    ask(session, ANN, code="111111")
    ask(session, ANN, code="222222")
    assert attempt(session, "111111") == "wrong"
    assert attempt(session, "222222") == "linked"


def test_a_code_belongs_to_the_conversation_that_asked(session: Session) -> None:
    ask(session, ANN)
    assert attempt(session, "123456", key=3) == "none"


def test_nobodys_phone_is_flooded(session: Session) -> None:
    for number in range(MOST_CODES):
        assert ask(session, ANN, key=1 if number % 2 else 3) is not None
    assert ask(session, ANN) is None
    assert ask(session, ANN, now=NOW + timedelta(days=1, seconds=1)) is not None


def test_one_chat_cannot_try_many_numbers(session: Session) -> None:
    for _ in range(MOST_CODES):
        ask(session, NOBODY)
    assert ask(session, BOB) is None


def test_a_wrong_number_gets_no_code_and_leaves_the_record(session: Session) -> None:
    sms = web(session, 2)
    assert note(session, sms, "wrong_number", by="young_person", now=NOW)
    assert sms.young_person_id is None
    assert not reachable(session, "sms", ANN)
    assert ask(session, ANN) is None
    assert note(session, sms, "wrong_number", by="young_person", now=NOW) is False
    assert len(session.exec(select(AddressNote)).all()) == 1


def test_a_number_can_be_put_right(session: Session) -> None:
    sms = web(session, 2)
    note(session, sms, "wrong_number", by="young_person", now=NOW)
    note(session, sms, "right", by="A1", now=NOW)
    assert standing(session, "sms", ANN) is None
    assert ask(session, ANN) == "123456"


def test_who_shares_a_phone(session: Session) -> None:
    assert [person.ref for person in sharers(session, SHARED)] == ["Y3", "Y4"]


def test_codes_are_six_digits() -> None:
    assert all(len(code) == 6 and code.isdecimal() for code in (random_code() for _ in range(50)))
