"""THE decision whether a message may go, taken at the moment it would be sent.

In this order: consent, whose number it is, hand-over, what the message is for, quiet hours and bank holidays, the
cap on prompts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Table, bindparam, func, select
from sqlmodel import Session

from casework import consent
from casework.hours import SendingPolicy, next_permitted, quiet
from casework.identity import addresses
from casework.tables import Conversation, Message, YoungPerson
from casework.tables.base import UTCDateTime

__all__ = ["Decision", "SendingPolicy", "may_send"]

_ANY_HOUR = ("safeguarding", "adviser")
NEVER_WENT = ("queued", "suppressed", "expired", "canceled", "failed", "undelivered")
"""Statuses of a prompt that did not reach anybody, and so does not count towards the cap."""


@dataclass(frozen=True)
class Decision:
    """Send it, wait ``until`` (UTC, a moment at which it may go as things stand), or never send it.

    ``reason`` is one of allowed, stopped, wrong_number, hand_over, quiet_hours, bank_holiday, too_many_prompts.
    """

    action: Literal["send", "defer", "suppress"]
    until: datetime | None = None
    reason: str = "allowed"


SEND = Decision("send")


_message: Table = Message.__table__  # type: ignore[attr-defined]
_conversation: Table = Conversation.__table__  # type: ignore[attr-defined]
_person: Table = YoungPerson.__table__  # type: ignore[attr-defined]

# one question answers all that most messages need; it is built once because it is asked for every send
_FACTS = select(
    consent.LATEST.scalar_subquery(),
    select(_message.c.created_at).where(_message.c.id == bindparam("in_reply_to")).scalar_subquery(),
    select(_person.c.nation).where(_person.c.id == bindparam("young_person_id")).scalar_subquery(),
    addresses.LATEST.scalar_subquery(),
)

_went = func.coalesce(_message.c.send_started_at, _message.c.sent_at)
_counted = (
    select(_went)
    .where(
        _message.c.purpose == "prompt",
        _message.c.id != bindparam("message_id"),
        _message.c.status.not_in(NEVER_WENT),
        _went > bindparam("since", type_=UTCDateTime()),
    )
    .order_by(_went.desc())
    .limit(bindparam("most"))
)
_COUNTED_HERE = _counted.where(_message.c.conversation_id == bindparam("conversation_id"))
_COUNTED_EVERYWHERE = _counted.where(
    _message.c.conversation_id.in_(
        select(_conversation.c.id).where(_conversation.c.young_person_id == bindparam("young_person_id"))
    )
)


def may_send(
    session: Session, message: Message, conversation: Conversation, now: datetime, policy: SendingPolicy
) -> Decision:
    """Whether this outbound message may go now. Reads only: one short indexed query, and one more for a prompt."""
    purpose = message.purpose or "reply"
    # the answer to STOP and START itself is the one message that STOP lets through
    if purpose == "consent":
        return SEND
    latest, asked, nation, known = session.execute(
        _FACTS,
        {
            "channel": conversation.channel,
            "address": conversation.address,
            "young_person_id": conversation.young_person_id,
            "in_reply_to": message.in_reply_to,
        },
    ).one()
    if latest == "stop":
        return Decision("suppress", reason="stopped")
    # whoever has the number now may be answered, and is never written to first, not even by an adviser
    if known in addresses.UNREACHABLE and purpose not in ("reply", "safeguarding"):
        return Decision("suppress", reason="wrong_number")
    if purpose in _ANY_HOUR:
        return SEND
    # a code was asked for elsewhere, by somebody who waits for it: it is no part of what an adviser is talking about
    if conversation.mode == "adviser" and purpose != "code":
        return Decision("suppress", reason="hand_over")
    if purpose in ("reply", "code"):
        if message.in_reply_to is None:
            asked = conversation.last_inbound_at
        if asked is not None and asked >= now - policy.answers_within:
            return SEND
    nation = nation or "england"
    reason = quiet(now, nation, policy)
    earliest = now if reason is None else next_permitted(now, nation, policy)
    if purpose not in ("reply", "code"):
        room = _room_for_a_prompt(session, message, conversation, earliest, policy)
        if room > earliest:
            return Decision("defer", next_permitted(room, nation, policy), "too_many_prompts")
    return SEND if reason is None else Decision("defer", earliest, reason)


def _room_for_a_prompt(
    session: Session, message: Message, conversation: Conversation, at: datetime, policy: SendingPolicy
) -> datetime:
    """The first moment from ``at`` on at which one more prompt stays within the cap."""
    known = conversation.young_person_id is not None
    counted = (
        session.execute(
            _COUNTED_EVERYWHERE if known else _COUNTED_HERE,
            {
                "message_id": message.id or 0,
                "since": at - policy.prompts_within,
                "most": policy.prompts,
                **(
                    {"young_person_id": conversation.young_person_id} if known else {"conversation_id": conversation.id}
                ),
            },
        )
        .scalars()
        .all()
    )
    # there is room again once the oldest of the last few is out of the window
    return at if len(counted) < policy.prompts else max(at, counted[-1] + policy.prompts_within)
