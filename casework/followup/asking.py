"""Asking a planned question: the message in the outbox, and the state in which the bot will meet the answer.

Neither needs the bot. What was open before is replaced: a number or a yes that comes next is to the new question.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from casework.followup.answers import texted
from casework.tables import Conversation, FollowUp, Message
from casework.voice import Rendered

STATE_VERSION = 1
"""Of docs/protocols.md; ``bot/turnbot/state.py`` has the same number."""

FORM, ASKED = "record_form", "told"
"""The form that waits for the answer, and its one slot."""

PRIORITY = 10
"""Answers go before prompts."""

REPLACED = frozenset(
    {
        # what was open: a question, a list, a search to be refined, misses in a row
        *("telling", "told", "offered", "searched", "misses", "wanted", "matter", "asked_in", "money_nation"),
        # the private answers of forms (bot/turnbot/thread.py: FORM_KEEPS)
        *("money_check", "money_answer", "link", "link_answer"),
    }
)
"""Slots that a new question takes the place of; the others stay as they were."""


STAYS_OPEN = (FORM, "person_form")
"""Forms whose question does not lapse."""
MIDDLE = frozenset({"asked", "choice", "kept", "guest"})
"""What the thread of a conversation holds while it is in the middle of something (docs/protocols.md)."""
LASTS = timedelta(hours=24)
"""How long a list or a question stands, as in ``bot/turnbot/thread.py``."""


def state_for(
    question_key: str, followup_id: int, about: dict[str, Any], now: datetime, before: dict[str, Any] | None
) -> dict[str, Any]:
    """The state of a conversation in which this question has just been asked.

    ``about`` is the planned contact's; ``before`` the state until now. It holds no name, no number and no wording.
    """
    slots = (before or {}).get("slots") or {}
    kept = {name: value for name, value in slots.items() if name not in REPLACED}
    telling = {
        "about": "followup",
        "ask": question_key,
        "message_id": None,
        "at": now.isoformat(timespec="minutes"),
        "asked": [question_key],
        "more": {"followup": followup_id, "about": about},
    }
    return {"v": STATE_VERSION, "slots": {**kept, "telling": telling}, "loop": FORM, "requested": ASKED}


def asked_elsewhere(
    session: Session, young_person_id: int, state: dict[str, Any] | None, now: datetime
) -> dict[str, Any] | None:
    """The state of a web chat in which the answer to a question that was texted is met; None: nothing is waited for.

    Only while the chat is in the middle of nothing: what is asked or offered there goes before.
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


def put(
    session: Session,
    row: FollowUp,
    conversation: Conversation,
    words: Rendered,
    now: datetime,
    *,
    key: str,
    args: dict[str, Any] | None = None,
) -> Message:
    """Put a planned contact's message into the outbox in the open transaction, and the conversation in its state.

    ``key`` and ``args`` are what it was worded from. A notice (a row that asks nothing) leaves the state as it is.
    The caller sees to it that nobody is in the middle of a turn of the conversation, and locks it.
    """
    if row.id is None or conversation.id is None:
        raise ValueError("a prompt needs rows that are stored")
    message = Message(
        conversation_id=conversation.id,
        direction="out",
        channel=conversation.channel,
        author="assistant",
        text=words.text,
        created_at=now,
        purpose="prompt",
        priority=PRIORITY,
        key=key,
        args=args or {},
        quick_replies=words.quick_replies or None,
        status="queued",
        status_rank=0,
        late_at=row.late_at if row.late_rule == "drop" else None,
    )
    session.add(message)
    session.flush()
    row.status, row.message_id, row.hold_reason = "queued", message.id, None
    session.add(row)
    if row.asks:
        conversation.state = state_for(row.asks, row.id, row.about, now, conversation.state)
        session.add(conversation)
    return message


def _old(part: dict[str, Any], now: datetime) -> bool:
    """Whether this part of a state has lapsed. What names no time has not."""
    at = part.get("at")
    return isinstance(at, str) and now - datetime.fromisoformat(at) > LASTS
