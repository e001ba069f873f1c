"""A scratch record to put destinations into."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from casework.activities.currency import Currency
from casework.activities.timeline import Codebook
from casework.destinations.facts import Fact
from casework.destinations.guaranteefile import GuaranteeRules
from casework.destinations.record import record_destination
from casework.nccis import Nccis
from casework.tables import YoungPerson
from tests.casebook import NOW

DATA = Path(__file__).parents[4] / "data"


@pytest.fixture
def session(casebook_on_both: Engine) -> Iterator[Session]:
    with Session(casebook_on_both, expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def rules() -> GuaranteeRules:
    return GuaranteeRules.load(DATA)


@pytest.fixture(scope="session")
def book() -> Codebook:
    return Codebook(Nccis.load(DATA), Currency.load(DATA))


def put(session: Session, person: int, stage: str, on: date, **more: Any) -> None:
    """Something that a school tells of somebody."""
    fact = Fact(stage=stage, **({"source": "school", "recorded_at": NOW, "on_date": on} | more))
    assert record_destination(session, person, fact) is not None


def born(session: Session, person: int, on: date | None, **more: Any) -> YoungPerson:
    """Change somebody's date of birth, and more."""
    found = session.get(YoungPerson, person)
    assert found is not None
    found.date_of_birth = on
    for name, value in more.items():
        setattr(found, name, value)
    session.add(found)
    session.flush()
    return found
