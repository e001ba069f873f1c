"""Money in the console: an adviser's own young people, and figures for managers that tell nobody."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.tables import Adviser, AuditEvent, MoneyApplication, YoungPerson
from tests.casebook import ANN, JO, NOW
from tests.unit.console.conftest import Browser

TAKE_UP = "/console/money"


def steps(engine: Engine, person: int, *told: str, scheme: str = "ema_wales") -> None:
    with writing(engine) as session:
        for days, step in enumerate(told):
            session.add(
                MoneyApplication(
                    young_person_id=person, scheme=scheme, step=step, source="young_person",
                    on_date=date(2026, 8, 20) if step == "form_sent" else None,
                    recorded_at=NOW - timedelta(days=9 - days),
                )
            )  # fmt: skip


@pytest.fixture
def jo(engine: Engine) -> str:
    with reading(engine) as session:
        return str(session.get_one(YoungPerson, JO).ref)


def test_an_adviser_sees_how_far_it_is_and_whose_step_is_next(
    ann: Browser, engine: Engine, jo: str, audited: Callable[[str], list[AuditEvent]]
) -> None:
    steps(engine, JO, "form_sent", "notice")
    page = ann.get(f"/console/people/{jo}/money").text
    assert "Form sent" in page
    assert "20 August 2026" in page
    assert "Next: has a bank account. This step is theirs." in page
    assert page.index("Told they get it</th>") < page.index("Form sent</th>")
    assert audited("viewed_money")[0].young_person_id == JO


def test_what_cannot_be_hurried_is_said_to_be_a_wait(ann: Browser, engine: Engine, jo: str) -> None:
    steps(engine, JO, "bank_account", "form_sent", "evidence_sent")
    assert "This step is not theirs: they can only wait." in ann.get(f"/console/people/{jo}/money").text


def test_trouble_and_endings_are_said_first(ann: Browser, engine: Engine, jo: str) -> None:
    steps(engine, JO, "paid", "payment_stopped")
    steps(engine, JO, "refused", scheme="bursary_discretionary")
    page = ann.get(f"/console/people/{jo}/money").text
    assert "Payments stopped: help them ask why." in page
    assert "Refused." in page


def test_nobody_elses_young_person(bob: Browser, jo: str, engine: Engine) -> None:
    steps(engine, JO, "form_sent")
    answer = bob.get(f"/console/people/{jo}/money")
    assert answer.status_code == 404
    assert "Form sent" not in answer.text
    assert bob.get("/console/people/NOBODY/money").status_code == 404


def test_the_transcript_leads_there(ann: Browser, jo: str) -> None:
    assert f"/console/people/{jo}/money" in ann.get(f"/console/people/{jo}").text
    assert "They have told us of no application." in ann.get(f"/console/people/{jo}/money").text


@pytest.fixture
def manager(engine: Engine) -> None:
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["manager"]


def test_managers_see_take_up_without_small_counts(ann: Browser, engine: Engine, manager: None) -> None:
    with reading(engine) as session:
        someone = session.exec(select(YoungPerson)).first()
        assert someone is not None
    with writing(engine) as session:
        for number in range(6):
            session.add(YoungPerson(id=900 + number, ref=f"M{number}", first_name="A", last_name="B", created_at=NOW))
    for number in range(6):
        steps(engine, 900 + number, "form_sent", *(["paid"] if number < 2 else []))
    page = ann.get(TAKE_UP).text
    assert "Education Maintenance Allowance (EMA), Wales: 6 young people" in page
    cells = [row.split("</tr>")[0] for row in page.split("<tr ")]
    assert any(">Form sent<" in row and ">6<" in row for row in cells)
    assert any(">Paid<" in row and ">Fewer than 5<" in row for row in cells)


def test_only_managers_see_take_up(bob: Browser, open_browser: Callable[[], Browser]) -> None:
    assert bob.get(TAKE_UP).status_code == 403
    assert open_browser().get(TAKE_UP, follow_redirects=False).status_code == 303


def test_schemes_are_told_with_their_facts_and_an_overdue_one_is_flagged(
    ann: Browser, engine: Engine, jo: str, clock: FixedClock
) -> None:
    with writing(engine) as session:
        session.get_one(YoungPerson, JO).nation = "wales"
        session.get_one(Adviser, ANN).roles = ["manager"]
    page = ann.get(f"/console/people/{jo}/money").text
    assert "£40 a week" in page
    assert "£24,570 (one dependent child) or £27,273" in page
    assert "23,400" not in page
    assert "within 13 weeks of the start" in page
    assert "Check it first" not in page
    assert "Wales:</strong> £40" not in ann.get(TAKE_UP).text
    clock.now = datetime(2027, 4, 6, 9, tzinfo=UTC)
    ann.sign_in("ann")
    assert "Check it first" in ann.get(f"/console/people/{jo}/money").text
    checks = ann.get(TAKE_UP).text
    assert "Wales:</strong> £40" in checks
    assert "to be looked at again by 5 April 2027" in checks


def test_a_limit_whose_year_has_ended_is_not_taken_for_todays(ann: Browser, engine: Engine, jo: str) -> None:
    with writing(engine) as session:
        session.get_one(YoungPerson, JO).nation = "northern_ireland"
    page = ann.get(f"/console/people/{jo}/money").text
    assert page.index("£20,500") < page.index("Not in force today")
