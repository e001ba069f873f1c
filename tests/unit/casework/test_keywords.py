"""STOP, START and HELP: every example in data/keywords.yml, and the rules around them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.keywords import DATA, Keywords, keyword
from casework.yamlfile import BadData, read_yaml

EXAMPLES: dict[str, list[str]] = read_yaml(DATA / "keywords.yml")["examples"]


def cases(*names: str) -> list[Any]:
    return [pytest.param(text, name, id=f"{name}: {text}") for name in names for text in EXAMPLES[name]]


@pytest.mark.parametrize(("text", "expected"), cases("stop", "start", "help", "none"))
def test_every_example(text: str, expected: str) -> None:
    assert keyword(text) == (None if expected == "none" else expected)


@pytest.mark.parametrize("text", EXAMPLES["start_when_stopped"])
def test_a_yes_is_a_start_only_after_a_stop(text: str) -> None:
    assert keyword(text, stopped=True) == "start"
    assert keyword(text, stopped=False) is None


@pytest.mark.parametrize("word", ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"])
def test_every_word_that_twilio_stops_on_stops_here(word: str) -> None:
    for text in (word, word.lower(), word.title(), f" {word} ", f"{word}."):
        assert keyword(text) == "stop"
        assert keyword(text, stopped=True) == "stop"


@pytest.mark.parametrize("word", ["START", "YES", "UNSTOP"])
def test_every_word_that_twilio_starts_on_starts_here(word: str) -> None:
    assert keyword(word, stopped=True) == "start"


def test_what_twilio_found_counts_whatever_the_text_is() -> None:
    assert keyword("arrêt", "STOP") == "stop"
    assert keyword("stop", "START") == "start"
    assert keyword("", "help") == "help"
    assert keyword("hello", "NEWS") is None


def test_a_file_with_a_part_missing_is_named(tmp_path: Any) -> None:
    (tmp_path / "keywords.yml").write_text("stop: {alone: [stop]}\n")
    with pytest.raises(BadData, match=r"keywords\.yml"):
        Keywords.load(tmp_path)


@given(st.text(max_size=200))
def test_any_text_at_all_is_read(text: str) -> None:
    assert keyword(text) in ("stop", "start", "help", None)


@pytest.mark.parametrize("piece", ["stop ", "s t o p ", "please stop texting ", "a.", "!", "\n", "😂", "stop.\n"])
@pytest.mark.timeout(20)
def test_no_pattern_goes_round_in_circles_over_the_longest_message(piece: str) -> None:
    text = (piece * 1600)[:1600]
    assert keyword(text) in ("stop", None)
