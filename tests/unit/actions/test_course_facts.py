"""Single questions about a course: known, unknown, old, and about which one."""

from typing import Any

import pytest
from sqlalchemy import Engine

from actions.registry import build_executor
from casework.gsm7 import measure
from casework.voice import Voice
from tests.unit.actions.stage import DATA, Stage

PLUMBING = ("subject", "plumbing", "plumbing")


def ask(stage: Stage, intent: str, text: str = "tell me", *entities):  # type: ignore[no-untyped-def]
    return stage.act("action_course_fact", text, *entities, intent=intent)


@pytest.mark.parametrize(
    ("intent", "key"),
    [
        ("course_details", "course_details"),
        ("course_entry", "course_entry"),
        ("course_start", "course_start"),
        ("course_days", "course_days"),
        ("course_cost", "course_cost"),
        ("course_kit", "course_kit"),
        ("course_apply", "course_apply"),
        ("course_where", "course_where"),
        ("course_places", "course_places"),
    ],
)
def test_what_is_known_is_said(stage: Stage, intent: str, key: str) -> None:
    stage.slots["course"] = "C1"
    answer = ask(stage, intent)
    assert answer.keys == [key]
    assert answer.args["title"] == "Plumbing Level 1"
    assert not answer.effects


@pytest.mark.parametrize("intent", ["course_leads_to", "course_taster", "travel"])
def test_what_is_not_known_is_said_to_be(stage: Stage, intent: str) -> None:
    stage.slots["course"] = "C1"
    answer = ask(stage, intent)
    assert answer.keys == ["course_unknown"]
    assert answer.args["phone"] == "01632 960104", "who can tell"
    assert answer.args["adviser"] == "Sam Okafor"
    assert stage.slots["offered"]["kind"] == "person"


def test_no_entry_requirements_are_not_none_needed(stage: Stage) -> None:
    stage.slots["course"] = "C3"
    assert ask(stage, "course_entry").keys == ["course_unknown"]


def test_an_old_fact_carries_its_date(stage: Stage) -> None:
    stage.slots["course"] = "C2"
    answer = ask(stage, "course_entry")
    assert (answer.args["stale"], answer.args["checked_on"]) == (True, "2026-01-10")
    assert "10 January 2026" in stage.word(*answer.replies[0])


def test_which_one_is_asked_and_the_question_kept(stage: Stage) -> None:
    stage.act("action_find_courses", "plumbing", PLUMBING, intent="find_courses")
    assert ask(stage, "course_entry", "what grades do i need").keys == ["which_course"]
    at = stage.slots["offered"]["items"].index("C2") + 1
    answer = stage.act("action_choose", str(at), ("number", str(at), str(at)), intent="choose")
    assert answer.keys == ["course_entry"]


def test_a_question_can_name_the_number(stage: Stage) -> None:
    stage.act("action_find_courses", "plumbing", PLUMBING, intent="find_courses")
    second = stage.slots["offered"]["items"][1]
    ask(stage, "course_where", "where is number 2", ("number", "2", "2"))
    assert stage.slots["course"] == second


@pytest.mark.parametrize(
    ("text", "entity"),
    [("can i try it first", ("ordinal", "1", "first")), ("can i do it if im 2", ("number", "2", "2"))],
)
def test_other_numbers_do_not_change_the_course(stage: Stage, text: str, entity: tuple[str, str, str]) -> None:
    stage.act("action_find_courses", "plumbing", PLUMBING, intent="find_courses")
    stage.slots["course"] = "C1"
    ask(stage, "course_entry", text, entity)
    assert stage.slots["course"] == "C1"


def test_a_question_about_a_subject_finds_it_first(stage: Stage) -> None:
    answer = ask(stage, "course_entry", "what grades do i need for plumbing", PLUMBING)
    assert answer.keys == ["course_list"]
    assert stage.slots["offered"]["then"] == "entry"


def test_no_course_in_mind(stage: Stage) -> None:
    assert ask(stage, "course_start", "when does it start").keys == ["no_course_in_mind"]
    assert ask(stage, "course_apply", "how do i apply").keys == ["apply_general"]
    assert ask(stage, "travel", "can i get a bus pass").keys == ["travel"]


def test_a_course_that_went(stage: Stage) -> None:
    stage.slots["course"] = "C999"
    assert ask(stage, "course_start").keys == ["course_gone"]
    assert stage.slots["course"] is None


def test_full_is_said(stage: Stage) -> None:
    stage.slots["course"] = "C5"
    assert "full" in stage.word(*ask(stage, "course_places").replies[0])


@pytest.fixture
def public(area: Engine, voice: Voice) -> Stage:
    """A conversation with a service that has public pages."""
    return Stage(build_executor(area, DATA, public_url="https://onward.example.org"), voice)


@pytest.mark.parametrize("intent", ["course_details", "course_apply"])
def test_what_is_said_of_a_course_ends_with_its_page(public: Stage, intent: str) -> None:
    public.slots["course"] = "C1"
    said = public.word(*ask(public, intent).replies[0])
    assert said.endswith(" https://onward.example.org/courses/C1")


def test_a_service_without_public_pages_links_to_none(stage: Stage) -> None:
    stage.slots["course"] = "C1"
    answer = ask(stage, "course_details")
    assert answer.args["link"] is None
    assert "http" not in stage.word(*answer.replies[0])


LONG: dict[str, Any] = {
    "title": "Advanced Extended Diploma in Electrotechnical Engineering and Renewable Energy Systems",
    "provider": "The Royal Harbour Group of Further and Higher Education Colleges",
    "phone": "01632 960104", "email": "admissions.enquiries@royalharbourgroup.example", "website": None,
    "source": "feed", "checked_on": "2026-01-10", "stale": True,
    "link": "https://courses.eastkentyoungpeople.example.org/courses/royal-harbour-group-102345",
    "summary": "x" * 300, "level": "Entry level", "qualification": "Extended Diploma", "route": "college",
    "entry": "Five GCSEs at grade 4 or above, including English, mathematics and a science, and an interview",
    "exclusions": "Nobody who has already begun another course of the same kind, here or anywhere else",
    "cost": "Free if you are 16 to 18", "min_age": 16, "max_age": 24, "how": "Fill in the form on the website, " * 5,
    "name": "Jade", "service": "Onward", "today": "2026-11-03",
    "run": {
        "start": "2026-12-28", "roll_on": False, "end": None, "state": "waiting_list", "duration": None, "hours": None,
        "days": "Mondays, Wednesdays and every other Thursday", "town": "Westgate-on-Sea and Birchington",
        "postcode": None, "places": "waiting_list", "places_left": None, "apply_by": "2026-11-30",
    },
}  # fmt: skip
"""As long as anything gets."""


@pytest.mark.parametrize("language", ["en", "cy"])
def test_the_link_is_whole_however_long_the_rest_is(voice: Voice, language: str) -> None:
    said = voice.render("course_details", LONG, language=language, channel="sms").text
    assert said.endswith(LONG["link"])
    assert measure(said).segments <= 2
    for missing in ({}, {"entry": None}, {"run": None}, {"link": None}):
        for key in ("course_details", "course_entry", "course_apply"):
            said = voice.render(key, LONG | missing, language=language, channel="sms").text
            assert measure(said).segments <= 2, (key, missing, said)


def test_whom_it_cannot_take_is_said_where_nothing_else_is_known(voice: Voice) -> None:
    said = voice.render("course_entry", LONG | {"entry": None}, language="en", channel="sms").text
    assert "I don't know the entry requirements; they can tell you on 01632 960104." in said
    assert "Nobody who has already begun" in said


def test_who_can_tell_what_is_not_known(stage: Stage) -> None:
    stage.slots["course"] = "C4"
    said = stage.word(*ask(stage, "course_entry").replies[0])
    assert said.startswith("I don't know the entry requirements for Plumbing Starter.")
    assert "Samphire Coast College can tell you on 01632 960104." in said


def test_a_fact_has_its_own_day(area: Engine, stage: Stage) -> None:
    stage.slots["course"] = "C7"
    cost, kit = ask(stage, "course_cost"), ask(stage, "course_kit")
    assert (cost.args["checked_on"], cost.args["stale"], cost.args["source"]) == ("2026-11-01", False, "officer")
    assert (kit.args["checked_on"], kit.args["stale"]) == ("2026-01-10", True)
    places = ask(stage, "course_places")
    assert "as of Mon 2 Nov" in stage.word(*places.replies[0])
