"""Adding to the history of destinations, and reading it back. Rows are added, never changed."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlmodel import Session, col

from casework.among import among
from casework.destinations.facts import COLUMNS, Fact, check, of_columns, to_row
from casework.destinations.picture import Picture, picture
from casework.tables import Destination, YoungPerson

BATCH = 2_000
"""Rows that are fetched at a time."""


def record_destination(session: Session, young_person_id: int, fact: Fact) -> Destination | None:
    """Add one fact in the open transaction. None where the same source has said just that in just that place before.

    Raises ``ValueError`` for a stage or a choice that there is not.
    """
    check(fact)
    there = select(col(Destination.id)).where(
        col(Destination.young_person_id) == young_person_id, col(Destination.fingerprint) == fact.fingerprint
    )
    if session.execute(there.limit(1)).first() is not None:
        return None
    row = to_row(fact, young_person_id)
    session.add(row)
    session.flush()
    return row


def current(session: Session, young_person: YoungPerson) -> Picture:
    """What is known of one young person's destinations: by choice and by application, each with its history."""
    rows = session.execute(select(*COLUMNS).where(col(Destination.young_person_id) == young_person.id))
    return picture(of_columns(row) for row in rows)


def pictures(session: Session, ids: Sequence[int]) -> dict[int, Picture]:
    """The same of several, by their ids. Everybody asked for is in it."""
    found: dict[int, Picture] = {}
    for start in range(0, len(ids), 500):
        found |= dict(pictures_by_id(session, among(col(Destination.young_person_id), ids[start : start + 500])))
    return {id_: found.get(id_) or picture(()) for id_ in ids}


def pictures_by_id(session: Session, where: ColumnElement[bool]) -> Iterator[tuple[int, Picture]]:
    """The same of everybody whose rows the conditions leave, in the order of their ids, a few at a time."""
    columns: tuple[Any, ...] = (col(Destination.young_person_id), *COLUMNS)
    query: Select[Any] = select(*columns).where(where).order_by(col(Destination.young_person_id))
    rows = session.execute(query, execution_options={"yield_per": BATCH})
    for id_, group in groupby(rows, key=lambda row: row[0]):
        yield id_, picture(of_columns(row[1:]) for row in group)
