"""The held-out sets keep to the shape that tests/data/held_out.md describes, and nothing in them is trained on."""

import json
import re
from calendar import day_name, month_name
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HELD_OUT = ROOT / "tests" / "data" / "held_out.jsonl"
FRESH = ROOT / "tests" / "data" / "fresh.jsonl"
QUESTIONS = ROOT / "tests" / "data" / "prospectus_questions.jsonl"
DATA = ROOT / "data"

SCHEMES = {"ema", "bursary", "care_to_learn", "free_meals", "universal_credit", "child_benefit"}
NEWEST = {"link_me", "link_code", "link_lost", "call_me", "new_number", "record_read", "record_wrong"}
"""Intents newer than the frozen messages of ``held_out.jsonl``: only the fresh ones measure them."""

MONTHS = tuple(name.lower() for name in month_name[1:])
DAYS = (*(name.lower() for name in day_name), "today", "tomorrow", "yesterday")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def said(text: str) -> str:
    """A message as compared: small letters and figures only, single spaces."""
    return " ".join(re.findall(r"\w+", re.sub(r"['’]", "", text.lower())))


def providers() -> set[str]:
    refs = set()
    for path in (DATA / "sample").glob("providers*.yml"):
        content = load(path)
        refs |= {str(p["ref"]) for p in (content["providers"] if isinstance(content, dict) else content)}
    return refs


def courses() -> set[str]:
    return {c["ref"] for path in (DATA / "sample" / "courses").glob("*.yml") for c in load(path)["courses"]}


def is_date(value: str) -> bool:
    if value in DAYS:
        return True
    try:
        # 2028 is a leap year: 29 February without a year is a day
        date.fromisoformat(value.replace("--", "2028-", 1) if value.startswith("--") else value)
    except ValueError:
        return False
    return True


@pytest.fixture(scope="module")
def vocabularies() -> dict[str, set[str]]:
    prospectus = load(DATA / "prospectus.yml")
    return {
        "subject": {s["key"] for s in load(DATA / "subjects.yml")},
        "place": {p["key"] for p in load(DATA / "places.yml")},
        "level": {str(level["key"]) for level in prospectus["levels"]},
        "route": {r["key"] for r in prospectus["routes"]},
        "provider": providers(),
        "start": {"now", *MONTHS},
        "ordinal": {"1", "2", "3", "4", "5", "last"},
        "scheme": SCHEMES,
    }


def intents() -> set[str]:
    return set(load(DATA / "nlu" / "topics.yml")) - {"nlu_fallback"}


def by_name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", [HELD_OUT, FRESH], ids=by_name)
def test_each_message_has_its_fields(path: Path) -> None:
    for row in rows(path):
        assert set(row) == {"text", "intent", "entities", "language"}, row
        assert row["text"].strip() == row["text"] != "", row
        assert row["language"] in {"en", "cy"}, row
        for entity in row["entities"]:
            assert set(entity) == {"type", "value", "text"}, row


@pytest.mark.parametrize(
    ("path", "wanted", "least", "out_of_scope", "welsh"),
    [(HELD_OUT, intents() - NEWEST, 8, 110, 60), (FRESH, intents(), 7, 100, 70)],
    ids=["held_out", "fresh"],
)
def test_every_intent_has_enough_messages(
    path: Path, wanted: set[str], least: int, out_of_scope: int, welsh: int
) -> None:
    counts = Counter(row["intent"] for row in rows(path))
    assert set(counts) == wanted
    assert {intent: n for intent, n in counts.items() if n < least} == {}
    assert counts["out_of_scope"] >= out_of_scope
    assert sum(row["language"] == "cy" for row in rows(path)) >= welsh


def test_the_newest_intents_are_measured_by_the_fresh_messages() -> None:
    counts = Counter(row["intent"] for row in rows(FRESH))
    assert intents() >= NEWEST
    assert {intent: counts[intent] for intent in NEWEST if counts[intent] < 8} == {}


@pytest.mark.parametrize("path", [HELD_OUT, FRESH], ids=by_name)
def test_entities_are_in_the_message_and_known(path: Path, vocabularies: dict[str, set[str]]) -> None:
    checks: dict[str, Callable[[str], object]] = {
        "number": re.compile(r"[1-9]\d?").fullmatch,
        "amount": re.compile(r"\d+(\.\d\d)?").fullmatch,
        "date": is_date,
        "person": lambda value: value == value.lower().strip() != "",
        **{kind: known.__contains__ for kind, known in vocabularies.items()},
    }
    for row in rows(path):
        for entity in row["entities"]:
            assert entity["text"], row
            assert entity["text"] in row["text"], row
            assert checks[entity["type"]](entity["value"]), (row["text"], entity)
        pairs = [(e["type"], e["value"]) for e in row["entities"]]
        assert len(pairs) == len(set(pairs)), row


@pytest.mark.parametrize("path", [HELD_OUT, FRESH, QUESTIONS], ids=by_name)
def test_no_text_is_there_twice(path: Path) -> None:
    counts = Counter(said(row["text"]) for row in rows(path))
    assert [text for text, n in counts.items() if n > 1] == []


def test_no_fresh_message_is_among_the_others() -> None:
    others = {said(row["text"]) for name in ("held_out", "understanding") for row in rows(FRESH.with_stem(name))}
    assert [row["text"] for row in rows(FRESH) if said(row["text"]) in others] == []


@pytest.mark.parametrize("path", [HELD_OUT, FRESH], ids=by_name)
def test_nothing_held_out_is_trained_on(path: Path) -> None:
    trained = set()
    for examples in (DATA / "nlu").rglob("*.yml"):
        content = load(examples)
        for block in (content.get("nlu") or []) if isinstance(content, dict) else []:
            for line in block.get("examples", "").splitlines():
                # "[the words](entity)" and "[the words]{...}" are compared as they are said
                trained.add(said(re.sub(r"\[([^\]]+)\](\([^)]*\)|\{[^}]*\})", r"\1", line.strip()[1:])))
    assert trained
    assert [row["text"] for row in rows(path) if said(row["text"]) in trained] == []


def test_questions_have_right_answers_in_the_sample() -> None:
    known = courses()
    questions = rows(QUESTIONS)
    assert len(questions) >= 150
    for row in questions:
        assert set(row) == {"text", "right", "today"}, row
        assert row["right"], row
        assert set(row["right"]) <= known, row
        assert len(row["right"]) == len(set(row["right"])), row
        assert date.fromisoformat(row["today"]), row
