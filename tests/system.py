"""A whole running system for end-to-end tests and benchmarks: real processes, real Rasa, a fake Twilio.

Everything listens on loopback, on ports that were free a moment ago, over a database and a folder of its own.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from tests.fakes.twilio.webhooks import inbound_params, sign

PROJECT = Path(__file__).parents[1]
ONWARD = Path(sys.executable).parent / "onward"
ACCOUNT = "AC" + "0" * 32
TOKEN = "e" * 32
SECRET = "end to end secret of 32 characters"
SERVICE_NUMBER = "+441632960000"
STARTED_WITHIN = 90.0
"""Seconds for a part to answer: Rasa loads its model in about ten."""


def free_port() -> int:
    """A port that nobody listens on now."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def fetch(url: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """One request; an error status is an answer too."""
    request = urllib.request.Request(url, data=data, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@dataclass
class System:
    """The running parts. ``twilio`` is None where the phone simulator stands in for it."""

    folder: Path
    web_port: int
    bot_port: int
    environment: dict[str, str]
    twilio: str | None = None
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the web process answers."""
        return f"http://127.0.0.1:{self.web_port}"

    def start(self, name: str, *arguments: str) -> None:
        """Start one part; its output goes to a file in the system's folder."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                list(arguments) or [str(ONWARD), name],
                env=self.environment,
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def stop(self, name: str, *, hard: bool = False) -> None:
        """End one part, with SIGKILL if ``hard``."""
        process = self._processes.pop(name)
        process.kill() if hard else process.terminate()
        process.wait(20)

    def stop_all(self) -> None:
        """End what runs."""
        for name in reversed(list(self._processes)):
            self.stop(name, hard=name == "twilio")

    def wait_for(self, url: str, name: str) -> None:
        """Wait until ``url`` answers 200. Raises ``RuntimeError`` with the part's output when it never does."""
        deadline = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < deadline:
            process = self._processes.get(name)
            if process is not None and process.poll() is not None:
                break
            try:
                if fetch(url)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        said = (self.folder / f"{name}.log").read_text(errors="replace")
        raise RuntimeError(f"{name} did not start:\n{said[-4000:]}")

    def run(self, *arguments: str, text: str | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run an ``onward`` command against this system."""
        return subprocess.run(
            [str(ONWARD), *arguments],
            env=self.environment,
            cwd=PROJECT,
            input=text,
            text=True,
            capture_output=True,
            timeout=timeout,
            check=False,
        )

    def text_in(self, number: str, body: str, sid: str, **more: Any) -> int:
        """Deliver one signed webhook as Twilio would; answers the status."""
        url = f"{self.url}/channels/sms/inbound"
        params = inbound_params(sid=sid, from_=number, to=SERVICE_NUMBER, body=body, account=ACCOUNT, **more)
        status, _ = fetch(
            url,
            urlencode(params).encode(),
            {
                "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
                "X-Twilio-Signature": sign(url, params, TOKEN),
            },
        )
        return status

    def texts_out(self) -> list[dict[str, Any]]:
        """What the fake Twilio accepted, oldest first, from its log."""
        log = self.folder / "twilio.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def __enter__(self) -> "System":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()


def start_bot(folder: Path, port: int) -> System:
    """Only the bot, for several systems to share. Trains it first if its inputs changed."""
    bot = System(folder, 0, port, _environment(folder, 0, port, None, "sqlite:///" + str(folder / "bot.db")))
    trained = bot.run("train", timeout=900)
    if trained.returncode != 0:
        raise RuntimeError(f"training failed:\n{trained.stdout[-2000:]}\n{trained.stderr[-2000:]}")
    bot.start("bot")
    bot.wait_for(f"http://127.0.0.1:{port}/webhooks/turn/health", "bot")
    return bot


@contextmanager
def system(
    folder: Path,
    *,
    bot_port: int | None = None,
    database_url: str | None = None,
    twilio: bool = True,
    sample: bool = True,
    nice: int = 0,
    **settings: str,
) -> Iterator[System]:
    """A system that is ready to be texted; ``bot_port`` names a bot that runs already."""
    folder.mkdir(parents=True, exist_ok=True)
    web_port, own_bot_port = free_port(), bot_port or free_port()
    database_url = database_url or f"sqlite:///{folder / 'onward.db'}"
    twilio_port = free_port() if twilio else None
    environment = _environment(folder, web_port, own_bot_port, twilio_port, database_url) | settings
    with ExitStack() as stack:
        running = stack.enter_context(System(folder, web_port, own_bot_port, environment))
        if twilio_port is not None:
            running.twilio = f"http://127.0.0.1:{twilio_port}"
            running.start(
                "twilio",
                *[sys.executable, "-m", "tests.fakes.twilio", "--port", str(twilio_port)],
                *["--log", str(folder / "twilio.jsonl"), "--account", ACCOUNT, "--token", TOKEN],
            )
            running.wait_for(f"{running.twilio}/_control/messages", "twilio")
        for command in (["db", "upgrade"], *([["sample", "load"]] if sample else [])):
            done = running.run(*command)
            if done.returncode != 0:
                raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")
        if bot_port is None:
            running.start("bot")
        running.start("web")
        running.start("worker")
        if bot_port is None:
            running.wait_for(f"http://127.0.0.1:{own_bot_port}/webhooks/turn/health", "bot")
        running.wait_for(f"{running.url}/ready", "web")
        yield running


def _environment(
    folder: Path, web_port: int, bot_port: int, twilio_port: int | None, database_url: str
) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ONWARD_")}
    environment |= {
        "ONWARD_VAR_DIR": str(folder),
        "ONWARD_DATABASE_URL": database_url,
        "ONWARD_PORT": str(web_port),
        "ONWARD_BOT_URL": f"http://127.0.0.1:{bot_port}",
        "ONWARD_SECRET": SECRET,
        "ONWARD_BOT_SECRET": SECRET,
    }
    if twilio_port is not None:
        environment |= {
            "ONWARD_PUBLIC_URL": f"http://127.0.0.1:{web_port}",
            "ONWARD_TWILIO_ACCOUNT_SID": ACCOUNT,
            "ONWARD_TWILIO_AUTH_TOKEN": TOKEN,
            "ONWARD_TWILIO_FROM": SERVICE_NUMBER,
            "ONWARD_TWILIO_API_BASE": f"http://127.0.0.1:{twilio_port}",
        }
    return environment
