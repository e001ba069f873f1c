"""Contacts and the weeks of follow-up in a real browser: accessible, at any width, by forms and without scripts."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.clock import FixedClock
from casework.db import writing
from casework.followup.tasks import bring
from casework.tables import Adviser, FollowUp
from console.app import build_console
from tests.browser.chromium import accessibility_faults, complaints, sign_in
from tests.browser.site import Server
from tests.casebook import ANN, JO, KIT, LEE, NOW, open_casebook

pytestmark = pytest.mark.browser

JOS = "/people/Y1/contacts"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Jo's contacts, and weeks with something in them. Ann is a manager."""
    engine = open_casebook(str(tmp_path / "record.db"))
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["manager"]
        fill(session)
    server = Server(Starlette(routes=[Mount("/console", build_console(engine, FixedClock(NOW), secret="a secret"))]))
    server.start()
    yield f"http://127.0.0.1:{server.port}/console"
    server.stop()
    engine.dispose()


def put(session: Session, **values: Any) -> FollowUp:
    row = FollowUp(**{"young_person_id": JO, "plan": "new_neet", "importance": 2, "made_at": NOW} | values)
    session.add(row)
    session.flush()
    return row


def fill(session: Session) -> None:
    neet = {"why": "NEET since 30 August 2026; first contact within two working days of when we learnt it"}
    put(session, occasion="a", due_at=NOW + timedelta(hours=3), asks="neet_first", hold_reason="one_a_day", **neet)
    put(session, occasion="b", plan="neet_contact", due_at=NOW + timedelta(days=9), asks="neet_check", importance=3,
        why="NEET since 30 August 2026; in contact by need, which is high")  # fmt: skip
    put(session, occasion="c", plan="reminder", kind="remind", due_at=NOW + timedelta(days=2), by_adviser_id=ANN,
        words="Ring the college about the bursary", why="Reminder set by Ann Ames")  # fmt: skip
    ended: dict[str, Any] = {"status": "ended", "due_at": NOW - timedelta(days=4)}
    days = iter(range(2, 40, 3))
    for number, more in enumerate(
        (
            {"outcome": "answered", "reason": "answered", "asks": "neet_first", "answer": "courses",
             "answered_at": NOW},
            {"outcome": "sent", "reason": "delivered", "asks": "neet_first"},
            {"outcome": "failed", "reason": "code 30005", "asks": "neet_first"},
            {"outcome": "handed_over", "reason": "stopped", "kind": "call"},
            {"outcome": "skipped", "reason": "adviser_skipped",
             "about": {"taken_off": {"by": ANN, "note": "We spoke on the phone"}}},
            {"outcome": "closed", "reason": "820", "kind": "close", "rules": {"code": "820"}},
        )
    ):  # fmt: skip
        put(session, occasion=f"p{number}", ended_at=NOW - timedelta(days=next(days)), **neet, **ended, **more)
    call = put(session, young_person_id=KIT, kind="call", occasion="k", due_at=NOW, **neet)
    bring(session, call, session.get_one(Adviser, ANN), NOW - timedelta(days=1), "call")
    call.status, call.outcome, call.reason, call.ended_at = "ended", "handed_over", "call", NOW
    for number in range(160):
        day = NOW + timedelta(days=number * (number + 3) // 2 % 41, hours=2)
        if day.weekday() < 5:
            plan, importance = (("new_neet", 2), ("neet_contact", 4), ("birthday_18", 7))[number % 3]
            put(session, young_person_id=LEE, plan=plan, occasion=f"w{number}", due_at=day, importance=importance)


PAGES = {
    "contacts": JOS,
    "nobody's contacts": "/people/Y2/contacts",
    "a coming contact": f"{JOS}/1",
    "one's own": f"{JOS}/3",
    "a past contact": f"{JOS}/8",
    "escalations": "/escalations",
    "transcript": "/people/Y2",
    "weeks": "/follow-up",
}


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible_and_fits(chromium: Browser, site: str, width: int, shots: Path | None) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, site)
    faults: dict[str, list[str]] = {}
    said = complaints(page)
    for name, path in PAGES.items():
        page.goto(site + path)
        if name == "weeks":
            page.get_by_text("The same numbers as a table").click()
        look(page, name, faults, width, shots)
    page.goto(site + JOS)
    page.get_by_role("button", name="Plan the text").click()
    expect(page.get_by_role("alert")).to_contain_text("Write what the text should say")
    look(page, "contacts with an error", faults, width, shots)
    page.goto(site + f"{JOS}/1")
    page.get_by_role("button", name="Take it off").click()
    expect(page.get_by_role("alert")).to_contain_text("Write why it is not needed")
    look(page, "a contact with an error", faults, width, shots)
    context.close()
    assert faults == {}
    # a form that is sent back is said to be so; nothing else is complained of, inline styles least of all
    assert [line for line in said if "422" not in line] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_an_adviser_plans_a_text_and_takes_it_back(chromium: Browser, site: str, scripts: bool) -> None:
    context = chromium.new_context(java_script_enabled=scripts, locale="en-GB")
    page = context.new_page()
    sign_in(page, site)
    page.goto(site + "/people/Y1")
    page.get_by_role("link", name="Planned, and what came of them").click()
    form = page.get_by_role("region", name="Text them on a day")
    form.get_by_label("What should it say?").fill("Hi {name}, Ann from Onward here. Does Friday at 2 suit you?")
    if scripts:
        expect(form.get_by_text("1 text: 55 characters")).to_be_visible()
    form.get_by_label("Day").fill((NOW.date() + timedelta(days=3)).isoformat())
    form.get_by_label("Hour").select_option("14:00")
    form.get_by_role("button", name="Plan the text").click()
    expect(page.get_by_role("alert")).to_contain_text("Your text is planned")
    row = page.get_by_role("row").filter(has_text="in an adviser's words")
    expect(row).to_contain_text("4 September, 14:00")
    row.get_by_role("link").click()
    expect(page.get_by_text("Does Friday at 2 suit you?")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("alert")).to_contain_text("It is taken back")
    past = page.get_by_role("table", name="Past")
    expect(past).to_contain_text("the adviser who had set it took it back")
    context.close()


def test_a_contact_is_taken_off_by_keyboard(chromium: Browser, site: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    sign_in(page, site)
    page.goto(site + JOS)
    page.get_by_role("link", name="First contact").first.press("Enter")
    page.get_by_label("Take it off: why is it not needed?").press_sequentially("She rang me")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("It is taken off")
    expect(page.get_by_role("table", name="Past")).to_contain_text("Ann Ames: She rang me")
    context.close()


def test_the_picture_and_the_table_say_the_same(chromium: Browser, site: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    sign_in(page, site)
    page.goto(site + "/follow-up")
    page.get_by_text("The same numbers as a table").click()
    shown = dict(
        line.text_content().removesuffix(" planned").split(": ")
        for line in page.locator("svg g > title").all()
        if not line.text_content().endswith(": 0 planned")
    )
    rows = page.get_by_role("table", name="Contacts planned by day and importance").get_by_role("row").all()[1:]
    told = {}
    for row in rows:
        day, total = row.get_by_role("rowheader").inner_text(), row.get_by_role("cell").first.inner_text()
        told[day.split(" ", 1)[1]] = total
    assert shown == {day: total for day, total in told.items() if total != "0"}
    assert len(shown) > 10
    assert f"{date(2026, 9, 1).day} September 2026" in told
    context.close()


def look(page: Page, name: str, faults: dict[str, list[str]], width: int, shots: Path | None) -> None:
    found = accessibility_faults(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("wider than the window")
    if shots is not None:
        page.screenshot(path=shots / f"{name.replace(' ', '-')}-{width}.png", full_page=True)
    if found:
        faults[name] = found


@pytest.fixture
def shots() -> Path | None:
    """Where screenshots are put, for somebody who wants to look: ONWARD_SHOTS."""
    import os

    folder = os.environ.get("ONWARD_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder) if folder else None
