"""How a command finds the system that runs: a small file that the supervisor keeps while it does."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from onward.problems import Problem
from onward.settings import Settings


@dataclass(frozen=True)
class Running:
    """A system that `onward run` started."""

    pid: int
    url: str
    bot_url: str


def _file(settings: Settings) -> Path:
    return settings.var_dir / "running.json"


def find(settings: Settings) -> Running | None:
    """The system that runs on this installation's folder, None where there is none."""
    try:
        running = Running(**json.loads(_file(settings).read_text("utf-8")))
        os.kill(running.pid, 0)
    except PermissionError:
        return running
    except (OSError, ValueError, TypeError):
        return None
    return running


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the installation's folder. Raises ``Problem`` where another `onward run` has it."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    # the lock belongs to the open file: it is let go of however this process ends
    with (settings.var_dir / "running.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = find(settings)
            where = f" at {running.url} (process {running.pid})" if running else ""
            raise Problem(
                f"Onward already runs here{where}.",
                "Stop it with Ctrl-C in its terminal, or give this one its own folder and ports: "
                "ONWARD_VAR_DIR, ONWARD_PORT, ONWARD_BOT_URL.",
            ) from None
        yield


@contextmanager
def announced(settings: Settings) -> Iterator[None]:
    """Let other commands find this system for the length of the block."""
    file = _file(settings)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(asdict(Running(os.getpid(), settings.local_url, settings.bot_url))), "utf-8")
    draft.replace(file)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            file.unlink()
