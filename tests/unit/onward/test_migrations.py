"""The migrations make exactly the tables that the code describes, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

import casework.tables  # noqa: F401
import prospectus.tables  # noqa: F401
from casework.db import open_engine
from onward.migrate import DatabaseIsNewer, current, head, upgrade


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        engine = open_engine(request.getfixturevalue("postgres_url"))
    yield engine
    engine.dispose()


def shape(engine: Engine) -> dict[str, Any]:
    """Everything a table is, as the database itself tells it."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)
            },
            "indexes": {
                index["name"]: (
                    index["column_names"],
                    index["unique"],
                    {key: str(value) for key, value in index.get("dialect_options", {}).items()},
                )
                for index in inspector.get_indexes(table)
            },
            "unique": {item["name"]: item["column_names"] for item in inspector.get_unique_constraints(table)},
            "foreign": {
                item["name"]: (item["constrained_columns"], item["referred_table"])
                for item in inspector.get_foreign_keys(table)
            },
            "key": inspector.get_pk_constraint(table)["constrained_columns"],
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def test_migrations_and_code_describe_the_same_tables(empty: Engine) -> None:
    upgrade(empty)
    migrated = shape(empty)
    with empty.connect() as connection:
        drift = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), SQLModel.metadata)
    assert drift == [], "run tools/new-migration"
    with empty.begin() as connection:
        SQLModel.metadata.drop_all(connection)
    SQLModel.metadata.create_all(empty)
    assert migrated == shape(empty), "run tools/new-migration"


def test_an_upgrade_from_empty_reaches_the_newest_revision_and_a_second_changes_nothing(empty: Engine) -> None:
    assert current(empty) is None
    assert upgrade(empty) is True
    assert current(empty) == head()
    assert upgrade(empty) is False


def test_a_database_of_a_later_version_is_refused(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseIsNewer, match="9999"):
        upgrade(empty)


def test_what_waits_in_inbox_and_outbox_has_its_own_small_index(empty: Engine) -> None:
    upgrade(empty)
    indexes = shape(empty)["message"]["indexes"]
    for name in ("ix_message_inbox", "ix_message_outbox"):
        where = indexes[name][2][f"{empty.dialect.name}_where"]
        assert "direction" in where


def test_foreign_keys_are_kept_after_an_upgrade(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'keys.db'}")
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_a_full_database_of_the_first_version_is_brought_up(empty: Engine) -> None:
    upgrade(empty, to="0001")
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO provider (ref, name, kind, town, source, checked_on)"
                " VALUES ('p', 'P', 'voluntary', 'Deal', 's', '2026-09-01')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO course (ref, provider_id, title, subject, level, route, summary, keywords, source,"
                " checked_on, retired) SELECT 'c', id, 'C', 'it', '1', 'college', '', '[]', 's', '2026-09-01', false"
                " FROM provider"
            )
        )
        connection.execute(
            text(
                "INSERT INTO young_person (ref, first_name, last_name, language, nation, characteristics, created_at)"
                " VALUES ('y', 'Ann', 'A', 'en', 'england', '[]', '2026-09-01 00:00:00')"
            )
        )
        for table, column, value in (("activity", "code", "619"), ("destination", "stage", "intended")):
            connection.execute(
                text(
                    f"INSERT INTO {table} (young_person_id, {column}, source, recorded_at"
                    + (", choice)" if table == "destination" else ")")
                    + f" SELECT id, '{value}', 's', '2026-09-01 00:00:00'"
                    + (", 1" if table == "destination" else "")
                    + " FROM young_person"
                )
            )
    assert upgrade(empty) is True
    with empty.connect() as connection:
        for table in ("course", "young_person", "activity", "destination"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1
