"""The catalogue in memory is never older than the one in the database."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, delete, select, update

from casework.db import reading, writing
from casework.tables import School
from prospectus import catalogue as catalogue_module
from prospectus import changes
from prospectus.catalogue import current, wait_until_fresh, warm
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


class TestALargeCatalogue:
    """A large one is never read whole while a search waits, once there is a copy."""

    @pytest.fixture(autouse=True)
    def everything_is_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(catalogue_module, "SMALL", 0)

    def test_one_edit_reads_one_course(self, engine: Engine, build: Builder, read: Read) -> None:
        build.course("B")
        assert titles(read) == ["Course A", "Course B"]
        with writing(engine) as session:
            session.exec(select(Course).where(Course.ref == "B")).one().title = "Course Z"
        asked: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(f"{args[2]} {args[3]}"))
        assert titles(read) == ["Course A", "Course Z"]
        (courses,) = [statement for statement in asked if "FROM course " in statement or "FROM course\n" in statement]
        assert "course.id IN" in courses

    def test_a_change_of_anything_is_read_beside_the_searches(self, engine: Engine, read: Read) -> None:
        assert titles(read) == ["Course A"]
        with writing(engine) as session:
            session.exec(update(Course).values(title="Course Z"))
        assert titles(read) == ["Course A"], "it is answered from the copy before"
        wait_until_fresh(engine, 30)
        assert titles(read) == ["Course Z"]

    def test_many_edits_are_tidied_up(
        self, engine: Engine, build: Builder, read: Read, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(catalogue_module, "TIDY_FROM", 2)
        titles(read)
        for ref in "BCDE":
            build.course(ref)
            assert f"Course {ref}" in titles(read)
        wait_until_fresh(engine, 30)
        build.course("F")
        titles(read)
        assert len(current(read()).changed) <= 2, "the whole was read again meanwhile"
        assert titles(read) == [f"Course {ref}" for ref in "ABCDEF"]

    def test_more_edits_than_are_kept_track_of(
        self, engine: Engine, build: Builder, read: Read, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        titles(read)
        monkeypatch.setattr(changes, "KEPT", 2)
        for ref in "BCDE":
            build.course(ref)
        assert titles(read) == ["Course A"]
        wait_until_fresh(engine, 30)
        assert titles(read) == [f"Course {ref}" for ref in "ABCDE"]

    def test_what_cannot_be_read_leaves_the_copy_before(self, engine: Engine, read: Read) -> None:
        assert titles(read) == ["Course A"]
        with writing(engine) as session:
            session.exec(update(Course).values(title="Course Z"))
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE provider RENAME TO provider_gone")
        assert titles(read) == ["Course A"]
        wait_until_fresh(engine, 30)
        assert titles(read) == ["Course A"]


def test_warming_reads_it_before_anybody_asks(engine: Engine, read: Read) -> None:
    warm(engine)
    wait_until_fresh(engine, 30)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert titles(read) == ["Course A"]
    assert not [statement for statement in asked if "FROM course" in statement]
