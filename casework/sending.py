"""THE decision whether a message may go, taken at the moment it would be sent.

In this order: consent, hand-over, what the message is for, quiet hours and bank holidays, the cap on prompts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework import consent
from casework.hours import SendingPolicy, next_permitted, quiet
from casework.tables import Conversation, Message, YoungPerson

__all__ = ["Decision", "SendingPolicy", "may_send"]

_ANY_HOUR = ("safeguarding", "adviser")
_NEVER_WENT = ("queued", "suppressed", "expired", "canceled", "failed", "undelivered")
"""Statuses of a prompt that did not reach anybody, and so does not count towards the cap."""


@dataclass(frozen=True)
class Decision:
    """Send it, wait ``until`` (UTC, a moment at which it may go as things stand), or never send it.

    ``reason`` is one of allowed, stopped, hand_over, quiet_hours, bank_holiday, too_many_prompts.
    """

    action: Literal["send", "defer", "suppress"]
    until: datetime | None = None
    reason: str = "allowed"


SEND = Decision("send")


def may_send(
    session: Session, message: Message, conversation: Conversation, now: datetime, policy: SendingPolicy
) -> Decision:
    """Whether this outbound message may go now. Reads only; at most four short indexed queries."""
    purpose = message.purpose or "reply"
    # the answer to STOP and START itself is the one message that STOP lets through
    if purpose == "consent":
        return SEND
    if consent.stopped(session, conversation.channel, conversation.address, conversation.young_person_id):
        return Decision("suppress", reason="stopped")
    if purpose in _ANY_HOUR:
        return SEND
    if conversation.mode == "adviser":
        return Decision("suppress", reason="hand_over")
    if purpose == "reply" and _just_asked(session, message, conversation, now, policy):
        return SEND
    nation = _nation(session, conversation)
    reason = quiet(now, nation, policy)
    if reason is not None:
        earliest = next_permitted(now, nation, policy)
    elif purpose == "reply":
        return SEND
    else:
        earliest = now
    if purpose != "reply":
        room = _room_for_a_prompt(session, message, conversation, earliest, policy)
        if room > earliest:
            return Decision("defer", next_permitted(room, nation, policy), "too_many_prompts")
    return SEND if reason is None else Decision("defer", earliest, reason)


def _just_asked(
    session: Session, message: Message, conversation: Conversation, now: datetime, policy: SendingPolicy
) -> bool:
    """Whether it answers a message that came in within ``policy.answers_within``."""
    asked = conversation.last_inbound_at
    if message.in_reply_to is not None:
        asked = session.exec(select(Message.created_at).where(Message.id == message.in_reply_to)).first()
    return asked is not None and asked >= now - policy.answers_within


def _nation(session: Session, conversation: Conversation) -> str:
    if conversation.young_person_id is None:
        return "england"
    nation = session.exec(select(YoungPerson.nation).where(YoungPerson.id == conversation.young_person_id)).first()
    return nation or "england"


def _room_for_a_prompt(
    session: Session, message: Message, conversation: Conversation, at: datetime, policy: SendingPolicy
) -> datetime:
    """The first moment from ``at`` on at which one more prompt stays within the cap."""
    went = func.coalesce(col(Message.send_started_at), col(Message.sent_at))
    threads = (
        select(Conversation.id).where(Conversation.young_person_id == conversation.young_person_id)
        if conversation.young_person_id is not None
        else [conversation.id]
    )
    counted = session.exec(
        select(went)
        .where(
            col(Message.conversation_id).in_(threads),
            Message.purpose == "prompt",
            Message.id != message.id,
            col(Message.status).not_in(_NEVER_WENT),
            went > at - policy.prompts_within,
        )
        .order_by(went.desc())
        .limit(policy.prompts)
    ).all()
    # there is room again once the oldest of the last few is out of the window
    return at if len(counted) < policy.prompts else max(at, counted[-1] + policy.prompts_within)
