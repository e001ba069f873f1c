"""``onward prospectus demand``."""

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from casework.db import open_engine, writing
from casework.tables import UnmetDemand
from onward import cli

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Calls ``onward`` over a database of the test's own; answers exit status, output and what was said beside it."""
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ONWARD_DATABASE_URL", f"sqlite:///{tmp_path / 'demand.db'}")
    monkeypatch.setenv("ONWARD_BOT_SECRET", "b" * 32)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["onward", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def _asked(count: int, **what: object) -> None:
    engine = open_engine(os.environ["ONWARD_DATABASE_URL"])
    with writing(engine) as session:
        session.add_all([UnmetDemand(**what) for _ in range(count)])
    engine.dispose()


def test_what_was_missed_is_counted(call: Call) -> None:
    assert call("db", "upgrade")[0] == 0
    _asked(6, subject="plumbing", place="dover", level="3", on_date=date(2026, 11, 3))
    _asked(2, subject="falconry", on_date=date(2026, 10, 3))
    status, out, _ = call("prospectus", "demand")
    assert status == 0
    assert "about 10" in out
    assert "6  Plumbing and heating" in out
    assert "falconry" not in out
    assert "fewer than 5 times" in out
    status, out, _ = call("prospectus", "demand", "--internal", "--json")
    found = json.loads(out)
    assert (found["total"], found["hidden"]) == (8, False)
    assert [line["count"] for line in found["subjects"]] == [6, 2]
    status, out, _ = call("prospectus", "demand", "--since", "2026-11-01", "--json")
    found = json.loads(out)
    assert (found["total"], found["since"], found["hidden"]) == (5, "2026-11-01", False)
    assert found["areas"] == [{"place": "dover", "name": "Dover", "count": 6}]


def test_a_day_that_is_none_is_refused(call: Call) -> None:
    assert call("prospectus", "demand", "--since", "yesterday")[0] == 2
