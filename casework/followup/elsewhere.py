"""A question that was texted, and is answered in the web chat."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from casework.followup.answers import texted
from casework.followup.asking import FORM, state_for

STAYS_OPEN = (FORM, "person_form")
"""Forms whose question does not lapse."""
MIDDLE = frozenset({"asked", "choice", "kept", "guest"})
"""What the thread of a conversation holds while it is in the middle of something (docs/protocols.md)."""
LASTS = timedelta(hours=24)
"""How long a list or a question stands, as in ``bot/turnbot/thread.py``."""


def asked_elsewhere(
    session: Session, young_person_id: int, state: dict[str, Any] | None, now: datetime
) -> dict[str, Any] | None:
    """The state of a web chat in which the answer to a question that was texted is met; None: nothing is waited for.

    Only while the chat is in the middle of nothing: what is asked or offered there goes before. One indexed query.
    """
    there = state or {}
    thread, offered = there.get("thread") or {}, (there.get("slots") or {}).get("offered") or {}
    if there.get("loop") in STAYS_OPEN or (there.get("loop") and not _old(thread, now)):
        return None
    if (MIDDLE & set(thread) and not _old(thread, now)) or (offered and not _old(offered, now)):
        return None
    found = texted(session, young_person_id, now)
    if found is None:
        return None
    row, at = found
    return state_for(row.asks or "", row.id or 0, row.about, at, there)


def _old(part: dict[str, Any], now: datetime) -> bool:
    """Whether this part of a state has lapsed. What names no time has not."""
    at = part.get("at")
    return isinstance(at, str) and now - datetime.fromisoformat(at) > LASTS
