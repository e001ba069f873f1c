"""Effects that put into the record what somebody said: once a message, and only where it is known who they are."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from casework.activities.rules import Rules
from casework.destinations.record import current
from casework.effects import TurnContext, apply, parse_effect
from casework.tables import Activity, AddressNote, Conversation, Destination, Message, MoneyApplication, YoungPerson
from casework.transcript_words import effect as words_of
from tests.casebook import JO, JO_SMS, NOW, STRANGER, said

DATA = Path(__file__).parents[3] / "data"
BEFORE = NOW - timedelta(days=21)


@pytest.fixture
def session(casebook_on_both: Engine) -> Iterator[Session]:
    with Session(casebook_on_both, expire_on_commit=False) as session:
        yield session


def context(session: Session, conversation: int = JO_SMS, *, rules: bool = True) -> TurnContext:
    """A message of three weeks ago that is read now."""
    message = said(session, conversation, "...", BEFORE, handled_at=None)
    thread = session.get(Conversation, conversation)
    assert thread is not None
    return TurnContext(thread, message, NOW, rules=Rules.load(DATA) if rules else None)


def do(session: Session, turn: TurnContext, **effect: Any) -> dict[str, Any]:
    done = apply(session, parse_effect(effect), turn)
    session.flush()
    return done


def rows(session: Session, table: Any) -> list[Any]:
    return list(session.exec(select(table).order_by(col(table.id))).all())


PLAN: dict[str, Any] = {
    "kind": "record_destination", "stage": "intended", "route": "college", "subject": "plumbing", "sure": "fairly",
}  # fmt: skip


def test_a_plan_is_kept_with_its_message_its_channel_and_when_it_was_said(session: Session) -> None:
    turn = context(session)
    done = do(session, turn, **PLAN)
    assert done == PLAN
    [row] = rows(session, Destination)
    assert (row.young_person_id, row.source, row.channel, row.message_id) == (
        JO,
        "young_person",
        "sms",
        turn.message.id,
    )
    assert row.recorded_at == BEFORE
    person = session.get(YoungPerson, JO)
    assert person is not None
    first = current(session, person).first
    assert first is not None
    assert (first.now.subject, first.now.sure) == ("plumbing", "fairly")


def test_the_same_message_says_a_thing_once(session: Session) -> None:
    turn = context(session)
    for effect in (
        PLAN,
        {"kind": "record_activity", "facts": {"kind": "college"}},
        {"kind": "record_money_step", "scheme": "ema_wales", "step": "form_sent"},
        {"kind": "note_address", "note": "shared"},
    ):
        do(session, turn, **effect)
        do(session, turn, **effect)
    for table in (Destination, Activity, MoneyApplication, AddressNote):
        assert len(rows(session, table)) == 1


def test_two_things_in_one_message_are_two(session: Session) -> None:
    turn = context(session)
    do(session, turn, kind="record_destination", stage="applied", provider_ref="P05", subject="plumbing")
    do(session, turn, kind="record_destination", stage="applied", provider_ref="P04", subject="plumbing")
    assert len(rows(session, Destination)) == 2


def test_a_code_is_chosen_by_the_rules_and_with_the_age_of_the_record(session: Session) -> None:
    turn = context(session)
    done = do(
        session,
        turn,
        kind="record_activity",
        facts={"kind": "apprenticeship", "age": "school_age"},
        detail={"employer": "x"},
    )
    # born in 2009: past school age in August 2026, whatever was guessed
    assert done["code"] == "310"
    [row] = rows(session, Activity)
    assert (row.code, row.source, row.verified_on) == ("310", "young_person", date(2026, 8, 11))
    assert row.detail["employer"] == "x"
    assert row.rule


def test_what_is_unclear_is_not_recorded_as_not_known(session: Session) -> None:
    # whether they do anything beside it decides whether they are NEET, and was not said
    done = do(session, context(session), kind="record_activity", facts={"kind": "looking"})
    assert done["skipped"] == "unclear"
    assert rows(session, Activity) == []


def test_an_activity_needs_the_rules(session: Session) -> None:
    with pytest.raises(RuntimeError, match="rules"):
        do(session, context(session, rules=False), kind="record_activity", facts={"kind": "looking"})


def test_a_step_of_money_has_its_day(session: Session) -> None:
    do(session, context(session), kind="record_money_step", scheme="ema_wales", step="form_sent", on_date="2026-08-01")
    [row] = rows(session, MoneyApplication)
    assert (row.young_person_id, row.on_date, row.source) == (JO, date(2026, 8, 1), "young_person")
    with pytest.raises(ValueError, match="is not a step"):
        do(session, context(session), kind="record_money_step", scheme="ema_wales", step="dreamt_of")


def test_nothing_goes_into_the_record_of_somebody_unknown(session: Session) -> None:
    turn = context(session, STRANGER)
    for effect in (
        PLAN,
        {"kind": "record_activity", "facts": {"kind": "looking"}},
        {"kind": "record_money_step", "scheme": "ema_wales", "step": "wants"},
    ):
        assert do(session, turn, **effect)["skipped"] == "nobody in the record"
    for table in (Destination, Activity, MoneyApplication):
        assert rows(session, table) == []


def test_a_wrong_number_is_noted_and_nothing_more_goes_into_that_record(session: Session) -> None:
    turn = context(session)
    do(session, turn, kind="note_address", note="wrong_number")
    [row] = rows(session, AddressNote)
    assert (row.kind, row.by, row.message_id, row.young_person_id) == (
        "wrong_number", "young_person", turn.message.id, JO,
    )  # fmt: skip
    assert do(session, turn, **PLAN)["skipped"]
    assert isinstance(turn.message, Message)


@pytest.mark.parametrize(
    "effect",
    [
        {"kind": "record_destination", "stage": "nearly"},
        {"kind": "record_destination", "stage": "intended", "sure": "quite"},
        {"kind": "record_destination", "stage": "intended", "young_person_id": 3},
        {"kind": "record_destination", "stage": "interview", "at_time": "2026-09-10T09:30:00"},
        {"kind": "record_activity", "facts": {"kind": "astronaut"}},
        {"kind": "record_activity", "facts": {"kind": "job"}, "code": "619"},
        {"kind": "note_address", "note": "haunted"},
    ],
)
def test_an_effect_that_is_not_one_fails_loudly(effect: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse_effect(effect)


def test_an_interview_is_kept_with_its_hour(session: Session) -> None:
    do(session, context(session), kind="record_destination", stage="interview", at_time="2026-09-10T09:30:00+01:00")
    assert rows(session, Destination)[0].at_time == datetime(2026, 9, 10, 8, 30, tzinfo=UTC)


def test_an_adviser_reads_what_was_recorded(session: Session) -> None:
    turn = context(session)
    told = [
        words_of(do(session, turn, **effect), {})
        for effect in (
            PLAN,
            {"kind": "record_activity", "facts": {"kind": "college"}},
            {"kind": "record_money_step", "scheme": "ema_wales", "step": "form_sent"},
            {"kind": "note_address", "note": "shared"},
            PLAN,
        )
    ]
    assert told[0] == "Plans and applications: intended, plumbing"
    assert told[1] == "What they do now: 230"
    assert told[2] == "Money: ema wales, form sent"
    assert told[3] == "Their number: shared"
    assert told[4] == "Plans and applications: not recorded, said before"
