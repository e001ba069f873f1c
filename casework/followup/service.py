"""Follow-up as one thing: plan, dispatch and settle over one database, with the plans as they are now."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from casework.clock import Clock
from casework.followup.desk import Naming, PlainNaming
from casework.followup.dispatch import Dispatcher, Limits
from casework.followup.hook import install
from casework.followup.looking import Looker, Progress
from casework.followup.people import Names, Reader
from casework.followup.settling import Settler
from casework.followup.versions import counted
from casework.hours import SendingPolicy
from casework.voice import Voice
from casework.yamlfile import BadData

log = logging.getLogger(__name__)


@dataclass
class FollowUps:
    """Everything that follow-up does. Any number of these may run on one database."""

    engine: Engine
    clock: Clock
    data_dir: Path
    voice: Voice | None = None
    """None: read when the first text is worded, for whoever only plans."""
    naming: Naming = field(default_factory=PlainNaming)
    provider_names: Names | None = None
    policy: SendingPolicy = field(default_factory=SendingPolicy)
    limits: Limits = field(default_factory=Limits)
    service: str = "Onward"

    @cached_property
    def reader(self) -> Reader:
        """The plans, read and counted once. Raises ``casework.yamlfile.BadData`` for a file that cannot be used."""
        reader = Reader.load(self.data_dir, self.provider_names)
        book = counted(self.engine, reader.book, self.clock())
        return Reader(reader.codes, book, reader.schemes, reader.provider_names)

    def install(self) -> None:
        """Replan in every transaction of the engine that changes what a plan may look at.

        The plans are read and counted now: counting writes, and on SQLite it would wait for ever for the very
        transaction that it is done in. Where they cannot be read, people are planned for by the next sweep.
        """
        try:
            _ = self.reader
        except (BadData, SQLAlchemyError) as error:
            log.error("the plans of follow-up could not be read: %s", type(error).__name__)
        install(self.engine, self._counted, self.clock)

    def _counted(self) -> Reader:
        """The plans, for use in a transaction that is open. Raises ``RuntimeError`` where they were never read."""
        if "reader" not in self.__dict__:
            raise RuntimeError("the plans have not been read")
        return self.reader

    def look(self, now: datetime | None = None, *, most: int | None = None, progress: Progress | None = None) -> int:
        """Plan again for whoever is due; answers for how many."""
        return Looker(self.engine, lambda: self.reader).run(now or self.clock(), most=most, progress=progress)

    def dispatch(self, now: datetime | None = None, *, most: int | None = None) -> Counter[str]:
        """Take what is due; answers how many contacts ended or waited how."""
        return self._dispatcher.run(now or self.clock(), most=most)

    def settle(self, now: datetime | None = None) -> Counter[str]:
        """Bring outcomes of messages to their contacts."""
        return Settler(self.engine, lambda: self.reader).run(now or self.clock())

    @cached_property
    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.engine,
            lambda: self.reader,
            self.voice or Voice.load(self.data_dir),
            self.naming,
            self.policy,
            self.limits,
            self.service,
        )
