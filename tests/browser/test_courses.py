"""The public prospectus and the officers' pages in a browser: accessible, by keyboard, in print, without scripts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.tables import Adviser, UnmetDemand
from channels.courses.routes import courses_router
from console.app import build_console
from prospectus.tables import CatalogueImport, Course, CourseChange, Provider, Run
from prospectus.vocabulary import Vocabulary
from tests.browser.chromium import accessibility_faults, complaints, sign_in, small_targets
from tests.browser.site import Server
from tests.casebook import ANN, NOW, open_casebook

pytestmark = pytest.mark.browser

DATA = Path(__file__).parents[2] / "data"
FACTS: dict[str, Any] = {"source": "The area's prospectus", "checked_on": date(2026, 8, 20)}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Both sets of pages over a few courses; Ann may change them."""
    engine = open_casebook(str(tmp_path / "record.db"))
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["prospectus", "manager"]
        fill(session)
    vocabulary = Vocabulary.load(DATA)
    public = courses_router(engine, FixedClock(NOW), vocabulary, public_url="https://onward.example.org")
    console = build_console(engine, FixedClock(NOW), secret="a secret", vocabulary=vocabulary)
    server = Server(Starlette(routes=[*public.routes, Mount("/console", console)]))
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()
    with reading(engine) as session:
        assert session.exec(select(Course)).first() is not None
    engine.dispose()


def fill(session: Any) -> None:
    """Fourteen courses, one of which is known as well as can be, an import, and a history."""
    session.add(
        Provider(
            id=1, ref="P1", name="Samphire Coast College of Further Education", kind="fe_college", town="Margate",
            phone="+441632960104", email="apply@samphirecoast.example", website="https://www.samphirecoast.example",
            latitude=51.381, longitude=1.386, **FACTS,
        )
    )  # fmt: skip
    session.flush()
    known: dict[str, Any] = {
        "summary": "Cut, bend and join pipes.\nA workshop set up like a house.", "entry_requirements": "Two GCSEs",
        "exclusions": "Nobody on another course", "cost": "Free", "kit": "Boots", "kit_paid_by": "The college",
        "how_to_apply": "Fill in the form.", "url": "https://www.samphirecoast.example/plumbing", "min_age": 16,
        "facts": {"cost": {"source": "officer", "checked_on": "2026-08-30"}},
    }  # fmt: skip
    for number in range(1, 15):
        more = known if number == 1 else {"checked_on": date(2025, 9, 1)} if number == 2 else {}
        session.add(
            Course(
                id=number, ref=f"C{number}", provider_id=1, title=f"Plumbing and Domestic Heating {number}",
                subject="plumbing", level="2", route="college", retired=number == 14, **FACTS | more,
            )
        )  # fmt: skip
    session.flush()
    for number in range(1, 14):
        places = ("available", "few", "full", "waiting_list", "unknown")[number % 5]
        session.add(Run(ref=f"C{number}-1", course_id=number, town="Margate", start=date(2027, 1, 11), places=places))
    session.add(Run(ref="C1-2", course_id=1, town="Margate", start=date(2026, 1, 5)))
    report = {
        "repairs": ["A tag was closed"],
        "refused": [{"line": 12, "reason": "There is no title"}],
        "kept": [{"ref": "C1", "field": "cost", "kept": "Free", "offered": "£20"}],
    }
    session.add(
        CatalogueImport(
            id=1, source="The area's prospectus", format="xcri", file_name="a-long-file-name-2026-11.xml",
            file_digest="0", status="done", started_at=NOW, ended_at=NOW, counts={"courses_taken": 13}, report=report,
        )
    )  # fmt: skip
    session.flush()
    for subject in ("plumbing", "falconry"):
        session.add_all(UnmetDemand(subject=subject, level="2", on_date=date(2026, 8, day)) for day in range(1, 8))
    for by, number in (("Ann Ames", None), (None, 1)):
        changes = {"cost": ["£20", "Free"]}
        session.add(CourseChange(course_id=1, at=NOW, action="changed", by=by, import_id=number, changes=changes))


PUBLIC = {
    "everything": "/courses",
    "a search": "/courses?q=plumbing&place=margate",
    "near": "/courses?q=level+3+plumbing",
    "nothing": "/courses?q=falconry",
    "an unknown place": "/courses?q=plumbing&place=atlantis",
    "a problem": "/courses?level=9&page=0",
    "a course": "/courses/C1",
    "a bare course": "/courses/C5",
    "an old course": "/courses/C2",
    "a course that went": "/courses/C14",
    "no such course": "/courses/NOPE",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_public_page_is_accessible_and_fits(chromium: Browser, site: str, width: int, scheme: Any) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    found = complaints(page)
    wrong: dict[str, list[str]] = {}
    for name, path in PUBLIC.items():
        page.goto(site + path)
        faults = accessibility_faults(page) + small_targets(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append("scrolls sideways")
        if faults:
            wrong[name] = faults
    assert wrong == {}
    # pages that answer 400, 404 and 410 are said to be so; nothing else is complained of
    assert [line for line in found if "Failed to load resource" not in line] == []
    assert context.cookies() == []
    context.close()


def test_finding_a_course_by_keyboard_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/courses")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("What would you like to learn or do?")).to_be_focused()
    page.keyboard.type("level 2 plumbing near thanet")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="13 courses, page 1 of 2")).to_be_visible()
    expect(page.get_by_label("What would you like to learn or do?")).to_have_value("level 2 plumbing near thanet")
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("heading", name="13 courses, page 2 of 2")).to_be_visible()
    shared = page.url
    page.get_by_role("link", name="Plumbing and Domestic Heating").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="How to apply")).to_be_visible()
    page.go_back()
    assert page.url == shared
    context.close()


def test_a_course_is_printed_without_what_paper_cannot_do(chromium: Browser, site: str) -> None:
    page = chromium.new_page()
    page.goto(site + "/courses/C1")
    page.emulate_media(media="print")
    for name in ("Find another course", "Open the chat", "Courses"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_hidden()
    expect(page.get_by_text("This page: https://onward.example.org/courses/C1")).to_be_visible()
    expect(page.get_by_text("https://www.samphirecoast.example/plumbing", exact=True)).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    # a sheet of paper is enough for a course
    assert page.pdf(format="A4", print_background=False).count(b"/Type /Page\n") <= 2
    page.close()


def test_data_for_search_engines_breaks_no_policy(chromium: Browser, site: str) -> None:
    page = chromium.new_page()
    found = complaints(page)
    page.goto(site + "/courses/C1")
    data = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
    assert data["name"] == "Plumbing and Domestic Heating 1"
    assert found == []
    page.close()


OFFICERS = {
    "found": "/courses?q=plumb",
    "nothing found": "/courses?q=falconry",
    "a course": "/courses/C1",
    "done": "/courses/C1?done=checked",
    "a course that went": "/courses/C14",
    "facts": "/courses/C1/edit",
    "a start": "/courses/C1/starts/C1-1",
    "history": "/courses/C1/history",
    "no history": "/courses/C3/history",
    "imports": "/imports",
    "an import": "/imports/1",
    "unmet demand": "/unmet-demand",
    "no unmet demand": "/unmet-demand?since=1+1+2020&until=2+1+2020",
    "unmet demand, refused": "/unmet-demand?since=soon",
}


@pytest.mark.parametrize("width", [320, 1280])
def test_every_officers_page_is_accessible_and_fits(chromium: Browser, site: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    found = complaints(page)
    sign_in(page, site + "/console")
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        faults = accessibility_faults(page)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append("scrolls sideways")
        if faults:
            wrong[name] = faults

    for name, path in OFFICERS.items():
        page.goto(site + "/console" + path)
        look(name)
    page.goto(site + "/console/courses/C1/edit")
    page.get_by_label("Youngest age").fill("old")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("facts, refused")
    assert wrong == {}
    assert [line for line in found if "Failed to load resource" not in line] == []
    context.close()


def test_an_officer_changes_a_course_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site + "/console")
    page.get_by_role("link", name="Courses").click()
    page.get_by_label("Title, provider or reference").fill("heating 3")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Plumbing and Domestic Heating 3").click()
    page.get_by_role("combobox", name="Places").select_option("few")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your changes are saved")).to_be_visible()
    page.get_by_role("link", name="Change facts").click()
    page.get_by_label("Youngest age").fill("old")
    page.get_by_label("Cost").fill("£20")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Youngest age must be a whole number")
    page.get_by_label("Youngest age").fill("16")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your changes are saved")).to_be_visible()
    page.get_by_role("button", name="All of this was checked today").click()
    expect(page.get_by_text("counts as checked today")).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("£20")).to_be_visible()
    page.goto(site + "/courses/C3")
    expect(page.get_by_text("£20")).to_be_visible()
    expect(page.get_by_text("Only a few places left").first).to_be_visible()
    expect(page.get_by_text("16 or over")).to_be_visible()
    context.close()


def test_a_refused_form_is_mended_by_keyboard(chromium: Browser, site: str) -> None:
    page = chromium.new_page()
    sign_in(page, site + "/console")
    page.goto(site + "/console/courses/C1/starts/C1-1")
    page.get_by_label("First day").fill("31 February 2027")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("First day")).to_be_focused()
    page.get_by_label("First day").fill("1 February 2027")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your changes are saved")).to_be_visible()
    page.close()
