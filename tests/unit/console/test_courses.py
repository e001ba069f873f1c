"""Courses in the console: who may look, who may change, and that nobody is written over unawares."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.tables import Adviser, AuditEvent
from prospectus import editing
from prospectus.tables import CatalogueImport, Course, CourseChange, Provider, Run
from tests.casebook import ANN, BOB, NOW
from tests.unit.console.conftest import Browser

Audited = Callable[[str], list[AuditEvent]]
PAGE = "/console/courses/C1"
POSTS = (
    "edit",
    "starts/C1-1",
    "starts/C1-1/retire",
    "starts/C1-1/restore",
    "places",
    "checked",
    "retire",
    "restore",
    "give-back",
)


@pytest.fixture(autouse=True)
def catalogue(engine: Engine) -> None:
    """Two colleges with a few courses. Ann edits the prospectus, Bob does not."""
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["prospectus"]
        facts: dict[str, Any] = {"source": "feed", "checked_on": date(2026, 8, 20)}
        for number, name in ((1, "Samphire College"), (2, "Wealdmere College")):
            session.add(Provider(id=number, ref=f"P{number}", name=name, kind="fe_college", town="Margate", **facts))
        session.flush()
        for number, title, more in (
            (1, "Plumbing <Level 1>", {"cost": "Free"}),
            (2, "Hair", {"checked_on": date(2025, 1, 1)}),
            (3, "Old Crafts", {"retired": True}),
        ):
            session.add(
                Course(
                    id=number, ref=f"C{number}", provider_id=1 + number % 2, title=title, subject="plumbing", level="1",
                    route="college", **facts | more,
                )
            )  # fmt: skip
        session.flush()
        session.add(Run(ref="C1-1", course_id=1, town="Margate", start=date(2027, 1, 11), places="available"))


@pytest.fixture
def bo(open_browser: Callable[[], Browser], engine: Engine) -> Browser:
    """Bob with the role too, in his own browser."""
    with writing(engine) as session:
        session.get_one(Adviser, BOB).roles = ["prospectus"]
    browser = open_browser()
    browser.sign_in("bob")
    return browser


def course(engine: Engine) -> Course:
    with reading(engine) as session:
        return session.exec(select(Course).where(Course.ref == "C1")).one()


def form_of(browser: Browser, page: str) -> dict[str, str]:
    """Every field of the page's last form, as a browser would send it."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.values: dict[str, str] = {}
            self.chosen: str | None = None
            self.area: str | None = None

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = {key: value or "" for key, value in attrs}
            if tag == "input" and "name" in given:
                self.values[given["name"]] = given.get("value", "")
            elif tag == "select":
                self.chosen = given["name"]
                self.values[self.chosen] = ""
            elif tag == "option" and self.chosen and "selected" in given:
                self.values[self.chosen] = given["value"]
            elif tag == "textarea":
                self.area = given["name"]
                self.values[self.area] = ""

        def handle_data(self, data: str) -> None:
            if self.area:
                self.values[self.area] += data

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = None

    fields = Fields()
    fields.feed(browser.get(page).text)
    return fields.values


def test_nobody_without_a_session_sees_courses(open_browser: Callable[[], Browser]) -> None:
    for path in ("/courses", "/courses/C1", "/courses/C1/edit", "/courses/C1/history", "/imports"):
        answer = open_browser().get(f"/console{path}", follow_redirects=False)
        assert (answer.status_code, "/sign-in" in answer.headers["location"]) == (303, True), path


def test_every_adviser_may_look(bob: Browser) -> None:
    assert "Samphire College" in bob.get("/console/courses").text
    page = bob.get(PAGE).text
    assert "Plumbing &lt;Level 1&gt;" in page
    assert "Changing courses takes the role" in page
    assert "Change facts" not in page
    assert 'action="/console/courses' not in page.replace('action="/console/courses"', "")
    assert bob.get(PAGE + "/history").status_code == 200


def test_nobody_changes_anything_without_the_role(bob: Browser, engine: Engine, audited: Audited) -> None:
    for path in POSTS:
        assert (
            bob.submit(f"{PAGE}/{path}", {"cost": "£1", "seen": "", "run": "C1-1", "places": "full"}).status_code == 403
        )
    for path in (PAGE + "/edit", PAGE + "/starts/C1-1", "/console/imports"):
        assert bob.get(path).status_code == 403
    row = course(engine)
    assert (row.cost, row.retired, row.facts) == ("Free", False, {})
    assert len(audited("refused")) == len(POSTS) + 3


def test_a_form_from_elsewhere_changes_nothing(ann: Browser, engine: Engine) -> None:
    for path in POSTS:
        assert ann.post(f"{PAGE}/{path}", data={"csrf": "x", "cost": "£1"}).status_code == 403
    assert course(engine).facts == {}


def test_courses_are_found_by_words_and_filter(ann: Browser, engine: Engine) -> None:
    def titles(query: str) -> list[str]:
        text = ann.get(f"/console/courses?{query}").text
        return [title for title in ("Plumbing", "Hair", "Old Crafts") if f"{title}" in text]

    assert titles("") == ["Plumbing", "Hair"]
    assert titles("q=wealdmere+plumb") == ["Plumbing"]
    assert titles("q=c2") == ["Hair"]
    assert titles("q=%25") == []
    assert titles("only=stale") == ["Hair"]
    assert titles("only=retired") == ["Old Crafts"]
    assert titles("only=edited") == []
    ann.submit(PAGE + "/checked")
    assert titles("only=edited") == ["Plumbing"]
    assert "There is no page 9" in ann.get("/console/courses?page=9").text
    for query in ("only=secret", "page=x", "page=-1", "q=" + "x" * 101):
        assert ann.get(f"/console/courses?{query}").status_code == 404, query


def test_a_fact_is_changed(ann: Browser, engine: Engine, audited: Audited) -> None:
    answer = ann.submit(PAGE + "/edit", form_of(ann, PAGE + "/edit") | {"cost": "£20"})
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE + "?done=saved")
    row = course(engine)
    assert (row.cost, row.facts) == ("£20", {"cost": {"source": "officer", "checked_on": "2026-09-01"}})
    assert row.title == "Plumbing <Level 1>", "the rest is as it was"
    [event] = audited("changed_course")
    assert (event.actor, event.detail) == ("adviser:1", {"course": "C1", "facts": ["cost"]})
    assert "Your changes are saved" in ann.get(PAGE + "?done=saved").text
    assert "Set by an officer" in ann.get(PAGE).text
    history = ann.get(PAGE + "/history").text
    for word in ("Ann Ames", "Cost", "Free", "£20", "Today, 11:00"):
        assert word in history, word


def test_a_form_sent_as_it_came_changes_nothing(ann: Browser, engine: Engine, audited: Audited) -> None:
    for page in (PAGE + "/edit", PAGE + "/starts/C1-1"):
        answer = ann.submit(page, form_of(ann, page))
        assert answer.headers["location"] == PAGE + "?done=same", page
    assert course(engine).facts == {}
    assert audited("changed_course") == []


def test_a_subject_that_is_not_on_the_list_is_not_changed_by_the_form(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        editing.course_of(session, "C1").subject = "falconry"
    ann.submit(PAGE + "/edit", form_of(ann, PAGE + "/edit") | {"cost": "£20"})
    assert (course(engine).subject, course(engine).cost) == ("falconry", "£20")


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(ann: Browser, engine: Engine) -> None:
    form = form_of(ann, PAGE + "/edit") | {"min_age": "old", "url": "ftp://x", "kit": "Boots & gloves"}
    answer = ann.submit(PAGE + "/edit", form)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "Youngest age must be a whole number" in answer.text
    assert 'href="#min_age"' in answer.text
    assert "Boots &amp; gloves" in answer.text
    assert "<title>Error: " in answer.text
    assert course(engine).kit is None


def test_a_colleague_is_not_written_over(ann: Browser, bo: Browser, engine: Engine) -> None:
    early = form_of(bo, PAGE + "/edit")
    ann.submit(PAGE + "/edit", form_of(ann, PAGE + "/edit") | {"cost": "£20", "taster": "In May"})
    answer = bo.submit(PAGE + "/edit", early | {"cost": "£30", "kit": "Boots"})
    assert answer.status_code == 409
    assert "Ann Ames changed this meanwhile. It is now: £20." in answer.text
    assert "£30" in answer.text, "what he typed is still there"
    assert "In May" in answer.text, "and so is what she did"
    assert course(engine).cost == "£20"
    again = {"seen": answer.text.split('name="seen" value="')[1].split('"')[0], "cost": "£30", "kit": "Boots"}
    assert bo.submit(PAGE + "/edit", early | again | {"taster": "In May"}).status_code == 303
    row = course(engine)
    assert (row.cost, row.kit, row.taster) == ("£30", "Boots", "In May")


def test_an_import_meanwhile_is_noticed_too(ann: Browser, engine: Engine) -> None:
    early = form_of(ann, PAGE + "/edit")
    with writing(engine) as session:
        row = CatalogueImport(
            source="feed",
            format="xcri",
            file_name="a.xml",
            file_digest="0",
            status="done",
            started_at=NOW,
            ended_at=NOW,
        )
        session.add(row)
        session.flush()
        editing.course_of(session, "C1").cost = "£5"
        session.add(
            CourseChange(course_id=1, at=NOW, action="changed", import_id=row.id, changes={"cost": ["Free", "£5"]})
        )
    assert "An import changed this meanwhile" in ann.submit(PAGE + "/edit", early | {"cost": "£30"}).text
    assert "Import of a.xml" in ann.get(PAGE + "/history").text


def test_places_are_one_press_away(ann: Browser, engine: Engine, audited: Audited) -> None:
    seen = ann.get(PAGE).text.split('name="seen" value="')[1].split('"')[0]
    form = {"run": "C1-1", "seen": seen, "places": "full", "places_left": ""}
    assert ann.submit(PAGE + "/places", form).headers["location"] == PAGE + "?done=saved#starts"
    with reading(engine) as session:
        assert session.exec(select(Run.places)).one() == "full"
    assert audited("changed_course")[0].detail == {"course": "C1", "run": "C1-1", "facts": ["places"]}
    # the form of before is out of date now
    clash = ann.submit(PAGE + "/places", form | {"places": "few"})
    assert (clash.status_code, "changed this start meanwhile" in clash.text) == (409, True)
    fresh = clash.text.split('name="seen" value="')[1].split('"')[0]
    wrong = ann.submit(PAGE + "/places", form | {"seen": fresh, "places_left": "x"})
    assert (wrong.status_code, "whole number from 0" in wrong.text) == (422, True)
    assert ann.submit(PAGE + "/places", form | {"run": "C2-1"}).status_code == 404


def test_a_start_is_changed(ann: Browser, engine: Engine) -> None:
    page = PAGE + "/starts/C1-1"
    bad = ann.submit(page, form_of(ann, page) | {"start": "31 February 2027"})
    assert (bad.status_code, "First day must be a real date" in bad.text) == (422, True)
    assert ann.submit(page, form_of(ann, page) | {"start": "1 Feb 2027", "days": "Mon"}).status_code == 303
    with reading(engine) as session:
        run = session.exec(select(Run)).one()
    assert (run.start, run.days) == (date(2027, 2, 1), "Mon")
    assert ann.get(PAGE + "/starts/C9-9").status_code == 404


def test_checked_retired_restored_given_back(ann: Browser, engine: Engine, audited: Audited) -> None:
    ann.submit(PAGE + "/edit", form_of(ann, PAGE + "/edit") | {"cost": "£20"})
    assert ann.submit(PAGE + "/checked").headers["location"].endswith("done=checked")
    assert course(engine).checked_on == date(2026, 9, 1)
    assert ann.submit(PAGE + "/checked").headers["location"].endswith("done=same")
    assert ann.submit(PAGE + "/retire").headers["location"].endswith("done=retired")
    assert "no longer offered" in ann.get(PAGE).text
    assert ann.submit(PAGE + "/restore").headers["location"].endswith("done=restored")
    assert ann.submit(PAGE + "/give-back", {"fact": "cost"}).headers["location"].endswith("done=given-back")
    assert "cost" not in course(engine).facts
    for action in ("checked_course", "retired_course", "restored_course", "gave_fact_back"):
        assert len(audited(action)) == 1, action
    history = ann.get(PAGE + "/history").text
    for words in ("No longer offered", "Offered again", "Cost: who decides", "an officer", "feed"):
        assert words in history, words


def test_a_start_that_will_not_take_place(ann: Browser, audited: Audited) -> None:
    assert ann.submit(PAGE + "/starts/C1-1/retire").headers["location"] == PAGE + "?done=start-retired#starts"
    page = ann.get(PAGE).text
    assert "Starts that are not offered (1)" in page
    assert "places-C1-1" not in page
    assert ann.submit(PAGE + "/starts/C1-1/retire").status_code == 404
    assert ann.submit(PAGE + "/starts/C1-1/restore").headers["location"] == PAGE + "?done=start-restored#starts"
    assert "places-C1-1" in ann.get(PAGE).text
    assert [audited(action)[0].detail["run"] for action in ("retired_start", "restored_start")] == ["C1-1", "C1-1"]


def test_history_has_pages(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(60):
            changes = {"cost": [f"£{number}", f"£{number + 1}"]}
            at = NOW - timedelta(days=60 - number)
            session.add(CourseChange(course_id=1, at=at, action="changed", by="Bob Bell", changes=changes))
    first = ann.get(PAGE + "/history").text
    assert first.count("onward-panel") == 50
    earlier = first.split("?before=")[1].split('"')[0]
    assert ann.get(f"{PAGE}/history?before={earlier}").text.count("onward-panel") == 10
    assert ann.get(PAGE + "/history?before=x").status_code == 404


def test_what_does_not_exist_is_not_found(ann: Browser) -> None:
    for path in ("/courses/NO", "/courses/NO/edit", "/courses/NO/history", "/imports/9", f"/imports/{2**70}"):
        assert ann.get(f"/console{path}").status_code == 404, path
    for path in POSTS:
        assert ann.submit(f"/console/courses/NO/{path}", {"run": "C1-1"}).status_code == 404, path


def test_imports_and_what_came_of_them(ann: Browser, engine: Engine) -> None:
    assert "Nothing was read in yet" in ann.get("/console/imports").text
    refused = [{"line": number, "reason": f"Reason {number} <b>"} for number in range(1, 250)]
    report = {
        "repairs": ["A tag was closed"],
        "refused": refused,
        "kept": [{"ref": "C1", "field": "cost", "kept": "£20", "offered": None}],
    }
    with writing(engine) as session:
        common: dict[str, Any] = {"source": "feed", "format": "xcri", "file_digest": "0", "ended_at": NOW}
        session.add(
            CatalogueImport(
                file_name="good.xml",
                status="done",
                started_at=NOW,
                counts={"courses_taken": 1200},
                report=report,
                **common,
            )
        )
        session.flush()
        session.add(CatalogueImport(file_name="bad.xml", status="refused", started_at=NOW, **common))
    listed = ann.get("/console/imports").text
    assert listed.index("bad.xml") < listed.index("good.xml")
    page = ann.get("/console/imports/1").text
    for words in (
        "1,200",
        "Line 7: Reason 7 &lt;b&gt;",
        "A tag was closed",
        "And 49 more",
        "the file says “not known”",
    ):
        assert words in page, words
    assert "Nothing was changed" in ann.get("/console/imports/2").text


def test_only_those_with_a_role_are_shown_the_way(ann: Browser, bob: Browser, clock: FixedClock) -> None:
    assert "/console/imports" in ann.get("/console/courses").text
    assert "/console/imports" not in bob.get("/console/courses").text
    assert "/console/unmet-demand" not in ann.get("/console/courses").text
