"""The catalogue in memory is never older than the one in the database."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, delete, select, update

from casework.db import reading, writing
from casework.tables import School
from prospectus.catalogue import current
from prospectus.changes import mark_changed
from prospectus.search import Query, search
from prospectus.tables import CatalogueVersion, Course, Provider, Run
from tests.unit.prospectus.conftest import TODAY, Builder

Read = Callable[[], Session]


def titles(read: Read) -> list[str]:
    return sorted(hit.title for hit in search(read(), Query(limit=50), today=TODAY).hits)


@pytest.fixture(autouse=True)
def one_course(build: Builder) -> None:
    build.provider("P1")
    build.course("A")


def test_a_new_course_is_found(build: Builder, read: Read) -> None:
    assert titles(read) == ["Course A"]
    build.course("B")
    assert titles(read) == ["Course A", "Course B"]


def test_a_changed_row_is_seen(engine: Engine, read: Read) -> None:
    assert titles(read) == ["Course A"]
    with writing(engine) as session:
        session.exec(select(Course)).one().title = "Course Z"
    assert titles(read) == ["Course Z"]
    with writing(engine) as session:
        session.exec(select(Run)).one().start = date(2026, 9, 1)
    assert titles(read) == []


def test_a_statement_over_many_rows_is_seen(engine: Engine, read: Read) -> None:
    assert titles(read) == ["Course A"]
    with writing(engine) as session:
        session.exec(update(Course).values(title="Course Z"))
    assert titles(read) == ["Course Z"]
    with writing(engine) as session:
        session.exec(delete(Run))
        session.exec(delete(Course).where(col(Course.ref) == "A"))
    assert titles(read) == []


def test_a_deleted_row_is_seen(engine: Engine, read: Read) -> None:
    assert titles(read) == ["Course A"]
    with writing(engine) as session:
        session.delete(session.exec(select(Run)).one())
        session.flush()
        session.delete(session.exec(select(Course)).one())
    assert titles(read) == []


def test_plain_sql_is_seen_once_it_says_so(engine: Engine, read: Read) -> None:
    assert titles(read) == ["Course A"]
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE course SET title = 'Course Z'")
        mark_changed(connection)
    assert titles(read) == ["Course Z"]


def test_what_was_rolled_back_is_not_kept(engine: Engine, read: Read) -> None:
    with Session(engine) as session:
        session.exec(select(Course)).one().title = "Course Z"
        session.flush()
        assert [hit.title for hit in search(session, Query(), today=TODAY).hits] == ["Course Z"]
        session.rollback()
    assert titles(read) == ["Course A"]


def version(engine: Engine) -> str:
    with reading(engine) as session:
        return session.exec(select(CatalogueVersion.token)).one()


def test_other_tables_and_empty_changes_leave_the_version_alone(engine: Engine) -> None:
    before = version(engine)
    with writing(engine) as session:
        session.add(School(ref="S1", name="A school", town="Margate"))
        provider = session.exec(select(Provider)).one()
        provider.name = str(provider.name)
    assert version(engine) == before


def test_an_unchanged_catalogue_costs_one_small_query(engine: Engine) -> None:
    asked: list[str] = []
    with reading(engine) as session:
        first = current(session)
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        assert current(session) is first
        search(session, Query(place="thanet"), today=TODAY)
    assert len(asked) == 2
    assert all("catalogue_version" in statement for statement in asked)


def test_a_database_that_has_no_version_is_read_each_time(engine: Engine, read: Read) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM catalogue_version")
    assert titles(read) == ["Course A"]
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE course SET title = 'Course Z'")
    assert titles(read) == ["Course Z"]
