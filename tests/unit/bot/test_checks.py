"""The checks on the training data find what they are for, and the data passes them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from turnbot import checks, modelfile
from turnbot.text import words

ROOT = Path(__file__).parents[3]
SETS = ROOT / "tests" / "data" / "understanding.jsonl"


def good() -> dict[str, Any]:
    lines = {"greet": [f"hi {n}" for n in range(8)], "bye": [f"bye {n}" for n in range(8)]}
    return {
        "domains": [{"intents": ["greet", "bye"], "responses": {"utter_hi": [], "utter_bye": []}}],
        "rules": [
            {
                "rules": [
                    {"rule": "a", "steps": [{"intent": "greet"}, {"action": "utter_hi"}]},
                    {"rule": "b", "steps": [{"intent": "bye"}, {"action": "utter_bye"}]},
                    {"rule": "c", "steps": [{"intent": "nlu_fallback"}, {"action": "utter_hi"}]},
                ]
            }
        ],
        "nlu": lines,
        "topics": {"greet": "smalltalk", "bye": "smalltalk", "nlu_fallback": "out_of_scope"},
    }


def test_nothing_wrong() -> None:
    assert checks.problems(**good()) == []


def _no_rule(data: dict[str, Any]) -> None:
    data["rules"][0]["rules"].pop(0)


def _few_examples(data: dict[str, Any]) -> None:
    data["nlu"]["greet"] = ["hi"]


def _not_in_domain(data: dict[str, Any]) -> None:
    data["domains"][0]["intents"].remove("bye")


def _no_topic(data: dict[str, Any]) -> None:
    del data["topics"]["bye"]


def _odd_topic(data: dict[str, Any]) -> None:
    data["topics"]["bye"] = "goodbyes"


def _example_in_two(data: dict[str, Any]) -> None:
    data["nlu"]["bye"].append("Hi, 3")


def _response_twice(data: dict[str, Any]) -> None:
    data["domains"].append({"responses": {"utter_hi": []}})


def _unknown_action(data: dict[str, Any]) -> None:
    data["rules"][0]["rules"][0]["steps"][1] = {"action": "utter_hello"}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_rule, "no rule"),
        (_few_examples, "it needs 8"),
        (_not_in_domain, "not in the domain"),
        (_no_topic, "no topic"),
        (_odd_topic, "not one of ours"),
        (_example_in_two, "also in greet"),
        (_response_twice, "in the domain twice"),
        (_unknown_action, "which the domain does not have"),
    ],
)
def test_each_fault_is_named(spoil: Any, said: str) -> None:
    data = good()
    spoil(data)
    assert any(said in problem for problem in checks.problems(**data))


def test_our_own_data() -> None:
    assert checks.check_folders(ROOT / "bot", ROOT / "data") == []


def test_every_topic_is_used() -> None:
    topics = yaml.safe_load((ROOT / "data" / "nlu" / "topics.yml").read_text())
    assert set(topics.values()) == checks.TOPICS


def test_the_held_out_messages_are_held_out() -> None:
    files = checks.example_files(ROOT / "data" / "nlu")
    trained = checks.examples(yaml.safe_load(path.read_text()) for path in files)
    known = {" ".join(w.norm for w in words(line)) for lines in trained.values() for line in lines}
    rows = [json.loads(line) for line in SETS.read_text().splitlines()]
    assert len(rows) >= 150
    assert not [row["text"] for row in rows if " ".join(w.norm for w in words(row["text"])) in known]
    assert {row["intent"] for row in rows} <= set(trained)


def test_a_model_is_only_loaded_as_it_was_trained(tmp_path: Path) -> None:
    model = tmp_path / "m.tar.gz"
    with pytest.raises(modelfile.ModelProblem, match="no model"):
        modelfile.verified(model)
    model.write_bytes(b"model")
    with pytest.raises(modelfile.ModelProblem, match="missing"):
        modelfile.verified(model)
    modelfile.checksum_file(model).write_text(f"{modelfile.sha256(model)}  m.tar.gz\n")
    assert modelfile.verified(model) == modelfile.sha256(model)
    model.write_bytes(b"another")
    with pytest.raises(modelfile.ModelProblem, match="differs"):
        modelfile.verified(model)
