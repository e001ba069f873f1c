"""Numbers, yes and no mean what was offered last."""

import pytest

from tests.unit.actions.stage import Stage

PLUMBING = ("subject", "plumbing", "plumbing")


@pytest.fixture
def listed(stage: Stage) -> Stage:
    stage.act("action_find_courses", "plumbing", PLUMBING, intent="find_courses")
    return stage


def choose(stage: Stage, text: str, *entities):  # type: ignore[no-untyped-def]
    return stage.act("action_choose", text, *entities, intent="choose")


def test_a_number_picks_a_course(listed: Stage) -> None:
    second = listed.slots["offered"]["items"][1]
    answer = choose(listed, "2", ("number", "2", "2"))
    assert answer.keys == ["course_details"]
    assert listed.slots["course"] == second


def test_2nd_1_is_the_second(listed: Stage) -> None:
    second = listed.slots["offered"]["items"][1]
    choose(listed, "2nd 1", ("ordinal", "2", "2nd"), ("number", "1", "1"))
    assert listed.slots["course"] == second


def test_the_last_one(listed: Stage) -> None:
    last = listed.slots["offered"]["items"][-1]
    choose(listed, "the last one", ("ordinal", "last", "last one"))
    assert listed.slots["course"] == last


def test_a_number_that_is_not_there(listed: Stage) -> None:
    answer = choose(listed, "7", ("number", "7", "7"))
    assert answer.replies == [("choose_again", {"count": 3, "number": 7})]


def test_a_number_out_of_the_blue(stage: Stage) -> None:
    assert choose(stage, "2", ("number", "2", "2")).replies == [("choose_nothing", {"stale": False})]


def test_a_number_for_a_list_of_long_ago(listed: Stage) -> None:
    listed.later(hours=25)
    assert choose(listed, "2", ("number", "2", "2")).replies == [("choose_nothing", {"stale": True})]


def test_the_list_stands_after_a_look_at_one(listed: Stage) -> None:
    items = list(listed.slots["offered"]["items"])
    choose(listed, "1", ("number", "1", "1"))
    choose(listed, "3", ("number", "3", "3"))
    assert listed.slots["course"] == items[2]


def test_a_menu_line_starts_what_it_says(stage: Stage) -> None:
    stage.act("action_greet", "hi", intent="greet")
    assert choose(stage, "1", ("number", "1", "1")).follow == "course_form"
    stage.act("action_greet", "hi", intent="greet")
    assert choose(stage, "5", ("number", "5", "5")).follow == "person_form"
    stage.act("action_greet", "hi", intent="greet")
    assert choose(stage, "3", ("number", "3", "3")).keys == ["money_schemes"]


def test_yes_takes_what_was_offered_and_the_words_of_then(stage: Stage) -> None:
    stage.message = 1000
    assert stage.act("action_topic", "can i get ema", intent="jobs").keys == ["jobs"]
    stage.message = 1001
    answer = stage.act("action_affirm", "yes please", intent="affirm")
    assert answer.keys == ["handed_over"]
    effect = answer.effects[0]
    assert (effect["words"], effect["adviser_id"]) == ("can i get ema", 1)
    assert effect["detail"] == {"topic": "jobs"}
    assert stage.slots["offered"] is None, "a second yes must not open a second one"


def test_no_declines(stage: Stage) -> None:
    stage.act("action_topic", "can i get ema", intent="jobs")
    answer = stage.act("action_deny", "no", intent="deny")
    assert (answer.keys, answer.effects) == (["no_problem"], [])
    assert stage.act("action_affirm", "yes", intent="affirm").keys == ["yes_to_what"]


def test_ok_is_no_yes(stage: Stage) -> None:
    stage.act("action_topic", "can i get ema", intent="jobs")
    answer = stage.act("action_acknowledge", "ok", intent="acknowledge")
    assert (answer.keys, answer.effects) == (["no_rush"], [])
    assert stage.slots["offered"]["kind"] == "person"


def test_none_of_these(listed: Stage) -> None:
    assert listed.act("action_deny", "none of them", intent="deny").keys == ["none_of_these"]


def test_yes_to_several_asks_which(listed: Stage) -> None:
    assert listed.act("action_affirm", "yes", intent="affirm").keys == ["choose_again"]
