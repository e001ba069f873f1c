"""Which pieces of a message are questions of their own."""

from typing import Any

import pytest
from turnbot.parts import Part, decide, is_someone_else, room
from turnbot.swearing import set_aside
from turnbot.unsure import MEANINGS, between


def part(text: str, intent: str, confidence: float = 0.9, begins: bool = True, **entities: str) -> Part:
    name = {"name": intent, "confidence": confidence}
    found = [{"entity": kind, "value": value, "start": 0, "end": 1} for kind, value in entities.items()]
    return Part(text, {"intent": name, "entities": found}, 0, len(text), False, begins)


def decided(*parts: Part, whole: str = "find_courses") -> list[str] | None:
    made = decide(list(parts), {"intent": {"name": whole, "confidence": 0.9}})
    return None if made is None else [one.intent for one in made]


def test_two_different_questions() -> None:
    cost, start = part("how much is it", "course_cost"), part("and when does it start", "course_start", begins=False)
    assert decided(cost, start) == ["course_cost", "course_start"]
    assert decided(part("hi", "greet"), cost, start) == ["course_cost", "course_start"]


def test_both_must_be_understood_surely() -> None:
    cost = part("how much is it", "course_cost")
    assert decided(cost, part("and when does it start", "course_start", 0.4)) is None
    assert decided(cost, part("is there a canteen", "nlu_fallback", 0.9)) is None
    assert decided(cost, part("thanks", "thanks")) is None, "one question is one, whatever politeness is around it"


def test_the_same_question_of_different_things() -> None:
    plumbing = part("is there plumbing", "find_courses", subject="plumbing")
    assert decided(plumbing, part("is there hair", "find_courses", subject="hair_beauty")) is not None
    assert decided(plumbing, part("is there any plumbing", "find_courses", subject="plumbing")) is None
    assert decided(plumbing, part("is it in margate", "find_courses", place="margate")) is None
    liked = part("i like cooking", "find_courses", subject="catering"), part("i like kids", "find_courses", subject="x")
    assert decided(*liked) is None


def test_a_reason_is_no_question() -> None:
    bus = part("its £4.80 on the bus", "travel")
    assert decided(bus, part(", is there any help", "money_help", begins=False)) is None
    asda, course = part("im working at asda", "activity_working"), part("can i do a course", "find_courses")
    assert decided(asda, course) == ["activity_working", "find_courses"]
    assert decided(asda, part("can i do a course", "find_courses", begins=False)) is not None
    assert decided(part("i left", "activity_left", 0.6), part("any courses", "find_courses", begins=False)) is None


def test_an_insult_beside_a_question() -> None:
    useless, cost = part("ur useless", "insult"), part("how much is it", "course_cost")
    assert decided(useless, cost, whole="insult") == ["course_cost"]
    assert decided(useless, part("thanks", "thanks"), whole="insult") is None
    assert decided(part("its me again", "greet"), cost, whole="greet") == ["course_cost"]
    assert decided(part("hi", "greet"), cost, whole="course_cost") is None


def test_who_else_is_writing() -> None:
    assert is_someone_else(part("this is her mum", "someone_else", 0.5))
    assert not is_someone_else(part("my mum says hi", "someone_else", 0.2))


def test_room_for_three_short_answers() -> None:
    short = [part("x", "course_cost"), part("x", "course_start"), part("x", "course_kit")]
    assert room(short) == 3
    assert room([*short[:2], part("x", "money_help")]) == 2


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("wtf is ema", "wat is ema"),
        ("how the fuck do i apply", "how          do i apply"),
        ("any fucking plumbing courses", "any         plumbing courses"),
    ],
)
def test_swear_words_are_set_aside_in_place(text: str, plain: str) -> None:
    assert set_aside(text) == plain
    assert len(plain) == len(text)


@pytest.mark.parametrize("text", ["scunthorpe", "classes in essex", "passes", "hello", "shell garage", "bass guitar"])
def test_ordinary_words_are_left(text: str) -> None:
    assert set_aside(text) is text


def ranked(*scores: tuple[str, float]) -> dict[str, Any]:
    return {"intent_ranking": [{"name": name, "confidence": score} for name, score in scores]}


def test_when_two_meanings_are_near() -> None:
    assert between(ranked(("course_start", 0.25), ("course_where", 0.22))) == ["course_start", "course_where"]
    near = ranked(("nlu_fallback", 0.3), ("course_start", 0.25), ("course_where", 0.22))
    assert between(near) == ["course_start", "course_where"]


@pytest.mark.parametrize(
    "scores",
    [
        [("course_start", 0.6), ("course_where", 0.3)],
        [("course_start", 0.4), ("course_where", 0.1)],
        [("course_start", 0.2), ("course_where", 0.18)],
        [("course_start", 0.4), ("course_where", 0.2)],
        [("upset", 0.3), ("course_where", 0.28)],
        [("greet", 0.3), ("course_where", 0.28)],
        [("course_start", 0.3)],
        [],
    ],
)
def test_when_nothing_is_asked(scores: list[tuple[str, float]]) -> None:
    assert between(ranked(*scores)) is None


def test_every_meaning_has_a_name_in_every_language() -> None:
    from pathlib import Path

    from casework.voice import Voice

    voice = Voice.load(Path(__file__).parents[3] / "data")
    for language in voice.languages:
        for key in ("did_you_mean", "kept_questions"):
            assert set(voice.texts[language][key].labels) == MEANINGS
