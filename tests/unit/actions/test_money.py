"""Money: what there is, the private check, and steps told in any words."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import Engine
from sqlmodel import SQLModel

import prospectus.tables  # noqa: F401
from actions.registry import build_executor
from casework.db import open_engine, writing
from casework.money.told import steps_told
from casework.tables import Activity, Adviser, Conversation, MoneyApplication, YoungPerson
from casework.voice import Voice
from tests.unit.actions.stage import DATA, Answer, Stage

SEEN = datetime(2026, 10, 20, 10, tzinfo=UTC)
WALES, ENGLAND, BOTH = 20, 21, 22


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One in Wales at college since September, one in England, and one in England with two applications."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('valley') / 'valley.db'}")
    SQLModel.metadata.create_all(engine)
    with writing(engine) as session:
        session.add(Adviser(id=1, ref="A1", name="Sam Okafor", email="sam@example.org"))
        session.flush()
        for number, nation in ((WALES, "wales"), (ENGLAND, "england"), (BOTH, "england")):
            session.add(
                YoungPerson(id=number, ref=f"Y{number}", first_name="Jade", last_name="Webb", nation=nation,
                            date_of_birth=date(2009, 5, 1), adviser_id=1, created_at=SEEN)
            )  # fmt: skip
        session.flush()
        session.add(Conversation(id=42, channel="sms", address="+447700900123", created_at=SEEN))
        session.add(Activity(young_person_id=WALES, code="230", start=date(2026, 9, 7), source="provider",
                             recorded_at=SEEN))  # fmt: skip
        for scheme in ("bursary_discretionary", "free_meals_england"):
            session.add(MoneyApplication(young_person_id=BOTH, scheme=scheme, step="wants", source="young_person",
                                         recorded_at=SEEN))  # fmt: skip
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def clerk(valley: Engine) -> ActionExecutor:
    return build_executor(valley, DATA)


@pytest.fixture
def talk(clerk: ActionExecutor, voice: Voice) -> Callable[..., Stage]:
    return lambda person=WALES: Stage(clerk, voice, young_person=person)


def asked(stage: Stage) -> Answer:
    return stage.act("action_ask_money_answer", "")


def answered(stage: Stage, text: str, intent: str = "x") -> Answer:
    """One answer to the check's question; then the next question, or how it looks."""
    stage.slots |= {"requested_slot": "money_answer", "money_answer": text}
    said = stage.act("validate_money_form", text, intent=intent)
    if stage.slots["money_answer"] is None:
        return asked(stage)
    stage.slots["requested_slot"] = None
    done = stage.act("action_money_result", text)
    return Answer(said.replies + done.replies, said.effects + done.effects, None)


def checked(stage: Stage, *answers: str) -> Answer:
    """The whole check in Wales or wherever the stage's young person is, from the question what there is."""
    stage.act("action_money", "what money can i get", intent="money_help")
    assert stage.act("action_affirm", "yes").follow == "money_form"
    answer = asked(stage)
    for text in answers:
        answer = answered(stage, text)
    return answer


def test_the_schemes_of_their_nation_are_said_with_an_offer(talk: Callable[..., Stage]) -> None:
    answer = talk(WALES).act("action_money", "can i get ema", ("scheme", "ema", "ema"), intent="money_help")
    assert answer.keys == ["money_schemes"]
    assert [(one["short"], one["pounds"], one["per"]) for one in answer.args["schemes"]] == [("EMA", "40", "week")]
    assert (answer.args["offer"], answer.args["closed"]) == (True, None)


def test_in_england_ema_is_said_to_have_closed(talk: Callable[..., Stage]) -> None:
    answer = talk(ENGLAND).act("action_money", "can i get ema", ("scheme", "ema", "ema"), intent="money_help")
    assert answer.args["closed"] == "EMA"
    kinds = {one["key"]: one for one in answer.args["schemes"]}
    assert (kinds["bursary_vulnerable"]["pounds"], kinds["bursary_vulnerable"]["at_most"]) == ("1,200", True)
    # its rate of this year has not been confirmed, so none is said
    assert kinds["care_to_learn"]["pounds"] is None


def test_facts_that_should_have_been_looked_at_again_are_said_to_need_checking(talk: Callable[..., Stage]) -> None:
    stage = talk(WALES)
    assert stage.act("action_money", "what money can i get", intent="money_help").args["stale"] is False
    stage.now = datetime(2027, 6, 1, 10, tzinfo=UTC)
    assert stage.act("action_money", "what money can i get", intent="money_help").args["stale"] is True


def test_a_check_asks_only_what_it_must_and_says_the_last_day_to_be_paid_from_the_start(
    talk: Callable[..., Stage],
) -> None:
    stage = talk(WALES)
    answer = checked(stage, "college", "15", "just me", "about 20k")
    assert answer.keys == ["money_result"]
    assert [one["verdict"] for one in answer.args["results"]] == ["yes"]
    assert answer.args["backdated"] == "2026-12-07"
    assert "your bank details" in answer.args["bring"]
    # neither hours nor anything else is asked at school
    assert checked(talk(WALES), "sixth form", "1").args["question"] == "income"


def test_nothing_of_the_check_stays(talk: Callable[..., Stage]) -> None:
    stage = talk(WALES)
    answer = checked(stage, "college", "15", "just me", "about 20k")
    assert answer.effects == []
    assert (stage.slots["money_check"], stage.slots["money_answer"]) == (None, None)


def test_one_answer_that_rules_it_out_ends_it(talk: Callable[..., Stage]) -> None:
    answer = checked(talk(WALES), "apprenticeship")
    assert answer.keys == ["money_result"]
    assert answer.args["results"] == [{"scheme": "EMA", "verdict": "no", "reason": "learning"}]
    assert answer.args["how"] is None


def test_groups_are_never_said_back(talk: Callable[..., Stage]) -> None:
    stage = talk(ENGLAND)
    answer = checked(stage, "college", "yes", "no", "not sure")
    by_name = {one["scheme"]: one for one in answer.args["results"]}
    assert by_name["bursary"] == {"scheme": "bursary", "verdict": "yes", "reason": None}
    assert by_name["Care to Learn"]["reason"] is None
    words = stage.word("money_result", answer.args).lower()
    assert not any(word in words for word in ("care or", "in care", "disab", "universal", "parent"))


def test_not_sure_and_rather_not_say_are_answers(talk: Callable[..., Stage]) -> None:
    answer = checked(talk(WALES), "college", "dunno", "rather not say", "skip")
    assert answer.args["results"][0]["verdict"] == "cannot_tell"


def test_what_is_not_understood_is_asked_once_more_and_then_let_be(talk: Callable[..., Stage]) -> None:
    stage = talk(WALES)
    assert checked(stage, "purple").args == {"question": "learning", "first": True, "again": True, "moved": False}
    assert answered(stage, "purple").args["question"] == "dependants"


def test_an_answer_can_be_taken_back(talk: Callable[..., Stage]) -> None:
    stage = talk(WALES)
    assert checked(stage, "school").args["question"] == "dependants"
    assert answered(stage, "actually im at college").args["question"] == "hours"


def test_they_may_stop(talk: Callable[..., Stage]) -> None:
    stage = talk(WALES)
    checked(stage, "college")
    assert answered(stage, "never mind", intent="never_mind").keys == ["money_check_stopped"]
    assert stage.slots["money_check"] is None


def test_a_stranger_may_say_the_nation_and_is_asked_for_what_the_record_would_know(talk: Callable[..., Stage]) -> None:
    stage = talk(None)
    assert stage.act("action_money", "what money can i get", intent="money_help").keys == ["money_help"]
    assert stage.slots["money_nation"] is True
    assert stage.act("action_money", "scotland", intent="money_help").keys == ["money_schemes"]
    assert stage.act("action_affirm", "yes").follow == "money_form"
    assert asked(stage).args["question"] == "age"
    assert answered(stage, "17").args["question"] == "learning"


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("ive sent the form off", ["form_sent"]),
        ("got a letter saying im entitled", ["notice"]),
        ("signed the agreement at college", ["agreement"]),
        ("it got paid in", ["paid"]),
        ("havent got paid this week", ["payment_late"]),
        ("they stopped my ema", ["payment_stopped"]),
        ("they said no", ["refused"]),
        ("cant be bothered with it", ["not_wanted"]),
        ("opened an account with nationwide", ["bank_account"]),
        ("sent the form and opened a bank account", ["bank_account", "form_sent"]),
        ("sent the form but not the payslips", ["form_sent"]),
        ("my ema came last week but they stopped my ema now", ["payment_stopped"]),
        ("i havent sent it yet", []),
        ("i need to sign my ema agreement", []),
        ("have they had my ema application yet", []),
        ("did i get the bursary", []),
        ("how do i open a bank account", []),
        ("we have no money", []),
        ("dwi wedi anfon y ffurflen", ["form_sent"]),
    ],
)
def test_steps_are_heard_in_any_words_and_never_made_up(text: str, steps: list[str]) -> None:
    assert steps_told(text) == steps


def told(stage: Stage, text: str, *entities: Any, intent: str = "money_status") -> Answer:
    return stage.act("action_money", text, *entities, intent=intent)


def test_two_steps_in_one_message_are_both_recorded(talk: Callable[..., Stage]) -> None:
    answer = told(talk(WALES), "sent the form and opened a bank account")
    assert [(one["scheme"], one["step"]) for one in answer.effects] == [
        ("ema_wales", "bank_account"),
        ("ema_wales", "form_sent"),
    ]
    assert (answer.args["next"], answer.args["theirs"]) == ("evidence_sent", True)


def test_the_day_that_it_happened_is_kept_where_they_say_it(talk: Callable[..., Stage]) -> None:
    answer = told(talk(WALES), "sent the form yesterday", ("date", "yesterday", "yesterday"))
    assert answer.effects[0]["on_date"] == "2026-11-02"
    assert "on_date" not in told(talk(WALES), "sent the form friday", ("date", "2026-12-04", "friday")).effects[0]


def test_an_ema_form_in_england_is_asked_about_and_then_recorded(talk: Callable[..., Stage]) -> None:
    stage = talk(ENGLAND)
    answer = told(stage, "sent my ema form off", ("scheme", "ema", "ema"))
    assert (answer.keys, answer.effects, answer.args["closed"]) == (["money_which"], [], True)
    answer = told(stage, "the bursary", ("scheme", "bursary", "bursary"), intent="money_help")
    assert [(one["scheme"], one["step"]) for one in answer.effects] == [("bursary_discretionary", "form_sent")]
    assert stage.slots["money_told"] is None


def test_which_of_two_applications_is_asked(talk: Callable[..., Stage]) -> None:
    stage = talk(BOTH)
    answer = told(stage, "sent the form off")
    assert (answer.keys, answer.args["schemes"]) == (["money_which"], ["bursary", "free meals"])
    assert (
        told(stage, "free meals", ("scheme", "free_meals", "free meals")).effects[0]["scheme"] == "free_meals_england"
    )


def test_what_waits_to_be_told_which_is_forgotten_after_a_day(talk: Callable[..., Stage]) -> None:
    stage = talk(BOTH)
    told(stage, "sent the form off")
    stage.later(days=2)
    assert told(stage, "the bursary", ("scheme", "bursary", "bursary"), intent="money_help").effects == []


def test_trouble_is_recorded_and_a_person_offered_soon(talk: Callable[..., Stage]) -> None:
    stage = talk(WALES)
    answer = told(stage, "my money aint here", intent="money_payment_problem")
    assert [one["step"] for one in answer.effects] == ["payment_late"]
    taken = stage.act("action_affirm", "yes")
    assert taken.effects[0]["urgency"] == "soon"


def test_where_it_stands_is_read_from_the_record(talk: Callable[..., Stage]) -> None:
    answer = told(talk(BOTH), "where is my bursary form", ("scheme", "bursary", "bursary"))
    assert answer.keys == ["money_journey"]
    assert (answer.args["last"], answer.args["on"], answer.args["next"]) == ("wants", "2026-10-20", "bank_account")
    assert told(talk(WALES), "where is my ema form", ("scheme", "ema", "ema")).keys == ["money_status"]


def test_nobody_in_the_record_gets_nothing_recorded_and_nothing_told(talk: Callable[..., Stage]) -> None:
    for text in ("ive sent the form off", "where is my ema form"):
        answer = told(talk(None), text)
        assert (answer.keys, answer.effects) == (["money_not_linked"], [])


def test_help_with_an_account_is_not_taken_for_having_one(talk: Callable[..., Stage]) -> None:
    answer = talk(WALES).act("action_money", "how do i open a bank account", intent="money_bank_account")
    assert (answer.keys, answer.effects) == (["money_bank_account"], [])
    answer = talk(WALES).act("action_money", "ive opened a bank account now", intent="money_bank_account")
    assert [one["step"] for one in answer.effects] == ["bank_account"]
