"""The commands as a person and a program meet them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from onward import cli
from tests.unit.prospectus.importing.conftest import course, presentation, xcri
from tests.unit.prospectus.importing.test_gazetteers import SAMPLE

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path / "var"))

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["onward", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    assert run("db", "upgrade")[0] == 0
    return run


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.dat"
    path.write_text(
        xcri(course(1, runs=presentation()), "<course><dc:title>No id</dc:title></course>", head='a="b""'), "utf-8"
    )
    return path


def test_json_for_a_program(call: Call, feed: Path) -> None:
    status, out, err = call("prospectus", "import", str(feed), "--json")
    told = json.loads(out)
    assert (status, err) == (0, "")
    counts = ("courses_taken", "courses_changed", "courses_retired", "courses_refused", "runs_taken")
    assert [told[name] for name in counts] == [1, 0, 0, 1, 1]
    assert told["repairs"] == ['Line 2: the first element, <catalog>, was malformed; a stray " was dropped.']
    assert told["refused"] == [{"line": 9, "reason": "it has no identifier"}]


def test_words_for_a_person(call: Call, feed: Path) -> None:
    status, out, _ = call("prospectus", "import", str(feed), "--dry-run")
    assert (status, out.splitlines()[0]) == (0, "Would be taken from Brightwater College (XCRI-CAP):")
    status, out, _ = call("prospectus", "import", str(feed), "--source", "Kent colleges")
    assert "Taken from Kent colleges (XCRI-CAP):" in out
    assert "Refused: line 9: it has no identifier" in out
    status, out, _ = call("courses", "search", "plumbing")
    assert "Plumbing level 2" in out
    status, out, _ = call("prospectus", "imports")
    assert (status, len(out.splitlines())) == (0, 1)
    assert "Kent colleges  feed.dat (xcri): 1 taken, 0 changed, 0 retired, 1 refused" in out


def test_a_refused_file_ends_with_one(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "bad.xml"
    path.write_text("<catalog><provider>", "utf-8")
    status, out, err = call("prospectus", "import", str(path))
    assert (status, out) == (1, "")
    assert err.startswith("Nothing was changed. Line 1: It is cut off")
    status, out, _ = call("prospectus", "import", str(path), "--json")
    assert (status, json.loads(out)["courses_taken"], json.loads(out)["refused"][0]["line"]) == (1, 0, 1)
    assert json.loads(call("prospectus", "imports", "--json")[1])[0]["status"] == "refused"


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere.xml"],
        ["{feed}", "--format", "pdf"],
        ["{feed}", "--allow-retiring", "101"],
        ["{feed}", "--source", "officer"],
        [],
    ],
)
def test_wrong_words_end_with_two(call: Call, feed: Path, words: list[str]) -> None:
    status, out, err = call("prospectus", "import", *(word.format(feed=feed) for word in words))
    assert (status, out) == (2, "")
    assert err


def test_a_template_is_written_once(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    assert call("prospectus", "template", str(path))[0] == 0
    assert path.read_bytes().startswith(b"PK")
    status, _, err = call("prospectus", "template", str(path))
    assert (status, "there already" in err) == (1, True)
    assert call("prospectus", "template", str(path), "--force")[0] == 0
    assert call("prospectus", "template", str(tmp_path / "new.ods"))[0] == 2


def test_the_sample_gazetteer(call: Call, tmp_path: Path) -> None:
    status, out, _ = call("prospectus", "gazetteer", str(SAMPLE), "--json")
    assert (status, json.loads(out)["places_refused"]) == (0, 0)
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n", "utf-8")
    status, _, err = call("prospectus", "gazetteer", str(bad))
    assert (status, err.startswith("Nothing was changed. It needs a column name")) == (1, True)
