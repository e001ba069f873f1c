"""A record, a small catalogue, and a place where reports are taken in."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from casework.activities.rules import Rules
from casework.db import writing
from casework.providers.catalogue import CourseInfo, ProviderInfo
from casework.providers.receiving import Receipt, Reception
from casework.tables import YoungPerson
from tests.casebook import JO, KIT, LEE, NOW

DATA = Path(__file__).parents[4] / "data"
TODAY = date(2026, 9, 1)
COLLEGE = ProviderInfo("P05", "Wealdmere College", "fe_college")
OTHER = ProviderInfo("P04", "Samphire Coast College", "fe_college")
FIRM = ProviderInfo("P13", "Kestrelway", "employer")
ULN = "1000000043"


class Courses:
    """A catalogue of two courses."""

    def provider(self, ref: str) -> ProviderInfo | None:
        return {one.ref: one for one in (COLLEGE, OTHER, FIRM)}.get(ref)

    def course(self, provider_ref: str, ref: str) -> CourseInfo | None:
        if provider_ref == "P05" and ref in ("C1", "PLB2"):
            return CourseInfo("C1", "plumbing", "2", "college")
        if provider_ref == "P05" and ref == "C2":
            return CourseInfo("C2", "plumbing", "2", "apprenticeship")
        return None

    def subject(self, words: str) -> str | None:
        return {"plumbing": "plumbing", "being a plumber": "plumbing"}.get(words)


@pytest.fixture(scope="session")
def rules() -> Rules:
    return Rules.load(DATA)


@pytest.fixture
def engine(casebook_on_both: Engine) -> Engine:
    with writing(casebook_on_both) as session:
        for number, born, more in (
            (JO, date(2009, 9, 2), {"postcode": "CT9 1AA", "uln": ULN}),
            (KIT, date(2010, 3, 4), {"postcode": "CT9 2BB"}),
            (LEE, date(2010, 5, 6), {}),
        ):
            person = session.get(YoungPerson, number)
            assert person is not None
            person.date_of_birth = born
            for name, value in more.items():
                setattr(person, name, value)
    return casebook_on_both


@pytest.fixture
def reception(engine: Engine, rules: Rules) -> Reception:
    return Reception(engine, rules)


def item(kind: str = "offer_made", **more: Any) -> dict[str, Any]:
    """A report about Jo."""
    person = {"first_name": "Joanna", "last_name": "Reed", "date_of_birth": "2009-09-02"}
    made: dict[str, Any] = {"id": "r1", "kind": kind, "on": "2026-08-20", "person": person}
    return made | more


def about_kit(kind: str = "offer_made", **more: Any) -> dict[str, Any]:
    """A report about Kit."""
    person = {"first_name": "Kit", "last_name": "Marsh", "date_of_birth": "2010-03-04"}
    return item(kind, id="k1", person=person, **more)


def send(
    reception: Reception, *items: Any, provider: ProviderInfo = COLLEGE, now: Any = NOW, via: Any = "api"
) -> list[Receipt]:
    """Take these in."""
    return list(reception.take_all(provider, Courses(), list(enumerate(items, 1)), via=via, now=now))
