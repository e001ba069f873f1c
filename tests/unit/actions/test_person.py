"""Being handed over: who is told, when they work, and in whose words."""

from datetime import UTC, datetime

import pytest

from tests.unit.actions.stage import Stage


def matter(stage: Stage, text: str, intent: str):  # type: ignore[no-untyped-def]
    stage.slots.update(requested_slot="matter", matter=text)
    stage.act("validate_person_form", text, intent=intent)
    stage.slots["requested_slot"] = None
    return stage.act("action_hand_over", text, intent=intent)


def test_asked_once_by_name(stage: Stage) -> None:
    answer = stage.act("action_ask_matter", "talk to someone", intent="talk_to_person")
    assert answer.replies == [("ask_matter", {"adviser": "Sam Okafor"})]


def test_their_words_reach_the_named_adviser(stage: Stage) -> None:
    answer = matter(stage, "its about my course", "activity_started")
    assert answer.keys == ["handed_over"]
    assert answer.args == {"adviser": "Sam Okafor", "covering_for": None, "working_now": True,
                           "at": "2026-11-03T10:00:00+00:00"}  # fmt: skip
    [effect] = answer.effects
    assert (effect["about"], effect["words"], effect["adviser_id"]) == ("talk_to_person", "its about my course", 1)


@pytest.mark.parametrize("intent", ["skip", "deny", "dont_know"])
def test_nobody_has_to_say(stage: Stage, intent: str) -> None:
    stage.message = 1000
    stage.act("action_ask_matter", "can i get ema", intent="talk_to_person")
    stage.message = 1001
    answer = matter(stage, "rather not say", intent)
    [effect] = answer.effects
    assert "would rather not say" in effect["reason"]
    assert effect["words"] == "can i get ema", "what they asked with, not the refusal"


def test_never_mind_opens_nothing(stage: Stage) -> None:
    stage.slots.update(requested_slot="matter", matter="forget it")
    assert stage.act("validate_person_form", "forget it", intent="never_mind").keys == ["not_passed_on"]
    assert stage.act("action_hand_over", "forget it", intent="never_mind").effects == []


def test_cover_answers_while_the_adviser_is_away(stage: Stage) -> None:
    stage.now = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)
    answer = matter(stage, "its about college", "x")
    assert (answer.args["adviser"], answer.args["covering_for"]) == ("Priya Nair", "Sam Okafor")
    assert answer.effects[0]["adviser_id"] == 2


def test_out_of_hours_says_when(stage: Stage) -> None:
    stage.now = datetime(2026, 11, 7, 12, 0, tzinfo=UTC)
    answer = matter(stage, "its about college", "x")
    assert (answer.args["working_now"], answer.args["at"]) == (False, "2026-11-09T09:00:00+00:00")
    assert "Mon 9 Nov at 9am" in stage.word(*answer.replies[0])


def test_an_unknown_number_reaches_the_duty_team(stage: Stage) -> None:
    stage.young_person = None
    answer = matter(stage, "its about college", "x")
    assert answer.args["adviser"] is None
    assert "adviser_id" not in answer.effects[0]


def test_who_is_my_adviser(stage: Stage) -> None:
    answer = stage.act("action_who_is_my_adviser", "whos my pa", intent="who_is_my_adviser")
    assert "Sam Okafor" in stage.word(*answer.replies[0])
    assert stage.slots["offered"]["kind"] == "person"


def test_inside_a_form_no_number_is_offered(stage: Stage) -> None:
    stage.slots["requested_slot"] = "wanted"
    answer = stage.act("action_who_is_my_adviser", "whos my pa", intent="who_is_my_adviser")
    assert answer.args["offer"] is False
    assert "offered" not in stage.slots


def test_a_parent_is_told_nothing_of_the_record(stage: Stage) -> None:
    stage.slots.update(course="C1", subject="plumbing", place="margate", words="hair")
    answer = stage.act("action_someone_else", "this is his mum", intent="someone_else")
    assert answer.replies == [("someone_else", {})]
    assert [stage.slots[name] for name in ("course", "subject", "place", "words")] == [None] * 4
    said = stage.word(*answer.replies[0])
    assert "Sam" not in said
    handed = stage.act("action_choose", "1", ("number", "1", "1"), intent="choose")
    assert handed.replies == [("handed_over_to_team", {})]
    assert (handed.effects[0]["about"], handed.effects[0]["adviser_id"]) == ("someone_else", 1)
    assert "before sharing anything" in handed.effects[0]["reason"]
