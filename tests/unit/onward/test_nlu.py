"""Figures on understanding are counted right, compared fairly, and shown so that they can be read."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from onward.nlu_compare import compare, mcnemar
from onward.nlu_picture import confusion_svg
from onward.nlu_report import comparison_text, write
from onward.nlu_rows import Entity, Result, Row, read_messages, row_of
from onward.nlu_scores import confusions, score, worst
from onward.nlu_tables import Table, as_csv
from onward.problems import Problem

TOPICS = {"greet": "smalltalk", "bye": "smalltalk", "ema": "money", "out_of_scope": "out_of_scope"}


def row(text: str, intent: str, said: str, sure: float = 0.8, **more: Any) -> Row:
    return Row(text, intent, said, ((said, sure), ("bye", 1 - sure)), more.get("wanted"), more.get("found", ()))


ROWS = (
    row("hi", "greet", "greet", 0.95),
    row("hey", "greet", "bye", 0.6),
    row("money", "ema", "ema", 0.9, wanted=(Entity("scheme", "ema"), Entity("date", "monday")),
        found=(Entity("scheme", "ema"), Entity("scheme", "ema"), Entity("place", "deal"))),
    row("moon", "out_of_scope", "ema", 0.7),
    row("sun", "out_of_scope", "nlu_fallback", 0.1),
    row("eh", "bye", "out_of_scope", 0.4),
)  # fmt: skip


def test_counts() -> None:
    scores = score(ROWS, TOPICS)
    assert scores.messages == 6
    # "hey" is the wrong intent of the right topic, "sun" was rightly not understood
    assert scores.topic_accuracy == pytest.approx(4 / 6)
    assert scores.intent_accuracy == pytest.approx(2 / 6)
    assert scores.intents["greet"].precision == 1.0
    assert scores.intents["greet"].recall == 0.5
    assert scores.intents["greet"].f1 == pytest.approx(2 / 3)
    # greet 2/3, ema 2/3, bye 0, out_of_scope 0
    assert scores.intent_macro_f1 == pytest.approx(1 / 3)
    assert (scores.not_understood.precision, scores.not_understood.recall) == (0.5, 0.5)


def test_an_entity_counts_once_for_each_value() -> None:
    scores = score(ROWS, TOPICS)
    assert scores.entities is not None
    assert (scores.entities.precision, scores.entities.recall) == (0.5, 0.5)
    assert scores.entity_types["place"].f1 == 0.0
    assert score(ROWS[:2], TOPICS).entities is None


def test_calibration() -> None:
    sure = [row(str(n), "greet", "greet" if n < 6 else "ema", 0.95) for n in range(10)]
    scores = score(sure, TOPICS)
    (only,) = scores.reliability
    assert (only.count, only.accuracy) == (10, 0.6)
    assert scores.calibration_error == pytest.approx(0.35)


def test_the_worst_are_the_surest() -> None:
    assert [r.text for r in worst(ROWS, 2)] == ["moon", "hey"]
    assert confusions(ROWS)[("out_of_scope", "ema")] == 1
    assert ("greet", "greet") not in confusions(ROWS)


def test_no_rows_at_all() -> None:
    assert score((), TOPICS).intent_macro_f1 == 0.0


@pytest.mark.parametrize(
    ("threshold", "ambiguity", "said"), [(0.5, 0.0, "greet"), (0.7, 0.0, "nlu_fallback"), (0.5, 0.3, "nlu_fallback")]
)
def test_the_thresholds_are_applied_where_rasa_did_not(threshold: float, ambiguity: float, said: str) -> None:
    raw = {"text": "hi", "intent": "greet", "ranking": [["greet", 0.6], ["bye", 0.4]]}
    assert row_of(raw, {"threshold": threshold, "ambiguity": ambiguity}).said == said


def test_a_result_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    result = Result("one", {"held_out": ROWS}, {"cost": {"p50_ms": 3.0}})
    result.save(tmp_path / "r.json")
    assert Result.load(tmp_path / "r.json") == result


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "name": "x", "sets": {"a": [{}]}}']
)
def test_what_is_no_result_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(Problem):
        Result.load(tmp_path / "r.json")


@pytest.mark.parametrize(
    "line", ["no json", '{"text": 5, "intent": "x"}', '{"text": "x"}', '{"text":"x","intent":"y","entities":[5]}']
)
def test_a_bad_line_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "m.jsonl"
    file.write_text(json.dumps({"text": "hi", "intent": "greet"}) + "\n\n" + line + "\n")
    with pytest.raises(Problem, match="line 3"):
        read_messages(file)


def test_the_same_twice_does_not_differ() -> None:
    one = Result("one", {"held_out": ROWS})
    found = compare(one, one, TOPICS)["held_out"]
    assert {d.difference for d in found.differences} == {0.0}
    assert found.p_value == 1.0
    assert not found.mended
    assert not found.broken


def test_a_better_one_is_better() -> None:
    worse = tuple(row(str(n), "greet", "greet" if n % 2 else "bye") for n in range(60))
    better = tuple(row(str(n), "greet", "greet" if n else "bye") for n in range(60))
    found = compare(Result("a", {"s": worse}), Result("b", {"s": better}), TOPICS)["s"]
    intents = next(d for d in found.differences if d.figure == "intent accuracy")
    assert intents.difference == pytest.approx(29 / 60)
    assert 0.3 < intents.low <= intents.difference <= intents.high < 0.7
    assert (len(found.mended), len(found.broken)) == (29, 0)
    assert found.p_value < 0.001
    assert "Now right: 29" in comparison_text("a", "b", {"s": found})


def test_nothing_in_common_is_said() -> None:
    with pytest.raises(Problem, match="no message in common"):
        compare(Result("a", {"s": ROWS[:2]}), Result("b", {"s": ROWS[2:]}), TOPICS)


@pytest.mark.parametrize(
    ("mended", "broken", "p"), [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (3, 3, 1.0), (2, 8, 0.109375)]
)
def test_mcnemar(mended: int, broken: int, p: float) -> None:
    assert mcnemar(mended, broken) == pytest.approx(p)
    assert mcnemar(broken, mended) == pytest.approx(p)


def test_the_picture_is_svg_and_says_every_cell() -> None:
    nasty = row("<script>&", "greet", "ema", 0.99)
    picture = confusion_svg("A & B", (*ROWS, nasty), score(ROWS, TOPICS), TOPICS)
    root = ET.fromstring(picture)
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "A & B" in titles
    assert "greet understood as bye: 1 of 3" in titles
    assert "“<script>&”" in [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_cell_is_no_formula() -> None:
    assert as_csv(Table("t", ("a",), (("=1+1",), ("fine",)))) == "a\r\n'=1+1\r\nfine\r\n"


def test_a_report_has_all_its_files(tmp_path: Path) -> None:
    printed = write(Result("m", {"held_out": ROWS}), TOPICS, tmp_path, 5)
    assert "topic accuracy" in printed
    names = {path.name for path in tmp_path.iterdir()}
    assert {"report.html", "result.json", "held_out-confusion.svg", "held_out-intents.csv"} <= names
    assert "<script>" not in (tmp_path / "report.html").read_text()
