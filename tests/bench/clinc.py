"""The same pipeline on public data: CLINC150, 150 intents of a home and banking assistant, and what is outside them.

    .venv/bin/python -m tests.bench.clinc path/to/data_small.json

Prints the accuracy on what is in scope and the share of what is outside that was seen to be, beside figures of the
paper that the data comes from (Larson et al. 2019, "An Evaluation Dataset for Intent Classification and Out-of-Scope
Prediction", "Small", out-of-scope examples trained on as one more intent). The paper's figures are unchecked: they are
from memory, and no copy of its table was at hand. Nothing is tuned to
this data: normaliser, features and settings are those of `bot/config.yml`; the threshold under which a message counts
as not understood is chosen on the validation part, as the paper does.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
PYTHON = PROJECT / "bot" / ".venv" / "bin" / "python"
OUTSIDE = "out_of_scope"
PAPER = {
    "FastText": (84.5, 23.2),
    "SVM": (89.3, 18.6),
    "CNN": (88.9, 22.2),
    "DialogFlow": (89.4, 14.1),
    "Rasa (2019)": (88.9, 55.0),
    "MLP over sentence encoder": (91.5, 52.2),
    "BERT": (96.4, 40.9),
}
"""In-scope accuracy and out-of-scope recall, in percent. Unchecked: to be held against the paper itself."""

Row = dict[str, Any]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="data_small.json (or another of its variants)")
    parser.add_argument("--without-encoder", action="store_true", help="words and letters only")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    content = json.loads(given.file.read_text(encoding="utf-8"))
    taught = [*rows(content["train"]), *rows(content["oos_train"])]
    kinds = {"validation": ("val", "oos_val"), "test": ("test", "oos_test")}
    asked = [{**row, "part": part} for part, names in kinds.items() for name in names for row in rows(content[name])]
    answers = read_all(taught, asked, ["--without-encoder"] if given.without_encoder else [])
    parts = {part: [answer for answer in answers if answer["part"] == part] for part in kinds}
    threshold = best_threshold(parts["validation"])
    without, chosen = figures(parts["test"], 0.0), figures(parts["test"], threshold)
    if given.json:
        named = ("in_scope_accuracy", "out_of_scope_recall", "out_of_scope_precision")
        found = {"no_threshold": without, "threshold": chosen}
        result = {name: dict(zip(named, values, strict=True)) for name, values in found.items()}
        print(json.dumps(result | {"chosen_threshold": threshold, "paper_unchecked": PAPER}, indent=1))
        return 0
    print(f"{'':46}in-scope accuracy  out-of-scope recall  (precision)")
    for name, (inside, outside, precision) in (
        ("this pipeline, no threshold", without),
        (f"this pipeline, threshold {threshold:.2f}", chosen),
    ):
        print(f"{name:46}{inside:17.1%}{outside:21.1%}{precision:13.1%}")
    for name, (inside, outside) in PAPER.items():
        print(f"{'paper (unchecked): ' + name:46}{inside:16.1f}%{outside:20.1f}%")
    return 0


def rows(pairs: Sequence[Sequence[str]]) -> list[Row]:
    """The data's pairs as rows."""
    return [{"text": text, "intent": OUTSIDE if intent == "oos" else intent} for text, intent in pairs]


def read_all(taught: list[Row], asked: list[Row], options: list[str]) -> list[Row]:
    """What the pipeline makes of ``asked`` when it has learnt from ``taught``."""
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name, lines in (("taught", taught), ("asked", asked)):
            files[name] = Path(folder) / f"{name}.jsonl"
            files[name].write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        command = [str(PYTHON), "-m", "turnbot.measure", "cross", *options]
        command += ["--examples", str(files["taught"]), "--messages", str(files["asked"])]
        environment = os.environ | {"PYTHONPATH": str(PROJECT / "bot")}
        done = subprocess.run(command, cwd=PROJECT / "bot", env=environment, stdout=subprocess.PIPE, check=True)
    answers: list[Row] = json.loads(done.stdout)["rows"]
    return answers


def figures(answers: list[Row], threshold: float) -> tuple[float, float, float]:
    """In-scope accuracy, out-of-scope recall and precision, where less sure answers count as out of scope."""
    said = [a["ranking"][0][0] if a["ranking"][0][1] >= threshold else OUTSIDE for a in answers]
    inside = [(a["intent"], name) for a, name in zip(answers, said, strict=True) if a["intent"] != OUTSIDE]
    outside = [name for a, name in zip(answers, said, strict=True) if a["intent"] == OUTSIDE]
    right = sum(name == OUTSIDE for name in outside)
    return (
        sum(wanted == name for wanted, name in inside) / len(inside),
        right / len(outside),
        right / max(1, said.count(OUTSIDE)),
    )


def best_threshold(answers: list[Row]) -> float:
    """The threshold at which most validation messages, in scope and outside, are answered rightly."""

    def right(threshold: float) -> float:
        inside, outside, _ = figures(answers, threshold)
        share = sum(a["intent"] == OUTSIDE for a in answers) / len(answers)
        return inside * (1 - share) + outside * share

    return max((step / 100 for step in range(60)), key=right)


if __name__ == "__main__":
    sys.exit(main())
