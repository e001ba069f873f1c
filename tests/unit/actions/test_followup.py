"""Answers to questions that the assistant asked first: what they do, say, record and mark."""

from dataclasses import dataclass
from typing import Any

import pytest

from casework.followup.asking import state_for
from casework.followup.questions import Questions
from tests.unit.actions.stage import DATA, TUESDAY, Answer, Stage

QUESTIONS = Questions.load(DATA)
COLLEGE = {"provider_ref": "P1", "code": "230"}


@dataclass
class Asked:
    """Jade, who was asked something."""

    stage: Stage

    def ask(self, question: str, **about: Any) -> "Asked":
        state = state_for(question, 9, about, TUESDAY, {"slots": self.stage.slots})
        self.stage.slots = dict(state["slots"])
        return self

    def text(self, words: str, intent: str = "nlu_fallback", *entities: tuple[str, str, str], **more: Any) -> Answer:
        self.stage.message += 1
        self.stage.slots |= {"told": words, "requested_slot": "told"}
        return self.stage.act("validate_record_form", words, *entities, intent=intent, **more)

    def number(self, *numbers: int) -> Answer:
        words = " and ".join(map(str, numbers))
        return self.text(words, "choose", reading={"answers": True, "pick": list(numbers)})

    @property
    def open(self) -> dict[str, Any] | None:
        return self.stage.slots.get("telling")


@pytest.fixture
def asked(stage: Stage) -> Asked:
    return Asked(stage)


def kinds(answer: Answer) -> list[str]:
    return [effect["kind"] for effect in answer.effects]


def mark_of(answer: Answer) -> dict[str, Any]:
    [found] = [effect for effect in answer.effects if effect["kind"] == "answer_follow_up"]
    assert found["followup_id"] == 9
    return found


def test_a_number_does_what_its_option_says(asked: Asked) -> None:
    answer = asked.ask("still_there", **COLLEGE).number(1)
    assert answer.keys == ["followup_good_to_hear"]
    assert mark_of(answer)["answer"] == "still"
    assert answer.effects[1] == {"kind": "verify_activity", **COLLEGE}
    assert asked.open is None


def test_two_numbers_do_both(asked: Asked) -> None:
    answer = asked.ask("neet_first").number(2, 4)
    assert answer.keys == ["followup_work", "handed_over"]
    assert mark_of(answer)["answer"] == "work+person"
    assert kinds(answer) == ["answer_follow_up", "open_escalation"]


@pytest.mark.parametrize(
    ("words", "intent", "key"),
    [
        ("yes", "affirm", "still"),
        ("yeah still there lol", "nlu_fallback", "still"),
        ("no im still there", "deny", "still"),
        ("1 still there", "nlu_fallback", "still"),
        ("thinking of leaving tbh", "activity_thinking_of_leaving", "thinking"),
        ("i finished", "nlu_fallback", "left"),
        ("nope", "deny", "left"),
    ],
)
def test_words_pick_an_option(asked: Asked, words: str, intent: str, key: str) -> None:
    assert mark_of(asked.ask("still_there", **COLLEGE).text(words, intent))["answer"] == key


@pytest.mark.parametrize("words", ["not still there", "2 weeks ago", "7"])
def test_what_is_denied_or_counted_picks_nothing(asked: Asked, words: str) -> None:
    answer = asked.ask("still_there", **COLLEGE).text(words)
    assert answer.keys == ["followup_unclear"]
    assert answer.effects == []


def test_news_says_more_than_the_option_and_is_recorded(asked: Asked) -> None:
    answer = asked.ask("still_there", **COLLEGE).text("no im at asda now", "activity_working")
    assert kinds(answer) == ["answer_follow_up", "record_activity"]
    assert mark_of(answer)["answer"] == "moved"
    assert answer.effects[1]["facts"] == {"kind": "job"}
    assert (answer.keys, answer.args["ask"]) == (["activity_noted"], "training")
    assert (asked.open or {})["about"] == "activity"


def test_a_chosen_job_is_asked_about_and_its_answer_is_put_beside_it(asked: Asked) -> None:
    answer = asked.ask("where_now_first").number(4)
    assert answer.effects[1]["facts"] == {"kind": "job"}
    assert (asked.open or {})["more"]["chosen"] == {"kind": "job"}
    asked.open["message_id"] = 1000  # type: ignore[index]
    answer = asked.text("25 hours no training", "nlu_fallback")
    assert answer.effects[0]["facts"]["kind"] == "job"
    assert (answer.effects[0]["facts"]["hours"], answer.effects[0]["facts"]["training"]) == (25.0, "none")


def test_whoever_has_left_meets_care_an_adviser_and_what_is_next(asked: Asked) -> None:
    answer = asked.ask("still_there", **COLLEGE).number(4)
    assert answer.keys == ["activity_left_noted", "followup_what_next"]
    assert kinds(answer) == ["answer_follow_up", "record_activity", "open_escalation"]
    assert (asked.open or {})["ask"] == "what_next"
    answer = asked.number(4)
    assert kinds(answer) == ["open_escalation"], "the contact was answered already"
    assert answer.effects[0]["urgency"] == "soon"


def test_private_things_are_not_taken_for_having_left(asked: Asked) -> None:
    answer = asked.ask("still_there", **COLLEGE).text("no im looking after my mum now", "activity_other")
    assert answer.keys == ["activity_gently"]
    assert mark_of(answer)["answer"] == "told"


def test_an_application_is_taken_to_be_for_what_was_asked_about(asked: Asked) -> None:
    about = {"provider_ref": "P1", "subject": "plumbing", "date": "2026-11-02"}
    answer = asked.ask("interview_how", **about).text("yeah they offered me a place", "applications_news")
    [offered] = [effect for effect in answer.effects if effect["kind"] == "record_destination"]
    assert (offered["stage"], offered["provider_ref"], offered["subject"]) == ("offered", "P1", "plumbing")
    assert mark_of(answer)["answer"] == "offer"


def test_where_alone_is_the_application_that_was_asked_for(asked: Asked) -> None:
    asked.ask("year11_applied").text("yes", "affirm")
    answer = asked.text("samphire coast for hair", "find_courses")
    assert answer.effects[0]["stage"] == "applied"
    assert answer.effects[0]["provider_ref"] == "P1"


def test_having_started_keeps_the_day_and_the_place(asked: Asked) -> None:
    about = {"provider_ref": "P1", "subject": "plumbing", "date": "2026-11-02"}
    answer = asked.ask("started_check", **about).number(1)
    assert answer.effects[1] == {
        "kind": "record_destination",
        "stage": "started",
        "provider_ref": "P1",
        "subject": "plumbing",
        "on_date": "2026-11-02",
    }
    answer = asked.number(1)
    assert answer.effects[0]["facts"] == {"kind": "college", "provider_ref": "P1", "since": "2026-11-02"}


def test_a_step_for_money_is_of_the_scheme_that_was_asked_about(asked: Asked) -> None:
    about = {"scheme": "bursary_discretionary", "step": "bank_account"}
    answer = asked.ask("money_step", **about).text("yeah sent the form off", "applications_news")
    assert answer.effects[1]["scheme"] == "bursary_discretionary"
    assert answer.effects[1]["step"] == "form_sent"
    answer = asked.ask("money_step", **about).number(1)
    assert answer.effects[1]["step"] == "bank_account"
    answer = asked.ask("money_step", **about).number(4)
    assert answer.effects[1]["step"] == "not_wanted"
    assert answer.keys == ["followup_fine"]


def test_not_now_is_not_asked_again_for_a_while(asked: Asked) -> None:
    assert mark_of(asked.ask("neet_again").number(5))["snooze_days"] == 14
    assert mark_of(asked.ask("vacancies").number(4))["stop"] is True


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("stop asking me", "stop_messages"),
        ("none of your business", "deny"),
        ("mind ur own lol", "nlu_fallback"),
        ("fuck off", "insult"),
        ("dont ask again", "out_of_scope"),
        ("leave me alone about college", "stop_messages"),
    ],
)
def test_whoever_wants_to_be_left_alone_is(asked: Asked, words: str, intent: str) -> None:
    answer = asked.ask("still_there", **COLLEGE).text(words, intent)
    assert answer.keys == ["followup_left_alone"]
    assert mark_of(answer)["stop"] is True
    assert asked.open is None


@pytest.mark.parametrize(
    ("words", "intent", "answer"),
    [
        ("rather not say", "skip", "not_said"),
        ("its private", "out_of_scope", "not_said"),
        ("dunno", "dont_know", "dont_know"),
    ],
)
def test_not_saying_is_an_answer_and_the_plan_goes_on(asked: Asked, words: str, intent: str, answer: str) -> None:
    found = asked.ask("still_there", **COLLEGE).text(words, intent)
    assert found.keys == ["record_let_be"]
    assert mark_of(found) == {"kind": "answer_follow_up", "followup_id": 9, "answer": answer}


@pytest.mark.parametrize("words", ["not yet", "maybe later", "im good"])
def test_a_no_that_is_none_is_not_recorded_as_having_left(asked: Asked, words: str) -> None:
    answer = asked.ask("still_there", **COLLEGE).text(words, "deny")
    assert kinds(answer) == ["answer_follow_up"]
    assert answer.keys == ["record_let_be"]


def test_the_word_of_an_option_alone_is_that_option(asked: Asked) -> None:
    answer = asked.ask("neet_first").text("job please", "activity_working")
    assert (mark_of(answer)["answer"], answer.keys) == ("work", ["followup_work"])


def test_a_job_is_told_from_what_was_asked_for(asked: Asked) -> None:
    answer = asked.ask("neet_first").text("i got a job at tesco", "activity_working")
    assert mark_of(answer)["answer"] == "doing_something"
    assert answer.effects[1]["facts"] == {"kind": "job"}


def test_what_they_left_and_what_they_do_now(asked: Asked) -> None:
    words = "left college last week, working at tesco 30 hrs"
    answer = asked.ask("still_there", **COLLEGE).text(words, "activity_left")
    assert answer.effects[1]["facts"] == {"kind": "job", "hours": 30.0}
    assert answer.keys == ["activity_noted"]


def test_the_place_may_come_with_the_yes(asked: Asked) -> None:
    answer = asked.ask("year11_applied").text("yeah samphire coast and harbour trades", "affirm")
    stages = [(effect["stage"], effect["provider_ref"]) for effect in answer.effects[1:]]
    assert stages == [("applied", "P1"), ("applied", "P2")]
    assert mark_of(answer)["answer"] == "applied"


def test_what_they_would_like_is_a_plan_where_only_ideas_were_offered(asked: Asked) -> None:
    subject = ("subject", "plumbing", "plumbing")
    answer = asked.ask("year11_plans").text("plumbing", "find_courses", subject)
    assert answer.effects[1] == {"kind": "record_destination", "stage": "intended", "subject": "plumbing"}
    answer = asked.ask("year11_plans").text("any plumbing courses", "find_courses", subject)
    assert answer.keys == ["course_list"]
    answer = asked.ask("left_next").text("plumbing", "find_courses", subject)
    assert answer.keys == ["course_list"]


def test_having_gone_to_an_interview_is_not_having_left(asked: Asked) -> None:
    # understood as having left with 0.85; the stage has 0.9
    answer = asked.ask("missed", provider_ref="P1", missed="interview").text("i did go tho", "activity_left")
    assert "record_activity" not in kinds(answer)


def test_a_place_that_is_named_beside_a_number_is_kept(asked: Asked) -> None:
    answer = asked.ask("where_now_first").text("2 samphire coast", "nlu_fallback")
    assert answer.effects[1]["facts"] == {"kind": "college", "provider_ref": "P1"}


def test_an_option_that_says_it_all_is_taken_with_the_place_that_was_asked_about(asked: Asked) -> None:
    about = {"provider_ref": "P1", "subject": "plumbing"}
    answer = asked.ask("offer_answer", **about).text("yeah i said yes", "applications_news")
    assert answer.effects[1]["stage"] == "accepted"
    assert answer.keys == ["followup_well_done"]


def test_a_private_college_is_not_a_refusal(asked: Asked) -> None:
    found = asked.ask("where_now_first").text("samphire coast, its a private college", "activity_started")
    assert found.effects[1]["facts"]["kind"] == "college"


def test_thinking_of_leaving_reaches_the_adviser_whatever_was_asked(asked: Asked) -> None:
    answer = asked.ask("neet_check").text("might jack it in", "activity_thinking_of_leaving")
    [told] = [effect for effect in answer.effects if effect["kind"] == "open_escalation"]
    assert (told["urgency"], told["adviser_id"]) == ("soon", 1)
    assert answer.keys == ["followup_thinking", "handed_over"]


def test_another_kind_of_news_leaves_the_question_open(asked: Asked) -> None:
    answer = asked.ask("bank_account").text("i started at samphire coast college monday", "activity_started")
    assert kinds(answer) == ["record_activity"]
    assert answer.keys[-1] == "followup_again"
    assert (asked.open or {})["ask"] == "bank_account"


def test_what_fits_nothing_is_asked_about_once_and_let_be(asked: Asked) -> None:
    asked.ask("still_there", **COLLEGE)
    assert asked.text("purple monkey").keys == ["followup_unclear"]
    assert asked.text("dishwasher").keys == ["record_let_be"]
    assert (asked.open or {})["tries"] == 2
    assert mark_of(asked.number(1))["answer"] == "still"


def test_several_things_in_one_answer_are_all_taken(asked: Asked) -> None:
    words = "im at samphire coast college now and ive sent my ema form off and i want to do childcare after"
    answer = asked.ask("where_now_first").text(words, "activity_started", ("scheme", "ema", "ema"))
    assert "record_activity" in kinds(answer)
    [wish] = [effect for effect in answer.effects if effect["kind"] == "record_destination"]
    assert (wish["stage"], wish["subject"]) == ("intended", "childcare")


def test_courses_of_a_subject_that_they_name_are_shown(asked: Asked) -> None:
    words = "plumbing courses near margate"
    answer = asked.ask("neet_first").text(words, "find_courses", ("subject", "plumbing", "plumbing"))
    assert answer.keys == ["course_list"]
    assert mark_of(answer)["answer"] == "courses"


def test_a_question_that_is_in_the_file_no_more_is_not_guessed_at(asked: Asked) -> None:
    assert asked.ask("long_gone").text("yes", "affirm").keys == ["followup_unclear"]
    answer = asked.ask("long_gone").text("im at samphire coast college", "activity_started")
    assert kinds(answer) == ["answer_follow_up", "record_activity"]


def test_nobody_who_is_unknown_is_asked_on(asked: Asked) -> None:
    asked.ask("still_there").stage.young_person = None
    answer = asked.number(1)
    assert (answer.keys, answer.effects) == (["record_let_be"], [])


@pytest.mark.parametrize("key", sorted(QUESTIONS.by_key))
def test_every_option_of_every_question_can_be_chosen_and_worded(asked: Asked, key: str) -> None:
    about = {"provider_ref": "P1", "subject": "plumbing", "date": "2026-11-02", "scheme": "bursary_discretionary",
             "step": "form_sent", "missed": "interview", "code": "230"}  # fmt: skip
    for number, option in enumerate(QUESTIONS.by_key[key].options, 1):
        answer = asked.ask(key, **about).number(number)
        assert mark_of(answer)["answer"] == option.key
        assert answer.replies, f"{key}: {option.key} says nothing"
        assert len(answer.replies) <= 2, f"{key}: {option.key} says too much: {answer.keys}"


@pytest.mark.parametrize(
    ("words", "intent"),
    [("yes", "affirm"), ("no", "deny"), ("tuesday works", "nlu_fallback"), ("2", "choose"), ("idk", "dont_know")],
)
def test_an_answer_to_an_advisers_own_text_is_for_the_adviser(asked: Asked, words: str, intent: str) -> None:
    answer = asked.ask("adviser_words").text(words, intent)
    assert answer.keys == ["handed_over"]
    assert mark_of(answer)["answer"] == "adviser"
    [told] = [effect for effect in answer.effects if effect["kind"] == "open_escalation"]
    assert (told["about"], told["urgency"]) == ("follow_up", "soon")
    assert asked.open is None


def test_thanks_for_an_advisers_own_text_opens_nothing(asked: Asked) -> None:
    answer = asked.ask("adviser_words").text("thank you", "thanks")
    assert answer.keys == ["thanks"]
    assert kinds(answer) == ["answer_follow_up"]


def test_an_advisers_own_text_can_be_answered_with_leaving_it(asked: Asked) -> None:
    answer = asked.ask("adviser_words").text("stop texting me", "stop_messages")
    assert mark_of(answer)["answer"] == "refused"
