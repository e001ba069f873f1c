"""Many rows at once, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Table
from sqlmodel import select

from casework.bulk import FEW, insert_new_rows, insert_rows, new_ids
from casework.db import reading, writing
from casework.tables import Conversation
from tests.unit.followup.conftest import engine  # noqa: F401

TABLE: Table = Conversation.__table__  # type: ignore[attr-defined]
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def rows(first: int, count: int) -> list[dict[str, object]]:
    return [
        {
            "channel": "sms",
            "address": f"+4477009{number:05d}",
            "mode": "assistant",
            "state": {"v": 1, "slots": {"subject": "a \t tab, a \\ and a ' mark"}},
            "created_at": AT,
            "last_inbound_at": None,
        }
        for number in range(first, first + count)
    ]


@pytest.mark.parametrize("count", [0, 1, FEW - 1, FEW, 3 * FEW])
def test_rows_come_back_as_they_were(engine, count: int) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    with writing(engine) as session:
        connection = session.connection()
        ids = new_ids(connection, TABLE, count) if count else []
        insert_rows(connection, TABLE, [row | {"id": id_} for row, id_ in zip(rows(0, count), ids, strict=True)])
    with reading(engine) as session:
        found = list(session.exec(select(Conversation).order_by(Conversation.id)))
    assert [one.id for one in found] == ids
    assert [one.address for one in found] == [row["address"] for row in rows(0, count)]
    assert all(one.state == rows(0, 1)[0]["state"] and one.created_at == AT for one in found)


@pytest.mark.parametrize("count", [1, FEW - 1, FEW, 3 * FEW])
def test_what_is_there_already_stays_as_it_is(engine, count: int) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    with writing(engine) as session:
        insert_new_rows(session.connection(), TABLE, rows(0, count))
    changed = [row | {"mode": "adviser"} for row in rows(0, count + 2)]
    with writing(engine) as session:
        insert_new_rows(session.connection(), TABLE, changed)
        insert_new_rows(session.connection(), TABLE, changed)
    with reading(engine) as session:
        modes = [one.mode for one in session.exec(select(Conversation).order_by(Conversation.id))]
    assert modes == ["assistant"] * count + ["adviser"] * 2
