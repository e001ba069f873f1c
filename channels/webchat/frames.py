"""The frames of web chat, as docs/protocols.md has them. Whatever is not one of them is ``Malformed``."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.inbound import MAX_TEXT

MAX_FRAME = 32 * 1024
"""Longest frame in bytes: the longest text, all of it escaped, is 19 KB."""

MAX_ID = 2**63 - 1

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

WORDS = {
    "too_long": f"That is too long to send in one go. Keep it under {MAX_TEXT:,} characters.",
    "empty": "There is nothing in that message yet.",
    "malformed": "That did not arrive in one piece. Please try again.",
    "slow_down": "You are writing faster than we can read. Wait a few seconds, then try again.",
}
"""What each reason says to a person."""


class Malformed(ValueError):
    """Not a frame. ``client_id`` is the message it was about, when that much can be read."""

    def __init__(self, reason: str = "malformed", client_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.client_id = client_id


@dataclass(frozen=True)
class Hello:
    """The first frame: who it is, and what they have seen."""

    session: str | None
    last: int


@dataclass(frozen=True)
class Said:
    """A message from the young person."""

    client_id: str
    text: str


@dataclass(frozen=True)
class Seen:
    """Everything up to ``last`` is on their screen."""

    last: int


@dataclass(frozen=True)
class Ping:
    """Are you there?"""


Frame = Hello | Said | Seen | Ping


def parse(raw: str) -> Frame:
    """Read a client's frame. Raises ``Malformed``, with the reason to answer."""
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(data, dict):
        raise Malformed
    kind = data.get("type")
    if kind == "message":
        return _said(data)
    if kind == "ping":
        return Ping()
    if kind == "seen":
        return Seen(_number(data.get("last")))
    if kind == "hello":
        session = data.get("session")
        if session is not None and not isinstance(session, str):
            raise Malformed
        return Hello(session or None, _number(data.get("last", 0)))
    raise Malformed


def _said(data: dict[str, Any]) -> Said:
    client_id, text = data.get("id"), data.get("text")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise Malformed
    if not isinstance(text, str):
        raise Malformed(client_id=client_id)
    if not text.strip():
        raise Malformed("empty", client_id)
    if len(text) > MAX_TEXT:
        raise Malformed("too_long", client_id)
    return Said(client_id, text)


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ID:
        raise Malformed
    return value


def welcome(session: str, messages: list[dict[str, Any]], stopped: bool) -> dict[str, Any]:
    """The answer to ``hello``."""
    return {"type": "welcome", "session": session, "messages": messages, "stopped": stopped}


def ack(client_id: str, message_id: int) -> dict[str, Any]:
    """It is stored."""
    return {"type": "ack", "id": client_id, "message_id": message_id}


def error(reason: str, client_id: str | None) -> dict[str, Any]:
    """It was not taken, and why."""
    return {"type": "error", "id": client_id, "reason": reason, "message": WORDS[reason]}


def stopped(value: bool) -> dict[str, Any]:
    """They have said STOP, or START."""
    return {"type": "stopped", "stopped": value}


def message(
    message_id: int, author: str, name: str | None, text: str, quick_replies: list[dict[str, str]], at: datetime
) -> dict[str, Any]:
    """A message to show."""
    return {
        "type": "message",
        "id": message_id,
        "from": author,
        "name": name,
        "text": text,
        "quick_replies": quick_replies,
        "at": at.isoformat(),
    }


def own_message(message_id: int, client_id: str, text: str, at: datetime) -> dict[str, Any]:
    """One of their own messages, for a page that has forgotten it."""
    return {
        "type": "message",
        "id": message_id,
        "from": "young_person",
        "client_id": client_id,
        "text": text,
        "at": at.isoformat(),
    }
