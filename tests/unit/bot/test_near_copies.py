"""Nothing that measures is trained on, word for word or nearly; and examples of one intent are not each other's copies.

Messages are compared as the normaliser reads them, so that spelling alone makes no difference.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from turnbot import checks, sources
from turnbot.normal import Normaliser

ROOT = Path(__file__).parents[3]
DATA = ROOT / "data"
READER = Normaliser(sources.spellings(DATA))
MEASURING = ["held_out.jsonl", "fresh.jsonl", "understanding.jsonl"]

NEAR = 0.9
"""Cosine of letter groups from which two messages count as nearly the same."""

SHORT = 4
"""Messages of fewer words have few ways to be said: "thank you" and "thank u" must both be allowed."""

COPIES_ALLOWED = 0.1
"""Share of an intent's examples that may have a near copy among the others of that intent."""


def read(text: str) -> str:
    return READER.text(text).replace(" ?", "")


def grams(text: str) -> Counter[str]:
    edged = f" {text} "
    return Counter(edged[i : i + 3] for i in range(len(edged) - 2))


class Near:
    """Texts by their letter groups; finds those whose cosine with another is at least ``NEAR``."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self._grams = [grams(text) for text in texts]
        self._lengths = [math.sqrt(sum(n * n for n in g.values())) for g in self._grams]
        self._with: dict[str, list[int]] = defaultdict(list)
        for i, counted in enumerate(self._grams):
            for gram in counted:
                self._with[gram].append(i)

    def of(self, text: str) -> Iterator[str]:
        counted = grams(text)
        length = math.sqrt(sum(n * n for n in counted.values()))
        dots: Counter[int] = Counter()
        for gram, count in counted.items():
            for i in self._with.get(gram, ()):
                dots[i] += count * self._grams[i][gram]
        for i, dot in dots.items():
            if dot >= NEAR * length * self._lengths[i]:
                yield self.texts[i]


@pytest.fixture(scope="module")
def trained() -> dict[str, list[str]]:
    files = checks.example_files(DATA / "nlu")
    found = checks.examples(yaml.safe_load(path.read_text(encoding="utf-8")) for path in files)
    return {intent: [read(line) for line in lines] for intent, lines in found.items()}


@pytest.mark.parametrize("name", MEASURING)
def test_nothing_that_measures_is_trained_on(name: str, trained: dict[str, list[str]]) -> None:
    path = ROOT / "tests" / "data" / name
    lines = path.read_text(encoding="utf-8").splitlines()
    asked = [text for text in (read(json.loads(line)["text"]) for line in lines) if len(text.split()) >= SHORT]
    known = {text for texts in trained.values() for text in texts}
    near = Near(sorted(known))
    same = sum(text in known for text in asked)
    nearly = sum(any(True for _ in near.of(text)) for text in asked)
    # only how many: whoever mends it must not be shown the messages themselves
    if same or nearly:
        pytest.fail(f"of {len(asked)} messages in {name}, {same} are training examples and {nearly} nearly are")


def test_examples_of_an_intent_are_not_copies_of_each_other(trained: dict[str, list[str]]) -> None:
    too_many = {}
    for intent, texts in trained.items():
        long = [text for text in texts if len(text.split()) >= SHORT]
        near = Near(long)
        copies = [text for text in set(long) if sum(1 for _ in near.of(text)) > 1]
        if len(copies) > COPIES_ALLOWED * len(texts):
            too_many[intent] = (len(copies), len(texts), sorted(copies)[:5])
    assert not too_many


def test_a_near_copy_would_be_seen() -> None:
    near = Near([read("when does the plumbing course start")])
    assert list(near.of(read("wen does the plumbing course start")))
    assert list(near.of(read("when does the plumbing course starts")))
    assert not list(near.of(read("when do i get my bursary")))
