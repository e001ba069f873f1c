"""Open days: whose, and who can tell, for the prospectus holds no dates of them."""

import pytest

from casework.db import writing
from prospectus.tables import Course
from tests.unit.actions.stage import Stage


def test_without_a_place_or_a_course_it_is_general(stage: Stage) -> None:
    answer = stage.act("action_open_day", "when is the open evening", intent="open_day")
    assert answer.keys == ["open_day_general"]
    handed = stage.act("action_affirm", "yes", intent="affirm")
    assert handed.effects[0]["reason"] == "Asked about open days or looking round."


def test_a_provider_that_is_named_is_said_how_to_reach(stage: Stage) -> None:
    text = "is there an open day at samphire coast college"
    answer = stage.act("action_open_day", text, ("provider", "P1", "samphire coast college"), intent="open_day")
    assert answer.keys == ["open_day"]
    assert (answer.args["provider"], answer.args["phone"]) == ("Samphire Coast College", "01632 960104")
    said = stage.word(*answer.replies[0])
    assert "01632 960104" in said
    assert "don't know" in said


def test_the_course_that_is_meant_names_its_provider(stage: Stage) -> None:
    stage.slots["course"] = "C1"
    answer = stage.act("action_open_day", "can i look round", intent="open_day")
    assert answer.keys == ["open_day"]
    assert answer.args["provider"] == "Samphire Coast College"


def test_a_taster_that_is_known_is_said_too(stage: Stage) -> None:
    stage.slots["course"] = "C1"
    with writing(stage.executor.actions["action_open_day"].__self__._shelf.engine) as session:
        course = session.get(Course, 1)
        assert course is not None
        course.taster = "Taster mornings each half term"
    answer = stage.act("action_open_day", "can i look round", intent="open_day")
    assert "Taster mornings each half term." in stage.word(*answer.replies[0])


@pytest.mark.parametrize("text", ["open day at nowhere college"])
def test_a_provider_nobody_knows_falls_back(stage: Stage, text: str) -> None:
    answer = stage.act("action_open_day", text, ("provider", "?", "nowhere college"), intent="open_day")
    assert answer.keys == ["open_day_general"]
