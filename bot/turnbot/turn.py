"""One turn as it travels through Rasa: what the caller sent in, what came out. Each request has its own."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from turnbot.state import State


class TurnFailed(Exception):
    """The turn cannot be answered. ``code`` is for the caller; it never holds message text."""

    status = 500

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ActionFailed(TurnFailed):
    """The application's action raised, refused, answered nonsense or could not be reached."""

    status = 502


@dataclass
class Turn:
    """The request's state and action address, and the answer as it grows."""

    state: State
    actions: Optional[str]
    said: List[Dict[str, Any]] = field(default_factory=list)
    tracker: Any = None

    def replies(self) -> List[Dict[str, Any]]:
        """What to say, in order, as keys with their arguments."""
        return [{"key": m["say"], "args": m.get("args") or {}} for m in self.said if "say" in m]

    def effects(self) -> List[Dict[str, Any]]:
        """What should happen to the record, in order."""
        return [m["effect"] for m in self.said if "effect" in m]


CURRENT: ContextVar[Turn] = ContextVar("turn")
"""The turn of the request being served: a context variable, so that turns running side by side never mix."""
