"""Writing many rows at once in the quickest way that each database has."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Table, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

FEW = 20
"""Rows for which an ordinary insert is as quick."""


def new_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Ids for so many new rows of ``table``, for whoever must know them before the rows are written.

    On SQLite the transaction must hold the write lock, as every ``casework.db.writing`` one does.
    """
    if connection.dialect.name == "postgresql":
        sequence = func.nextval(func.pg_get_serial_sequence(literal(table.name), literal("id")))
        series = func.generate_series(1, count).table_valued("number")
        return [int(row[0]) for row in connection.execute(select(sequence).select_from(series))]
    last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    return list(range(int(last) + 1, int(last) + count + 1))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; a column that is left out has the database's own default or NULL.

    Raises what the database raises for a row that it does not take; then none of them is written.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql" or len(rows) < FEW:
        connection.execute(insert(table), list(rows))
        return
    _copy(connection, table.name, rows)


def insert_new_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of the rows that break no unique constraint; the others are there already, and stay as they are."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), list(rows))
        return
    if len(rows) < FEW:
        connection.execute(postgresql.insert(table).on_conflict_do_nothing(), list(rows))
        return
    # what is copied cannot be told to pass over anything: it goes through a table of this connection's own
    passing = f"passing_{table.name}"
    shape = f'(LIKE "{table.name}" INCLUDING DEFAULTS) ON COMMIT DELETE ROWS'
    connection.exec_driver_sql(f'CREATE TEMPORARY TABLE IF NOT EXISTS "{passing}" {shape}')
    names = ", ".join(f'"{name}"' for name in rows[0])
    _copy(connection, passing, rows)
    connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM "{passing}" ON CONFLICT DO NOTHING'  # noqa: S608
    )
    connection.exec_driver_sql(f'TRUNCATE "{passing}"')


def _copy(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0])
    quoted = ", ".join(f'"{name}"' for name in names)
    cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor, cursor.copy(f'COPY "{table}" ({quoted}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([_adapted(row[name]) for name in names])


def _adapted(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict | list) else value
