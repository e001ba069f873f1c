"""Asking by many values at once, on both databases."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, event, or_, select, text
from sqlmodel import Session

from casework.among import among
from casework.bulk import insert_rows
from casework.db import by_index, reading, writing
from casework.tables import Conversation
from tests.unit.followup.conftest import engine  # noqa: F401

C: Table = Conversation.__table__  # type: ignore[attr-defined]
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ODD = ["+447700900001", "o'brien", 'a "b"', "c\\d", "{e,f}", "ŵyneb", "[1]", "null", " "]


@pytest.fixture
def filled(engine: Engine) -> Engine:  # noqa: F811
    with writing(engine) as session:
        row = {"channel": "web", "mode": "assistant", "state": {}, "created_at": AT}
        insert_rows(session.connection(), C, [row | {"address": address} for address in ODD])
    return engine


def addresses(session: Session, condition: object) -> list[str]:
    return list(session.execute(select(C.c.address).where(condition).order_by(C.c.id)).scalars())  # type: ignore[arg-type]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    wanted=st.sets(st.sampled_from([*ODD, "nobody", "'); --"])),
    ids=st.sets(st.integers(-(2**62), 2**62) | st.integers(1, 9)),
)
def test_it_finds_just_what_in_finds(filled: Engine, wanted: set[str], ids: Collection[int]) -> None:
    with reading(filled) as session:
        for ours, theirs in (
            (among(C.c.address, wanted), C.c.address.in_(wanted)),
            (~among(C.c.address, wanted), C.c.address.not_in(wanted)),
            (among(C.c.id, ids), C.c.id.in_(ids)),
            (or_(among(C.c.address, wanted), among(C.c.id, ids)), or_(C.c.address.in_(wanted), C.c.id.in_(ids))),
        ):
            assert addresses(session, ours) == addresses(session, theirs)


def test_a_statement_that_is_built_once_takes_other_values_each_time(filled: Engine) -> None:
    query = select(C.c.id).where(among(C.c.id, "ids")).order_by(C.c.id)
    with reading(filled) as session:
        for ids in ([1, 3], [], (2,), {4, 5, 6}):
            assert list(session.execute(query, {"ids": ids}).scalars()) == sorted(ids)


@contextmanager
def explained(engine: Engine) -> Iterator[None]:  # noqa: F811
    """Statements in it are explained, not run."""
    before = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "

    def explain(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> tuple[str, Any]:
        return (before + statement if statement.startswith("SELECT") else statement), given

    event.listen(engine, "before_cursor_execute", explain, retval=True)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def test_the_index_answers_it_even_in_a_table_nothing_is_known_of_yet(filled: Engine) -> None:
    for condition in (
        among(C.c.young_person_id, [1, 2]),
        or_(among(C.c.young_person_id, [1, 2]), (C.c.channel == "sms") & among(C.c.address, ["a", "b"])),
    ):
        with writing(filled) as session, explained(filled):
            by_index(session)
            rows = session.connection().execute(select(C.c.id.label("plan")).where(condition)).cursor.fetchall()
        plan = " ".join(str(row[-1]) for row in rows)
        assert "Seq Scan" not in plan
        assert "SCAN conversation" not in plan
        assert "ix_conversation_young_person_id" in plan


def test_what_follows_in_other_transactions_may_read_whole_tables_again(filled: Engine) -> None:
    if filled.dialect.name == "sqlite":
        pytest.skip("SQLite has no such setting")
    with writing(filled) as session:
        by_index(session)
    with reading(filled) as session:
        assert session.execute(text("SHOW enable_seqscan")).scalar_one() == "on"
