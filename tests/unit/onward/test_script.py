"""Scripts for `onward replay` are read whole or not at all, and what is wrong is named by its line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onward.problems import Problem
from onward.script import STRANGER, BadScript, Script, ScriptTurn, read_script, read_scripts

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


def script(**values: Any) -> Script:
    return read_script(json.dumps({"turns": ["hi"]} | values), 3, NOW)


def test_a_script_needs_only_its_turns() -> None:
    assert script() == Script("3", [ScriptTurn("hi")], STRANGER, None, NOW)


def test_everything_can_be_said() -> None:
    made = script(
        id="stop",
        turns=["hi", {"text": "stop", "at": "2026-09-01T12:00:00"}],
        **{"from": "07700 900123", "nation": "Northern Ireland", "now": "2026-09-01T10:00:00+01:00", "expect": "x"},
    )
    assert made.number == "+447700900123"
    assert made.nation == "northern_ireland"
    assert made.now == NOW
    # written without a zone, it is London's
    assert made.turns[1].at == datetime(2026, 9, 1, 11, tzinfo=UTC)


def test_the_assistant_may_ask_first_and_they_may_write_in_a_web_chat() -> None:
    asked, answered = script(
        turns=[{"prompt": "still_there", "about": {"code": "230"}}, {"text": "1", "web": True}]
    ).turns
    assert (asked.prompt, asked.about, asked.web) == ("still_there", {"code": "230"}, False)
    assert (answered.prompt, answered.text, answered.web) == (None, "1", True)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"turns": [{"prompt": "still_there", "text": "hi"}]}, "a turn is a text"),
        ({"turns": [{"prompt": 5}]}, "a turn is a text"),
        ({"turns": [{"prompt": "still_there", "about": "x"}]}, "a turn is a text"),
        ({"turns": [{"text": "hi", "web": "yes"}]}, "a turn is a text"),
        ({"turns": []}, "turns must be a list of texts"),
        ({"turns": "hi"}, "turns must be a list of texts"),
        ({"turns": [{"say": "hi"}]}, "a turn is a text"),
        ({"turns": [5]}, "a turn is a text"),
        ({"from": "nobody"}, "from must be a phone number"),
        ({"nation": "france"}, "nation must be one of"),
        ({"now": "tomorrow"}, "now must be a date and time"),
        ({"now": 5}, "now must be a date and time"),
        ({"turns": [{"text": "hi", "at": "2026-08-31T10:00:00"}]}, "at goes back in time"),
    ],
)
def test_what_is_wrong_is_said(values: dict[str, Any], why: str) -> None:
    with pytest.raises(BadScript, match=why):
        script(**values)


def test_a_file_with_a_bad_line_is_not_played(tmp_path: Path) -> None:
    file = tmp_path / "scripts.jsonl"
    file.write_text('{"turns": ["hi"]}\n\nnot json\n{"turns": []}\n', "utf-8")
    with pytest.raises(Problem) as problem:
        read_scripts(file, now=NOW)
    assert problem.value.remedy.splitlines() == ["line 3: not JSON", "line 4: turns must be a list of texts"]


def test_a_file_that_is_not_there_is_a_plain_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be read"):
        read_scripts(tmp_path / "none.jsonl", now=NOW)
    (tmp_path / "empty.jsonl").write_text("\n", "utf-8")
    with pytest.raises(Problem, match="holds no scripts"):
        read_scripts(tmp_path / "empty.jsonl", now=NOW)
