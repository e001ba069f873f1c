"""Named steps of a turn and of a send, so that a test can kill the process at any of them.

A process started with ``ONWARD_KILL_AT=turn.thought:2`` kills itself (SIGKILL, no clean-up) the second time it
passes that step. Without the variable, ``step`` does nothing.
"""

import os
import signal
import threading
from collections.abc import Callable

STEPS = (
    "inbox.before_commit",
    "inbox.committed",
    "turn.claimed",
    "turn.loaded",
    "turn.thought",
    "turn.before_commit",
    "turn.committed",
    "send.claimed",
    "send.before_provider",
    "send.accepted",
    "send.recorded",
    "report.before_commit",
    "report.committed",
)
"""Every step, in the order in which one message passes them."""

_lock = threading.Lock()
_listener: Callable[[str], None] | None = None
_name = ""
_left = 0


def arm(plan: str) -> None:
    """Die at a step: ``name`` or ``name:count``; an empty plan disarms. Raises ``ValueError`` for no such step."""
    global _name, _left
    name, _, count = plan.partition(":")
    if name and name not in STEPS:
        raise ValueError(f"no step called {name}: the steps are {', '.join(STEPS)}")
    _name, _left = name, int(count or 1)


def listen(listener: Callable[[str], None] | None) -> None:
    """Have every step told to ``listener``, which may raise: a simulation's crash. None: nobody listens."""
    global _listener
    _listener = listener


def step(name: str) -> None:
    """Mark that the process has come to ``name``; die here if it was told to."""
    if _listener is not None:
        _listener(name)
    if name == _name:
        _die_when_due()


def _die_when_due() -> None:
    global _left
    with _lock:
        _left -= 1
        if _left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("ONWARD_KILL_AT", ""))
