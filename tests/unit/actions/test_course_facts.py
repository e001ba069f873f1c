"""Single questions about a course: known, unknown, old, and about which one."""

import pytest

from tests.unit.actions.stage import Stage

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
