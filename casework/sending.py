"""THE decision whether a message may go, taken at the moment it would be sent.

In this order: consent, whose number it is, hand-over, what the message is for, whether it comes too late, quiet hours
and bank holidays, exam days and terms, and the cap on prompts. ``decide`` is the rule, over what is known; ``may_send``
looks that up for one message. The dispatcher of follow-up (casework.followup.dispatch) asks the same rule for many at a
time, before anything is put in the outbox, and the sender asks it again when the message is about to go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Table, bindparam, func, select
from sqlmodel import Session

from casework import consent
from casework.activities.years import year_group
from casework.clock import LONDON
from casework.followup.calendar import Calendar
from casework.hours import SendingPolicy, next_permitted, quiet
from casework.identity import addresses
from casework.tables import Conversation, FollowUp, Message, YoungPerson
from casework.tables.base import UTCDateTime

__all__ = ["NEVER_WENT", "Decision", "Known", "SendingPolicy", "decide", "may_send"]

_ANY_HOUR = ("safeguarding", "adviser")
_ANSWERS = ("reply", "code")
NEVER_WENT = ("queued", "suppressed", "expired", "canceled", "failed", "undelivered")
"""Statuses of a prompt that did not reach anybody, and so does not count towards the cap."""


@dataclass(frozen=True)
class Decision:
    """Send it, wait ``until`` (UTC, a moment at which it may go as things stand), or never send it.

    ``reason`` is one of allowed, stopped, wrong_number, invalid, hand_over, late, quiet_hours, bank_holiday, exam_day,
    not_in_term, not_in_holidays, too_many_prompts.
    """

    action: Literal["send", "defer", "suppress"]
    until: datetime | None = None
    reason: str = "allowed"


SEND = Decision("send")


@dataclass(frozen=True)
class Known:
    """What the rule looks at."""

    stopped: bool = False
    address: str | None = None
    """The last word about the number: wrong_number, invalid, shared, right or None."""
    handed_over: bool = False
    nation: str = "england"
    asked_at: datetime | None = None
    """When the message that this answers came in."""
    prompts: Sequence[datetime] = ()
    """When the last prompts to this person went, the latest first; as many as the cap, or fewer."""
    school_year: int | None = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Of a prompt of follow-up: urgent, exams, term."""
    late_at: datetime | None = None


def decide(purpose: str, known: Known, now: datetime, policy: SendingPolicy, calendar: Calendar | None) -> Decision:
    """Whether a message for this purpose may go now to somebody of whom this is known. Pure."""
    # the answer to STOP and START itself is the one message that STOP lets through
    if purpose == "consent":
        return SEND
    if known.stopped:
        return Decision("suppress", reason="stopped")
    # whoever has the number now may be answered, and is never written to first, not even by an adviser
    if known.address in addresses.UNREACHABLE and purpose not in ("reply", "safeguarding"):
        return Decision("suppress", reason=known.address or "wrong_number")
    if purpose in _ANY_HOUR:
        return SEND
    # a code was asked for elsewhere, by somebody who waits for it: it is no part of what an adviser is talking about
    if known.handed_over and purpose != "code":
        return Decision("suppress", reason="hand_over")
    if purpose in _ANSWERS and known.asked_at is not None and known.asked_at >= now - policy.answers_within:
        return SEND
    if known.late_at is not None and now > known.late_at:
        return Decision("suppress", reason="late")
    reason = quiet(now, known.nation, policy)
    earliest = now if reason is None else next_permitted(now, known.nation, policy)
    if purpose in _ANSWERS:
        return SEND if reason is None else Decision("defer", earliest, reason)
    return _prompt(known, now, policy, calendar, reason, earliest)


def _prompt(
    known: Known,
    now: datetime,
    policy: SendingPolicy,
    calendar: Calendar | None,
    reason: str | None,
    earliest: datetime,
) -> Decision:
    """What holds a message that nobody asked for, the longest wait first."""
    room = _room(known.prompts, earliest, policy)
    if room > earliest:
        return Decision("defer", next_permitted(room, known.nation, policy), "too_many_prompts")
    if calendar is not None and known.rules:
        held = _of_calendar(known, now, policy, calendar, earliest)
        if held is not None:
            return held
    return SEND if reason is None else Decision("defer", earliest, reason)


def _of_calendar(
    known: Known, now: datetime, policy: SendingPolicy, calendar: Calendar, earliest: datetime
) -> Decision | None:
    term = known.rules.get("term")
    day = earliest.astimezone(LONDON).date()
    if term in ("term", "holidays"):
        first = calendar.next_in(day, term)
        if first > day:
            opens, _ = policy.window(first)
            return Decision("defer", next_permitted(opens, known.nation, policy), f"not_in_{term}")
    if known.rules.get("exams"):
        until = calendar.exam_quiet_until(earliest, known.school_year)
        if until is not None:
            return Decision("defer", next_permitted(until, known.nation, policy), "exam_day")
    return None


def _room(prompts: Sequence[datetime], at: datetime, policy: SendingPolicy) -> datetime:
    """The first moment from ``at`` on at which one more prompt stays within the cap."""
    counted = [went for went in prompts if went > at - policy.prompts_within][: policy.prompts]
    # there is room again once the oldest of the last few is out of the window
    return at if len(counted) < policy.prompts else max(at, counted[-1] + policy.prompts_within)


_message: Table = Message.__table__  # type: ignore[attr-defined]
_conversation: Table = Conversation.__table__  # type: ignore[attr-defined]
_person: Table = YoungPerson.__table__  # type: ignore[attr-defined]
_follow_up: Table = FollowUp.__table__  # type: ignore[attr-defined]

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


_OF_A_PROMPT = (
    select(_follow_up.c.rules, _person.c.date_of_birth, _person.c.year_group)
    .join_from(_follow_up, _person, _person.c.id == _follow_up.c.young_person_id)
    .where(_follow_up.c.message_id == bindparam("message_id"))
)


def may_send(
    session: Session,
    message: Message,
    conversation: Conversation,
    now: datetime,
    policy: SendingPolicy,
    calendar: Calendar | None = None,
) -> Decision:
    """Whether this outbound message may go now. Reads only: one short indexed query, and two more for a prompt."""
    purpose = message.purpose or "reply"
    if purpose == "consent":
        return SEND
    latest, asked, nation, address = session.execute(
        _FACTS,
        {
            "channel": conversation.channel,
            "address": conversation.address,
            "young_person_id": conversation.young_person_id,
            "in_reply_to": message.in_reply_to,
        },
    ).one()
    if purpose in _ANSWERS and message.in_reply_to is None:
        asked = conversation.last_inbound_at
    known = Known(
        stopped=latest == "stop",
        address=address,
        handed_over=conversation.mode == "adviser",
        nation=nation or "england",
        asked_at=asked if purpose in _ANSWERS else None,
        late_at=message.late_at,
    )
    if purpose in _ANSWERS or purpose in _ANY_HOUR or known.stopped or known.handed_over:
        return decide(purpose, known, now, policy, calendar)
    return decide(purpose, _of_a_prompt(session, message, conversation, known, now, policy), now, policy, calendar)


def _of_a_prompt(
    session: Session, message: Message, conversation: Conversation, known: Known, now: datetime, policy: SendingPolicy
) -> Known:
    row = session.execute(_OF_A_PROMPT, {"message_id": message.id or 0}).first() if message.id else None
    return Known(
        stopped=known.stopped,
        address=known.address,
        handed_over=known.handed_over,
        nation=known.nation,
        prompts=_prompts(session, message, conversation, now, policy),
        school_year=_school_year(row[1], row[2], now) if row else None,
        rules=(row[0] or {}) if row else {},
        late_at=known.late_at,
    )


def _school_year(born: date | None, on_record: int | None, now: datetime) -> int | None:
    return year_group(born, now.astimezone(LONDON).date()) if born else on_record


def _prompts(
    session: Session, message: Message, conversation: Conversation, now: datetime, policy: SendingPolicy
) -> Sequence[datetime]:
    """When the last prompts to this person went, the latest first, no more than the cap."""
    known = conversation.young_person_id is not None
    given: dict[str, Any] = {
        "message_id": message.id or 0,
        "since": now - policy.prompts_within,
        "most": policy.prompts,
    }
    if known:
        given["young_person_id"] = conversation.young_person_id
    else:
        given["conversation_id"] = conversation.id
    return session.execute(_COUNTED_EVERYWHERE if known else _COUNTED_HERE, given).scalars().all()
