"""Stock Rasa as the baseline: its default pipeline, policies and REST channel, on our training data and actions."""

import hashlib
import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework.clock import system_clock
from casework.db import open_engine
from onward.assembly import Parts
from tests.system import PROJECT, SECRET, STARTED_WITHIN, free_port

RASA = PROJECT / "bot" / ".venv" / "bin" / "rasa"
STOCK = Path(__file__).parent / "stock"
INPUTS = ("bot/domain", "bot/rules", "data/nlu", "tests/bench/stock/config.yml")
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


@dataclass(frozen=True)
class Stock:
    """A running stock Rasa."""

    port: int
    trained_seconds: float | None
    started_seconds: float
    memory_mb: float


def train(folder: Path) -> tuple[Path, float | None]:
    """Train it, unless this input was trained before; answers the model and how long it took."""
    digest = hashlib.sha256()
    for name in INPUTS:
        root = PROJECT / name
        for path in sorted(root.rglob("*.yml")) if root.is_dir() else [root]:
            digest.update(path.read_bytes())
    model = folder / f"stock-{digest.hexdigest()[:12]}.tar.gz"
    if model.exists():
        return model, None
    folder.mkdir(parents=True, exist_ok=True)
    # Rasa writes what it chose by default into the file it reads: let it have a copy
    config = folder / "config.yml"
    config.write_text((STOCK / "config.yml").read_text())
    started = time.perf_counter()
    done = subprocess.run(
        [
            *[str(RASA), "train", "--config", str(config), "--domain", "bot/domain"],
            *["--data", "bot/rules", "data/nlu", "--out", str(folder)],
            *["--fixed-model-name", model.name.removesuffix(".tar.gz")],
        ],
        cwd=PROJECT,
        env=os.environ | QUIET,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"training stock Rasa failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return model, time.perf_counter() - started


@contextmanager
def running(folder: Path, database_url: str) -> Iterator[Stock]:
    """Stock Rasa with our actions over ``database_url``."""
    model, trained = train(folder / "stock")
    parts = Parts.load(open_engine(database_url), system_clock, PROJECT / "data")
    actions = parts.actions(SECRET)
    actions.start()
    endpoints = folder / "stock" / "endpoints.yml"
    endpoints.write_text(f"action_endpoint:\n  url: {actions.url}\n  headers:\n    Authorization: Bearer {SECRET}\n")
    port = free_port()
    started = time.perf_counter()
    with (folder / "stock.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *[str(RASA), "run", "-m", str(model), "-p", str(port), "-i", "127.0.0.1"],
                *["--endpoints", str(endpoints), "--credentials", str(STOCK / "credentials.yml")],
            ],
            cwd=PROJECT,
            env=os.environ | QUIET,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/webhooks/rest/", process)
        seconds = time.perf_counter() - started
        yield Stock(port, trained, seconds, memory_mb(process.pid))
    finally:
        process.terminate()
        process.wait(20)
        actions.stop()


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def ask(text: str, sender: str) -> bytes:
    """The body of one REST message."""
    metadata = {"conversation_id": 0, "young_person_id": None, "message_id": 0, "channel": "sms", "language": "en"}
    metadata["now"] = system_clock().isoformat()
    return json.dumps({"sender": sender, "message": text, "metadata": metadata}).encode()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("stock Rasa did not start")
