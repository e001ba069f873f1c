"""How the answers to one message make one turn, with a stand-in for Rasa."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from turnbot.answers import Answers
from turnbot.conversation import Conversing
from turnbot.reading import Reader
from turnbot.turn import Turn

NOW = "2026-09-01T10:00:00+00:00"
EMPTY: dict[str, Any] = {"v": 1, "slots": {}, "loop": None, "requested": None}
LIST = {"kind": "courses", "items": ["a", "b", "c"], "at": NOW}
READER = Reader(Answers.load())

KNOWN = {
    "how much is it": "course_cost",
    "when does it start": "course_start",
    "do i need kit": "course_kit",
    "can i get ema": "money_help",
    "any plumbing": "find_courses",
    "any hair": "find_courses",
    "can i do a course": "start_form",
    "are you a robot": "are_you_real",
    "this is her mum": "someone_else",
    "hello": "greet",
    "fuck off": "insult",
}
SUBJECTS = {"any plumbing": "plumbing", "any hair": "hair"}


class Rasa:
    """Understands the texts of ``KNOWN``; answers each intent with a reply of its name."""

    def __init__(self) -> None:
        self.handled: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
        self.turn = Turn(state=EMPTY, actions=None)

    async def parse(self, text: str) -> dict[str, Any]:
        plain = text.strip(" ?.!,").removeprefix("and ").removeprefix("also ")
        name = KNOWN.get(plain, "nlu_fallback")
        intent = "find_courses" if name == "start_form" else name
        sure = {"name": intent, "confidence": 0.9 if plain in KNOWN else 0.2}
        at = text.find(plain)
        subject = SUBJECTS.get(plain)
        found = [{"entity": "subject", "value": subject, "start": at, "end": at + len(plain)}] if subject else []
        return {"text": text, "intent": sure, "entities": found, "intent_ranking": [sure]}

    async def handle(self, text: str, parsed: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
        intent = parsed["intent"]["name"]
        self.handled.append((text, parsed, metadata))
        state = self.turn.state
        slots = {**state["slots"], "seen": [*state["slots"].get("seen", []), intent]}
        loop = state["loop"]
        if intent == "find_courses" and not parsed["entities"] and loop is None:
            loop = "course_form"
            self.turn.said.append({"say": "ask_wanted", "args": {}})
        else:
            self.turn.said.append({"say": intent, "args": {"text": text}})
            if intent == "find_courses":
                loop, slots["offered"] = None, LIST
        if intent in ("money_help", "someone_else"):
            slots["offered"] = {"kind": "person", "items": ["yes", "no"], "at": NOW, "topic": intent}
        return {"v": 1, "slots": slots, "loop": loop, "requested": "wanted" if loop else None}

    def say(self, text: str, state: dict[str, Any] | None = None, channel: str = "web") -> tuple[Any, Any]:
        self.turn = Turn(state=state or EMPTY, actions=None)
        taking = Conversing(READER, self.parse, self.handle).take(
            self.turn, text, {"now": NOW, "channel": channel, "message_id": 7}
        )
        return asyncio.run(taking)

    @property
    def keys(self) -> list[str]:
        return [message["say"] for message in self.turn.said]


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


def test_two_questions_are_answered_in_order_and_the_state_flows(rasa: Rasa) -> None:
    state, known = rasa.say("how much is it and when does it start")
    assert rasa.keys == ["course_cost", "course_start"]
    assert state["slots"]["seen"] == ["course_cost", "course_start"]
    assert [part["intent"] for part in known["parts"]] == ["course_cost", "course_start"]
    assert known["intent"]["name"] == "course_cost"


def test_three_short_ones_fit_and_a_third_long_one_is_kept(rasa: Rasa) -> None:
    rasa.say("how much is it? when does it start? do i need kit", channel="sms")
    assert rasa.keys == ["course_cost", "course_start", "course_kit"]
    state, known = rasa.say("how much is it? when does it start? can i get ema", channel="sms")
    assert rasa.keys == ["course_cost", "course_start", "kept_questions"]
    assert known["parts"][-1]["kept"]
    assert state["thread"]["kept"] == [
        {"intent": "money_help", "entities": [], "message": 7, "span": [36, 49], "about": None}
    ]
    again, _ = rasa.say("ok", state)
    assert rasa.keys == ["money_help"]
    assert rasa.handled[-1][2]["reading"] == {"words": {"message_id": 7, "span": [36, 49]}}
    assert "kept" not in again.get("thread", {})


def test_two_lists_would_share_their_numbers(rasa: Rasa) -> None:
    rasa.say("any plumbing? any hair?")
    assert rasa.keys == ["find_courses", "kept_questions"]
    assert rasa.turn.said[-1]["args"] == {"questions": [{"intent": "find_courses", "about": "any hair"}]}


def test_what_is_kept_waits_for_one_message_more(rasa: Rasa) -> None:
    state, _ = rasa.say("any plumbing? any hair?")
    state, _ = rasa.say("how much is it", state)
    assert "kept" in state["thread"]
    state, _ = rasa.say("how much is it", state)
    assert "kept" not in state.get("thread", {})


def test_a_question_of_ours_is_said_last(rasa: Rasa) -> None:
    state, _ = rasa.say("can i do a course? can i get ema?")
    assert rasa.keys == ["money_help", "ask_wanted"]
    assert state["loop"] == "course_form"


def test_a_side_question_comes_back_once(rasa: Rasa) -> None:
    state, _ = rasa.say("can i do a course")
    state, _ = rasa.say("can i get ema", state)
    assert rasa.keys == ["money_help", "ask_wanted_again"]
    assert rasa.handled[-1][0] == "can i get ema"
    state, _ = rasa.say("how much is it", state)
    assert (rasa.keys, state["loop"]) == (["course_cost"], "course_form")
    state, _ = rasa.say("any plumbing", state)
    assert (rasa.keys, state["loop"]) == (["find_courses"], None)


def test_somebody_else_is_told_nothing_and_the_question_stays_open(rasa: Rasa) -> None:
    state, _ = rasa.say("can i do a course")
    state, _ = rasa.say("this is her mum. how much is it", state)
    assert (rasa.keys, state["loop"], state["thread"]["guest"]) == (["someone_else"], "course_form", True)


def test_somebody_else_cannot_pick_from_what_was_found(rasa: Rasa) -> None:
    state, _ = rasa.say("any plumbing")
    state, _ = rasa.say("this is her mum", state)
    assert "earlier" not in state["thread"]
    rasa.say("2", state)
    assert rasa.turn.state["slots"]["offered"]["kind"] == "person", "2 is said to the offer of a person, not the list"


def test_a_form_of_days_ago_is_let_go(rasa: Rasa) -> None:
    state, _ = rasa.say("can i do a course")
    state["thread"]["at"] = "2026-08-30T10:00:00+00:00"
    state, _ = rasa.say("can i get ema", state)
    assert (rasa.keys, state["loop"]) == (["money_help"], None)


def test_an_earlier_list_is_remembered_beside_an_offer(rasa: Rasa) -> None:
    state, _ = rasa.say("any plumbing? can i get ema?")
    assert (state["thread"]["earlier"], state["thread"]["same"]) == (LIST, True)
    rasa.say("1", state)
    assert rasa.keys == ["which_meant"]


def test_not_understood_again_after_a_choice(rasa: Rasa) -> None:
    near = [{"name": "course_start", "confidence": 0.25}, {"name": "course_where", "confidence": 0.22}]

    async def parse(text: str) -> dict[str, Any]:
        return {"text": text, "intent": near[0], "entities": [], "intent_ranking": near}

    rasa.parse = parse  # type: ignore[method-assign]
    state, _ = rasa.say("what date from")
    assert (rasa.keys, rasa.handled, state["slots"]) == (["did_you_mean"], [], {"misses": 1})
    rasa.say("what bla from bla", state)
    assert rasa.handled[-1][1]["intent"]["name"] == "nlu_fallback"


ONE = st.sampled_from(sorted(set(KNOWN) - {"this is her mum"}))
AROUND = st.sampled_from(["", "hello. ", "hello, "]), st.sampled_from(["", "?", " 😀", " pls", "."])


@given(ONE, *AROUND)
def test_a_message_of_one_question_goes_through_as_it_came(text: str, before: str, after: str) -> None:
    rasa = Rasa()
    message = before + text + after
    rasa.say(message)
    [(handled, parsed, metadata)] = rasa.handled
    assert handled == message
    assert parsed == asyncio.run(rasa.parse(message))
    assert "reading" not in metadata
