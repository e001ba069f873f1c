"""``onward campaign``."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from casework.db import open_engine, writing
from casework.tables import Adviser
from onward import cli
from tests.campaignbook import crowd, made
from tests.casebook import NOW

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Calls ``onward`` over a database of the test's own; answers exit status, output and what was said beside it."""
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ONWARD_DATABASE_URL", f"sqlite:///{tmp_path / 'campaigns.db'}")
    monkeypatch.setenv("ONWARD_BOT_SECRET", "b" * 32)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["onward", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    assert run("db", "upgrade")[0] == 0
    return run


def _open() -> Engine:
    return open_engine(os.environ["ONWARD_DATABASE_URL"])


def test_a_campaign_is_looked_at_started_paused_resumed_and_stopped(call: Call) -> None:
    engine = _open()
    with writing(engine) as session:
        session.add(Adviser(id=1, ref="A1", name="Ann Ames", email="ann@onward.example"))
    crowd(engine, 20, NOW)
    made(engine, NOW, hold_out=50, measure="wrote")
    engine.dispose()
    assert call("campaign", "list") == (0, "C1     draft     Open day\n", "")
    status, out, _ = call("campaign", "preview", "C1", "--json")
    found = json.loads(out)
    assert (status, found["found"], found["to"], found["held_out"], found["against"]) == (0, 20, 10, 10, [])
    assert "20 found, 10 written to, 10 held out" in call("campaign", "preview", "C1")[1]
    status, _, err = call("campaign", "start", "C1", "--people", "11")
    assert status == 1
    assert "It would go to 10 and not to 11" in err
    assert "20 contacts planned; C1 is running" in call("campaign", "start", "C1", "--people", "10")[1]
    assert "started already" in call("campaign", "start", "C1", "--people", "10")[2]
    assert call("campaign", "pause", "C1")[1] == "C1 is paused.\n"
    assert call("campaign", "resume", "C1")[1] == "C1 goes on: 10 wait.\n"
    assert call("campaign", "stop", "C1")[1] == "C1 is stopped: 10 will not be sent.\n"
    found = json.loads(call("campaign", "results", "C1", "--json")[1])
    assert (found["status"], found["counts"]["held_out"]) == ("stopped", 10)
    assert found["counts"]["not_sent"] == {"campaign_stopped": 10}
    assert (found["outcome"]["measure"], found["outcome"]["ready"]) == ("wrote", False)
    assert "The comparison is made on" in call("campaign", "results", "C1")[1]


def test_one_that_is_not_there_is_said_so(call: Call) -> None:
    for words in (("preview", "C9"), ("results", "C9"), ("stop", "C9"), ("start", "C9", "--people", "1")):
        status, _, err = call("campaign", *words)
        assert status == 1
        assert "There is no campaign C9." in err
