"""Registers, those without an offer, planning counts, and reports to look at: who sees what, and the forms."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from casework.activities.rules import Rules
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.destinations.facts import Fact
from casework.destinations.record import record_destination
from casework.providers.receiving import Reception
from casework.tables import Adviser, AuditEvent, Destination, Escalation, ProviderReport, YoungPerson
from prospectus.reported import ProspectusCatalogue, provider_info
from prospectus.tables import Provider
from prospectus.vocabulary import shipped
from tests.casebook import ANN, BOB, JO, KIT, LEE, MIA, NOOR, NOW
from tests.unit.console.conftest import Browser

DATA = Path(__file__).parents[3] / "data"
ELEVEN = date(2010, 2, 1)
"""In Year 11 until August 2026, and 16 by that September."""
Audited = Callable[[str], list[AuditEvent]]


@pytest.fixture(autouse=True)
def pupils(engine: Engine, clock: FixedClock) -> None:
    """It is May; Jo, Kit (both Ann's), Lee (Bob's) and Noor (nobody's) are in Year 11, Mia (Cat's) is too."""
    clock.advance(days=-110)
    with writing(engine) as session:
        for number in (JO, KIT, LEE, MIA, NOOR):
            person = session.get(YoungPerson, number)
            assert person is not None
            person.date_of_birth = ELEVEN
        session.add(
            Provider(
                ref="P05", name="Wealdmere College", kind="fe_college", town="Tonbridge", source="test",
                checked_on=date(2026, 5, 1),
            )
        )  # fmt: skip
    tell(engine, JO, "intended", subject="plumbing", route="college", help_wanted="=cmd()")
    tell(engine, KIT, "intended", undecided=True)
    tell(engine, LEE, "applied", provider_ref="P05", subject="plumbing")


def tell(engine: Engine, number: int, stage: str, **more: Any) -> None:
    with writing(engine) as session:
        fact = Fact(stage=stage, source="school", recorded_at=NOW, on_date=date(2026, 5, 1), **more)
        assert record_destination(session, number, fact) is not None


def manager(engine: Engine, number: int, *roles: str) -> None:
    with writing(engine) as session:
        adviser = session.get(Adviser, number)
        assert adviser is not None
        adviser.roles = list(roles) or ["manager"]
        session.add(adviser)


def names(page: str) -> set[str]:
    return set(re.findall(r"registers/people/(Y\d)", page))


def test_an_adviser_sees_their_own_and_those_without_an_adviser(ann: Browser, audited: Audited) -> None:
    page = ann.get("/console/registers")
    assert page.status_code == 200
    assert names(page.text) == {"Y1", "Y2", "Y5"}
    assert "Plumbing" in page.text
    assert "Undecided" in page.text
    assert "Plans, counted" not in page.text
    [event] = audited("viewed_register")
    assert event.detail["rows"] == 3


def test_a_manager_sees_everybody(engine: Engine, bob: Browser) -> None:
    manager(engine, BOB)
    page = bob.get("/console/registers").text
    assert names(page) == {"Y1", "Y2", "Y3", "Y4", "Y5"}
    assert "Plans, counted" in page


def test_nobody_sees_a_register_without_signing_in(open_browser: Callable[[], Browser]) -> None:
    stranger = open_browser()
    for path in ("", "/export.csv", "/no-offer", "/plans", "/people/Y1"):
        answer = stranger.get("/console/registers" + path, follow_redirects=False)
        assert answer.status_code == 303
    assert stranger.get("/console/provider-reports", follow_redirects=False).status_code == 303


def test_a_school_and_a_standing_narrow_it_down(ann: Browser) -> None:
    assert names(ann.get("/console/registers?school=S1").text) == {"Y1"}
    assert names(ann.get("/console/registers?show=undecided").text) == {"Y2"}
    assert names(ann.get("/console/registers?show=nothing_known").text) == {"Y5"}
    assert names(ann.get("/console/registers?year=12").text) == set()
    for odd in ("?school=S99", "?show=odd", "?year=99", "?page=x", "?page=1234567"):
        assert ann.get("/console/registers" + odd).status_code == 404


def test_the_file_holds_the_same_people_and_no_formula(ann: Browser, audited: Audited) -> None:
    answer = ann.get("/console/registers/export.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["Ref"] for row in rows} == {"Y1", "Y2", "Y5"}
    jo = next(row for row in rows if row["Ref"] == "Y1")
    assert jo["First choice"] == "Plumbing, college" or jo["First choice"].startswith("Plumbing")
    assert jo["Help wanted"] == "'=cmd()"
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    assert audited("exported_register")[0].detail["rows"] == 3


def test_those_without_an_offer_are_listed_with_the_reasons(ann: Browser, engine: Engine) -> None:
    tell(engine, JO, "offered", provider_ref="P05", subject="plumbing")
    page = ann.get("/console/registers/no-offer").text
    assert names(page) == {"Y2", "Y5"}
    assert "Has not made up their mind" in page
    assert "Nothing is known of their plans" in page
    assert "by 30 September 2026" in page


def test_before_its_first_day_the_list_says_when_it_begins(
    engine: Engine, clock: FixedClock, open_browser: Callable[[], Browser]
) -> None:
    clock.advance(days=-150)
    browser = open_browser()
    browser.sign_in("ann")
    page = browser.get("/console/registers/no-offer").text
    assert "begins on 1 February 2026" in page
    assert names(page) == set()


def test_planning_counts_are_for_managers_and_prospectus_officers_and_hold_no_small_number(
    engine: Engine, ann: Browser, bob: Browser
) -> None:
    assert ann.get("/console/registers/plans").status_code == 403
    manager(engine, BOB, "prospectus")
    page = bob.get("/console/registers/plans").text
    assert "fewer than 5" in page
    assert "Construction, planning" in page
    assert "Reed" not in page
    # an officer of the prospectus sees no more names than any adviser
    assert names(bob.get("/console/registers").text) == {"Y3", "Y5"}


def test_one_persons_plans_with_where_each_is_from(ann: Browser, engine: Engine, audited: Audited) -> None:
    tell(engine, JO, "applied", provider_ref="P05", subject="plumbing")
    page = ann.get("/console/registers/people/Y1").text
    for words in ("Plumbing", "Wealdmere College", "School", "=cmd()", "No offer yet"):
        assert words in page
    assert [event.young_person_id for event in audited("viewed_destinations")] == [JO]
    for other in ("Y3", "Y4", "Y99", "%3Cscript%3E"):
        assert ann.get(f"/console/registers/people/{other}").status_code == 404
    assert audited("refused")


def test_an_offer_that_is_not_appropriate_needs_a_reason(ann: Browser, engine: Engine, audited: Audited) -> None:
    page = "/console/registers/people/Y2"
    refused = ann.submit(page + "/not-appropriate", {"reason": "  "}, page=page)
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert 'href="#reason"' in refused.text
    done = ann.submit(page + "/not-appropriate", {"reason": "In hospital until the new year"}, page=page)
    assert done.status_code == 303
    assert "An offer is not appropriate now" in ann.get(page).text
    assert names(ann.get("/console/registers/no-offer").text) == {"Y1", "Y5"}
    assert len(audited("offer_not_appropriate")) == 1
    assert ann.submit("/console/registers/people/Y3/not-appropriate", {"reason": "x"}, page=page).status_code == 404


# reports


def send(engine: Engine, *reports: dict[str, Any]) -> None:
    with reading(engine) as session:
        provider = provider_info(session, "P05")
        assert provider is not None
        catalogue = ProspectusCatalogue(session, shipped())
        reception = Reception(engine, Rules.load(DATA))
        receipts = list(
            reception.take_all(
                provider, catalogue, list(enumerate(reports, 1)), via="api", now=NOW - timedelta(days=112)
            )
        )
    assert [one.status for one in receipts] == ["received"] * len(reports)


def left(number: str, first: str, last: str, born: str = "2010-02-01") -> dict[str, Any]:
    person = {"first_name": first, "last_name": last, "date_of_birth": born}
    return {"id": number, "kind": "left", "on": "2026-05-01", "person": person, "reason": "Moved <b>away</b>"}


@pytest.fixture
def reports(engine: Engine) -> None:
    """1: nearly Jo; 2: nearly Lee; 3: nobody."""
    send(engine, left("a", "Joanna", "Reid"), left("b", "Lee", "Stoan"), left("c", "Zed", "Zander", "2008-01-01"))


def kept(engine: Engine, table: Any) -> list[Any]:
    with reading(engine) as session:
        return list(session.exec(select(table).order_by(col(table.id))).all())


def listed(page: str) -> set[str]:
    return set(re.findall(r"provider-reports/(\d+)", page))


@pytest.mark.usefixtures("reports")
def test_each_sees_the_reports_that_may_be_about_somebody_they_may_see(
    engine: Engine, ann: Browser, bob: Browser, audited: Audited
) -> None:
    assert listed(ann.get("/console/provider-reports").text) == {"1"}
    assert listed(bob.get("/console/provider-reports").text) == {"2"}
    assert ann.get("/console/provider-reports/2").status_code == 404
    assert ann.get("/console/provider-reports/3").status_code == 404
    page = ann.get("/console/provider-reports/1").text
    assert "The last name is nearly the same" in page
    assert "Moved &lt;b&gt;away&lt;/b&gt;" in page
    assert "<b>away" not in page
    manager(engine, BOB)
    assert listed(bob.get("/console/provider-reports").text) == {"1", "2", "3"}
    assert bob.get("/console/provider-reports/3").status_code == 200
    assert audited("viewed_provider_report")[0].detail == {"report": 1, "candidates": ["Y1"]}


@pytest.mark.usefixtures("reports")
def test_saying_who_it_is_puts_it_into_their_record(engine: Engine, ann: Browser, audited: Audited) -> None:
    page = "/console/provider-reports/1"
    nobody = ann.submit(page + "/match", {}, page=page)
    assert nobody.status_code == 422
    assert "Choose who it is" in nobody.text
    assert 'href="#person"' in nobody.text
    assert 'id="person"' in nobody.text
    done = ann.submit(page + "/match", {"person": "Y1"}, page=page)
    assert (done.status_code, done.headers["location"]) == (303, "/console/provider-reports?done=matched")
    [row] = [one for one in kept(engine, Destination) if one.report_id]
    assert (row.young_person_id, row.stage) == (JO, "left")
    [escalation] = kept(engine, Escalation)
    assert (escalation.adviser_id, escalation.young_person_id) == (ANN, JO)
    assert audited("matched_provider_report")[0].young_person_id == JO
    # it shows among the escalations, and beside the young person's conversations
    assert "A provider reported" in ann.get("/console/escalations").text
    assert "Wealdmere College reports of" in ann.get("/console/people/Y1").text
    # a second time there is nothing to settle
    again = ann.submit(page + "/match", {"person": "Y1"})
    assert again.status_code == 404
    assert len(kept(engine, Escalation)) == 1


@pytest.mark.usefixtures("reports")
def test_only_somebody_they_may_see_can_be_chosen(engine: Engine, ann: Browser) -> None:
    page = "/console/provider-reports/1"
    for form in (
        {"person": "Y3"},
        {"person": "other", "ref": "Y3"},
        {"person": "other", "ref": "Y99"},
        {"person": "other", "ref": ""},
        {"person": "other", "ref": "<script>"},
    ):
        refused = ann.submit(page + "/match", form, page=page)
        assert refused.status_code == 422
        assert "<script>" not in refused.text
    assert [one.status for one in kept(engine, ProviderReport)] == ["unmatched"] * 3
    other = ann.submit(page + "/match", {"person": "other", "ref": "Y2"}, page=page)
    assert other.status_code == 303
    assert kept(engine, ProviderReport)[0].young_person_id == KIT


@pytest.mark.usefixtures("reports")
def test_setting_aside_needs_a_note(engine: Engine, ann: Browser) -> None:
    page = "/console/provider-reports/1"
    refused = ann.submit(page + "/set-aside", {"note": " "}, page=page)
    assert refused.status_code == 422
    assert 'href="#note"' in refused.text
    done = ann.submit(page + "/set-aside", {"note": "Their cousin, who lives in Sussex"}, page=page)
    assert done.status_code == 303
    report = kept(engine, ProviderReport)[0]
    assert (report.status, report.note, report.matched_by) == ("set_aside", "Their cousin, who lives in Sussex", "A1")
    assert listed(ann.get("/console/provider-reports").text) == set()
    assert "set aside" in ann.get("/console/provider-reports?done=aside").text


@pytest.mark.usefixtures("reports")
def test_a_form_of_somewhere_else_changes_nothing(engine: Engine, ann: Browser) -> None:
    for path, form in (("match", {"person": "Y1"}), ("set-aside", {"note": "x"})):
        answer = ann.post(f"/console/provider-reports/1/{path}", data=form | {"csrf": "made up"})
        assert answer.status_code == 403
    assert {one.status for one in kept(engine, ProviderReport)} == {"unmatched"}
