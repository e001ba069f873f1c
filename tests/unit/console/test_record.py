"""The record beside a conversation."""

import re
from datetime import date, timedelta

from sqlalchemy import Engine
from sqlmodel import select

from casework.db import writing
from casework.tables import Activity, Destination, YoungPerson
from tests.casebook import NOW
from tests.unit.console.conftest import Browser

JO_PAGE = "/console/people/Y1"


def panel(browser: Browser) -> str:
    found = re.search(
        r'<section class="onward-panel" aria-labelledby="record">(.*?)</section>', browser.get(JO_PAGE).text, re.S
    )
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def test_staff_see_the_code_the_rule_and_the_days(ann: Browser, engine: Engine) -> None:
    begun = NOW.date() - timedelta(days=12)
    with writing(engine) as session:
        person = session.exec(select(YoungPerson).where(YoungPerson.ref == "Y1")).one()
        person.date_of_birth = date(2009, 1, 17)
        session.add(
            Activity(
                young_person_id=person.id,
                code="619",
                start=begun,
                verified_on=begun,
                source="young_person",
                recorded_at=NOW,
                rule="Does nothing now, and is looking.",
                detail={"open": ["since"]},
            )
        )
        session.add(
            Destination(
                young_person_id=person.id, stage="intended", occupation="army", source="young_person", recorded_at=NOW
            )
        )
    shown = panel(ann)
    assert "Now 619" in shown
    assert "Does nothing now, and is looking." in shown
    assert "NEET 12 days, since 20 August 2026" in shown
    assert "To ask since when" in shown
    assert "1. Army" in shown


def test_nothing_known_is_said_to_be_so(ann: Browser) -> None:
    shown = panel(ann)
    assert "Not known" in shown
    assert "None told" in shown
    assert "No applications told" in shown
