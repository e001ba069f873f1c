"""`onward run`: starts web, worker and bot, keeps them running, and stops them together."""

import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from onward.children import Child, Program, described, stop_all
from onward.problems import Problem
from onward.rotating import RotatingFile
from onward.settings import Settings

GRACE = 5.0
"""Seconds that everything together gets to end by itself."""

LOOK = 0.1
"""Seconds between looks at the children."""

START_LIMIT = 180.0
"""Seconds after which a start that is not complete is given up: a slow machine loads the model in 60."""

START_TRIES = 3
"""Times that one program may die during the start before the start is given up."""


@dataclass
class Supervisor:
    """Keeps programs running until it is told to stop. ``say`` prints one line for a person."""

    settings: Settings
    programs: Sequence[Program]
    say: Callable[[str], None]
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        # a plain flag: a signal handler that set an Event could meet its own thread inside that Event's lock
        self.stopping = False
        self._children = [
            Child(program, RotatingFile(self.settings.log_dir / f"{program.name}.log"), self.now)
            for program in self.programs
        ]

    def stop(self) -> None:
        """Begin to stop; ``run`` returns when all have ended."""
        self.stopping = True

    def pids(self) -> dict[str, int | None]:
        """The process of each program."""
        return {child.program.name: child.pid for child in self._children}

    def run(self, on_ready: Callable[[], None]) -> None:
        """Start everything, call ``on_ready`` once all are ready, and keep them so until ``stop``.

        Raises ``Problem`` when the start cannot be completed. Whatever happens, no child is left behind.
        """
        try:
            for child in self._children:
                child.start()
            if self._await_start():
                on_ready()
                self._keep()
        finally:
            stop_all(self._children, GRACE, time.sleep)
            for child in self._children:
                child.log.close()

    def _await_start(self) -> bool:
        began = self.now()
        while not self.stopping:
            self._look()
            if all(child.ready for child in self._children):
                return True
            for child in self._children:
                if child.backoff.failures >= START_TRIES:
                    raise Problem(f"The {child.program.name} does not start.", self._see(child))
            if self.now() - began > START_LIMIT:
                late = next(child for child in self._children if not child.ready)
                raise Problem(f"The {late.program.name} was not ready after {START_LIMIT:.0f} s.", self._see(late))
            time.sleep(LOOK)
        return False

    def _keep(self) -> None:
        while not self.stopping:
            time.sleep(LOOK)
            self._look()

    def _look(self) -> None:
        for child in self._children:
            was_ready = child.ready
            status = child.look()
            if status is not None and child.start_at is not None:
                wait = child.start_at - self.now()
                name = child.program.name
                self.say(f"The {name} stopped: {described(status)}. Starting it again in {wait:.0f} s.")
                self.say(self._see(child))
            elif child.start_at is not None and self.now() >= child.start_at:
                child.start()
            elif child.ready and not was_ready and child.backoff.failures:
                self.say(f"The {child.program.name} is running again.")

    def _see(self, child: Child) -> str:
        return f"Its log: {child.log.path}"


def until_told(supervisor: Supervisor) -> None:
    """Let Ctrl-C and SIGTERM stop it. A second one ends this process at once; the leash then ends the children."""

    def told(_number: int, _frame: FrameType | None) -> None:
        if supervisor.stopping:
            sys.exit(130)
        supervisor.stop()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, told)
