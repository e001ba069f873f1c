"""Lines of a list that are meant without a number, or by several; and what is said when it could be more than one."""

from typing import Any

import pytest

from tests.unit.actions.stage import Answer, Stage

PLUMBING = ("subject", "plumbing", "plumbing")


@pytest.fixture
def listed(stage: Stage) -> Stage:
    stage.act("action_find_courses", "plumbing", PLUMBING, intent="find_courses")
    assert len(stage.slots["offered"]["items"]) == 3
    return stage


def pick(stage: Stage, text: str, how: Any, *entities: Any, **more: Any) -> Answer:
    return stage.act("action_choose", text, *entities, intent="choose", reading={"pick": how, **more})


def test_two_numbers_are_two_courses(listed: Stage) -> None:
    first, _, third = listed.slots["offered"]["items"]
    assert pick(listed, "1 and 3", [1, 3]).keys == ["course_details", "course_details"]
    assert listed.slots["course"] == third != first


def test_three_are_too_many_for_one_turn(listed: Stage) -> None:
    assert pick(listed, "1 2 and 3", [1, 2, 3]).keys == ["which_course"]


def test_a_number_that_is_not_there_is_said(listed: Stage) -> None:
    assert pick(listed, "1 and 7", [1, 7]).replies == [("choose_again", {"count": 3, "number": 7})]


@pytest.mark.parametrize("how", ["both", "that", "other"])
def test_what_could_be_several_is_asked_about(listed: Stage, how: str) -> None:
    assert pick(listed, how, how).keys == ["which_course"]
    assert listed.slots["offered"]["kind"] == "courses"


@pytest.mark.parametrize("how", ["any", "all"])
def test_nobody_is_chosen_for(listed: Stage, how: str) -> None:
    assert pick(listed, how, how).replies == [("any_of_these", {"count": 3})]


def test_that_one_is_the_one_just_told_of(listed: Stage) -> None:
    second = listed.slots["offered"]["items"][1]
    pick(listed, "2", [2])
    pick(listed, "that one", "that")
    assert listed.slots["course"] == second


def test_the_same_is_told_of_another(listed: Stage) -> None:
    pick(listed, "1", [1])
    listed.act("action_course_fact", "how much is it", intent="course_cost")
    told = pick(listed, "and the second one", [2], same=True)
    assert told.keys[0] in ("course_cost", "course_unknown")
    assert told.args.get("fact", "cost") == "cost"


def test_two_facts_wait_for_the_course(listed: Stage) -> None:
    assert listed.act("action_course_fact", "how much is it", intent="course_cost").keys == ["which_course"]
    assert listed.act("action_course_fact", "when does it start", intent="course_start").keys == ["which_course"]
    assert len(pick(listed, "1", [1]).keys) == 2


def test_a_fact_asked_later_takes_the_place_of_the_first(listed: Stage) -> None:
    listed.act("action_course_fact", "how much is it", intent="course_cost")
    listed.message += 1
    listed.act("action_course_fact", "when does it start", intent="course_start")
    assert len(pick(listed, "1", [1]).keys) == 1


def test_a_name_that_fits_one(listed: Stage) -> None:
    level = pick(listed, "the level 2 one", "named", ("level", "2", "level 2"))
    assert level.keys in (["course_details"], ["choose_between"])


def test_a_name_that_fits_none_is_looked_for(listed: Stage) -> None:
    found = pick(listed, "the bricklaying one", "named", ("subject", "bricklaying", "bricklaying"))
    assert found.keys[0] in ("course_list", "courses_near", "courses_none")


def test_a_name_that_is_nothing(listed: Stage) -> None:
    assert pick(listed, "the zzz one", "named").keys == ["which_course"]


def test_a_correction_keeps_the_rest(stage: Stage) -> None:
    wishes = (PLUMBING, ("level", "1", "level 1"), ("place", "margate", "margate"))
    stage.act("action_find_courses", "plumbing level 1 margate", *wishes, intent="find_courses")
    hair = ("subject", "hair_beauty", "hair")
    stage.act("action_find_courses", "no i meant hair", hair, intent="find_courses", reading={"correction": True})
    assert (stage.slots["subject"], stage.slots["level"], stage.slots["place"]) == ("hair_beauty", "1", "margate")


def test_a_wish_that_does_not_matter_is_left_out(stage: Stage) -> None:
    wishes = (PLUMBING, ("place", "margate", "margate"))
    stage.act("action_find_courses", "plumbing margate", *wishes, intent="find_courses")
    stage.act("action_find_courses", "dont mind", intent="find_courses", reading={"any": "place"})
    assert (stage.slots["subject"], stage.slots.get("place")) == ("plumbing", None)


def test_nothing_left_to_look_for_is_asked_for(stage: Stage) -> None:
    answer = stage.act("action_find_courses", "dunno", intent="find_courses", reading={"any": "place"})
    assert (answer.follow, answer.effects) == ("course_form", [])


def test_no_idea_beside_a_list(listed: Stage) -> None:
    assert listed.act("action_dont_know", "dunno", intent="dont_know").keys == ["any_of_these"]


def test_no_idea_twice_offers_a_person(stage: Stage) -> None:
    assert stage.act("action_dont_know", "dunno", intent="dont_know").keys == ["broad_choices"]
    assert stage.act("action_dont_know", "dunno", intent="dont_know").keys == ["plans_unsure"]
    assert stage.slots["offered"]["kind"] == "person"
