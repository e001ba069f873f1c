"""Outbound work: which messages may be taken to their provider now, in what order, and how a send ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, exists, literal_column, or_, select, update
from sqlmodel import Session

from casework.delivery import OPEN, RANK
from casework.tables import Conversation, Message
from casework.tables.base import UTCDateTime

_m: Table = Message.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_earlier = _m.alias("earlier")


@dataclass(frozen=True)
class RetryPolicy:
    """How a send is tried again. The defaults suit Twilio."""

    hold: timedelta = timedelta(seconds=60)
    """A sender that has written nothing down by then is taken for dead; longer than the provider's time limit."""
    retry_after: tuple[timedelta, ...] = (
        timedelta(seconds=5),
        timedelta(seconds=30),
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(minutes=30),
    )
    """Growing waits between tries of one message; after the last it has failed."""
    keeps_place: timedelta = timedelta(minutes=1)
    """A message that is tried again within this time keeps its place before later ones of its conversation."""
    answer_grace: timedelta = timedelta(seconds=10)
    """How long after a send without an answer the provider's own list is asked whether it took it."""
    give_up_asking: timedelta = timedelta(hours=24)
    """A send whose outcome cannot be learnt for this long is closed as failed, and never sent again."""


_OUT: ColumnElement[str] = literal_column("'out'")
_STILL_OPEN: list[ColumnElement[str]] = [literal_column(f"'{status}'") for status in OPEN]

# written out, not bound: a database uses a partial index only where it can read the index's own condition
_open: ColumnElement[bool] = and_(_m.c.direction == _OUT, _m.c.status.in_(_STILL_OPEN))

# statements are built once: putting one together costs several times what it takes to run it
_now = bindparam("now", type_=UTCDateTime())
_due: ColumnElement[bool] = or_(_m.c.next_try_at.is_(None), _m.c.next_try_at <= _now)
_free: ColumnElement[bool] = or_(_m.c.lease_until.is_(None), _m.c.lease_until <= _now)
_blocked = exists(
    select(_earlier.c.id).where(
        _earlier.c.conversation_id == _m.c.conversation_id,
        _earlier.c.id < _m.c.id,
        _earlier.c.direction == _OUT,
        _earlier.c.status.in_(_STILL_OPEN),
        _earlier.c.priority <= _m.c.priority,
        or_(
            _earlier.c.next_try_at.is_(None),
            _earlier.c.next_try_at <= _now,
            and_(_earlier.c.attempts > 0, _earlier.c.next_try_at <= bindparam("soon", type_=UTCDateTime())),
        ),
    )
)
_ANY_OPEN = select(_m.c.id).where(_open, _due).limit(1)
_CLAIM = (
    select(Message)
    .where(_open, _due, _free, ~_blocked)
    .order_by(_m.c.priority, _m.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=_m, skip_locked=True)
)
_CONVERSATIONS = select(Conversation).where(_c.c.id.in_(bindparam("ids", expanding=True)))
_ACCEPTED = (
    update(_m)
    .where(_m.c.id == bindparam("the_message"))
    .values(
        provider_id=bindparam("the_provider_id"),
        sent_at=_now,
        lease=None,
        lease_until=None,
        failure=None,
        # a report that came first is ahead, and stays
        status=case((_m.c.status_rank < bindparam("the_rank"), bindparam("the_status")), else_=_m.c.status),
        status_rank=case((_m.c.status_rank < bindparam("the_rank"), bindparam("the_rank")), else_=_m.c.status_rank),
    )
)


def any_open(session: Session, now: datetime) -> bool:
    """Whether anything is due at all: a cheap look that takes no lock."""
    return session.connection().execute(_ANY_OPEN, {"now": now}).first() is not None


def claim(session: Session, lease: str, now: datetime, policy: RetryPolicy, limit: int) -> list[Message]:
    """Take up to ``limit`` due messages, answers before prompts, each conversation's oldest first.

    A message waits while an earlier one of its conversation and of its importance is on the way; it does not wait for
    one that was put off to a decent hour. Held under ``lease`` for the policy's ``hold``.
    """
    given = {"now": now, "soon": now + policy.keeps_place, "most": limit}
    messages = list(session.execute(_CLAIM, given).scalars())
    for message in messages:
        message.lease, message.lease_until = lease, now + policy.hold
    return messages


def conversations_of(session: Session, messages: list[Message]) -> dict[int, Conversation]:
    """The conversations that these messages belong to, by id."""
    if not messages:
        return {}
    ids = {message.conversation_id for message in messages}
    rows = session.execute(_CONVERSATIONS, {"ids": list(ids)}).scalars()
    return {row.id: row for row in rows if row.id is not None}


def record_accepted(session: Session, message_id: int, provider_id: str, status: str, now: datetime) -> None:
    """The provider has it under ``provider_id``. A report that came first is not overwritten."""
    session.connection().execute(
        _ACCEPTED,
        {
            "the_message": message_id,
            "the_provider_id": provider_id,
            "the_status": status,
            "the_rank": RANK[status],
            "now": now,
        },
    )


def record_refused(
    session: Session,
    message: Message,
    lease: str,
    now: datetime,
    policy: RetryPolicy,
    *,
    code: int | None,
    permanent: bool,
) -> None:
    """The provider refused it: for good, or to be tried again after a growing wait."""
    tries = message.attempts
    final = permanent or tries > len(policy.retry_after)
    values: dict[str, object] = {"error_code": code}
    if final:
        values |= {"status": "failed", "status_rank": RANK["failed"]}
        values["failure"] = "refused for good" if permanent else f"refused {tries} times"
    else:
        values |= {
            "status": "queued",
            "status_rank": RANK["queued"],
            "next_try_at": now + policy.retry_after[tries - 1],
        }
        values["failure"] = "refused, will be tried again"
    _settle(session, message, lease, values)


def record_no_answer(session: Session, message: Message, lease: str, now: datetime, policy: RetryPolicy) -> None:
    """Nobody knows whether the provider took it: ask the provider after a grace, never resend blindly."""
    values = _moved("unknown", "no answer from the provider; being checked")
    _settle(session, message, lease, values | {"next_try_at": now + policy.answer_grace})


def requeue(session: Session, message: Message, lease: str) -> None:
    """The provider never got it: it waits for the sender again, and for the sender's decision."""
    values: dict[str, object] = {"status": "queued", "status_rank": RANK["queued"], "next_try_at": None}
    _settle(session, message, lease, values)


def close_unknown(session: Session, message: Message, lease: str) -> None:
    """The provider could not be asked for a day: it may have arrived, so it is not sent again."""
    _settle(session, message, lease, _moved("failed", "no answer from the provider; it may have arrived"))


def _moved(status: str, failure: str) -> dict[str, object]:
    return {"status": status, "status_rank": RANK[status], "failure": failure}


def _settle(session: Session, message: Message, lease: str, values: dict[str, object]) -> None:
    """Write down how a send stands and let it go, unless a report has moved the message on meanwhile."""
    session.execute(
        update(_m)
        .where(_m.c.id == message.id, _m.c.lease == lease, _m.c.status_rank < RANK["accepted"])
        .values(lease=None, lease_until=None, **values)
    )


def known_provider_ids(session: Session, channel: str, provider_ids: list[str]) -> set[str]:
    """Which of these the record already has."""
    rows = session.execute(select(_m.c.provider_id).where(_m.c.channel == channel, _m.c.provider_id.in_(provider_ids)))
    return {row.provider_id for row in rows}
