"""What every process of an installation opens at its start, in one place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from casework.clock import Clock, system_clock
from casework.db import open_engine
from casework.voice import Voice
from channels.inbox import Inbox
from onward.following import build_followups
from onward.settings import Settings

WEB_CONNECTIONS = 10
"""Database connections of a web process: pages are read in a few threads, and the inbox writes in one."""


@dataclass(frozen=True)
class Services:
    """What the pages and channels of a web process work with."""

    settings: Settings
    engine: Engine
    clock: Clock
    voice: Voice
    inbox: Inbox


@contextmanager
def opened(settings: Settings, *, clock: Clock = system_clock) -> Iterator[Services]:
    """The services, closed again at the end of the block: the inbox stores what it holds first."""
    engine = open_engine(settings.database_url, pool_size=WEB_CONNECTIONS)
    inbox = Inbox(engine, clock)
    voice = Voice.load(settings.data_dir)
    build_followups(engine, clock, settings.data_dir, voice=voice, service=settings.service_name).install()
    try:
        yield Services(settings, engine, clock, voice, inbox)
    finally:
        inbox.close()
        engine.dispose()
