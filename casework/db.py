"""Opening the database: SQLite (embedded default) or PostgreSQL, behind the same functions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from casework.writelock import QueueingConnection

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another one on SQLite; a turn's commit takes a few milliseconds."""


GOES_FIRST: dict[str, Any] = {"onward_first": True}
"""Execution options of a writer for whom somebody waits within milliseconds: it goes before others on SQLite."""


def open_engine(url: str, *, pool_size: int = 10) -> Engine:
    """Open the database at ``url`` (``sqlite:///path`` or ``postgresql+psycopg://...``).

    SQLite is opened in WAL mode with full synchronisation: what was acknowledged survives a power cut too.
    Raises ``sqlalchemy.exc.ArgumentError`` for a URL that is none.
    """
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=pool_size, max_overflow=10, pool_pre_ping=True)
    engine = create_engine(url, pool_size=pool_size, max_overflow=10, connect_args={"factory": QueueingConnection})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: ConnectionPoolEntry) -> None:
        # the driver must not open transactions by itself, or a read would turn into a write half way
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # a writer takes the lock at once: upgrading a read later fails at once with "database is locked"
        if connection.get_execution_options().get("onward_read"):
            connection.exec_driver_sql("BEGIN")
        else:
            first = bool(connection.get_execution_options().get("onward_first"))
            connection.connection.driver_connection.begin_write(first=first)

    return engine


BEFORE_COMMIT: WeakKeyDictionary[Engine, Callable[[Session], None]] = WeakKeyDictionary()
"""What is done in every ``writing`` transaction of an engine before it commits (casework.followup.hook)."""


def is_sqlite(engine: Engine) -> bool:
    """Whether there is one writer at a time and no SKIP LOCKED."""
    return engine.dialect.name == "sqlite"


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads: on SQLite it never waits for a writer. Nothing is committed."""
    with (
        engine.connect().execution_options(onward_read=True) as connection,
        Session(bind=connection, autoflush=False, expire_on_commit=False) as session,
    ):
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back when it raises."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
        before_commit = BEFORE_COMMIT.get(engine)
        if before_commit is not None:
            before_commit(session)


def by_index(session: Session) -> None:
    """Have the rest of this transaction find rows by index only: for work that asks by ids, hundreds at a time.

    PostgreSQL learns about once a minute how a table has grown. Until then it reads one that has just been filled from
    one end to the other for every few hundred people; the more there are, the longer each time.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # without the second, what can only be read whole looks so dear that a plan is compiled for it first
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL jit = off")
