"""How long one message takes to understand, how long the bot takes to be ready, and its memory; prints JSON.

    .venv/bin/python -m tests.bench.nlu                          our bot
    .venv/bin/python -m tests.bench.nlu --stock var/nlu/stock.tar.gz     with Rasa's default pipeline, in the same run

``parse`` is measured over HTTP as the application calls it, one message after another in a warm process. The stock
model (made by ``tests.bench.nlu_stock``) answers over Rasa's own HTTP interface. Exits 1 over the limit.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.bench.client import percentile
from tests.bench.stock import QUIET, memory_mb
from tests.system import PROJECT, SECRET, STARTED_WITHIN, free_port

BOT = PROJECT / "bot"
MESSAGES = PROJECT / "tests" / "data" / "understanding.jsonl"
MUST_HOLD_MS = 8.0
ROUNDS = 3


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stock", type=Path, help="a model of Rasa's default pipeline")
    given = parser.parse_args()
    texts = [json.loads(line)["text"] for line in MESSAGES.read_text(encoding="utf-8").splitlines()]
    result: dict[str, Any] = {"ours": ours(texts), "must_hold_p50_ms": MUST_HOLD_MS}
    if given.stock:
        result["stock"] = theirs(given.stock.absolute(), texts)
        for name in ("p50_ms", "memory_mb", "ready_seconds"):
            result[f"{name}_ratio"] = round(result["ours"][name] / result["stock"][name], 3)
    print(json.dumps(result, indent=1))
    return 0 if result["ours"]["p50_ms"] < MUST_HOLD_MS else 1


def ours(texts: Sequence[str]) -> dict[str, float]:
    """Our bot with its present model."""
    path = subprocess.run(
        [str(BOT / ".venv" / "bin" / "python"), str(BOT / "train.py"), "--print-path"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    port = free_port()
    command = [str(BOT / ".venv" / "bin" / "python"), "-m", "turnbot.serve", "--port", str(port), "--model", path]
    environment = os.environ | {"PYTHONPATH": str(BOT), "ONWARD_BOT_SECRET": SECRET}
    url = f"http://127.0.0.1:{port}/webhooks/turn"
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"}
    return measured(
        command, environment, f"{url}/health", texts, lambda text: _post(f"{url}/parse", {"texts": [text]}, headers)
    )


def theirs(model: Path, texts: Sequence[str]) -> dict[str, float]:
    """Stock Rasa with its HTTP interface."""
    port = free_port()
    rasa = [str(BOT / ".venv" / "bin" / "python"), "-m", "rasa", "run", "--enable-api", "-m", str(model)]
    with tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{port}"
        headers = {"Content-Type": "application/json"}
        return measured(
            [*rasa, "-p", str(port), "-i", "127.0.0.1"],
            os.environ | QUIET,
            f"{url}/status",
            texts,
            lambda text: _post(f"{url}/model/parse", {"text": text}, headers),
            Path(folder),
        )


def measured(
    command: list[str],
    environment: dict[str, str],
    ready: str,
    texts: Sequence[str],
    ask: Callable[[str], None],
    cwd: Path = BOT,
) -> dict[str, float]:
    """Start it, ask it everything a few times over, stop it."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=cwd)
        try:
            _wait(ready, process)
            seconds = time.perf_counter() - started
            for text in texts[:50]:
                ask(text)
            spent = []
            for text in texts * ROUNDS:
                before = time.perf_counter()
                ask(text)
                spent.append(time.perf_counter() - before)
            return {
                "p50_ms": round(percentile(spent, 0.5) * 1000, 2),
                "p95_ms": round(percentile(spent, 0.95) * 1000, 2),
                "ready_seconds": round(seconds, 1),
                "memory_mb": round(memory_mb(process.pid)),
            }
        finally:
            process.terminate()
            process.wait(20)


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=60) as answer:
        answer.read()


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"it did not start: {url}")


if __name__ == "__main__":
    sys.exit(main())
