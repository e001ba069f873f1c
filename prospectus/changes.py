"""Marking the catalogue as changed, in the transaction that changes it.

Sessions do it by themselves, for rows and for ORM-enabled ``update``, ``delete`` and ``insert`` statements. Whoever
writes around the session (plain SQL on a connection) calls ``mark_changed``. For rows it is kept which courses they
are of, so that a copy of the catalogue is brought up to date by reading those alone.
"""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, event, inspect
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session
from sqlmodel import col

from prospectus.tables import CatalogueTouch, CatalogueVersion, Course, GazetteerPlace, Provider, Run

CATALOGUE = (Provider, Course, Run, GazetteerPlace)

MOST_NAMED = 500
"""Courses or providers named in one row of the log; of more it is only said that there are many."""

KEPT = 500
"""Rows of the log that are kept."""


def mark_changed(
    connection: Connection, courses: Collection[int] | None = None, providers: Collection[int] | None = None
) -> None:
    """Give the catalogue a new version. It is a random one, so that no two states ever share a version.

    ``courses`` and ``providers`` are the ids of all that changed; None for either means that it can be any.
    """
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"id": 1, "token": uuid4().hex}
    statement = insert(CatalogueVersion).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"token": values["token"]}))
    # the row above is locked until the commit: the log is in the order of the commits
    named = courses is not None and providers is not None and max(len(courses), len(providers)) <= MOST_NAMED
    entry = {
        "token": values["token"],
        "courses": sorted(courses) if named and courses is not None else None,
        "providers": sorted(providers) if named and providers is not None else None,
    }
    added = connection.execute(plain_insert(CatalogueTouch).values(**entry)).inserted_primary_key
    if added is not None:
        connection.execute(delete(CatalogueTouch).where(col(CatalogueTouch.id) <= added[0] - KEPT))


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, _context: Any) -> None:
    # new and deleted are small; dirty also holds rows that were set to what they were
    rows = [row for kept in (session.new, session.deleted) for row in kept if isinstance(row, CATALOGUE)]
    rows += [row for row in session.dirty if isinstance(row, CATALOGUE) and session.is_modified(row)]
    if not rows:
        return
    if any(isinstance(row, GazetteerPlace) for row in rows):
        # a gazetteer says where courses are: any may be somewhere else now
        mark_changed(session.connection())
        return
    providers = {row.id for row in rows if isinstance(row, Provider) and row.id is not None}
    courses = {row.id for row in rows if isinstance(row, Course) and row.id is not None}
    courses.update(owner for row in rows if isinstance(row, Run) for owner in _owners(row))
    mark_changed(session.connection(), courses, providers)


def _owners(run: Run) -> Iterator[int]:
    """The course of a run, and the one that it was moved from."""
    yield run.course_id
    yield from (owner for owner in inspect(run).attrs.course_id.history.deleted or () if owner is not None)


@event.listens_for(Session, "do_orm_execute")
def _on_statement(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, CATALOGUE):
        mark_changed(state.session.connection())
