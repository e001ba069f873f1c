"""How well messages are understood that nobody trained on. The figures are printed with ``-s``.

The bounds lie a little under what was measured when they were written (docs/understanding.md), so that a change that
makes understanding worse is seen; what the project wants is named beside them.
"""

from pathlib import Path
from typing import Any

import pytest

from onward.nlu_rows import Row, read_messages, row_of
from onward.nlu_scores import Scores, score
from onward.understand import topics
from tests.rasa.conftest import ROOT, Bot

pytestmark = pytest.mark.rasa

SETS = Path(__file__).parents[1] / "data"
PART = 200
"""Messages in one request."""


def measured(bot: Bot, name: str) -> Scores:
    messages = read_messages(SETS / name)
    answers: list[dict[str, Any]] = []
    for at in range(0, len(messages), PART):
        _, answer = bot.post("/parse", {"texts": [row["text"] for row in messages[at : at + PART]]})
        answers += answer["results"]
    rows = [_row(message, answer) for message, answer in zip(messages, answers, strict=True)]
    scores = score(rows, topics(ROOT / "data"))
    print(
        f"\n{name}: {scores.messages} messages, topic {scores.topic_accuracy:.3f}, intent macro-F1 "
        f"{scores.intent_macro_f1:.3f}, not understood {scores.not_understood.precision:.3f} and "
        f"{scores.not_understood.recall:.3f}, entities {scores.entities.f1 if scores.entities else 0:.3f}"
    )
    return scores


def _row(message: dict[str, Any], answer: dict[str, Any]) -> Row:
    ranking = [[one["intent"], one["confidence"]] for one in answer["ranking"]]
    return row_of({**message, "said": answer["intent"], "ranking": ranking, "found": answer["entities"]})


def test_held_out_messages(bot: Bot) -> None:
    scores = measured(bot, "held_out.jsonl")
    assert scores.messages >= 600
    assert scores.topic_accuracy >= HELD_OUT["topic"]
    assert scores.intent_macro_f1 >= HELD_OUT["intent"]
    assert scores.entities is not None
    assert scores.entities.f1 >= 0.85
    assert scores.not_understood.precision >= 0.8
    assert scores.not_understood.recall >= 0.8
    assert scores.calibration_error <= 0.06


HELD_OUT = {"topic": 0.925, "intent": 0.88}
"""Reached: 0.935 and 0.914. What is wanted: 0.93 and 0.88."""


def test_development_messages(bot: Bot) -> None:
    scores = measured(bot, "understanding.jsonl")
    assert scores.topic_accuracy >= 0.93
    assert scores.intent_accuracy >= 0.90


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("wot curses cn i do nr margate", "find_courses"),
        ("wheres my fukin ema", "money_payment_problem"),
        ("👍", "affirm"),
        ("dwi isio cwrs plymio", "find_courses"),
    ],
)
def test_as_they_are_written(bot: Bot, text: str, intent: str) -> None:
    _, answer = bot.post("/parse", {"texts": [text]})
    assert intent in [one["intent"] for one in answer["results"][0]["ranking"][:2]]
