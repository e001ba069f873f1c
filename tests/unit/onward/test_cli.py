"""The command line as a person and a program meet it: output, exit statuses, plain problems."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onward import botprocess, cli, model
from onward.botprocess import Bot
from onward.migrate import head
from onward.problems import Problem
from onward.settings import PROJECT
from tests.fakes.bot import stand_in
from tests.unit.onward.conftest import MakeSettings
from tests.unit.onward.serving import serving

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    """Calls ``onward`` with a folder of the test's own; answers exit status, output and what was said beside it."""
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ONWARD_BOT_SECRET", "b" * 32)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["onward", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A stand-in for the bot that runs already."""
    with serving(stand_in("b" * 32)) as url:
        monkeypatch.setenv("ONWARD_BOT_URL", url)
        monkeypatch.setattr(model, "current_sha256", lambda: "stand-in")
        yield url


def test_bad_settings_end_with_two_and_a_line_each(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD_PORT", "x")
    monkeypatch.setenv("ONWARD_RUNNERS", "99")
    status, out, err = call("db", "current")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 2


def test_an_unknown_command_ends_with_two(call: Call) -> None:
    status, _, err = call("dance")
    assert status == 2
    assert "dance" in err


def test_a_failure_nobody_foresaw_shows_no_trace(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("a person's words")

    monkeypatch.setattr("onward.doctor.examine", broken)
    status, _, err = call("doctor")
    assert status == 1
    assert err.splitlines()[0] == "Something went wrong: RuntimeError."
    assert "person" not in err
    assert "Traceback" not in err


def test_the_database_is_made_once(call: Call) -> None:
    assert call("db", "current")[0] == 1
    newest = head()
    assert call("db", "upgrade") == (0, f"The database is at revision {newest}.\n", "")
    assert call("db", "upgrade") == (0, f"The database is at revision {newest} already.\n", "")
    status, out, _ = call("db", "current", "--json")
    assert (status, json.loads(out)) == (0, {"current": newest, "newest": newest})


def test_the_sample_is_loaded_once_and_searched(call: Call) -> None:
    assert call("sample", "load")[0] == 1
    call("db", "upgrade")
    status, out, _ = call("sample", "load", "--json")
    assert (status, json.loads(out)["young people"]) == (0, 60)
    assert call("sample", "load") == (0, "The sample area was loaded before; nothing has changed.\n", "")
    status, out, _ = call("courses", "search", "level 2 plumbing near margate", "--limit", "2", "--json")
    found = json.loads(out)
    assert status == 0
    assert found["query"] == {"subject": "plumbing", "level": "2", "place": "margate", "limit": 2, "offset": 0}
    assert len(found["hits"]) == min(2, found["total"])
    status, out, _ = call("courses", "search", "plumbing")
    assert status == 0
    assert "(level" in out
    status, out, _ = call("courses", "search", "zebra dentistry")
    assert status == 0
    assert "No course matches that." in out


def test_text_says_when_nothing_runs(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD_PORT", str(botprocess.free_port()))
    status, out, err = call("text", "--from", "07700900123", "hi")
    assert (status, out) == (1, "")
    assert err.startswith("Nothing runs at http://127.0.0.1:")
    assert "make run" in err


def test_parse_wants_texts_or_lines(call: Call) -> None:
    assert call("parse")[0] == 2
    assert call("parse", "--jsonl", "hi")[0] == 2


@pytest.mark.usefixtures("bot")
def test_replay_prints_the_documented_json(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "scripts.jsonl"
    file.write_text('{"id": "one", "turns": ["hi"], "now": "2026-09-01T10:00:00"}\n', "utf-8")
    status, out, err = call("replay", str(file), "--json")
    assert (status, err) == (0, "")
    (script,) = json.loads(out)["scripts"]
    assert script["id"] == "one"
    assert [reply["key"] for reply in script["turns"][0]["replies"]] == ["bye"]
    status, out, _ = call("replay", str(file))
    assert out.startswith("## one\n> hi\n  ")


def test_replay_names_the_lines_that_are_no_scripts(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "scripts.jsonl"
    file.write_text("{}\n", "utf-8")
    status, out, err = call("replay", str(file), "--json")
    assert (status, out) == (1, "")
    assert err.splitlines()[1] == "line 1: turns must be a list of texts"


def test_doctor_exits_by_what_it_finds(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onward.doctor.CHECKS", ())
    assert call("doctor") == (0, "ok       Settings: they agree; the database is SQLite\nAll is well.\n", "")
    monkeypatch.setenv("ONWARD_PORT", "x")
    status, out, _ = call("doctor", "--json")
    assert status == 1
    assert json.loads(out)["well"] is False


def test_a_bot_with_another_model_is_not_used(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, bot: str
) -> None:
    settings = make_settings(bot_url=bot)
    with botprocess.ensure_bot(settings) as found:
        assert found == Bot(bot, "stand-in", started=False)

    def not_now(_say: object) -> Path:
        raise Problem("trained here")

    monkeypatch.setattr(model, "current_sha256", lambda: "newer")
    monkeypatch.setattr(model, "ensure", not_now)
    with pytest.raises(Problem, match="trained here"), botprocess.ensure_bot(settings):
        pass


def test_where_there_is_no_model_to_compare_with_any_bot_will_do(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, bot: str
) -> None:
    monkeypatch.setattr(model, "current_sha256", lambda: None)
    with botprocess.ensure_bot(make_settings(bot_url=bot)) as found:
        assert not found.started


def test_a_reader_that_goes_away_is_no_failure_to_see() -> None:
    code = "import sys; sys.argv = ['onward', '--help']; from onward.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
