"""Whether a message answers the open question about the record, or is something else."""

import pytest
from turnbot.choice import Reading
from turnbot.telling import belongs, stays_open

ASKED = {"about": "activity", "ask": "hours", "at": "2026-11-03T10:00+00:00"}


def state(**telling):  # type: ignore[no-untyped-def]
    return {"v": 1, "slots": {"telling": {**ASKED, **telling}}, "loop": "record_form", "requested": "told"}


def reading(text, intent, confidence=0.9):  # type: ignore[no-untyped-def]
    return Reading(intent, text, {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": []})


@pytest.mark.parametrize(
    ("text", "intent", "telling"),
    [
        ("16", "choose", {}),
        ("about 20 hours a week", "course_days", {}),
        ("no training", "find_courses", {}),
        ("rather not say", "skip", {}),
        ("ive applied to samphire", "applications_news", {}),
        ("hair and beauty", "find_courses", {"about": "plans", "ask": "what"}),
        ("help with my cv and travel", "travel", {"about": "plans", "ask": "help"}),
        ("no its bricklaying", "find_courses", {"about": "plans", "ask": "right"}),
        ("thats wrong", "deny", {"about": "plans", "ask": "right"}),
        ("thats wrong", "record_wrong", {}),
        ("yh pass it on", "affirm", {}),
        ("nothing else", "bye", {"ask": "alone"}),
        ("4s and 5s", "choose", {"about": "plans", "ask": "right"}),
    ],
)
def test_answers_and_news_go_to_the_form(text: str, intent: str, telling: dict[str, str]) -> None:
    assert belongs(reading(text, intent), state(**telling))


@pytest.mark.parametrize(
    ("text", "intent", "telling"),
    [
        ("any hair courses in margate", "find_courses", {}),
        ("who is my adviser", "who_is_my_adviser", {}),
        ("can i talk to someone", "talk_to_person", {}),
        ("this is his mum", "someone_else", {}),
        ("why do you need to know", "privacy", {}),
        ("what have you got down for me", "record_read", {}),
        ("what have you got down for me", "record_read", {"about": "plans", "ask": "sure"}),
        ("how much is the bus", "travel", {"about": "plans", "ask": "right"}),
        ("hair courses", "find_courses", {"about": "plans", "ask": "right"}),
    ],
)
def test_other_matters_do_not(text: str, intent: str, telling: dict[str, str]) -> None:
    assert not belongs(reading(text, intent), state(**telling))


def test_a_number_picks_from_what_was_offered_after_the_question() -> None:
    later = state()
    later["slots"]["offered"] = {"kind": "person", "items": ["yes", "no"], "at": "2026-11-03T10:05+00:00"}
    assert not belongs(reading("1", "choose"), later)
    assert belongs(reading("16", "choose"), later)


def test_a_list_that_was_shown_since_comes_before_the_question() -> None:
    listed = state()
    listed["slots"]["offered"] = {"kind": "courses", "items": ["C1", "C2"], "at": "2026-11-03T10:05+00:00"}
    assert not belongs(reading("the second one", "choose"), listed)
    assert belongs(reading("its 30 hours with an nvq", "course_days"), listed)


@pytest.mark.parametrize(("intent", "open_still"), [("travel", True), ("talk_to_person", False), ("upset", False)])
def test_the_question_waits_unless_they_need_somebody(intent: str, open_still: bool) -> None:
    assert stays_open(reading("x", intent), state()) is open_still
