"""The scripts that `onward replay` plays: one conversation a line, as JSON."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from casework.clock import LONDON
from channels.sms.numbers import to_e164
from onward.problems import Problem

NATIONS = ("england", "wales", "scotland", "northern_ireland")

STRANGER = "+447700900999"
"""Who texts where a script does not say: a number set aside for drama (Ofcom), in nobody's record."""


@dataclass(frozen=True)
class ScriptTurn:
    """One message. ``at`` moves the clock to that moment first.

    With ``prompt`` it is the assistant's: that question of data/plans/questions.yml, ``about`` this. ``web`` is theirs,
    in a web chat of whoever has the script's number.
    """

    text: str
    at: datetime | None = None
    prompt: str | None = None
    about: dict[str, Any] = field(default_factory=dict)
    web: bool = False


@dataclass(frozen=True)
class Script:
    """One conversation to play."""

    id: str
    turns: list[ScriptTurn]
    number: str
    nation: str | None
    now: datetime


class BadScript(ValueError):
    """A line is no script; says why in plain words."""


def read_scripts(path: Path, *, now: datetime) -> list[Script]:
    """The scripts of a file; ``now`` is the time for those that name none.

    Raises ``Problem`` naming every line that is wrong: a file is played whole or not at all.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise Problem(f"{path} cannot be read: {why}.") from None
    scripts, wrong = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            scripts.append(read_script(line, number, now))
        except BadScript as error:
            wrong.append(f"line {number}: {error}")
    if wrong:
        raise Problem(f"{path} holds lines that are no scripts.", "\n".join(wrong))
    if not scripts:
        raise Problem(f"{path} holds no scripts.")
    return scripts


def read_script(line: str, number: int, now: datetime) -> Script:
    """One line. What it holds besides (a title, what is expected) is for others. Raises ``BadScript``."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise BadScript("not JSON") from None
    if not isinstance(value, dict):
        raise BadScript("not an object")
    nation = value.get("nation")
    if nation is not None:
        nation = str(nation).strip().lower().replace(" ", "_")
        if nation not in NATIONS:
            raise BadScript(f"nation must be one of {', '.join(NATIONS)}")
    begins = _moment(value["now"], "now") if value.get("now") is not None else now
    return Script(
        id=str(value.get("id") or number),
        turns=_turns(value.get("turns"), begins),
        number=_number(value.get("from")),
        nation=nation,
        now=begins,
    )


def _turns(value: Any, now: datetime) -> list[ScriptTurn]:
    if not isinstance(value, list) or not value:
        raise BadScript("turns must be a list of texts")
    turns, latest = [], now
    for item in value:
        turn: Any = {"text": item} if isinstance(item, str) else item
        if not _is_turn(turn):
            raise BadScript(
                'a turn is a text, or {"text": ..., "at": ..., "web": ...}, or {"prompt": ..., "about": {}, "at": ...}'
            )
        at = _moment(turn["at"], "at") if turn.get("at") is not None else None
        if at is not None and at < latest:
            raise BadScript("at goes back in time")
        latest = at or latest
        turns.append(
            ScriptTurn(
                turn.get("text", ""), at, turn.get("prompt"), dict(turn.get("about") or {}), bool(turn.get("web"))
            )
        )
    return turns


def _is_turn(turn: Any) -> bool:
    if not isinstance(turn, dict):
        return False
    if "prompt" in turn:
        named = isinstance(turn["prompt"], str) and isinstance(turn.get("about", {}), dict)
        return named and not set(turn) - {"prompt", "about", "at"}
    return (
        isinstance(turn.get("text"), str)
        and isinstance(turn.get("web", False), bool)
        and not set(turn) - {"text", "at", "web"}
    )


def _moment(value: Any, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadScript(f"{field} must be a date and time as in 2026-09-01T10:00:00+01:00") from None
    # people here write times as their clocks show them
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _number(value: Any) -> str:
    if value is None:
        return STRANGER
    number = to_e164(str(value))
    if number is None:
        raise BadScript("from must be a phone number as in 07700900123")
    return number
