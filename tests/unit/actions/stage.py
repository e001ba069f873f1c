"""Plays an action as the bot would call it, keeping what it remembers for the next one."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rasa_sdk.executor import ActionExecutor

from casework.effects import parse_effect
from casework.gsm7 import measure
from casework.voice import Voice

DATA = Path(__file__).parents[3] / "data"
TUESDAY = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)

Entity = tuple[str, str, str]
"""Type, value, and how it stands in the text."""


@dataclass
class Answer:
    """What an action said and asked for; ``follow`` is the action it wants next."""

    replies: list[tuple[str, dict[str, Any]]]
    effects: list[dict[str, Any]]
    follow: str | None

    @property
    def keys(self) -> list[str]:
        return [key for key, _ in self.replies]

    @property
    def args(self) -> dict[str, Any]:
        """The first reply's arguments."""
        return self.replies[0][1]


@dataclass
class Stage:
    """One conversation. ``now``, ``young_person`` and ``message`` may be changed between acts."""

    executor: ActionExecutor
    voice: Voice
    now: datetime = TUESDAY
    young_person: int | None = 7
    message: int = 1001
    slots: dict[str, Any] = field(default_factory=dict)

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def act(self, action: str, text: str, *entities: Entity, intent: str = "x", **more: Any) -> Answer:
        """Run one action for one message. Every reply is worded too, on both channels."""
        found = [
            {"entity": kind, "value": value, "start": text.index(said), "end": text.index(said) + len(said)}
            for kind, value, said in entities
        ]
        call = {
            "next_action": action,
            "sender_id": "c42",
            "domain": {},
            "tracker": {
                "sender_id": "c42",
                "slots": self.slots,
                "latest_message": {
                    "text": text,
                    "intent": {"name": intent, "confidence": 0.9},
                    "entities": found,
                    "intent_ranking": [{"name": name} for name in more.get("ranking", [])],
                    "metadata": {
                        "conversation_id": 42,
                        "young_person_id": self.young_person,
                        "channel": "sms",
                        "now": self.now.isoformat(),
                        "message_id": self.message,
                    }
                    | ({"reading": more["reading"]} if "reading" in more else {}),
                },
                "events": [],
                "paused": False,
                "followup_action": None,
                "active_loop": {},
                "latest_action_name": "action_listen",
            },
        }
        result = asyncio.run(self.executor.run(call)).model_dump()
        return self._take(result)

    def _take(self, result: dict[str, Any]) -> Answer:
        follow = None
        for event in result["events"]:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "followup":
                follow = event["name"]
        said = [response["custom"] for response in result["responses"]]
        replies = [(m["say"], m["args"]) for m in said if "say" in m]
        effects = [m["effect"] for m in said if "effect" in m]
        for effect in effects:
            parse_effect(effect)
        for key, args in replies:
            self.word(key, args)
        return Answer(replies, effects, follow)

    def word(self, key: str, args: dict[str, Any]) -> str:
        """The reply as a text message; fails where it cannot be worded, or is longer than two segments."""
        full = args | {"name": "Jade", "service": "Onward"}
        self.voice.render(key, full, language="en", channel="web")
        text = self.voice.render(key, full, language="en", channel="sms").text
        measured = measure(text)
        assert measured.encoding == "gsm7", key
        assert measured.segments <= 2, f"{key} takes {measured.segments} segments: {text}"
        return text
