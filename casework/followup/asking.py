"""Asking a planned question: the message in the outbox, and the state in which the bot will meet the answer.

Neither needs the bot. What was open before is replaced: a number or a yes that comes next is to the new question.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from casework.tables import Conversation, FollowUp, Message
from casework.voice import Rendered

STATE_VERSION = 1
"""Of docs/protocols.md; ``bot/turnbot/state.py`` has the same number."""

FORM, ASKED = "record_form", "told"
"""The form that waits for the answer, and its one slot."""

ADVISER_WORDS = "adviser_words"
"""In place of a question's key: a text that an adviser wrote. Whatever is answered to it is for the adviser."""

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


def message_values(
    row: FollowUp,
    conversation_id: int,
    channel: str,
    words: Rendered,
    now: datetime,
    *,
    key: str,
    args: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The columns of a planned contact's message. ``key`` and ``args`` are what it was worded from."""
    return {
        "conversation_id": conversation_id,
        "direction": "out",
        "channel": channel,
        "author": "assistant",
        "text": words.text,
        "created_at": now,
        "attempts": 0,
        "media": 0,
        "purpose": "prompt",
        "priority": PRIORITY,
        "key": key,
        "args": args or {},
        "quick_replies": words.quick_replies or None,
        "status": "queued",
        "status_rank": 0,
        "late_at": row.late_at if row.late_rule == "drop" else None,
    }


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
    message = Message(**message_values(row, conversation.id, conversation.channel, words, now, key=key, args=args))
    session.add(message)
    session.flush()
    row.status, row.message_id, row.hold_reason = "queued", message.id, None
    session.add(row)
    if row.asks:
        conversation.state = state_for(row.asks, row.id, row.about, now, conversation.state)
        session.add(conversation)
    return message
