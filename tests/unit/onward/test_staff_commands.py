"""`onward advisers` and `onward schools`: a service is set up without touching its database by hand."""

import json
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from casework import accounts
from casework.clock import system_clock
from casework.db import open_engine, reading
from casework.tables import Adviser, AuditEvent, School
from onward import cli
from onward.migrate import upgrade

SAM = ("advisers", "add", "A7", "Sam Okafor", "sam@onward.example")


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'onward.db'}"
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ONWARD_DATABASE_URL", url)
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["onward", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def signs_in(url: str, password: str) -> bool:
    engine = open_engine(url)
    try:
        result = accounts.sign_in(engine, "SAM@onward.example", password, "127.0.0.1", system_clock())
        return isinstance(result, accounts.SignedIn)
    finally:
        engine.dispose()


def test_an_adviser_is_added_forgets_their_password_and_leaves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert call(monkeypatch, *SAM, "--hours", "mon=09:00-13:00", "--hours", "tue=09:00-17:00") == 0
    first = capsys.readouterr().out.strip()
    assert len(first) >= accounts.SHORTEST_PASSWORD
    assert signs_in(url, first)
    assert call(monkeypatch, "advisers", "password", "sam@onward.example") == 0
    second = capsys.readouterr().out.strip()
    assert (signs_in(url, first), signs_in(url, second)) == (False, True)
    assert call(monkeypatch, "advisers", "leave", "sam@onward.example") == 0
    assert not signs_in(url, second)
    assert call(monkeypatch, "advisers", "back", "sam@onward.example") == 0
    assert signs_in(url, second)
    capsys.readouterr()
    assert call(monkeypatch, "advisers", "list", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["advisers"]
    assert (told["ref"], told["active"], told["can_sign_in"]) == ("A7", True, True)
    engine = open_engine(url)
    with reading(engine) as session:
        assert session.exec(select(Adviser.working_pattern)).one() == {
            "mon": ["09:00", "13:00"], "tue": ["09:00", "17:00"],
        }  # fmt: skip
        done = session.exec(select(AuditEvent).where(AuditEvent.actor == "system")).all()
    engine.dispose()
    assert [row.action for row in done] == ["adviser_added", "password_reset", "adviser_left", "adviser_back"]
    assert not any(secret in str(row.detail) for row in done for secret in (first, second))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("advisers", "add", "a7", "Other", "other@onward.example"), "with this reference: Sam Okafor"),
        (("advisers", "add", "A8", "Other", "SAM@onward.example"), "with this email address"),
        (("advisers", "add", "A 8", "Other", "other@onward.example"), "A reference has letters"),
        (("advisers", "add", "A8", " ", "other@onward.example"), "A name is needed"),
        (("advisers", "add", "A8", "Other", "other"), "is not an email address"),
        (("advisers", "add", "A8", "Other", "o@onward.example", "--hours", "mon=17:00-09:00"), "no hours of a day"),
        (("advisers", "add", "A8", "Other", "o@onward.example", "--hours", "mon 9 to 5"), "no hours of a day"),
        (("advisers", "password", "nobody@onward.example"), "There is no adviser"),
        (("advisers", "leave", "nobody@onward.example"), "There is no adviser"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, words: tuple[str, ...],
    complaint: str,
) -> None:  # fmt: skip
    assert call(monkeypatch, *SAM) == 0
    capsys.readouterr()
    assert call(monkeypatch, *words) == 2
    said = capsys.readouterr()
    assert complaint in said.err
    assert said.out == ""
    engine = open_engine(url)
    with reading(engine) as session:
        assert len(session.exec(select(Adviser)).all()) == 1
    engine.dispose()


def test_schools(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert call(monkeypatch, "schools", "add", "S1", "Harbour School", "Margate", "--sixth-form") == 0
    assert "Harbour School (S1) is in the record." in capsys.readouterr().out
    for words in (("s1", "Other", "Deal"), ("S2", "harbour  school", "Deal"), ("S 2", "Other", "Deal")):
        assert call(monkeypatch, "schools", "add", *words) == 2
    capsys.readouterr()
    assert call(monkeypatch, "schools", "list") == 0
    assert capsys.readouterr().out == "S1  Harbour School, Margate\n"
    engine = open_engine(url)
    with reading(engine) as session:
        assert [(one.ref, one.has_sixth_form) for one in session.exec(select(School))] == [("S1", True)]
    engine.dispose()
