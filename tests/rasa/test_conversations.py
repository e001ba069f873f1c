"""Conversations through real Rasa: forms, interruptions, and what follows what."""

import pytest

from tests.rasa.conftest import Chat

pytestmark = pytest.mark.rasa


def test_finding_refining_and_asking(chat: Chat) -> None:
    assert chat.say("any plumbing courses near margate") == ["course_list"]
    assert chat.say("what about level 1") == ["course_list"]
    assert chat.say("wat grades do i need") == ["course_entry"]
    assert chat.say("how much is it") == ["course_cost"]
    assert chat.say("is there a taster day") == ["course_unknown"]


def test_the_course_form_is_interrupted_and_comes_back(chat: Chat) -> None:
    assert chat.say("find me a course") == ["ask_wanted"]
    assert (chat.state["loop"], chat.state["requested"]) == ("course_form", "wanted")
    assert chat.say("who is my adviser") == ["who_is_my_adviser", "ask_wanted"]
    assert chat.say("something with cars") == ["course_list"]
    assert chat.state["loop"] is None


def test_dunno_gets_choices_by_number(chat: Chat) -> None:
    chat.say("find me a course")
    assert chat.say("dunno") == ["broad_choices"]
    assert chat.say("2") == ["course_list"]


def test_the_form_gives_way_to_a_person(chat: Chat) -> None:
    chat.say("find me a course")
    assert chat.say("can i talk to someone") == ["ask_matter"]
    assert chat.state["loop"] == "person_form"
    assert chat.say("i dont get on with my tutor") == ["handed_over"]
    [effect] = chat.last["effects"]
    assert effect["words"] == "i dont get on with my tutor"
    assert chat.state["loop"] is None


def test_the_form_gives_way_to_another_topic(chat: Chat) -> None:
    chat.say("find me a course")
    assert chat.say("can i get ema") == ["money_help"]
    assert chat.state["loop"] is None


def test_forget_it_leaves_the_form(chat: Chat) -> None:
    chat.say("find me a course")
    assert chat.say("never mind") == ["never_mind"]
    assert chat.state["loop"] is None


def test_skip_still_gets_a_person(chat: Chat) -> None:
    assert chat.say("i want to talk to a person") == ["ask_matter"]
    assert chat.say("rather not say") == ["handed_over"]
    assert "would rather not say" in chat.last["effects"][0]["reason"]


def test_forget_it_opens_nothing(chat: Chat) -> None:
    chat.say("i want to talk to a person")
    assert chat.say("never mind") == ["not_passed_on"]
    assert chat.last["effects"] == []


def test_a_question_inside_the_person_form(chat: Chat) -> None:
    chat.say("i want to talk to a person")
    assert chat.say("who will see this") == ["privacy", "ask_matter"]
    assert chat.say("my ema") == ["handed_over"]


def test_not_understood_twice_offers_a_person(chat: Chat) -> None:
    assert chat.say("xkcd qwzx") == ["not_understood"]
    assert chat.say("vbnmk zzxq") == ["not_understood_again"]
    assert chat.say("yes please") == ["handed_over"]
    assert chat.last["effects"][0]["about"] == "not_understood"


def test_being_understood_in_between_starts_the_count_again(chat: Chat) -> None:
    chat.say("xkcd qwzx")
    chat.say("thanks")
    assert chat.say("vbnmk zzxq") == ["not_understood"]


def test_the_menu(chat: Chat) -> None:
    assert chat.say("hi") == ["greet"]
    assert chat.say("1") == ["ask_wanted"]
    assert chat.say("hairdressing") == ["course_list"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("thanks", "thanks"),
        ("bye", "bye"),
        ("r u real", "are_you_real"),
        ("who is this", "who_are_you"),
        ("ur useless", "insult"),
        ("im so stressed", "upset"),
        ("how are you", "how_are_you"),
        ("stop texting me", "stop_messages"),
        ("who can see this", "privacy"),
        ("delete my data", "data"),
        ("wrong number", "wrong_number"),
        ("i want to complain", "complaint"),
        ("i left college", "activity_left"),
        ("ive changed my mind", "plans_changed"),
        ("i need a job", "jobs"),
        ("when will i hear about my application", "applications_status"),
        ("how do apprenticeships work", "about_apprenticeships"),
        ("can i get a bus pass", "travel"),
        ("my ema hasnt come", "money_status"),
        ("who won the match", "out_of_scope"),
    ],
)
def test_nothing_falls_on_the_floor(chat: Chat, text: str, key: str) -> None:
    assert chat.say(text) == [key]
