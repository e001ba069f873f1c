"""The codes, the rules and a record to try them on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from casework.activities.coding import Coding
from casework.activities.currency import Currency
from casework.activities.timeline import Codebook, Fact
from casework.nccis import Nccis

DATA = Path(__file__).resolve().parents[4] / "data"


@pytest.fixture(scope="session")
def book() -> Codebook:
    return Codebook(Nccis.load(DATA), Currency.load(DATA))


@pytest.fixture(scope="session")
def coding() -> Coding:
    return Coding.load(DATA)


@pytest.fixture
def engine(on_both: Engine) -> Engine:
    return on_both


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session, session.begin():
        yield session


def morning(day: date) -> datetime:
    """Nine in the morning of a day."""
    return datetime.combine(day, time(9), UTC)


def fact(id: int, code: str, start: date | None, **more: Any) -> Fact:
    """A fact that was verified and recorded on the day it began, unless ``more`` says otherwise."""
    begun = start or more["recorded_on"]
    told = {
        "end": None, "verified_on": begun, "review_on": None, "expires_on": None, "recorded_on": begun,
        "source": "young_person",
    } | more  # fmt: skip
    return Fact(id=id, code=code, start=start, **told)
