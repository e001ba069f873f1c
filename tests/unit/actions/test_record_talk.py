"""Plans, applications and what they do now: what is taken out of messages, asked, and put into the record."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import Engine
from sqlmodel import select

from actions.base import Shelf
from actions.registry import ACTIONS
from casework.activities.rules import Rules
from casework.db import open_engine, reading, writing
from casework.destinations.picture import Picture
from casework.destinations.record import current
from casework.effects import TurnContext, apply, parse_effect
from casework.tables import Activity, Conversation, Message, YoungPerson
from casework.voice import Voice
from prospectus.vocabulary import Vocabulary
from tests.unit.actions.stage import DATA, Answer, Stage

RULES = Rules.load(DATA)
BY_INTENT = {
    "plans": "action_plans", "applications": "action_applications", "activity": "action_activity",
    "record_read": "action_read_back", "record_wrong": "action_record_wrong",
}  # fmt: skip


class Talking:
    """Texts from Jade: the action or the open form takes each, and its effects are put into the record."""

    def __init__(self, stage: Stage, engine: Engine) -> None:
        self.stage, self.engine = stage, engine

    def text(self, words: str, intent: str, *entities: tuple[str, str, str]) -> Answer:
        self.stage.message += 1
        with writing(self.engine) as session:
            session.add(
                Message(id=self.stage.message, conversation_id=42, direction="in", channel="sms",
                        author="young_person", text=words, created_at=self.stage.now)
            )  # fmt: skip
        open_now = self.stage.slots.get("telling") is not None
        self.stage.slots |= {"told": words if open_now else None, "requested_slot": "told" if open_now else None}
        action = "validate_record_form" if open_now else (BY_INTENT.get(intent) or BY_INTENT[intent.split("_")[0]])
        answer = self.stage.act(action, words, *entities, intent=intent)
        with writing(self.engine) as session:
            context = TurnContext(
                session.get_one(Conversation, 42),
                session.get_one(Message, self.stage.message),
                self.stage.now,
                1,
                RULES,
            )
            session.get_one(Message, self.stage.message).effects = answer.effects
            for effect in answer.effects:
                apply(session, parse_effect(effect), context)
        return answer

    @property
    def known(self) -> Picture:
        with reading(self.engine) as session:
            return current(session, session.get_one(YoungPerson, 7))

    @property
    def activities(self) -> list[Activity]:
        with reading(self.engine) as session:
            return list(session.exec(select(Activity).order_by(Activity.id)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(DATA)


@pytest.fixture
def engine(area: Engine, tmp_path: Path) -> Iterator[Engine]:
    """The area's database, to be written into."""
    filled, copy = sqlite3.connect(str(area.url.database)), sqlite3.connect(tmp_path / "record.db")
    with closing(filled), closing(copy):
        filled.backup(copy)
    engine = open_engine(f"sqlite:///{tmp_path / 'record.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def stage(engine: Engine, vocabulary: Vocabulary, voice: Voice) -> Stage:
    executor, shelf = ActionExecutor(), Shelf(engine, vocabulary, coding=RULES.coding)
    for action in ACTIONS:
        executor.register_action(action(shelf))
    return Stage(executor, voice)


@pytest.fixture
def talking(stage: Stage, engine: Engine) -> Talking:
    with writing(engine) as session:
        session.get_one(YoungPerson, 7).date_of_birth = date(2009, 10, 30)
    return Talking(stage, engine)


def test_two_choices_in_one_message_are_both_taken(talking: Talking) -> None:
    answer = talking.text("i wanna do plumbing at samphire but if not then army", "plans_share")
    first, second = talking.known.plans
    assert (first.now.subject, first.now.provider_ref) == ("plumbing", "P1")
    assert second.now.occupation == "army"
    assert answer.follow == "record_form"
    assert [plan["choice"] for plan in answer.args["plans"]] == [1, 2]
    assert answer.args["ask"] == "sure"


def test_at_most_three_things_are_asked_one_a_message(talking: Talking) -> None:
    asked = [talking.text("i wanna do plumbing", "plans_share").args["ask"]]
    for _ in range(5):
        if talking.stage.slots["telling"]["ask"] == "right":
            break
        asked.append(talking.text("dunno", "dont_know").args["ask"])
    assert asked == ["where", "sure", "second", None]


def test_what_is_known_already_is_not_asked(talking: Talking) -> None:
    talking.text("my plan is plumbing at samphire, def", "plans_share")
    talking.text("nothing", "deny")
    talking.text("4s and 5s", "choose")
    talking.stage.slots["telling"] = None
    answer = talking.text("my plan is still plumbing", "plans_share")
    assert answer.args["ask"] not in ("where", "sure")


def test_undecided_is_an_answer(talking: Talking) -> None:
    answer = talking.text("not sure what i want to do", "plans_unsure")
    assert talking.known.undecided
    assert answer.keys == ["plan_undecided"]
    assert talking.stage.slots["offered"]["kind"] == "person"
    assert talking.stage.slots["telling"] is None


def test_rather_not_say_ends_the_questions(talking: Talking) -> None:
    talking.text("i wanna be a nurse", "plans_share")
    answer = talking.text("rather not say", "skip")
    assert answer.keys == ["plan_stopped"]
    assert talking.stage.slots["telling"] is None
    assert talking.known.plans[0].now.occupation == "nurse"


def test_a_change_of_mind_adds_and_the_history_stays(talking: Talking) -> None:
    talking.text("my plan is hair at samphire", "plans_share")
    talking.stage.later(days=20)
    talking.text("its bricklaying now not hair", "plans_changed")
    first = talking.known.first
    assert first is not None
    assert first.now.subject == "bricklaying"
    assert [fact.subject for fact in first.history] == ["hair_beauty", "bricklaying"]


def test_that_is_wrong_asks_once_and_corrects(talking: Talking) -> None:
    talking.text("my plan is hair at samphire", "plans_share")
    assert talking.text("thats wrong", "deny").keys == ["plan_wrong"]
    talking.text("bricklaying", "find_courses")
    first = talking.known.first
    assert first is not None
    assert first.now.subject == "bricklaying"


def test_nothing_is_kept_of_a_stranger(talking: Talking) -> None:
    talking.stage.young_person = None
    answer = talking.text("i wanna do plumbing at samphire", "plans_share")
    assert answer.keys == ["plan_not_kept"]
    assert answer.effects == []
    assert answer.follow is None


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("ive applied to samphire for bricklaying", [("applied", "P1", "bricklaying")]),
        ("got an offer from samphire for bricklaying", [("offered", "P1", "bricklaying")]),
        ("samphire rejected me", [("rejected", "P1", None)]),
        ("applied to samphire and harbour trades", [("applied", "P1", None), ("applied", "P2", None)]),
        ("samphire said yes but harbour trades said no", [("offered", "P1", None), ("rejected", "P2", None)]),
        ("i turned the offer from samphire down", [("declined", "P1", None)]),
        ("not going to samphire anymore", [("withdrawn", "P1", None)]),
        ("ive accepted my place at samphire", [("accepted", "P1", None)]),
        ("dw i wedi cael cynnig gan samphire", [("offered", "P1", None)]),
    ],
)
def test_each_stage_is_told_from_the_words(talking: Talking, text: str, stages: list[Any]) -> None:
    effects = talking.text(text, "applications_news").effects
    told = [(e["stage"], e.get("provider_ref"), e.get("subject")) for e in effects if e["kind"] == "record_destination"]
    assert told == stages


def test_which_application_is_found_in_the_record(talking: Talking) -> None:
    talking.text("ive applied to samphire for bricklaying", "applications_news")
    talking.stage.later(days=3)
    talking.text("got an interview on the 12th at 2", "applications_news")
    (application,) = talking.known.applications
    assert application.stage == "interview"
    assert application.interview_at == datetime(2026, 11, 12, 14, tzinfo=UTC)


def test_which_of_two_is_asked_once(talking: Talking) -> None:
    talking.text("applied to samphire for plumbing and harbour trades for bricklaying", "applications_news")
    talking.stage.later(days=3)
    answer = talking.text("got an interview on the 12th at 2", "applications_news")
    assert answer.keys == ["application_which"]
    assert answer.effects == []
    answer = talking.text("the samphire one", "choose")
    assert answer.keys == ["application_noted"]
    interview = next(one for one in talking.known.applications if one.stage == "interview")
    assert (interview.provider_ref, interview.subject) == ("P1", "plumbing")
    assert interview.interview_at == datetime(2026, 11, 12, 14, tzinfo=UTC)


def test_accepted_before_an_offer_is_what_the_college_said(talking: Talking) -> None:
    talking.text("ive applied to samphire for bricklaying", "applications_news")
    talking.stage.later(days=3)
    talking.text("accepted", "applications_news")
    assert talking.known.applications[0].stage == "offered"
    talking.stage.later(days=3)
    talking.stage.slots["telling"] = None
    talking.text("accepted", "applications_news")
    assert talking.known.applications[0].stage == "accepted"


def test_a_no_is_met_with_care_and_with_what_else_there_is(talking: Talking) -> None:
    talking.text("ive applied to samphire for plumbing", "applications_news")
    answer = talking.text("they rejected me", "applications_news")
    assert answer.keys[0] == "application_rejected"
    assert answer.keys[1] in ("course_list", "courses_near", "courses_none")


def test_how_it_stands_is_answered_from_the_record_alone(talking: Talking) -> None:
    assert talking.text("any news on my application", "applications_status").args["applications"] == []
    talking.text("ive applied to samphire for plumbing", "applications_news")
    line = talking.text("any news on my application", "applications_status").args["applications"][0]
    assert (line["stage"], line["where"], line["own"]) == ("applied", "Samphire Coast College", True)


def test_a_job_is_checked_once_and_the_answer_lands_on_it_weeks_later(talking: Talking) -> None:
    answer = talking.text("im working at asda now", "activity_working")
    assert (answer.args["ask"], answer.args["both"]) == ("training", True)
    assert [row.code for row in talking.activities] == ["330"]
    talking.stage.later(days=21)
    answer = talking.text("16 hours, no training", "find_courses")
    assert answer.keys == ["activity_checked"]
    late = talking.activities[-1]
    assert (late.code, late.start) == ("360", date(2026, 11, 3))
    assert late.detail["hours"] == 16.0
    assert talking.stage.slots["telling"] is None


def test_a_late_answer_does_not_undo_what_was_recorded_since(talking: Talking, engine: Engine) -> None:
    talking.text("im working at asda now", "activity_working")
    talking.stage.later(days=7)
    with writing(engine) as session:
        session.add(
            Activity(young_person_id=7, code="230", start=date(2026, 11, 9), verified_on=date(2026, 11, 10),
                     source="adviser", recorded_at=talking.stage.now, detail={})
        )  # fmt: skip
    talking.stage.later(days=14)
    talking.text("16 hours", "choose")
    assert talking.activities[-1].verified_on == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("text", "intent", "code"),
    [
        ("left college, working at a garage now", "activity_left", "330"),
        ("dropped out", "activity_left", "810"),
        ("nothing atm", "activity_looking", "619"),
        ("on an apprenticeship", "activity_working", "310"),
        ("started at samphire", "activity_started", "230"),
        ("im on a gap year", "activity_other", "260"),
        ("looking after my nan, nothing else", "activity_other", "620"),
    ],
)
def test_what_they_do_is_coded_by_the_rules(talking: Talking, text: str, intent: str, code: str) -> None:
    talking.text(text, intent)
    assert [row.code for row in talking.activities] == [code]


@pytest.mark.parametrize("text", ["caring for my nan", "im pregnant", "im in prison", "off sick with my anxiety"])
def test_what_is_private_is_never_said_back_and_goes_to_the_adviser(talking: Talking, text: str) -> None:
    answer = talking.text(text, "activity_other")
    assert answer.keys == ["activity_gently"]
    assert set(answer.args) == {"adviser", "ask"}
    assert [e["about"] for e in answer.effects if e["kind"] == "open_escalation"] == ["circumstances"]


def test_whoever_has_left_is_not_alone_with_it(talking: Talking) -> None:
    answer = talking.text("dropped out last week", "activity_left")
    opened = next(e for e in answer.effects if e["kind"] == "open_escalation")
    assert (opened["about"], opened["urgency"]) == ("left", "soon")
    assert answer.keys == ["activity_left_noted"]


def test_no_code_is_ever_said(talking: Talking) -> None:
    for text, intent in (("im working at asda", "activity_working"), ("20 hours", "choose")):
        answer = talking.text(text, intent)
        said = str(answer.replies)
        assert not any(code in said for code in RULES.book.nccis.activities)


def test_starting_closes_the_application_for_that_place(talking: Talking) -> None:
    talking.text("ive applied to samphire for plumbing", "applications_news")
    talking.stage.later(days=30)
    talking.text("started at samphire", "activity_started")
    assert talking.known.applications[0].stage == "started"


def test_the_state_keeps_no_words(talking: Talking) -> None:
    talking.text("im working at asda now and its boring", "activity_working")
    assert "asda" not in str(talking.stage.slots["telling"])


def test_what_is_down_is_read_back_in_plain_words(talking: Talking) -> None:
    talking.text("my plan is plumbing at samphire, def", "plans_share")
    talking.text("ive applied to samphire for hair", "applications_news")
    talking.text("im working at asda 12 hours a week, no training", "activity_working")
    answer = talking.text("what have you got down for me", "record_read")
    if answer.keys == ["record_let_be"] or not answer.keys:
        pytest.fail("the open question took it")
    read = next(args for key, args in talking.stage.act("action_read_back", "x", intent="record_read").replies)
    assert [plan["what"] for plan in read["plans"]] == ["Plumbing and heating"]
    assert [(one["stage"], one["what"]) for one in read["applications"]] == [("applied", "Hair and beauty")]
    assert (read["now"]["kind"], read["now"]["hours"]) == ("job", 12)
    assert not any(code in str(read["now"]) for code in RULES.book.nccis.activities)


@pytest.mark.parametrize("text", ["caring for my nan, nothing else", "im in prison", "im pregnant, nothing else"])
def test_what_is_private_is_never_read_back(talking: Talking, text: str) -> None:
    talking.text(text, "activity_other")
    assert talking.stage.act("action_read_back", "x", intent="record_read").args["now"] is None


def test_nothing_is_read_to_a_stranger(talking: Talking) -> None:
    talking.text("my plan is plumbing at samphire", "plans_share")
    talking.stage.young_person = None
    assert talking.stage.act("action_read_back", "x", intent="record_read").keys == ["adviser_not_linked"]


def test_nothing_is_read_back_on_a_shared_phone(talking: Talking, engine: Engine) -> None:
    with writing(engine) as session:
        mine = session.get_one(YoungPerson, 7)
        number = session.get_one(Conversation, 42).address
        mine.phone = number
        session.add(
            YoungPerson(
                ref="TWIN",
                first_name="Twin",
                last_name="B",
                phone=number,
                nation=mine.nation,
                created_at=talking.stage.now,
            )
        )
    assert talking.stage.act("action_read_back", "x", intent="record_read").keys == ["record_shared"]


def test_a_wrong_application_is_put_right_and_an_adviser_hears_of_it(talking: Talking) -> None:
    talking.text("ive applied to samphire for hair", "applications_news")
    assert talking.text("thats wrong", "record_wrong").keys == ["record_wrong"]
    answer = talking.text("its for plumbing not hair", "find_courses")
    assert answer.keys == ["application_put_right"]
    assert [e.get("subject") or e.get("about") for e in answer.effects] == ["plumbing", "record_correction"]


def test_what_never_was_goes_to_a_person(talking: Talking) -> None:
    talking.text("ive applied to samphire for hair", "applications_news")
    answer = talking.text("i never applied there", "record_wrong")
    assert [e["kind"] for e in answer.effects] == ["open_escalation"]


def test_a_slip_keeps_the_place_and_the_question(talking: Talking) -> None:
    assert talking.text("my plan is plumbing at samphire", "plans_share").args["ask"] == "sure"
    assert talking.text("no its bricklaying", "deny").args["ask"] == "sure"
    first = talking.known.first
    assert first is not None
    assert (first.now.subject, first.now.provider_ref, first.now.sure) == ("bricklaying", "P1", None)


@pytest.mark.parametrize(
    ("text", "key", "ask"),
    [("purple monkey", "plan_again", "sure"), ("4s and 5s", "plan_noted", "second"), ("very", "plan_noted", "help")],
)
def test_what_is_no_answer_is_asked_about_once(talking: Talking, text: str, key: str, ask: str) -> None:
    talking.text("my plan is plumbing at samphire", "plans_share")
    answer = talking.text(text, "nlu_fallback")
    assert answer.keys == [key]
    if key == "plan_again":
        assert answer.args == {"ask": ask}
        assert talking.text(text, "nlu_fallback").keys == ["plan_noted"]
    first = talking.known.first
    assert first is not None
    assert "monkey" not in str(first.now)


@pytest.mark.parametrize(
    "text", ["havent applied yet", "waiting for an interview", "if i get an offer ill go", "not been accepted yet"]
)
def test_what_has_not_happened_is_not_put_down(talking: Talking, text: str) -> None:
    talking.text(text, "applications_news")
    assert talking.known.applications == ()


def test_out_of_custody_is_not_in_custody(talking: Talking) -> None:
    answer = talking.text("just got out of prison", "activity_other")
    assert answer.keys == ["activity_gently"]
    assert talking.activities == []


def test_pass_it_on_is_no_answer_to_the_check(talking: Talking) -> None:
    talking.text("im working at asda 12 hours a week", "activity_working")
    answer = talking.text("yh pass it on", "affirm")
    assert answer.keys == ["handed_over"]
    assert talking.stage.slots["telling"] is None
