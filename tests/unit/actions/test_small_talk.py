"""Not understood once and twice, topics, and what holds for every action."""

import asyncio
from pathlib import Path

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from actions.offers import BROAD, MENU
from actions.people import REASONS
from actions.registry import ACTIONS
from actions.topics import TOPICS
from casework.voice import Voice
from prospectus.vocabulary import Vocabulary
from tests.unit.actions.stage import DATA, Stage

DOMAIN = Path(__file__).parents[3] / "bot" / "domain"


def test_first_choices_then_a_person(stage: Stage) -> None:
    first = stage.act("action_not_understood", "blurgh", intent="nlu_fallback", ranking=["money_help", "travel"])
    assert first.replies == [("not_understood", {"choices": ["money", "travel", "person"]})]
    second = stage.act("action_not_understood", "blargh", intent="nlu_fallback")
    assert second.keys == ["not_understood_again"]
    answer = stage.act("action_affirm", "yes", intent="affirm")
    assert answer.effects[0]["about"] == "not_understood"


def test_out_of_scope_says_so(stage: Stage) -> None:
    answer = stage.act("action_not_understood", "who won the match", intent="out_of_scope")
    assert answer.keys == ["out_of_scope"]
    assert answer.args["choices"][-1] == "person"


@pytest.mark.parametrize("intent", sorted(TOPICS))
@pytest.mark.parametrize("young_person", [7, None])
def test_every_topic_has_an_answer_and_a_reason(stage: Stage, intent: str, young_person: int | None) -> None:
    stage.young_person = young_person
    answer = stage.act("action_topic", "about it", intent=intent)
    assert answer.keys == [TOPICS[intent]]
    handed = stage.act("action_choose", "1", ("number", "1", "1"), intent="choose")
    assert handed.effects[0]["reason"] == REASONS[TOPICS[intent]]


def test_what_cannot_wait_is_soon(stage: Stage) -> None:
    stage.act("action_topic", "im not happy with how i was treated", intent="complaint")
    assert stage.act("action_affirm", "yes", intent="affirm").effects[0]["urgency"] == "soon"


def test_a_greeting_inside_a_form_keeps_it_short(stage: Stage) -> None:
    stage.slots["requested_slot"] = "wanted"
    assert stage.act("action_greet", "hi", intent="greet").keys == ["greet_back"]
    assert "offered" not in stage.slots


def test_the_domain_and_the_registry_name_the_same_actions() -> None:
    domains = [yaml.safe_load(path.read_text()) for path in DOMAIN.glob("*.yml")]
    named = {action for domain in domains for action in domain.get("actions", [])}
    assert named == {action.action for action in ACTIONS}


def test_every_response_of_the_domain_has_a_text(voice: Voice) -> None:
    domains = [yaml.safe_load(path.read_text()) for path in DOMAIN.glob("*.yml")]
    for name in (name for domain in domains for name in domain.get("responses", {})):
        voice.find(name.removeprefix("utter_"), "en")


def test_broad_subjects_and_the_menu_exist(stage: Stage) -> None:
    vocabulary = Vocabulary.load(DATA)
    assert set(BROAD) <= set(vocabulary.subjects)
    for item in MENU:
        stage.act("action_greet", "hi", intent="greet")
        stage.slots["offered"]["items"] = [item]
        answer = stage.act("action_choose", "1", ("number", "1", "1"), intent="choose")
        assert answer.replies or answer.follow, item


def test_a_failure_is_a_failure(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the record is not there")

    monkeypatch.setattr("actions.person.who", broken)
    with pytest.raises(RuntimeError):
        stage.act("action_who_is_my_adviser", "whos my pa", intent="who_is_my_adviser")


def test_the_context_is_needed(executor: ActionExecutor) -> None:
    tracker = {"sender_id": "c1", "slots": {}, "latest_message": {"text": "hi"}, "events": [], "paused": False}
    call = {"next_action": "action_greet", "sender_id": "c1", "domain": {}, "tracker": tracker}
    with pytest.raises(KeyError):
        asyncio.run(executor.run(call))


@pytest.mark.parametrize("intent", ["activity_thinking_of_leaving"])
def test_risks_of_dropping_out_do_not_wait_their_turn(stage: Stage, intent: str) -> None:
    stage.act("action_topic", "about it", intent=intent)
    assert stage.act("action_affirm", "yes", intent="affirm").effects[0]["urgency"] == "soon"


@pytest.mark.parametrize("said", ["im pregnant", "im a carer for my nan", "im in custody"])
def test_what_is_sensitive_is_not_said_back(stage: Stage, said: str) -> None:
    answer = stage.act("action_activity", said, intent="activity_other")
    words = stage.word(*answer.replies[0]).lower()
    assert not [word for word in ("pregnan", "carer", "nan", "custody") if word in words]
