"""Marking the catalogue as changed, in the transaction that changes it.

Sessions do it by themselves, for rows and for ORM-enabled ``update``, ``delete`` and ``insert`` statements. Whoever
writes around the session (plain SQL on a connection) calls ``mark_changed``.
"""

from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session

from prospectus.tables import CatalogueVersion, Course, Provider, Run

CATALOGUE = (Provider, Course, Run)


def mark_changed(connection: Connection) -> None:
    """Give the catalogue a new version. It is a random one, so that no two states ever share a version."""
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"id": 1, "token": uuid4().hex}
    statement = insert(CatalogueVersion).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"token": values["token"]}))


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, _context: Any) -> None:
    # new and deleted are small; dirty also holds rows that were set to what they were
    changed = any(isinstance(row, CATALOGUE) for rows in (session.new, session.deleted) for row in rows) or any(
        isinstance(row, CATALOGUE) and session.is_modified(row) for row in session.dirty
    )
    if changed:
        mark_changed(session.connection())


@event.listens_for(Session, "do_orm_execute")
def _on_statement(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, CATALOGUE):
        mark_changed(state.session.connection())
