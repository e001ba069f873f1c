"""How well messages are understood that nobody trained on. The figures are printed with ``-s``."""

import json
from pathlib import Path

import pytest
import yaml

from tests.rasa.conftest import ROOT, Bot

pytestmark = pytest.mark.rasa

HELD_OUT = Path(__file__).parents[1] / "data" / "understanding.jsonl"
TOPIC_ACCURACY = 0.93
INTENT_ACCURACY = 0.90
ENTITY_RECALL = 0.90


def test_held_out_messages(bot: Bot) -> None:
    rows = [json.loads(line) for line in HELD_OUT.read_text().splitlines()]
    topics = yaml.safe_load((ROOT / "data" / "nlu" / "topics.yml").read_text())
    _, answer = bot.post("/parse", {"texts": [row["text"] for row in rows]})
    pairs = list(zip(rows, answer["results"], strict=True))
    topic = sum(topics[row["intent"]] == topics[got["intent"]] for row, got in pairs) / len(pairs)
    intent = sum(row["intent"] == got["intent"] for row, got in pairs) / len(pairs)
    wanted = [(e["type"], e["value"], got["entities"]) for row, got in pairs for e in row["entities"]]
    found = sum(any((g["type"], g["value"]) == (kind, value) for g in got) for kind, value, got in wanted)
    print(f"\n{len(pairs)} messages: topic {topic:.3f}, intent {intent:.3f}, entities found {found / len(wanted):.3f}")
    assert topic >= TOPIC_ACCURACY
    assert intent >= INTENT_ACCURACY
    assert found / len(wanted) >= ENTITY_RECALL
