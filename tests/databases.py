"""Databases with every table in them, quickly: what takes long is done once in a run."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import Engine

import prospectus.tables  # noqa: F401
from casework.db import open_engine
from onward.migrate import upgrade
from tests import postgres


def on_sqlite(path: Path | str) -> Engine:
    """An empty record in a file that is not there yet."""
    return copy_of(upgrade, path)


def copy_of(make: Callable[[Engine], object], path: Path | str) -> Engine:
    """A database in a file that is not there yet, as ``make`` makes one: a copy takes a hundredth of the time."""
    shutil.copyfile(_made_once(make), path)
    return open_engine(f"sqlite:///{path}")


@cache
def _made_once(make: Callable[[Engine], object]) -> str:
    path = tempfile.mkstemp(prefix="onward-template-", suffix=".db")[1]
    atexit.register(Path(path).unlink, missing_ok=True)
    engine = open_engine(f"sqlite:///{path}")
    make(engine)
    # closing the last connection folds the write-ahead log into the file
    engine.dispose()
    return path


class OnPostgres:
    """One record on PostgreSQL, emptied for each test: making one takes a second."""

    def __init__(self, url: str) -> None:
        engine = open_engine(url)
        upgrade(engine)
        engine.dispose()
        self.url = url

    def empty(self) -> None:
        """Delete every row and number from one again, whoever is still at it."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            tables = connection.execute(
                "SELECT quote_ident(tablename) FROM pg_tables "
                "WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
            names = [name for (name,) in tables]
            try:
                # without this, rows would have to go in an order that every foreign key agrees with
                connection.execute("SET session_replication_role = replica")
            except psycopg.errors.InsufficientPrivilege:
                connection.execute(f"TRUNCATE {', '.join(names)} CASCADE")  # type: ignore[arg-type]
            else:
                connection.execute("; ".join(f"DELETE FROM {name}" for name in names))  # type: ignore[arg-type]
            connection.execute("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")


@contextmanager
def on_postgres(server: str) -> Iterator[OnPostgres]:
    """A record of its own on this server, for the length of the block."""
    with postgres.database(server) as url:
        yield OnPostgres(url)
