"""Putting the parts together: the same parts for the worker, a replay, a simulation and a test."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from sqlalchemy import Engine

from actions.registry import build_executor
from casework.activities.rules import Rules
from casework.clock import Clock
from casework.followup.calendar import Calendar
from casework.followup.questions import Questions
from casework.followup.service import FollowUps
from casework.guard import Guard
from casework.identity.codes import NewCode, random_code
from casework.identity.linking import Linking
from casework.language import Languages
from casework.leases import NewLease, random_lease
from casework.outbox import RetryPolicy
from casework.sending import SendingPolicy
from casework.voice import Voice
from channels.actionserver import ActionServer
from channels.bot import BotClient, Thinker
from channels.runner import TurnPolicy, TurnRunner
from channels.sender import Sender, SmsBackend
from channels.turn import TurnTaker
from onward.following import build_followups
from onward.worker import Tick, Worker
from prospectus.catalogue import warm


@dataclass(frozen=True)
class Policies:
    """The times and limits of turns and sends. The defaults are for people; tests use shorter ones."""

    turn: TurnPolicy = field(default_factory=TurnPolicy)
    sending: SendingPolicy = field(default_factory=SendingPolicy)
    retry: RetryPolicy = field(default_factory=RetryPolicy)


@dataclass(frozen=True)
class Parts:
    """What turns and sends are made of, over one database and one folder of data."""

    engine: Engine
    clock: Clock
    data_dir: Path
    voice: Voice
    guard: Guard
    languages: Languages
    service: str = "Onward"
    policies: Policies = Policies()
    new_lease: NewLease = random_lease
    public_url: str | None = None
    """Where people reach the service's pages; None: nothing that is said links to them."""
    secret: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    """Keys the digests of one-time codes; the same in every process that takes turns."""
    new_code: NewCode = random_code

    @classmethod
    def load(
        cls,
        engine: Engine,
        clock: Clock,
        data_dir: Path,
        *,
        service: str = "Onward",
        policies: Policies | None = None,
        new_lease: NewLease = random_lease,
        public_url: str | None = None,
        secret: str | None = None,
        new_code: NewCode = random_code,
    ) -> "Parts":
        """Read the data files. Raises what their readers raise, with the file's name, when one is wrong."""
        return cls(
            engine=engine,
            clock=clock,
            data_dir=data_dir,
            voice=Voice.load(data_dir),
            guard=Guard.load(data_dir),
            languages=Languages.load(data_dir),
            service=service,
            policies=policies or Policies(),
            new_lease=new_lease,
            public_url=public_url,
            secret=secret or secrets.token_hex(32),
            new_code=new_code,
        )

    @cached_property
    def followups(self) -> FollowUps:
        """Follow-up over this database."""
        return build_followups(
            self.engine,
            self.clock,
            self.data_dir,
            voice=self.voice,
            service=self.service,
            policy=self.policies.sending,
        )

    def runner(self, thinker: Thinker, on_replies: Callable[[], None] | None = None) -> TurnRunner:
        """A turn runner that thinks with ``thinker``."""
        return TurnRunner(
            self.engine,
            self.clock,
            TurnTaker(self.guard, self.languages, thinker),
            self.voice,
            service=self.service,
            policy=self.policies.turn,
            new_lease=self.new_lease,
            on_replies=on_replies,
            linking=Linking(self.secret, self.new_code, self.voice, self.service),
            rules=Rules.load(self.data_dir),
            questions=Questions.load(self.data_dir),
        )

    def sender(self, sms: SmsBackend) -> Sender:
        """A sender that texts by ``sms``."""
        return Sender(
            self.engine,
            self.clock,
            sms,
            policy=self.policies.sending,
            retry=self.policies.retry,
            new_lease=self.new_lease,
            calendar=Calendar.load(self.data_dir),
        )

    def actions(self, secret: str, *, host: str = "127.0.0.1", port: int = 0) -> ActionServer:
        """The action server over this database. Raises ``OSError`` when the port is taken."""
        executor = build_executor(self.engine, self.data_dir, public_url=self.public_url)
        # a large catalogue takes seconds to read: the first question should not wait for all of it
        warm(self.engine)
        return ActionServer(executor, secret, host=host, port=port)


def build_worker(
    parts: Parts,
    bot: BotClient,
    sms: SmsBackend,
    *,
    runners: int = 4,
    senders: int = 4,
    ticks: Sequence[Tick] = (),
) -> Worker:
    """A worker that has not been started yet."""
    return Worker(partial(parts.runner, bot), parts.sender(sms), runners=runners, senders=senders, ticks=ticks)
