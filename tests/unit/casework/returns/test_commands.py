"""The record's commands as somebody at a terminal meets them."""

import csv
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onward import cli
from tests.bench.caseload import HEADINGS, people, write
from tests.unit.casework.returns.conftest import DATA

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, data: Path) -> Call:
    """Calls ``onward`` with a record of the test's own; answers exit status, output and what was said beside it."""
    for name in ("languages.yml", "keywords.yml"):
        (data / name).write_bytes((DATA / name).read_bytes())
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ONWARD_DATA_DIR", str(data))
    monkeypatch.delenv("ONWARD_DATABASE_URL", raising=False)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["onward", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    assert run("db", "upgrade")[0] == 0
    return run


def test_a_caseload_in_and_what_became_of_it(call: Call, tmp_path: Path) -> None:
    rows = list(people(20))
    rows[3][2] = "Ma2"
    rows[4][0] = rows[5][0]
    path, problems = tmp_path / "c.csv", tmp_path / "problems.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    status, out, _ = call("record", "import", path, "--dry-run", "--json")
    assert status == 1
    assert json.loads(out)["added"] == 18
    status, out, err = call("record", "import", path, "--problems", problems)
    assert status == 1
    assert "18 added" in out
    assert "line 5: Forename has a digit in it" in out
    assert "Ma2" not in out + err + problems.read_text(encoding="utf-8-sig")
    status, out, _ = call("record", "import", path, "--json")
    assert json.loads(out)["unchanged"] == 18
    assert problems.stat().st_mode & 0o077 == 0


def test_no_name_reaches_a_log(call: Call, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    write(tmp_path / "c.csv", 30)
    call("record", "import", tmp_path / "c.csv")
    call("return", "monthly", "--month", "2026-11", "--check")
    call("record", "import", tmp_path / "c.csv")
    written = caplog.text
    for row in people(30):
        assert row[3] not in written
        assert row[5].replace(" ", "")[1:] not in written.replace(" ", "")


def test_returns_and_figures(call: Call, tmp_path: Path) -> None:
    write(tmp_path / "c.csv", 40)
    call("record", "import", tmp_path / "c.csv", "--as-at", "2026-11-30")
    out = tmp_path / "return.xml"
    status, said, err = call("return", "monthly", "--month", "2099-11", "--out", out, "--json")
    assert (status, err) == (0, "")
    assert json.loads(said)["specification_confirmed"] is False
    assert out.exists()
    status, said, _ = call("record", "figures", "--on", "2027-01-31", "--json")
    assert status == 0
    assert json.loads(said)["cohort"] > 0
    assert "NEET" in call("record", "figures", "--year", "13")[1]
    assert "xs:schema" in call("return", "schema")[1]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("return", "monthly", "--month", "2026-11"), 2, "--out"),
        (("return", "monthly", "--month", "soon", "--check"), 1, "is not a month"),
        (("return", "survey", "--year", "2099"), 1, "has not been yet"),
        (("record", "import", "/nowhere.csv"), 1, "There is no file"),
        (("record", "template", "/tmp/caseload.doc"), 1, "must end in"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(call: Call, words: tuple[str, ...], status: int, says: str) -> None:
    ended, out, err = call(*words)
    assert (ended, out) == (status, "")
    assert says in err
    assert "Traceback" not in err


def test_a_service_that_has_not_said_who_it_is(
    call: Call, data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = data.rename(tmp_path / "other")
    (other / "returns" / "monthly.yml").write_bytes((DATA / "returns" / "monthly.yml").read_bytes())
    monkeypatch.setenv("ONWARD_DATA_DIR", str(other))
    status, _, err = call("return", "monthly", "--month", "2026-11", "--check")
    assert status == 1
    assert "database_id" in err


def test_a_template(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    assert call("record", "template", path)[0] == 0
    assert "Onward ref" in path.read_text(encoding="utf-8-sig")
    assert call("record", "template", path)[0] == 1
