"""Numbers and chats, finding somebody, a first text and one's own password, in a real browser and without scripts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.tables import Conversation, YoungPerson
from casework.voice import Voice
from console.app import build_console
from tests.browser.chromium import accessibility_faults, complaints, sign_in
from tests.browser.site import Server
from tests.casebook import JO, JO_SMS, NOW, PASSWORD, STRANGER, escalated, open_casebook

pytestmark = pytest.mark.browser

DATA = Path(__file__).parents[2] / "data"
PICTURES = os.environ.get("ONWARD_TEST_PICTURES")
"""A folder that pictures of the pages go to, for somebody to look at."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Jo has a new number, somebody on the web says that they are Jo, and Sian has never written."""
    engine = open_casebook(str(tmp_path / "record.db"))
    with writing(engine) as session:
        escalated(session, JO_SMS, NOW, kind="new_number", words="my new number is 07700 900777")
        escalated(session, STRANGER, NOW, kind="identity_check", words="its jo reed from harbour school")
        session.add(
            YoungPerson(
                id=50, ref="Y50", first_name="Siân", last_name="O’Shea", adviser_id=1, phone="+447700900050",
                created_at=NOW,
            )
        )  # fmt: skip
    console = build_console(engine, FixedClock(NOW), secret="a secret", voice=Voice.load(DATA))
    server = Server(Starlette(routes=[Mount("/console", console)]))
    server.start()
    yield f"http://127.0.0.1:{server.port}/console"
    server.stop()
    with reading(engine) as session:
        assert session.get_one(YoungPerson, JO).phone
    engine.dispose()


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible_at_any_width(chromium: Browser, site: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, site)
    said = complaints(page)
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found = accessibility_faults(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append("wider than the window")
        if found:
            faults[name] = found
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{width}-{name.replace(' ', '-')}.png", full_page=True)

    page.goto(site + "/find")
    look("find")
    page.get_by_label("Name, reference").fill("jo")
    page.get_by_role("button", name="Find").click()
    look("found")
    page.get_by_role("link", name="Joanna Reed (Jo)").click()
    look("a person")
    page.get_by_role("link", name="Number and chats").click()
    look("number and chats")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("a number that is missing")
    page.get_by_label("Their mobile number").fill("07700 900777")
    page.get_by_label("It is not theirs any more: write").check()
    page.get_by_role("button", name="Go on").click()
    look("a number looked over")
    page.get_by_role("link", name="No, change nothing").click()
    page.get_by_role("button", name="Take out").first.click()
    look("taking out looked over")
    page.goto(site + f"/conversations/{STRANGER}")
    look("a stranger")
    page.get_by_role("link", name="Link it to a record").click()
    look("linking")
    page.get_by_label("Find them").fill("jo")
    page.get_by_role("button", name="Find").click()
    look("linking with somebody found")
    page.get_by_role("button", name="Go on").click()
    look("linking with nobody chosen")
    page.get_by_label("Joanna Reed (Jo), Y1").check()
    page.get_by_role("button", name="Go on").click()
    look("linking looked over")
    page.goto(site + "/escalations/1")
    look("an escalation")
    page.goto(site + "/people/Y50/first-text")
    look("a first text")
    page.get_by_label("Your text to").fill("é 😀")
    expect(page.locator("[data-cost]")).to_contain_text("UCS-2")
    page.goto(site + "/people/Y50")
    look("somebody who never wrote")
    page.goto(site + "/password")
    look("password")
    page.get_by_role("button", name="Change password").click()
    look("password with errors")
    context.close()
    assert faults == {}
    assert [line for line in said if "422" not in line] == []


def test_all_of_it_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.goto(site + "/escalations/2")
    page.get_by_role("button", name="Link the conversation to a record").click()
    page.get_by_label("Find them").fill("Y1")
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Joanna Reed (Jo), Y1").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Yes, link it").click()
    expect(page.get_by_text("The conversation is in their record now.")).to_be_visible()
    page.get_by_label("Their mobile number").fill("07700 900777")
    page.get_by_label("They still use it too").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Yes, change it").click()
    expect(page.get_by_text("The number is changed.")).to_be_visible()
    page.get_by_role("link", name="Write to Jo first").click()
    expect(page.get_by_label("Your text to")).to_have_value(
        "Hi Jo, it's Ann Ames from Onward. Reply STOP if you don't want texts from us. "
    )
    page.get_by_role("button", name="Send text").click()
    expect(page.get_by_text("Your reply is on its way")).to_be_visible()
    page.goto(site + "/password")
    for label, text in (("Current password", PASSWORD), ("New password", "three quiet green kettles")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("New password again").fill("three quiet green kettles")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    context.close()


def test_the_link_is_made_in_the_record(chromium: Browser, tmp_path: Path) -> None:
    engine = open_casebook(str(tmp_path / "record.db"))
    server = Server(Starlette(routes=[Mount("/console", build_console(engine, FixedClock(NOW), secret="a secret"))]))
    server.start()
    site = f"http://127.0.0.1:{server.port}/console"
    context = chromium.new_context()
    page = context.new_page()
    sign_in(page, site)
    page.goto(site + "/people/Y1/contact")
    page.get_by_role("button", name="It is not theirs any more").click()
    page.get_by_role("button", name="Yes, write there no more").click()
    expect(page.get_by_text("Nobody writes there first until it is put right")).to_be_visible()
    context.close()
    server.stop()
    with reading(engine) as session:
        assert session.get_one(Conversation, JO_SMS).young_person_id is None
    engine.dispose()
