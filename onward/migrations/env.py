"""What Alembic runs: the tables in code against the connection that ``onward.migrate`` opened."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import casework.tables  # noqa: F401
import prospectus.tables  # noqa: F401
from casework.tables.base import UTCDateTime

UPGRADE_LOCK = 7_266_273
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time (``ONWARD`` on a phone's keys)."""


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write column types plainly, so that an old migration never depends on today's code."""
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


def migrate(connection: Connection) -> None:
    """Run what is due in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        # our engine opens SQLite's transactions itself, so that a migration is all or nothing there too
        transactional_ddl=True,
        render_item=render,
        process_revision_directives=number,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        context.run_migrations()
        if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
            raise RuntimeError(f"the migration would leave a row of {broken[0]} pointing at nothing")


def number(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Number revisions 0001, 0002, ... and write nothing where nothing changed."""
    if not directives:
        return
    script = directives[0]
    if script.upgrade_ops.is_empty():
        directives[:] = []
        return
    before = context.script.get_current_head()
    script.rev_id = f"{int(before or 0) + 1:04d}"


migrate(context.config.attributes["connection"])
