"""Signing in: the same work for everyone, slowed down after wrong tries, sessions that end."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from casework import accounts
from casework.accounts import NotSignedIn, SignedIn, sign_in, sign_out, signed, touch
from casework.db import reading, writing
from casework.tables import Adviser, AuditEvent, ConsoleSession
from tests.casebook import ANN, NOW, PASSWORD, open_casebook

HOME = "192.0.2.1"
ELSEWHERE = "192.0.2.2"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_casebook(str(tmp_path / "record.db"))
    yield engine
    engine.dispose()


def entered(engine: Engine, email: str = "ann@onward.example") -> SignedIn:
    result = sign_in(engine, email, PASSWORD, HOME, NOW)
    assert isinstance(result, SignedIn)
    return result


def test_the_right_password_opens_a_session(engine: Engine) -> None:
    result = entered(engine, " Ann@Onward.example ")
    with reading(engine) as session:
        who = signed(session, result.token, NOW)
        assert who is not None
        assert who.adviser.id == ANN


def test_a_copy_of_the_table_signs_nobody_in(engine: Engine) -> None:
    token = entered(engine).token
    with reading(engine) as session:
        row = session.exec(select(ConsoleSession)).one()
        assert token not in row.key_hash
        assert signed(session, row.key_hash, NOW) is None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ann@onward.example", "not it"),
        ("ann@onward.example", ""),
        ("ann@onward.example", "x" * 100_000),
        ("nobody@onward.example", PASSWORD),
        ("dan@onward.example", PASSWORD),  # has left
    ],
)
def test_anything_else_does_not(engine: Engine, email: str, password: str) -> None:
    assert sign_in(engine, email, password, HOME, NOW) == NotSignedIn()


def test_an_account_without_a_password_cannot_be_entered(engine: Engine) -> None:
    with writing(engine) as session:
        ann = session.get(Adviser, ANN)
        assert ann is not None
        ann.password_hash = None
        session.add(ann)
    assert isinstance(sign_in(engine, "ann@onward.example", "", HOME, NOW), NotSignedIn)


@pytest.mark.parametrize("email", ["ann@onward.example", "nobody@onward.example", "dan@onward.example"])
def test_one_password_is_checked_whoever_it_is(engine: Engine, email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = accounts._check

    def check(kept: str, password: str) -> bool:
        checked.append(kept)
        return real(kept, password)

    monkeypatch.setattr(accounts, "_check", check)
    sign_in(engine, email, "not it", HOME, NOW)
    assert len(checked) == 1
    assert checked[0].startswith("$argon2id$")


def test_the_sixth_try_must_wait_even_with_the_right_password(engine: Engine) -> None:
    for _ in range(5):
        assert sign_in(engine, "ann@onward.example", "not it", HOME, NOW) == NotSignedIn()
    later = NOW + timedelta(minutes=5)
    assert sign_in(engine, "ann@onward.example", PASSWORD, HOME, later) == NotSignedIn(timedelta(minutes=10))
    # trying while it waits does not make the wait longer
    assert isinstance(sign_in(engine, "ann@onward.example", PASSWORD, HOME, NOW + timedelta(minutes=15)), SignedIn)


def test_others_behind_the_same_address_and_ann_elsewhere_can_still_sign_in(engine: Engine) -> None:
    for _ in range(6):
        sign_in(engine, "ann@onward.example", "not it", HOME, NOW)
    assert isinstance(sign_in(engine, "bob@onward.example", PASSWORD, HOME, NOW), SignedIn)
    assert isinstance(sign_in(engine, "ann@onward.example", PASSWORD, ELSEWHERE, NOW), SignedIn)


def test_a_right_try_forgets_the_wrong_ones_before_it(engine: Engine) -> None:
    for _ in range(3):
        for _ in range(4):
            assert sign_in(engine, "ann@onward.example", "not it", HOME, NOW) == NotSignedIn()
        entered(engine)


def test_tries_are_kept_without_the_email_or_the_address(engine: Engine) -> None:
    sign_in(engine, "ann@onward.example", "not it", HOME, NOW)
    with reading(engine) as session:
        kept = " ".join(str(event.model_dump()) for event in session.exec(select(AuditEvent)))
    assert "sign_in_tried" in kept
    assert "ann@" not in kept
    assert HOME not in kept
    assert "not it" not in kept


def test_a_session_ends_after_an_idle_hour(engine: Engine) -> None:
    token = entered(engine).token
    with reading(engine) as session:
        assert signed(session, token, NOW + timedelta(minutes=59)) is not None
        assert signed(session, token, NOW + timedelta(minutes=60)) is None


def test_asking_keeps_it_alive_for_eight_hours_and_no_longer(engine: Engine) -> None:
    token = entered(engine).token
    now = NOW
    for _ in range(16):
        now += timedelta(minutes=29)
        who = _signed(engine, token, now)
        assert who is not None
        touch(engine, who, now)
    assert _signed(engine, token, NOW + timedelta(hours=8)) is None


def test_signing_out_ends_it_at_once_and_only_it(engine: Engine) -> None:
    first, second = entered(engine).token, entered(engine).token
    who = _signed(engine, first, NOW)
    assert who is not None
    sign_out(engine, who, NOW)
    assert _signed(engine, first, NOW) is None
    assert _signed(engine, second, NOW) is not None


def test_an_adviser_who_leaves_is_signed_out(engine: Engine) -> None:
    token = entered(engine).token
    with writing(engine) as session:
        ann = session.get(Adviser, ANN)
        assert ann is not None
        ann.active = False
        session.add(ann)
    assert _signed(engine, token, NOW) is None


@pytest.mark.parametrize("token", [None, "", "nonsense", "x" * 10_000])
def test_nonsense_is_nobodys_session(engine: Engine, token: str | None) -> None:
    assert _signed(engine, token, NOW) is None


def _signed(engine: Engine, token: str | None, now: object) -> accounts.Signed | None:
    with Session(engine) as session:
        return signed(session, token, now)  # type: ignore[arg-type]
