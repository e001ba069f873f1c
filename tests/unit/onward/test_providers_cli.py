"""Providers at the command line: keys, and reports in a file."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onward import cli

Call = Callable[..., tuple[int, str, str]]

REPORTS = """ID,Kind,On,First name,Last name,Date of birth,Reason
1,Offer made,02/11/2026,Maya,Tillerby,14/02/2011,
2,left,2026-11-03,Reece,Harrowsbee,03/06/2011,not known
3,left,2026-11-03,Reece,,03/06/2011,
"""


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Calls ``onward`` over the sample area; answers exit status, output and what was said beside it."""
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path / "var"))

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["onward", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    assert run("db", "upgrade")[0] == 0
    assert run("sample", "load")[0] == 0
    return run


def test_a_key_is_shown_once_and_ended(call: Call) -> None:
    status, key, _ = call("providers", "key", "P05")
    assert status == 0
    assert key.startswith("onward-provider-")
    _, listed, _ = call("providers", "keys", "--json")
    assert key.strip() not in listed
    [row] = json.loads(listed)
    assert (row["provider"], row["ended_at"]) == ("P05", None)
    assert call("providers", "key", "P05", "--end")[1] == "1 key of P05 ended.\n"
    assert json.loads(call("providers", "keys", "P05", "--json")[1])[0]["ended_at"]
    status, _, err = call("providers", "key", "P99")
    assert status != 0
    assert "no provider P99" in err


def test_a_file_is_read_in_once_and_refused_lines_have_their_reasons(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what may be reported goes by the day it is
    from casework import clock
    from tests.unit.onward.conftest import NOW

    monkeypatch.setattr(clock, "system_clock", lambda: NOW.replace(month=11, day=20))
    path = tmp_path / "reports.csv"
    path.write_text(REPORTS)
    wanted = ("providers", "report", str(path), "--provider", "P05")
    status, out, _ = call(*wanted, "--dry-run")
    assert status == 1
    assert "line 4: person.last_name is missing" in out
    assert "2 would be received: 1 matched, 1 to be looked at in the console." in out
    status, out, _ = call(*wanted)
    assert (status, "2 received: 1 matched" in out) == (1, True)
    told = json.loads(call(*wanted, "--json")[1])
    assert (told["received"], told["already_received"], told["refused"]) == (0, 2, 1)
    assert [line["line"] for line in told["lines"]] == [2, 3, 4]
    for secret in ("Tillerby", "Harrowsbee"):
        assert secret not in out
    status, _, err = call("providers", "report", str(tmp_path / "none.csv"), "--provider", "P05")
    assert status != 0
    assert "There is no file" in err
