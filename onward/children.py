"""Child processes of the supervisor: started on a leash, their output kept in a log, restarted with growing waits."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from onward import leash
from onward.rotating import RotatingFile

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
"""Seconds before a child that died is started again: doubled each time, up to this."""

SETTLED = 60.0
"""Seconds after which a child that runs has proved itself, and the wait begins again at ``FIRST_WAIT``."""

READY_LINE = "onward: ready"
"""What a worker prints, on a line of its own, once it takes work."""


@dataclass(frozen=True)
class Program:
    """Something to keep running. ``is_ready`` is asked until it says yes; None: it prints ``READY_LINE``."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    cwd: Path
    is_ready: Callable[[], bool] | None = None


@dataclass
class Backoff:
    """How long to wait before the next start."""

    failures: int = 0

    def next_wait(self, ran_for: float) -> float:
        """The wait in seconds after a run of ``ran_for`` seconds."""
        self.failures = 1 if ran_for >= SETTLED else self.failures + 1
        # the power is bounded too: a child that fails for weeks must not make a number too large for a float
        return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self.failures - 1, 16)))


@dataclass
class Child:
    """One program and, while it runs, its process."""

    program: Program
    log: RotatingFile
    now: Callable[[], float]
    backoff: Backoff = field(default_factory=Backoff)
    start_at: float | None = None
    """When to start it (again), on ``now``'s scale; None while it runs."""
    started_at: float = 0.0
    ready: bool = False
    _process: subprocess.Popen[bytes] | None = None
    _said_ready: threading.Event = field(default_factory=threading.Event)

    @property
    def pid(self) -> int | None:
        """Its process id, None where it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start it, in a process group and session of its own: Ctrl-C at the terminal reaches the supervisor only.

        Must be called from a thread that lives as long as the supervisor: the leash is tied to that thread.
        """
        self._said_ready.clear()
        self.ready = False
        self.start_at = None
        self.started_at = self.now()
        self._process = subprocess.Popen(  # noqa: S603 - the commands are our own
            [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *self.program.command],
            cwd=self.program.cwd,
            env=dict(self.program.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._pump, args=(self._process,), name=f"{self.program.name}-log", daemon=True).start()

    def _pump(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        for line in process.stdout:
            if line.strip() == READY_LINE.encode():
                self._said_ready.set()
            else:
                self.log.write(line)
        process.stdout.close()

    def look(self) -> int | None:
        """Notice what happened: marks readiness, and answers the exit status of a process that has just ended."""
        if self._process is None:
            return None
        status = self._process.poll()
        if status is not None:
            self._process = None
            self.ready = False
            self.start_at = self.now() + self.backoff.next_wait(self.now() - self.started_at)
            return status
        if not self.ready:
            asked = self.program.is_ready
            self.ready = asked() if asked else self._said_ready.is_set()
        return None

    def signal(self, number: int) -> None:
        """Send a signal to the program and everything that it started."""
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def gone(self) -> bool:
        """Whether it has ended."""
        return self._process is None or self._process.poll() is not None


def stop_all(children: Sequence[Child], grace: float, wait: Callable[[float], object]) -> None:
    """Ask all to stop, give them ``grace`` seconds together, then end what is left."""
    for child in children:
        child.signal(signal.SIGTERM)
    waited = 0.0
    while waited < grace and not all(child.gone() for child in children):
        wait(0.05)
        waited += 0.05
    for child in children:
        child.signal(signal.SIGKILL)


def described(status: int) -> str:
    """An exit status in words."""
    if status >= 0:
        return f"it ended with status {status}"
    with suppress(ValueError):
        return f"it was ended by {signal.Signals(-status).name}"
    return f"it was ended by signal {-status}"
