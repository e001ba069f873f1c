"""Rasa's default pipeline on our examples and our held-out messages, as a result that `onward nlu compare` reads.

    .venv/bin/python -m tests.bench.nlu_stock --epochs 100 --out var/nlu/stock.json
    .venv/bin/onward nlu compare var/nlu/stock.json var/nlu

DIET learns entities from examples in which they are marked. Ours are not marked by hand; so that the comparison is
fair, they are marked here with what our own finder finds in them, and with its values as synonyms.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from onward.nlu_rows import Result, read_messages
from onward.nlu_run import read_with
from tests.system import PROJECT

PYTHON = PROJECT / "bot" / ".venv" / "bin" / "python"
PIPELINE = """recipe: default.v1
language: en
assistant_id: stock
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    constrain_similarities: true
    random_seed: 1
  - name: EntitySynonymMapper
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""
"""What `rasa init` of Rasa 3.6 writes, without the response selector, of which there is nothing to select here."""


def main() -> int:
    """Train it and read the messages with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument("--messages", type=Path, default=PROJECT / "tests" / "data" / "held_out.jsonl")
    parser.add_argument("--out", type=Path, default=PROJECT / "var" / "nlu" / "stock.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model, seconds = train(folder, given.epochs)
        # kept before anything else can go wrong: training took long
        kept = given.out.with_suffix(".tar.gz")
        given.out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(model, kept)
    rows, cost = read_with(kept, read_messages(given.messages), lambda *_: None)
    facts = {"epochs": given.epochs, "trained_seconds": round(seconds), "cost": cost}
    Result(f"stock, {given.epochs} epochs", {"held_out": rows}, facts).save(given.out)
    print(json.dumps(facts, indent=1))
    return 0


def train(folder: Path, epochs: int) -> tuple[Path, float]:
    """Train the pipeline; answers the model and the seconds that it took."""
    (folder / "config.yml").write_text(PIPELINE.format(epochs=epochs), encoding="utf-8")
    marked = folder / "nlu.json"
    env = os.environ | {
        "PYTHONPATH": str(PROJECT / "bot"),
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    marking = [str(PYTHON), "-m", "turnbot.marking", "--data", str(PROJECT / "data"), "--out", str(marked)]
    subprocess.run(marking, env=env, check=True, cwd=PROJECT / "bot")
    started = time.perf_counter()
    command = [str(PYTHON), "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", str(marked)]
    done = subprocess.run(
        [*command, "--out", str(folder), "--fixed-model-name", "stock"],
        env=env,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"training failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return folder / "stock.tar.gz", time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
