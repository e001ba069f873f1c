"""What the pipeline understands, as rows that can be counted; ``onward nlu`` runs it and does the counting.

    python -m turnbot.measure cross --examples FILE --folds 5     train on a part, read the rest, in turns
    python -m turnbot.measure model --model M.tar.gz --messages FILE     read messages with a trained model of Rasa's

Answers one JSON object on standard output; what is going on goes to standard error, a JSON object a line:
``{"done", "of", "what"}``. ``FILE`` has a JSON object a line with at least ``text`` and ``intent``.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

from turnbot import checks, light, modelfile, sources
from turnbot.serve import quieten

BOT = Path(__file__).resolve().parents[1]
CLASSIFIER, FEATURIZER, FALLBACK = (
    "turnbot.intents.IntentClassifier",
    "turnbot.sentences.SentenceFeaturizer",
    "Fallback",
)
TOP = 5
"""Intents kept of a ranking."""


def main(arguments: Optional[List[str]] = None) -> int:
    """Run a command. Answers the exit code."""
    parser = argparse.ArgumentParser(prog="turnbot.measure", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    cross = commands.add_parser("cross")
    cross.add_argument("--config", type=Path, default=BOT / "config.yml")
    cross.add_argument("--data", type=Path, default=BOT.parent / "data")
    cross.add_argument("--examples", type=Path, help="lines of text and intent (default: those in data/nlu)")
    cross.add_argument("--messages", type=Path, help="lines to read with what all examples teach, instead of folds")
    cross.add_argument("--folds", type=int, default=5)
    cross.add_argument("--parts", type=int, default=0, help="of the folds, how many to do (default: all)")
    cross.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="of the classifier's settings")
    cross.add_argument("--without-encoder", action="store_true")
    model = commands.add_parser("model")
    model.add_argument("--model", type=Path, required=True)
    model.add_argument("--messages", type=Path, required=True)
    given = parser.parse_args(arguments)
    quieten()
    result = _cross(given) if given.command == "cross" else _model(given.model, read(given.messages))
    json.dump(result, sys.stdout)
    return 0


def read(path: Path) -> List[Dict[str, Any]]:
    """The rows of a file with a JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _say(done: int, total: int, what: str) -> None:
    print(json.dumps({"done": done, "of": total, "what": what}), file=sys.stderr, flush=True)


def _cross(given: argparse.Namespace) -> Dict[str, Any]:
    from turnbot import learning
    from turnbot.encoder import is_installed
    from turnbot.folds import folds

    config = sources.load(given.config)
    parts = {entry["name"]: entry for entry in config["pipeline"]}
    overrides = dict(pair.split("=", 1) for pair in given.set)
    settings = learning.Settings().changed({**parts.get(CLASSIFIER, {}), **overrides})
    dense = FEATURIZER in parts and not given.without_encoder and is_installed()
    if given.examples:
        rows = read(given.examples)
    else:
        files = checks.example_files(given.data / "nlu")
        found = checks.examples(sources.load(path) for path in files)
        rows = [{"text": text, "intent": intent} for intent, texts in found.items() for text in texts]
    started = time.perf_counter()
    if given.messages:
        plan = [(list(range(len(rows))), None)]
    else:
        plan = list(folds([row["intent"] for row in rows], given.folds, settings.seed))[: given.parts or None]
    asked = read(given.messages) if given.messages else rows
    said: List[Dict[str, Any]] = []
    for number, (taught, held) in enumerate(plan):
        _say(number, len(plan), "training")
        trained = learning.Understander.of(given.data, [rows[i] for i in taught], settings, dense=dense)
        part = asked if held is None else [rows[i] for i in held]
        said += [
            {**row, **answer, "fold": number} for row, answer in zip(part, trained.parse_all([r["text"] for r in part]))
        ]
    _say(len(plan), len(plan), "done")
    return {
        "rows": said,
        "examples": len(rows),
        "settings": settings._asdict(),
        "encoder": dense,
        "fallback": _fallback(config),
        "seconds": round(time.perf_counter() - started, 1),
    }


def _fallback(config: Dict[str, Any]) -> Dict[str, float]:
    entry = next((e for e in config["pipeline"] if e["name"] == "FallbackClassifier"), {})
    return {"threshold": entry.get("threshold", 0.0), "ambiguity": entry.get("ambiguity_threshold", 0.0)}


def _model(path: Path, rows: Sequence[Dict[str, Any]]) -> Dict[str, Any]:
    if modelfile.is_light(path):
        light.leave_out_heavy_packages()
    started = time.perf_counter()
    parse = _parser(path)
    loaded = time.perf_counter() - started
    answers, spent = asyncio.run(_read_all(parse, rows))
    return {
        "rows": [{**row, **answer} for row, answer in zip(rows, answers)],
        "cost": {
            "load_seconds": round(loaded, 2),
            "memory_mb": round(_memory_mb()),
            "p50_ms": round(_percentile(spent, 0.5) * 1000, 3),
            "p95_ms": round(_percentile(spent, 0.95) * 1000, 3),
            "model_mb": round(path.stat().st_size / 1e6, 1),
        },
    }


def _parser(path: Path) -> Any:
    if modelfile.is_light(path):
        from turnbot.engine import build_processor

        return build_processor(str(path), "not called").parse_message
    from rasa.core.agent import Agent

    return Agent.load(str(path)).processor.parse_message


async def _read_all(parse: Any, rows: Sequence[Dict[str, Any]]) -> "tuple[List[Dict[str, Any]], List[float]]":
    from rasa.core.channels.channel import UserMessage

    for row in rows[:20]:
        await parse(UserMessage(row["text"]))
    answers, spent = [], []
    for number, row in enumerate(rows):
        started = time.perf_counter()
        parsed = await parse(UserMessage(row["text"]))
        spent.append(time.perf_counter() - started)
        answers.append(_answer(row["text"], parsed))
        if number % 100 == 0:
            _say(number, len(rows), "reading")
    _say(len(rows), len(rows), "done")
    return answers, spent


def _answer(text: str, parsed: Dict[str, Any]) -> Dict[str, Any]:
    ranking = [r for r in parsed.get("intent_ranking") or [] if r["name"] != checks.FALLBACK]
    return {
        "said": (parsed.get("intent") or {}).get("name"),
        "ranking": [[r["name"], round(float(r["confidence"]), 5)] for r in ranking[:TOP]],
        "found": [
            {"type": e["entity"], "value": str(e["value"]), "text": text[e["start"] : e["end"]]}
            for e in parsed.get("entities") or []
        ],
    }


def _memory_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


if __name__ == "__main__":
    sys.exit(main())
