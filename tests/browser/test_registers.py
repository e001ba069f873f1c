"""The registers and the reports to look at in a real browser: accessible, at any width, by forms without scripts."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.activities.rules import Rules
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.destinations.facts import Fact
from casework.destinations.record import record_destination
from casework.providers.receiving import Reception
from casework.tables import Adviser, YoungPerson
from console.app import build_console
from prospectus.reported import ProspectusCatalogue, provider_info
from prospectus.tables import Provider
from prospectus.vocabulary import shipped
from tests.browser.chromium import accessibility_faults, complaints, sign_in
from tests.browser.site import Server
from tests.casebook import ANN, JO, KIT, LEE, MIA, NOOR, NOW, open_casebook

pytestmark = pytest.mark.browser

DATA = Path(__file__).parents[2] / "data"
MAY = NOW - timedelta(days=110)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """In May, with a pupil at every standing and a report of somebody nearly known. Ann is a manager."""
    engine = open_casebook(str(tmp_path / "record.db"))
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["manager"]
        for number in (JO, KIT, LEE, MIA, NOOR):
            session.get_one(YoungPerson, number).date_of_birth = date(2010, 2, 1)
        session.add(
            Provider(
                ref="P05", name="Samphire Coast College of Further Education", kind="fe_college", town="Margate",
                source="test", checked_on=date(2026, 5, 1),
            )
        )  # fmt: skip
        tell(
            session, JO, "intended", subject="plumbing", route="college", level="2", sure="fairly", help_wanted="travel"
        )
        tell(session, JO, "intended", subject="catering", choice=2)
        tell(session, JO, "interview", provider_ref="P05", subject="plumbing", at_time=MAY + timedelta(days=7))
        tell(session, KIT, "intended", undecided=True)
        tell(session, LEE, "offered", provider_ref="P05", subject="plumbing")
        tell(session, LEE, "declined", provider_ref="P05", subject="plumbing", reason="Too far to travel")
    with reading(engine) as session:
        provider = provider_info(session, "P05")
        assert provider is not None
        person = {"first_name": "Joanna", "last_name": "Reid", "date_of_birth": "2010-02-01", "phone": "07700 900001"}
        report = {"id": "a", "kind": "left", "on": "2026-05-01", "person": person, "reason": "Moved away"}
        reception = Reception(engine, Rules.load(DATA))
        catalogue = ProspectusCatalogue(session, shipped())
        list(reception.take_all(provider, catalogue, [(1, report)], via="api", now=MAY))
    server = Server(Starlette(routes=[Mount("/console", build_console(engine, FixedClock(MAY), secret="a secret"))]))
    server.start()
    yield f"http://127.0.0.1:{server.port}/console"
    server.stop()
    engine.dispose()


def tell(session: Any, number: int, stage: str, **more: Any) -> None:
    record_destination(session, number, Fact(stage=stage, source="school", recorded_at=MAY, **more))


PAGES = {
    "register": "/registers",
    "nobody": "/registers?show=started",
    "no offer": "/registers/no-offer",
    "plans": "/registers/plans",
    "a person": "/registers/people/Y1",
    "a person to act on": "/registers/people/Y3",
    "money": "/money",
    "money of a person": "/people/Y1/money",
    "reports": "/provider-reports",
    "a report": "/provider-reports/1",
}


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible_and_fits(chromium: Browser, site: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, site)
    faults: dict[str, list[str]] = {}
    said = complaints(page)
    for name, path in PAGES.items():
        page.goto(site + path)
        look(page, name, faults, width)
    page.goto(site + "/provider-reports/1")
    page.get_by_role("button", name="It is them").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose who it is")
    look(page, "a report with an error", faults, width)
    page.goto(site + "/registers/people/Y2")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "a person with an error", faults, width)
    context.close()
    assert faults == {}
    # a form that is sent back is said to be so; nothing else is complained of
    assert [line for line in said if "422" not in line] == []


def look(page: Page, name: str, faults: dict[str, list[str]], width: int) -> None:
    found = accessibility_faults(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the window")
    if found:
        faults[name] = found


def test_a_report_is_matched_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.get_by_role("link", name="Provider reports").click()
    page.get_by_role("link", name="Joanna Reid").click()
    page.get_by_label("Joanna Reed (Jo) (Y1)").check()
    page.get_by_role("button", name="It is them").click()
    expect(page.get_by_text("The report is in the young person's record now")).to_be_visible()
    page.goto(site + "/registers/people/Y1")
    expect(page.get_by_text("Moved away")).to_be_visible()
    context.close()
