"""`onward roles`, as a person and a program meet it."""

import json
import sys
from pathlib import Path

import pytest

from casework.db import open_engine, writing
from casework.tables import Adviser
from onward import cli
from onward.migrate import upgrade


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["onward", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_roles(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'onward.db'}"
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ONWARD_DATABASE_URL", url)
    engine = open_engine(url)
    upgrade(engine)
    with writing(engine) as session:
        session.add(Adviser(ref="A1", name="Sam Okafor", email="sam@onward.example"))
    engine.dispose()

    assert call(monkeypatch, "roles", "sam@onward.example") == 0
    assert capsys.readouterr().out == "Sam Okafor: no roles\n"
    assert call(monkeypatch, "roles", "sam@onward.example", "--give", "prospectus", "--give", "manager", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"adviser": "Sam Okafor", "roles": ["prospectus", "manager"]}
    assert call(monkeypatch, "roles", "sam@onward.example", "--take", "manager") == 0
    assert "Sam Okafor: prospectus (changes courses" in capsys.readouterr().out
    assert call(monkeypatch, "roles", "sam@onward.example", "--give", "admin") == 2
    assert "There is no role admin" in capsys.readouterr().err
    assert call(monkeypatch, "roles", "nobody@onward.example") == 2
    assert "There is no adviser" in capsys.readouterr().err
