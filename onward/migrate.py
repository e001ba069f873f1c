"""Bringing a database to the present shape of the record, from code and from the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from casework.db import is_sqlite, open_engine

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


class DatabaseIsNewer(Exception):
    """The database was made by a later version of Onward than this one."""


def upgrade(database: Engine | str, *, to: str = "head") -> bool:
    """Bring the database (an engine or a URL) to a revision, the newest unless said otherwise, all or nothing.

    Answers whether it changed. Several processes may do this at once: one does the work, the others wait
    and find it done.
    Raises ``DatabaseIsNewer``, and what the database raises.
    """
    with _opened(database) as engine, _connected(engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        before = _revision(connection)
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if before is not None and before not in known:
            raise DatabaseIsNewer(f"the database is at revision {before}, which this version does not know")
        command.upgrade(config, to)
        return _revision(connection) != before


def current(database: Engine | str) -> str | None:
    """The revision that the database is at; None for one that was never migrated."""
    with _opened(database) as engine, engine.connect() as connection:
        return _revision(connection)


def head() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def write_revision(database: Engine | str, message: str) -> None:
    """Write a new migration from what the tables in code have and the (newest) database has not."""
    with _opened(database) as engine, _connected(engine) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def _revision(connection: Connection) -> str | None:
    found = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    return found


@contextmanager
def _opened(database: Engine | str) -> Iterator[Engine]:
    if isinstance(database, Engine):
        yield database
        return
    engine = open_engine(database)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        if not is_sqlite(engine):
            yield connection
            return
        # rebuilding a table drops it for a moment, and SQLite would then delete what points at it;
        # the pragma does nothing inside a transaction, so it goes straight to the driver
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            connection.rollback()
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.close()
