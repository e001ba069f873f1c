"""The bot as a process: finding one that runs, or starting one for as long as it is needed."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import urllib3

from onward import model
from onward.children import Child, Program, described, stop_all
from onward.preflight import BOT_PYTHON
from onward.problems import Problem
from onward.rotating import RotatingFile
from onward.running import find
from onward.settings import PROJECT, Settings
from onward.variables import BOT_VARIABLES

START_LIMIT = 120.0
"""Seconds to load the model; it takes about 10 on a quiet machine."""

HEALTH_TIMEOUT = urllib3.Timeout(connect=0.5, read=2.0)

_pool = urllib3.PoolManager(retries=False, timeout=HEALTH_TIMEOUT)


@dataclass(frozen=True)
class Bot:
    """A bot that answers at ``url``. ``started`` says that it was started for this and ends with it."""

    url: str
    model: str
    started: bool


def health(url: str) -> str | None:
    """The SHA-256 of the model that the bot at ``url`` has loaded; None where no bot answers."""
    try:
        response = _pool.request("GET", f"{url}/webhooks/turn/health")
        answer = json.loads(response.data)
    except (urllib3.exceptions.HTTPError, ValueError):
        return None
    if response.status != 200 or not isinstance(answer, dict) or answer.get("status") != "ok":
        return None
    return str(answer.get("model"))


def program(settings: Settings, url: str, trained: Path) -> Program:
    """The bot as a program that listens at ``url``'s host and port with this model."""
    parts = urlsplit(url)
    command = [str(BOT_PYTHON), "-m", "turnbot.serve", "--model", str(trained)]
    command += ["--host", parts.hostname or "127.0.0.1", "--port", str(parts.port or 80)]
    return Program("bot", command, environment(settings), PROJECT / "bot", lambda: health(url) is not None)


def environment(settings: Settings) -> dict[str, str]:
    """What the bot is told: its secret, and nothing of the record's (no database address, no Twilio token)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ONWARD_")}
    told = {name: os.environ[name] for name in BOT_VARIABLES if name in os.environ}
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "PYTHONUNBUFFERED": "1"}
    quiet["PYTHONPATH"] = str(PROJECT / "bot")
    return kept | told | quiet | {"ONWARD_BOT_SECRET": settings.need_bot_secret()}


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def become_bot(settings: Settings) -> NoReturn:
    """Turn this process into the bot, at ``ONWARD_BOT_URL``'s host and port. Raises ``Problem``."""
    one = program(settings, settings.bot_url, model.ensure(print))
    os.chdir(one.cwd)
    os.execve(one.command[0], list(one.command), dict(one.environ))  # noqa: S606 - our own command


@contextmanager
def ensure_bot(settings: Settings, say: Callable[[str], None] = lambda _line: None) -> Iterator[Bot]:
    """A bot that runs with the present model: the one that answers already, or one started for this block.

    Raises ``Problem`` when there is none and none can be started.
    """
    wanted = model.current_sha256()
    running = find(settings)
    for url in dict.fromkeys([running.bot_url, settings.bot_url] if running else [settings.bot_url]):
        loaded = health(url)
        if loaded is not None and wanted in (None, loaded):
            yield Bot(url, loaded, started=False)
            return
    trained = model.ensure(say)
    url = f"http://127.0.0.1:{free_port()}"
    say("Starting the assistant's understanding for this command (about 10 seconds)")
    child = Child(program(settings, url, trained), RotatingFile(_log(settings)), time.monotonic)
    try:
        child.start()
        yield Bot(url, _await(child, url), started=True)
    finally:
        stop_all([child], 5.0, time.sleep)
        child.log.close()


def _log(settings: Settings) -> Path:
    return settings.log_dir / "bot-for-command.log"


def _await(child: Child, url: str) -> str:
    began = time.monotonic()
    while time.monotonic() - began < START_LIMIT:
        status = child.look()
        if status is not None:
            raise Problem(f"The bot does not start: {described(status)}.", f"Its log: {child.log.path}")
        loaded = health(url)
        if loaded is not None:
            return loaded
        time.sleep(0.1)
    raise Problem(f"The bot was not ready after {START_LIMIT:.0f} s.", f"Its log: {child.log.path}")
