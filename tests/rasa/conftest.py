"""The real bot, once per run: trained if need be, on a free port, acting in the small area of the action tests."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from actions.registry import build_executor
from casework.voice import Voice
from channels.actionserver import ActionServer
from tests.unit.actions.conftest import area, voice  # noqa: F401
from tests.unit.actions.stage import DATA, TUESDAY

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
SECRET = "a secret for tests"
STARTS_WITHIN = 120.0
TRAINS_WITHIN = 600.0


@dataclass
class Bot:
    """A running bot. ``post`` answers status and body, whatever the status."""

    url: str
    actions: str

    def post(self, path: str, body: Any, secret: str | None = SECRET) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {secret}"} if secret is not None else {}
        request = urllib.request.Request(self.url + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def request(self, text: str, state: Any = None, **more: Any) -> dict[str, Any]:
        context = {
            "conversation_id": 42,
            "young_person_id": 7,
            "channel": "sms",
            "language": "en",
            "now": TUESDAY.isoformat(),
            "message_id": 1000,
        }
        turn = {"conversation": "c42", "text": text, "state": state, "context": context, "actions": self.actions}
        return turn | more


@dataclass
class Chat:
    """A conversation that carries its state, as the application does."""

    bot: Bot
    state: Any = None
    last: dict[str, Any] = field(default_factory=dict)

    def say(self, text: str) -> list[str]:
        """The keys of the replies."""
        status, answer = self.bot.post("/turn", self.bot.request(text, self.state))
        assert status == 200, answer
        self.state, self.last = answer["state"], answer
        return [reply["key"] for reply in answer["replies"]]


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model for the present data."""
    if not PYTHON.exists():
        pytest.skip("bot/.venv is missing: run make setup")
    train = [str(PYTHON), str(ROOT / "bot" / "train.py")]
    done = subprocess.run(train, capture_output=True, text=True, timeout=TRAINS_WITHIN, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    asked = subprocess.run([*train, "--print-path"], capture_output=True, text=True, timeout=60, check=True)
    return Path(asked.stdout.strip())


@pytest.fixture(scope="session")
def bot(model: Path, area: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:  # noqa: F811
    server = ActionServer(build_executor(area, DATA), SECRET)
    server.start()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("bot") / "bot.log"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "bot"), "ONWARD_BOT_SECRET": SECRET}
    command = [str(PYTHON), "-m", "turnbot.serve", "--port", str(port), "--model", str(model)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=ROOT / "bot")
    try:
        _await(process, log)
        yield Bot(f"http://127.0.0.1:{port}/webhooks/turn", server.url)
    finally:
        process.terminate()
        process.wait(20)
        server.stop()
        said = log.read_text(errors="replace")
        # what people wrote must not be in any log
        sys.stderr.write("" if "zebra" not in said else said)
        assert "zebra" not in said


def _await(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        if "ready http" in log.read_text(errors="replace"):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the bot did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture
def chat(bot: Bot) -> Chat:
    return Chat(bot)


@pytest.fixture(scope="session")
def wording(voice: Voice) -> Voice:  # noqa: F811
    return voice
