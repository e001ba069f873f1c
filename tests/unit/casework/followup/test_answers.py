"""Answers to planned contacts: which contact they mark, whenever and by whichever channel they come."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from casework.activities.rules import Rules
from casework.effects import TurnContext, apply, parse_effect
from casework.followup.answers import texted
from casework.followup.questions import Question, Questions
from casework.tables import Activity, Conversation, FollowUp
from tests.casebook import JO, JO_SMS, JO_WEB, KIT, KIT_SMS, NOW, STRANGER, answered, said

DATA = Path(__file__).parents[4] / "data"
RULES = Rules.load(DATA)
QUESTIONS = Questions(
    {
        key: Question(key, f"followup_{key}", about, (), None)
        for key, about in (("still", "activity"), ("plans", "plans"), ("offer", "application"), ("money", "money"))
    }
)


@pytest.fixture
def session(casebook_on_both: Engine) -> Iterator[Session]:
    with Session(casebook_on_both, expire_on_commit=False) as session:
        yield session


def contact(session: Session, asks: str | None = "still", *, ago: float = 1, person: int = JO, **fields: Any) -> int:
    """A planned contact whose text went so many days ago."""
    went = NOW - timedelta(days=ago)
    thread = {JO: JO_SMS, KIT: KIT_SMS}[person]
    message = answered(session, thread, "?", went, purpose="prompt", sent_at=went)
    values: dict[str, Any] = {"status": "ended", "outcome": "sent", "reason": "sent", "ended_at": went}
    row = FollowUp(
        young_person_id=person, plan="check", occasion=f"{asks}-{ago}", asks=asks, due_at=went, made_at=went,
        message_id=message.id, **values | fields,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id or 0


def turn(session: Session, thread: int = JO_SMS, at: datetime = NOW) -> TurnContext:
    message = said(session, thread, "...", at, handled_at=None)
    return TurnContext(session.get_one(Conversation, thread), message, NOW, rules=RULES, questions=QUESTIONS)


def do(session: Session, now: TurnContext, **effect: Any) -> dict[str, Any]:
    done = apply(session, parse_effect(effect), now)
    session.flush()
    return done


def answer(session: Session, now: TurnContext, row: int, **more: Any) -> dict[str, Any]:
    values = {"kind": "answer_follow_up", "followup_id": row, "answer": "yes"} | more
    return do(session, now, **values)


JOB = {"kind": "record_activity", "facts": {"kind": "job", "hours": 30.0, "training": "none"}}


def test_an_answer_marks_its_contact_and_what_it_says_of_asking_again(session: Session) -> None:
    row = contact(session)
    now = turn(session)
    assert "skipped" not in answer(session, now, row, stop=True, snooze_days=14)
    found = session.get_one(FollowUp, row)
    assert (found.status, found.outcome, found.reason, found.answer) == ("ended", "answered", "answered", "yes")
    assert (found.answered_at, found.answer_message_id, found.stops_plan) == (NOW, now.message.id, True)
    assert found.about["snooze_until"] == "2026-09-15"
    assert found.ended_at == NOW - timedelta(days=1)


def test_only_the_first_answer_counts_and_only_their_own(session: Session) -> None:
    row, kits = contact(session), contact(session, person=KIT)
    answer(session, turn(session), row)
    assert answer(session, turn(session), row, answer="no")["skipped"] == "not open"
    assert answer(session, turn(session), kits)["skipped"] == "not open"
    assert answer(session, turn(session, STRANGER), row)["skipped"] == "not open"
    assert answer(session, turn(session), 999_999)["skipped"] == "not open"
    assert session.get_one(FollowUp, row).answer == "yes"
    assert session.get_one(FollowUp, kits).answered_at is None


def test_an_answer_may_come_before_it_is_written_down_that_it_went(session: Session) -> None:
    row = contact(session, status="queued", outcome=None, reason=None, ended_at=None)
    answer(session, turn(session), row)
    found = session.get_one(FollowUp, row)
    assert (found.status, found.outcome, found.ended_at) == ("ended", "answered", NOW)


def test_what_is_told_answers_the_questions_about_it_older_ones_too(session: Session) -> None:
    newest, older = contact(session, ago=2), contact(session, ago=30)
    others = [
        contact(session, "plans", ago=3),
        contact(session, ago=50),
        contact(session, ago=4, outcome="failed"),
        contact(session, person=KIT, ago=2),
        contact(session, None, ago=5),
        contact(session, ago=-1),
    ]
    now = turn(session)
    do(session, now, **JOB)
    assert [session.get_one(FollowUp, row).answer for row in (newest, older)] == ["told", "told"]
    assert session.get_one(FollowUp, older).answer_message_id == now.message.id
    assert [session.get_one(FollowUp, row).answered_at for row in others] == [None] * len(others)


@pytest.mark.parametrize(
    ("asks", "effect"),
    [
        ("plans", {"kind": "record_destination", "stage": "intended", "subject": "plumbing"}),
        ("offer", {"kind": "record_destination", "stage": "applied", "subject": "plumbing"}),
        ("money", {"kind": "record_money_step", "scheme": "bursary", "step": "form_sent"}),
    ],
)
def test_each_kind_of_fact_answers_its_kind_of_question(session: Session, asks: str, effect: dict[str, Any]) -> None:
    rows = {key: contact(session, key, ago=number) for number, key in enumerate(QUESTIONS.by_key, 1)}
    do(session, turn(session), **effect)
    assert [key for key, row in rows.items() if session.get_one(FollowUp, row).answered_at] == [asks]


def test_told_beside_the_answer_the_answer_says_more(session: Session) -> None:
    row, now = contact(session), turn(session)
    do(session, now, **JOB)
    answer(session, now, row, answer="moved")
    assert session.get_one(FollowUp, row).answer == "moved"


def test_somebody_unknown_answers_nobodys_questions(session: Session) -> None:
    row = contact(session)
    do(session, turn(session, STRANGER), **JOB)
    assert session.get_one(FollowUp, row).answered_at is None


def rows(session: Session) -> list[Activity]:
    return list(session.exec(select(Activity).where(Activity.young_person_id == JO).order_by(col(Activity.id))))


def test_still_so_is_the_same_fact_verified_today(session: Session) -> None:
    contact(session)
    then = turn(session, at=NOW - timedelta(days=60))
    do(session, then, **JOB)
    assert "code" in do(session, turn(session), kind="verify_activity")
    first, last = rows(session)
    kept = [(one.code, one.start, one.end, one.provider_ref, one.detail, one.rule) for one in (first, last)]
    assert kept[0] == kept[1]
    assert (first.verified_on, last.verified_on, last.source) == (date(2026, 7, 3), date(2026, 9, 1), "young_person")


def test_still_so_speaks_of_what_was_asked_about_whatever_was_recorded_since(session: Session) -> None:
    do(session, turn(session, at=NOW - timedelta(days=60)), **JOB)
    code = rows(session)[0].code
    left = {"kind": "record_activity", "facts": {"kind": "looking", "looking": True, "beside": "nothing"}}
    do(session, turn(session, at=NOW - timedelta(days=20)), **left)
    do(session, turn(session), kind="verify_activity", code=code)
    assert [row.code for row in rows(session)] == [code, rows(session)[1].code, code]


def test_nothing_known_cannot_be_still_so(session: Session) -> None:
    assert do(session, turn(session), kind="verify_activity")["skipped"] == "nothing known"
    assert do(session, turn(session), kind="verify_activity", code="210")["skipped"] == "nothing known"
    assert rows(session) == []


def test_the_last_text_of_these_days_is_found_for_the_web(session: Session) -> None:
    contact(session, "plans", ago=2)
    row = contact(session, ago=1)
    contact(session, None, ago=0.5)
    contact(session, "money", ago=0.2, outcome="failed")
    found = texted(session, JO, NOW)
    assert found is not None
    assert (found[0].id, found[1]) == (row, NOW - timedelta(days=1))
    assert texted(session, JO, NOW + timedelta(days=5)) is None
    assert texted(session, KIT, NOW) is None


def test_what_a_chat_was_asked_is_not_asked_there_again(session: Session) -> None:
    message = answered(session, JO_WEB, "?", NOW, purpose="prompt", sent_at=NOW)
    contact(session, ago=5)
    session.add(
        FollowUp(young_person_id=JO, plan="web", occasion="1", asks="still", due_at=NOW, made_at=NOW, status="ended",
                 outcome="sent", message_id=message.id)
    )  # fmt: skip
    session.flush()
    assert texted(session, JO, NOW) is None
