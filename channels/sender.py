"""The outbox sender: takes due messages to their provider, and decides at that moment whether each may go.

Providers have no idempotency key, so a send is written down before it is tried. A send whose answer never came is
*unknown*: the provider's own list is asked whether it took the message, and only if not is it tried again.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine

from casework import outbox
from casework.clock import Clock
from casework.db import reading, writing
from casework.delivery import RANK
from casework.followup.calendar import Calendar
from casework.gsm7 import measure
from casework.leases import NewLease, random_lease
from casework.reports import OPTED_OUT, record_opt_out
from casework.sending import SendingPolicy, may_send
from casework.tables import Message
from channels.steps import step

log = logging.getLogger(__name__)

CLOCK_SKEW = timedelta(minutes=2)
"""How far the provider's clock may lag behind ours when its list is searched."""


class Refused(Exception):
    """The provider said no. ``permanent`` says that trying again is pointless."""

    def __init__(self, code: int | None, *, permanent: bool) -> None:
        super().__init__(f"refused: {code}")
        self.code = code
        self.permanent = permanent


class NoAnswer(Exception):
    """The request may have arrived; no answer came."""


@dataclass(frozen=True)
class Accepted:
    """The provider has it. ``status`` is one of ``casework.delivery.RANK``."""

    provider_id: str
    status: str = "accepted"


@dataclass(frozen=True)
class Found:
    """A message in the provider's own list."""

    provider_id: str
    body: str
    status: str
    created_at: datetime


class SmsBackend(Protocol):
    """What the sender needs of an SMS provider."""

    def send(self, to: str, body: str, message_id: int) -> Accepted:
        """Hand over one text. Raises ``Refused`` or ``NoAnswer``."""
        ...

    def find(self, to: str, since: datetime) -> list[Found]:
        """What the provider took for ``to`` since then, oldest first. Raises ``Refused`` or ``NoAnswer``."""
        ...


@dataclass(frozen=True)
class Claimed:
    """A message to be taken to the provider. ``check_first``: an earlier try may have arrived."""

    message: Message
    address: str
    lease: str
    check_first: bool


class Sender:
    """Sends from ``engine``'s outbox. Any number of these may run, in any number of processes."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        sms: SmsBackend,
        *,
        policy: SendingPolicy | None = None,
        retry: outbox.RetryPolicy | None = None,
        new_lease: NewLease = random_lease,
        calendar: Calendar | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._sms = sms
        self._policy = policy or SendingPolicy()
        self._retry = retry or outbox.RetryPolicy()
        self._new_lease = new_lease
        self._calendar = calendar

    def claim(self, limit: int) -> list[Claimed]:
        """Take hold of due messages, and settle those that need no provider: web chat, put off, suppressed."""
        while True:
            found, claimed = self._claim(limit)
            if claimed or not found:
                return claimed

    def _claim(self, limit: int) -> tuple[bool, list[Claimed]]:
        now = self._clock()
        with reading(self._engine) as session:
            if not outbox.any_open(session, now):
                return False, []
        lease = self._new_lease()
        claimed: list[Claimed] = []
        with writing(self._engine) as session:
            messages = outbox.claim(session, lease, now, self._retry, limit)
            conversations = outbox.conversations_of(session, messages)
            for message in messages:
                conversation = conversations[message.conversation_id]
                check_first = message.status != "queued"
                if not check_first:
                    decision = may_send(session, message, conversation, now, self._policy, self._calendar)
                    if decision.action != "send":
                        _put_off(message, decision.action, decision.until, decision.reason)
                        continue
                if message.channel == "web":
                    _shown(message, now)
                    continue
                self._begin(message, now, check_first)
                claimed.append(Claimed(message, conversation.address, lease, check_first))
        if messages:
            step("send.claimed")
        return bool(messages), claimed

    def send(self, claimed: Claimed) -> None:
        """Take one claimed message to the provider and write down what came of it."""
        message = claimed.message
        try:
            if claimed.check_first:
                accepted = self._reconcile(claimed)
                if accepted is None:
                    return
            else:
                step("send.before_provider")
                accepted = self._sms.send(claimed.address, message.text, message.id or 0)
        except NoAnswer:
            log.warning("no answer from the SMS provider for message %s", message.id)
            with writing(self._engine) as session:
                outbox.record_no_answer(session, message, claimed.lease, self._clock(), self._retry)
            return
        except Refused as refused:
            log.warning("the SMS provider refused message %s: %s", message.id, refused.code)
            with writing(self._engine) as session:
                if claimed.check_first:
                    # it was the question that was refused, not the message
                    outbox.record_no_answer(session, message, claimed.lease, self._clock(), self._retry)
                else:
                    outbox.record_refused(
                        session,
                        message,
                        claimed.lease,
                        self._clock(),
                        self._retry,
                        code=refused.code,
                        permanent=refused.permanent,
                    )
                    if refused.code == OPTED_OUT:
                        record_opt_out(session, message.id or 0, self._clock())
            return
        step("send.accepted")
        with writing(self._engine) as session:
            outbox.record_accepted(session, message.id or 0, accepted.provider_id, accepted.status, self._clock())
        step("send.recorded")

    def drain(self) -> int:
        """Send everything that is due, in this thread. For replays, simulations and tests."""
        done = 0
        while claimed := self.claim(50):
            for one in claimed:
                self.send(one)
            done += len(claimed)
        return done

    def _begin(self, message: Message, now: datetime, check_first: bool) -> None:
        message.segments = measure(message.text).segments
        if not check_first:
            message.attempts += 1
            message.status, message.status_rank = "sending", RANK["sending"]
            message.send_started_at = message.send_started_at or now
            message.next_try_at = None

    def _reconcile(self, claimed: Claimed) -> Accepted | None:
        """Find an earlier try at the provider, or put the message back in the queue if it never got there."""
        message, now = claimed.message, self._clock()
        started = message.send_started_at or message.created_at
        if now - started > self._retry.give_up_asking:
            with writing(self._engine) as session:
                outbox.close_unknown(session, message, claimed.lease)
            return None
        found = [one for one in self._sms.find(claimed.address, started - CLOCK_SKEW) if one.body == message.text]
        with reading(self._engine) as session:
            known = outbox.known_provider_ids(session, message.channel, [one.provider_id for one in found])
        ours = [one for one in found if one.provider_id not in known]
        if ours:
            return Accepted(ours[0].provider_id, ours[0].status)
        with writing(self._engine) as session:
            outbox.requeue(session, message, claimed.lease)
        return None


def _put_off(message: Message, action: str, until: datetime | None, reason: str) -> None:
    message.lease = message.lease_until = None
    message.failure = reason
    if action == "defer":
        message.next_try_at = until
    else:
        message.status, message.status_rank = "suppressed", RANK["suppressed"]


def _shown(message: Message, now: datetime) -> None:
    message.status, message.status_rank = "sent", RANK["sent"]
    message.sent_at = now
    message.attempts += 1
    message.lease = message.lease_until = None
