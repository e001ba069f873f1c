"""Campaigns in a real browser: accessible, at any width, the whole way without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.clock import FixedClock
from casework.db import writing
from casework.tables import Adviser, Campaign, CampaignRoll
from console.app import build_console
from tests.browser.chromium import accessibility_faults, complaints, sign_in
from tests.browser.site import Server
from tests.campaignbook import crowd, data_dir
from tests.casebook import ANN, NOW, open_casebook, said

pytestmark = pytest.mark.browser


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def site(tmp_path: Path, clock: FixedClock) -> Iterator[str]:
    """A crowd of eighty, and Ann, who is a manager."""
    engine = open_casebook(str(tmp_path / "record.db"))
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["manager"]
    crowd(engine, 80, NOW)
    console = build_console(engine, clock, secret="a secret", data_dir=data_dir(tmp_path))
    server = Server(Starlette(routes=[Mount("/console", console)]))
    server.start()
    url = f"http://127.0.0.1:{server.port}/console"
    SITES[url] = engine
    yield url
    server.stop()
    engine.dispose()


SITES: dict[str, object] = {}


def test_a_campaign_from_the_form_to_its_comparison(chromium: Browser, site: str, clock: FixedClock) -> None:
    context = chromium.new_context(java_script_enabled=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said_by_page = complaints(page)
    sign_in(page, site)
    faults: dict[str, list[str]] = {}
    page.get_by_role("link", name="Campaigns").click()
    look(page, "empty list", faults)
    page.get_by_role("button", name="Write a campaign").click()
    look(page, "form", faults)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Give it a name")
    look(page, "form with errors", faults)
    page.get_by_label("Name of the campaign").fill("Open day")
    page.get_by_label("Town").select_option("Deal")
    page.get_by_label("In English").fill(
        "Hi {name}, Onward here. Open day on Sat 5 Sep. Coming? 1 for sure, 2 for busy."
    )
    page.get_by_label("Messages an hour, at most").fill("20")
    page.get_by_label("Percent who are held out").fill("40")
    page.get_by_label("What is looked at").select_option("wrote")
    page.get_by_label("Days after the start on which it is looked at").fill("7")
    page.get_by_label("Save these conditions as").fill("Deal")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("The campaign is saved")
    expect(page.get_by_role("img", name="Messages due in each hour")).to_be_visible()
    look(page, "draft", faults)
    page.get_by_role("button", name="Test it in English").click()
    expect(page.get_by_role("alert")).to_contain_text("no mobile number of yours")
    page.get_by_role("link", name="See everybody by name").click()
    look(page, "people", faults)
    page.get_by_role("link", name="Open day").click()
    page.get_by_role("button", name="Start it").click()
    look(page, "question", faults)
    page.get_by_role("button", name="Start it now").click()
    expect(page.get_by_role("alert")).to_contain_text("has started")
    look(page, "running", faults)
    with writing(SITES[site]) as session:  # type: ignore[arg-type]
        roll = session.exec(select(CampaignRoll)).one()
        for id_ in roll.people["to"][:25] + roll.people["held"][:8]:
            said(session, id_, "hello", NOW + timedelta(days=2))
        assert session.exec(select(Campaign)).one().status == "running"
    clock.advance(days=8)
    sign_in(page, site)
    page.goto(f"{site}/campaigns/C1")
    expect(page.get_by_role("img", name="The share of each group")).to_be_visible()
    expect(page.get_by_text("in 100 more of those written to")).to_be_visible()
    look(page, "results", faults)
    page.goto(f"{site}/campaigns")
    look(page, "list", faults)
    page.set_viewport_size({"width": 320, "height": 900})
    for path in ("", "/new", "/C1", "/C1/people", "/C1/stop"):
        page.goto(f"{site}/campaigns{path}")
        look(page, f"narrow {path}", faults, width=320)
    context.close()
    assert faults == {}
    # a form that is sent back is said to be so; nothing else is complained of
    assert [line for line in said_by_page if "422" not in line] == []


def test_it_is_stopped_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}/campaigns/new")
    page.get_by_label("Name of the campaign").fill("Open day")
    page.get_by_label("Town").select_option("Deal")
    page.get_by_label("In English").fill("Hi {name}, Onward here.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Start it").click()
    page.get_by_role("button", name="Start it now").click()
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("80 wait and will not be sent")).to_be_visible()
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("The campaign is stopped")).to_be_visible()
    expect(page.get_by_role("row", name="Not sent: the campaign was stopped 80")).to_be_visible()
    context.close()


def look(page: Page, name: str, faults: dict[str, list[str]], width: int = 1280) -> None:
    found = accessibility_faults(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the window")
    if found:
        faults[name] = found
