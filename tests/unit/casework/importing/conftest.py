"""A small record, and files to read into it."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

import prospectus.tables  # noqa: F401
from casework.clock import FixedClock
from casework.db import writing
from casework.importing.importer import Options, import_caseload
from casework.importing.report import Report
from casework.tables import Adviser, School, YoungPerson

DATA = Path(__file__).resolve().parents[4] / "data"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HEADINGS = ["Client ID", "ULN", "Forename", "Surname", "DOB", "Mobile", "Postcode"]

Read = Callable[..., Report]


@pytest.fixture
def engine(on_both: Engine) -> Engine:
    with writing(on_both) as session:
        session.add(Adviser(ref="A1", name="Ann Ames", email="ann@onward.example"))
        session.add(Adviser(ref="A2", name="Bob Bell", email="bob@onward.example"))
        session.add(Adviser(ref="A9", name="Dan Dee", email="dan@onward.example", active=False))
        session.add(School(ref="S1", name="Harbour School", town="Margate"))
    return on_both


@pytest.fixture
def read(engine: Engine, tmp_path: Path) -> Read:
    """Reads rows (the first holds the headings) as a CSV file."""

    def run(*rows: list[Any], **options: Any) -> Report:
        path = tmp_path / "caseload.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return import_caseload(engine, DATA, path, clock=FixedClock(NOW), options=Options(**options))

    return run


def person(session: Session, **where: Any) -> YoungPerson:
    """The one young person of whom this holds."""
    query = select(YoungPerson)
    for name, value in where.items():
        query = query.where(getattr(YoungPerson, name) == value)
    return session.exec(query).one()


def known(engine: Engine, **facts: Any) -> str:
    """Add a young person of the record; answers their ref."""
    told = {
        "ref": "Y17", "first_name": "Maya", "last_name": "O'Neil", "date_of_birth": date(2010, 2, 14),
        "created_at": NOW,
    } | facts  # fmt: skip
    with writing(engine) as session:
        session.add(YoungPerson(**told))
    return str(told["ref"])
