"""A reply is read beside what was asked and offered, by the record of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from turnbot.answers import Answers
from turnbot.choice import Ask, Reading
from turnbot.reading import Reader

NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
AT = NOW.isoformat()
READER = Reader(Answers.load())
LIST = {"kind": "courses", "items": ["a", "b", "c"], "at": AT}
MONEY = {"kind": "money_check", "items": ["start", "person"], "at": AT, "nation": "wales"}
PERSON = {"kind": "person", "items": ["yes", "no"], "at": AT, "topic": "money_help", "message_id": 5}


def parsed(text: str, intent: str = "x", confidence: float = 0.5, *entities: tuple[str, str, str]) -> dict[str, Any]:
    found = [
        {"entity": kind, "value": value, "start": text.index(said), "end": text.index(said) + len(said)}
        for kind, value, said in entities
    ]
    name = {"name": intent, "confidence": confidence}
    return {"text": text, "intent": name, "entities": found, "intent_ranking": [name]}


def state(thread: dict[str, Any] | None = None, loop: str | None = None, **slots: Any) -> dict[str, Any]:
    made = {"v": 1, "slots": slots, "loop": loop, "requested": "wanted" if loop else None}
    return {**made, "thread": thread} if thread else made


def read(text: str, before: dict[str, Any], understood: dict[str, Any] | None = None) -> Any:
    return READER.read(text, understood or parsed(text), before, NOW)


def reading(text: str, before: dict[str, Any], understood: dict[str, Any] | None = None) -> Reading:
    found = read(text, before, understood)
    assert isinstance(found, Reading)
    return found


@pytest.mark.parametrize(
    ("text", "pick"),
    [("2", [2]), ("the 2nd 1", [2]), ("last one", [-1]), ("1 and 3", [1, 3]), ("both", "both"), ("either", "any"),
     ("that one", "that"), ("the other 1", "other"), ("the margate one", "named")],
)  # fmt: skip
def test_a_list_is_picked_from(text: str, pick: Any) -> None:
    found = reading(text, state(offered=LIST))
    assert (found.intent, found.hints["pick"]) == ("choose", pick)


@pytest.mark.parametrize(
    ("text", "intent"), [("yh", "affirm"), ("nah not rly", "deny"), ("neither", "deny"), ("dunno", "dont_know")]
)
def test_yes_and_no_go_to_what_is_offered(text: str, intent: str) -> None:
    assert reading(text, state(offered=LIST)).intent == intent
    assert reading(text, state(offered=PERSON)).intent == intent


@pytest.mark.parametrize("text", ["2", "yh", "both", "the margate one", "how much is it", "no i meant level 2"])
def test_with_nothing_asked_a_message_says_what_it_says(text: str) -> None:
    assert read(text, state()) is None


@pytest.mark.parametrize(
    "text", ["how much is it", "a cheaper one", "the nearest one", "is there another one", "im 17"]
)
def test_a_question_beside_a_list_is_left_alone(text: str) -> None:
    assert read(text, state(offered=LIST)) is None


def test_a_list_of_long_ago_is_not_picked_from() -> None:
    old = {**LIST, "at": (NOW - timedelta(hours=25)).isoformat()}
    assert read("2", state(offered=old)) is None
    assert read("2", state({"earlier": old, "at": AT}, offered=PERSON)).hints["pick"] == [2]


def test_after_an_aside_a_number_still_means_the_list() -> None:
    before = state({"earlier": LIST, "at": AT}, offered=PERSON)
    found = reading("2", before)
    assert (found.hints["pick"], found.offered) == ([2], LIST)
    assert reading("1", before).offered is None, "the offer of a person was made last, and says 1"
    assert reading("the first one", before).offered == LIST
    assert reading("the margate one", before).offered == LIST


def test_two_things_that_say_1_in_one_turn_are_asked_about_once() -> None:
    before = state({"earlier": LIST, "same": True, "at": AT}, offered=PERSON)
    asked = read("1", before)
    assert isinstance(asked, Ask)
    assert (asked.key, asked.args) == ("which_meant", {"number": 1, "other": "person"})
    again = state({**before["thread"], "choice": asked.more["choice"]}, offered=PERSON)
    assert reading("list", again).offered == LIST
    assert reading("adviser", again).intent == "affirm"
    assert reading("1", again).offered == LIST


def test_a_number_beside_a_list_and_the_money_offer_is_asked_about() -> None:
    after = state({"earlier": LIST, "same": True, "at": AT}, offered=MONEY)
    before = state({"beside": MONEY, "at": AT}, offered=LIST)
    for stands, list_is, money_is in ((after, LIST, None), (before, None, MONEY)):
        asked = read("2", stands)
        assert isinstance(asked, Ask)
        assert (asked.key, asked.args) == ("which_meant", {"number": 2, "other": "money"})
        again = {**stands, "thread": {**stands["thread"], "choice": asked.more["choice"]}}
        assert (reading("list", again).hints["pick"], reading("list", again).offered) == ([2], list_is)
        assert (reading("money", again).hints["pick"], reading("money", again).offered) == ([2], money_is)
        assert reading("the 3rd one", stands).hints["pick"] == [3]
    assert reading("3", after).offered == LIST, "there is no third about money"


def test_pass_it_on_takes_the_offer_of_a_person() -> None:
    assert reading("yh pass it on to sam pls", state(offered=PERSON)).intent == "affirm"


def test_a_number_after_what_would_you_change_may_be_a_level() -> None:
    before = state({"asked": "none_of_these", "earlier": LIST, "at": AT}, level="1")
    asked = read("2", before)
    assert isinstance(asked, Ask)
    assert asked.args == {"number": 2, "other": "level"}
    again = state({**before["thread"], "choice": asked.more["choice"]})
    level = reading("level", again)
    assert (level.intent, level.text, level.entities) == (
        "find_courses",
        "level 2",
        [{"entity": "level", "value": "2", "start": 0, "end": 7}],
    )
    assert reading("the 2nd one", before).offered == LIST, "a place in a list is no level"


def test_what_to_change_is_asked_for() -> None:
    before = state({"asked": "none_of_these", "at": AT})
    assert [read(word, before).key for word in ("level", "the town", "when it starts")] == [
        "ask_level",
        "ask_where",
        "ask_start",
    ]
    assert reading("2", state({"asked": "ask_level", "at": AT})).text == "level 2"
    assert reading("dont mind", state({"asked": "ask_where", "at": AT})).hints == {"any": "place"}


@pytest.mark.parametrize(
    ("text", "hints"),
    [("sorry wrong 1 i meant 3", [3]), ("no the second one", [2]), ("oops 2", [2]), ("actually number 1", [1])],
)
def test_a_choice_is_corrected(text: str, hints: list[int]) -> None:
    found = reading(text, state(offered=LIST, course="a", searched=AT), parsed(text, "deny", 0.9))
    assert (found.intent, found.hints["pick"], found.hints["same"]) == ("choose", hints, True)


def test_a_search_is_corrected() -> None:
    text = "no i meant level 2"
    found = reading(text, state(searched=AT, level="1"), parsed(text, "deny", 0.9, ("level", "2", "level 2")))
    assert (found.intent, found.hints) == ("find_courses", {"correction": True})
    text = "not margate, ramsgate"
    places = (("place", "margate", "margate"), ("place", "ramsgate", "ramsgate"))
    assert reading(text, state(searched=AT), parsed(text, "find_courses", 0.9, *places)).intent == "find_courses"


def test_a_corrected_number_that_may_be_a_level_is_asked_about() -> None:
    text = "no i meant 2"
    asked = read(text, state(offered=LIST, searched=AT, level="1"), parsed(text, "deny", 0.9))
    assert isinstance(asked, Ask)
    assert asked.args == {"number": 2, "other": "level"}


def test_what_begins_anew_is_no_correction() -> None:
    text = "sorry. any games design courses?"
    before = state(offered=LIST, searched=AT)
    assert read(text, before, parsed(text, "find_courses", 0.9, ("subject", "games", "games design"))) is None
    text = "actually can i get ema"
    assert read(text, before, parsed(text, "money_help", 0.95)) is None


def test_the_same_of_another() -> None:
    found = reading("and the second one?", state(offered=LIST, course="a"))
    assert (found.hints["pick"], found.hints["same"]) == ([2], True)


def test_in_the_person_form_everything_is_the_answer() -> None:
    assert read("2", state({"asked": "ask_matter", "at": AT}, "person_form", offered=LIST)) is None


def test_in_the_course_form_an_offer_made_beside_it_can_be_taken() -> None:
    before = state({"asked": "ask_wanted", "at": AT}, "course_form", offered=PERSON)
    for text in ("1", "yh"):
        assert reading(text, before).outside
    assert read("dunno", before) is None, "that answers the form"


def test_a_choice_of_meanings_runs_the_one_that_is_picked() -> None:
    put_by = [{"intent": name, "entities": [], "message": 9, "span": [0, 20]} for name in ("course_cost", "money_help")]
    before = state({"choice": {"readings": put_by, "numbered": True}, "at": AT})
    found = reading("2", before)
    assert (found.intent, found.message_id, found.hints) == (
        "money_help",
        9,
        {"words": {"message_id": 9, "span": [0, 20]}},
    )
    assert reading("neither", before).intent == "nlu_fallback"
    assert reading("the money one", before, parsed("the money one", "money_help", 0.4)).intent == "money_help"
    assert read("any plumbing courses near margate for me", before) is None


def test_a_question_kept_for_next_is_taken_up() -> None:
    kept = [{"intent": "money_help", "entities": [], "message": 9, "span": [10, 20]}]
    just = state({"kept": kept, "asked": "kept_questions", "at": AT}, offered=LIST)
    assert [reading(text, just).intent for text in ("ok", "yes", "go on then")] == ["money_help"] * 3
    assert reading("1", just).hints["pick"] == [1], "a number is for the list"
    assert reading("nah", just).hints == {"drop_kept": True}
    assert reading("ok", state({"kept": kept, "at": AT})).intent == "money_help"
    assert read("ok", state({"kept": kept, "at": AT}, offered=LIST)) is None
