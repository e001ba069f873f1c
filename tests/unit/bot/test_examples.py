"""The training examples: enough of them, in both languages, and none a copy of another."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from turnbot import checks
from turnbot.text import words

NLU = Path(__file__).parents[3] / "data" / "nlu"
ENOUGH = 60
ENOUGH_WELSH = 20
WELSH = sorted((NLU / "cy").glob("*.yml"))


def _read(paths: list[Path]) -> dict[str, list[str]]:
    return checks.examples(yaml.safe_load(path.read_text()) for path in paths)


def _english() -> dict[str, list[str]]:
    return _read([path for path in checks.example_files(NLU) if path.parent == NLU])


def test_every_intent_has_enough_english_examples() -> None:
    few = {intent: len(lines) for intent, lines in _english().items() if len(lines) < ENOUGH}
    assert few == {}


def test_common_intents_have_enough_welsh_examples() -> None:
    counted = {intent: len(lines) for intent, lines in _read(WELSH).items()}
    assert len(counted) >= 25
    assert {intent: count for intent, count in counted.items() if count < ENOUGH_WELSH} == {}
    assert set(counted) <= set(_english())


@pytest.mark.parametrize("path", WELSH, ids=lambda path: path.stem)
def test_welsh_is_marked_as_awaiting_review(path: Path) -> None:
    assert "Awaiting a native reviewer" in path.read_text().split("version:")[0]


def test_welsh_files_are_trained_on() -> None:
    assert set(WELSH) <= set(checks.example_files(NLU))


def test_no_example_has_the_same_words_as_another_of_its_intent() -> None:
    copies = []
    for intent, lines in _read(checks.example_files(NLU)).items():
        seen: dict[tuple[str, ...], str] = {}
        for line in lines:
            said = tuple(sorted(word.norm for word in words(line)))
            if len(said) > 1 and said in seen:
                copies.append((intent, seen[said], line))
            seen[said] = line
    assert copies == []


def test_examples_are_of_many_lengths() -> None:
    """Real messages run from one word to a breathless forty; a set of short ones teaches only short ones."""
    lengths = Counter(min(len(words(line)), 20) for lines in _english().values() for line in lines)
    total = sum(lengths.values())
    assert lengths[1] > 100
    assert sum(count for length, count in lengths.items() if length >= 8) > total / 8
    assert lengths[20] > 20
