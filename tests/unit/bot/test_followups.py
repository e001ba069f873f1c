"""What answers a question that the assistant asked first, and what is another matter."""

from datetime import datetime
from typing import Any

import pytest
from turnbot.answers import Answers
from turnbot.choice import Reading
from turnbot.followups import FILE, FollowUps
from turnbot.reading import Reader
from turnbot.telling import belongs

QUESTIONS = {
    "still_there": {
        "text": "x",
        "about": "activity",
        "options": [
            {"key": "yes", "means": ["affirm"], "words": ["still there", "yno o hyd"]},
            {"key": "no", "means": ["deny"], "do": [{"say": "followup_thanks"}]},
            {"key": "person", "means": ["talk_to_person"], "words": ["sam"]},
        ],
    },
    "money_step": {"text": "x", "about": "money", "options": []},
}
READER = Reader(Answers.load(), FollowUps(QUESTIONS))
AT = "2026-11-03T16:00+00:00"
NOW = datetime.fromisoformat("2026-11-24T09:00+00:00")
"""Three weeks after the question."""


def state(ask: str = "still_there", **slots: Any) -> dict[str, Any]:
    telling = {"about": "followup", "ask": ask, "at": AT, "more": {"followup": 9, "about": {}}}
    return {"v": 1, "slots": {"telling": telling, **slots}, "loop": "record_form", "requested": "told"}


def parsed(text: str, intent: str, confidence: float = 0.9) -> dict[str, Any]:
    return {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": [], "intent_ranking": []}


def read(text: str, intent: str, confidence: float = 0.9, *, now: datetime = NOW, **more: Any) -> Reading:
    given = parsed(text, intent, confidence)
    found = READER.read(text, given, more.pop("state", None) or state(**more), now)
    return found if isinstance(found, Reading) else Reading(intent, text, given)


@pytest.mark.parametrize(
    ("text", "intent", "means", "pick"),
    [
        ("2", "choose", "choose", [2]),
        ("the 2nd 1", "choose", "choose", [2]),
        ("yh", "affirm", "affirm", None),
        ("nah", "nlu_fallback", "deny", None),
        ("ok", "thanks", "acknowledge", None),
        ("wot", "insult", "nlu_fallback", None),
        ("ydw", "nlu_fallback", "affirm", None),
        ("nac ydw", "activity_looking", "deny", None),
        ("dunno", "plans_unsure", "dont_know", None),
    ],
)
def test_short_answers_count_three_weeks_later(text: str, intent: str, means: str, pick: list[int] | None) -> None:
    found = read(text, intent)
    assert belongs(found, state())
    assert (found.intent, found.hints.get("pick")) == (means, pick)


@pytest.mark.parametrize(
    ("text", "intent", "ask"),
    [
        ("yeah im still there", "activity_started", "still_there"),
        ("yno o hyd", "out_of_scope", "still_there"),
        ("no im at asda now", "activity_working", "still_there"),
        ("got an interview friday", "applications_news", "still_there"),
        ("can i speak to someone", "talk_to_person", "still_there"),
        ("sam?", "who_is_my_adviser", "still_there"),
        ("samphire college", "find_courses", "still_there"),
        ("thinking of jacking it in", "activity_thinking_of_leaving", "still_there"),
        ("stop asking me that", "stop_messages", "still_there"),
        ("rather not say", "skip", "still_there"),
        ("fuck off", "insult", "still_there"),
        ("did better than i thought", "plans_unsure", "still_there"),
        ("16 hours a week", "course_days", "still_there"),
        ("sent the form off", "money_status", "money_step"),
        ("still not been paid", "money_payment_problem", "money_step"),
    ],
)
def test_answers_in_words_and_news_of_their_own(text: str, intent: str, ask: str) -> None:
    assert belongs(read(text, intent, ask=ask), state(ask))


@pytest.mark.parametrize(
    ("text", "intent", "ask"),
    [
        ("who is my adviser", "who_is_my_adviser", "still_there"),
        ("who is this", "who_are_you", "still_there"),
        ("how much is the bus", "travel", "still_there"),
        ("any hair courses in margate", "find_courses", "still_there"),
        ("when does the course start", "course_start", "still_there"),
        ("this is his mum", "someone_else", "still_there"),
        ("wrong number", "wrong_number", "still_there"),
        ("im so fed up", "upset", "still_there"),
        ("ur useless", "insult", "still_there"),
        ("can i talk to someone", "talk_to_person", "money_step"),
        ("when do i get paid", "money_status", "money_step"),
        ("still not been paid", "money_payment_problem", "still_there"),
    ],
)
def test_another_matter_does_not_answer(text: str, intent: str, ask: str) -> None:
    assert not belongs(read(text, intent, ask=ask), state(ask))


LATER = {"kind": "courses", "items": ["C1", "C2"], "at": "2026-11-24T08:59+00:00"}


def test_a_number_right_after_a_list_picks_from_the_list() -> None:
    found = read("1", "choose", offered=LATER)
    assert not belongs(found, state(offered=LATER))
    assert belongs(read("no im at asda now", "activity_working", offered=LATER), state(offered=LATER))


def test_an_offer_of_a_person_takes_one_and_two_and_no_more() -> None:
    person = {**LATER, "kind": "person", "items": ["yes", "no"]}
    assert not belongs(read("1", "choose", offered=person), state(offered=person))
    assert belongs(read("3", "choose", offered=person), state(offered=person))
    assert belongs(read("yes", "affirm", offered=person), state(offered=person))


def test_a_list_of_days_ago_does_not_keep_words_from_the_question() -> None:
    old = {**LATER, "at": "2026-11-10T08:59+00:00"}
    assert belongs(read("yh", "affirm", offered=old), state(offered=old))


def test_a_list_that_was_there_before_the_question_counts_no_more() -> None:
    before = {**LATER, "at": "2026-11-03T15:00+00:00"}
    assert belongs(read("1", "choose", offered=before, now=datetime.fromisoformat(AT)), state(offered=before))


def test_a_question_that_was_let_be_takes_only_what_is_clear() -> None:
    left = state()
    left["slots"]["telling"]["tries"] = 2
    assert belongs(read("2", "choose", state=left), left)
    assert belongs(read("no im at asda now", "activity_working", state=left), left)
    assert not belongs(read("flibberty", "nlu_fallback", 0.3, state=left), left)


def test_six_digits_are_a_code_while_one_is_waited_for() -> None:
    assert read("424242", "nlu_fallback", code_asked="2026-11-24T08:50+00:00").intent == "link_code"


def test_a_question_that_is_in_the_file_no_more_takes_yes_and_news() -> None:
    gone = state("long_gone")
    assert belongs(read("yes", "affirm", state=gone), gone)
    assert belongs(read("im at college", "activity_started", state=gone), gone)


def test_the_questions_that_there_are_can_be_read() -> None:
    FollowUps.load(FILE)


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("yes", "affirm", 0.9),
        ("nah cant do that", "deny", 0.8),
        ("tuesday works", "nlu_fallback", 0.3),
        ("can we say half 3 instead", "nlu_fallback", 0.3),
        ("idk", "dont_know", 0.9),
    ],
)
def test_words_of_an_advisers_own_are_answered_without_being_in_the_file(
    text: str, intent: str, confidence: float
) -> None:
    assert belongs(read(text, intent, confidence, ask="adviser_words"), state("adviser_words"))


@pytest.mark.parametrize(
    ("text", "intent"),
    [("any plumbing courses in margate?", "find_courses"), ("who is my adviser", "who_is_my_adviser")],
)
def test_a_question_of_theirs_is_no_answer_to_an_advisers_words(text: str, intent: str) -> None:
    assert not belongs(read(text, intent, ask="adviser_words"), state("adviser_words"))
