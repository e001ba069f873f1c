"""What advisers plan themselves, and what they take off: in the same life as what plans put down."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from casework.db import reading, writing
from casework.followup import reminders
from casework.followup.reminders import ReminderError
from casework.tables import Adviser, AuditEvent, FollowUp, YoungPerson
from tests.unit.followup.conftest import Build
from tests.unit.followup.world import CADENCE, MONDAY, NEW_NEET, World

FRIDAY = datetime(2026, 11, 6, 10, tzinfo=UTC)
WORDS = "Hi {name}, it's Ann from Onward. Does Tuesday at 2 suit you?"


def set_reminder(world: World, jo: int, *, nonce: str = "n1", note: str = "ring the college") -> int:
    with writing(world.engine) as session:
        person, ann = session.get_one(YoungPerson, jo), session.get_one(Adviser, 1)
        row = reminders.remind(session, person, ann, FRIDAY, note, world.clock(), nonce=nonce)
        return row.id or 0


def plan_text(world: World, jo: int, *, words: str = WORDS, due: datetime = FRIDAY, nonce: str = "n1") -> int:
    with writing(world.engine) as session:
        person, ann = session.get_one(YoungPerson, jo), session.get_one(Adviser, 1)
        row = reminders.text_on(
            session, person, ann, due, words, world.clock(), nonce=nonce, service=world.followups.service
        )
        return row.id or 0


def contact(world: World, number: int) -> FollowUp:
    with reading(world.engine) as session:
        return session.get_one(FollowUp, number)


def test_a_reminder_comes_back_to_whoever_set_it(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person(adviser_id=None)
    number = set_reminder(world, jo)
    world.to(FRIDAY - timedelta(minutes=1))
    world.tick()
    assert world.tasks() == []
    world.to(FRIDAY)
    world.tick()
    (task,) = world.tasks()
    assert (task.kind, task.adviser_id, task.young_person_id) == ("reminder", 1, jo)
    assert task.words == "ring the college"
    row = contact(world, number)
    assert (row.status, row.outcome, row.reason) == ("ended", "handed_over", "remind")
    world.tick()
    assert len(world.tasks()) == 1


def test_the_same_form_sent_twice_is_one_reminder(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    assert set_reminder(world, jo) == set_reminder(world, jo)
    assert set_reminder(world, jo, nonce="n2") != set_reminder(world, jo)
    assert len(world.rows("reminder")) == 2


def test_a_text_goes_on_its_day_in_the_advisers_words(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person(first_name="Jo")
    number = plan_text(world, jo)
    world.to(FRIDAY)
    world.tick()
    (text,) = world.texts()
    assert text.text == "Hi Jo, it's Ann from Onward. Does Tuesday at 2 suit you?"
    assert (text.purpose, text.status) == ("prompt", "delivered")
    row = contact(world, number)
    assert (row.outcome, row.importance, row.late_rule) == ("sent", 3, "next_window")


def test_a_text_is_not_sent_to_whoever_said_stop_and_its_adviser_is_told(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    number = plan_text(world, jo)
    world.stop(jo)
    world.to(FRIDAY)
    world.tick()
    assert world.texts() == []
    assert (contact(world, number).outcome, contact(world, number).reason) == ("handed_over", "stopped")
    (task,) = world.tasks()
    assert (task.kind, task.adviser_id) == ("follow_up", 1)


def test_a_text_for_the_night_waits_for_the_morning(build: Build) -> None:
    world = build(NEW_NEET)
    number = plan_text(world, world.person(), due=datetime(2026, 11, 6, 23, tzinfo=UTC))
    world.to(datetime(2026, 11, 6, 23, tzinfo=UTC))
    world.tick()
    assert (contact(world, number).status, contact(world, number).hold_reason) == ("planned", "quiet_hours")
    world.to(datetime(2026, 11, 7, 12, tzinfo=UTC))
    world.tick()
    assert contact(world, number).outcome == "sent"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Write what"),
        ("Hi {name}, how are you?", "from Onward"),
        ("Hi {first_name}, Onward here", "{first_name}"),
        ("Hi {name, Onward here", "Take"),
        ("Onward " * 80, "shorter"),
    ],
)
def test_words_that_will_not_do_are_refused(build: Build, words: str, said: str) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    with pytest.raises(ReminderError) as refused:
        plan_text(world, jo, words=words)
    assert said in str(refused.value)
    assert refused.value.field == "words"
    assert world.rows("reminder") == []


def test_a_day_that_has_passed_or_is_far_off_is_refused(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    for due in (MONDAY, MONDAY - timedelta(days=1), MONDAY + timedelta(days=400)):
        with pytest.raises(ReminderError) as refused:
            plan_text(world, jo, due=due)
        assert refused.value.field == "day"


def test_the_record_does_not_move_what_people_planned(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    number = plan_text(world, jo)
    world.does(jo, "619")
    world.does(jo, "230")
    assert (contact(world, number).status, contact(world, number).due_at) == ("planned", FRIDAY)


def test_only_ones_own_is_taken_back_and_only_before_it_went(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    number = plan_text(world, jo)
    with writing(world.engine) as session:
        session.add(Adviser(ref="A2", name="Bob Bell", email="bob@example.org"))
    with writing(world.engine) as session, pytest.raises(LookupError):
        reminders.cancel(session, number, session.get_one(Adviser, 2), world.clock())
    for _ in range(2):
        with writing(world.engine) as session:
            reminders.cancel(session, number, session.get_one(Adviser, 1), world.clock())
    row = contact(world, number)
    assert (row.status, row.outcome, row.reason) == ("ended", "skipped", "cancelled")
    world.to(FRIDAY)
    world.tick()
    assert world.texts() == []
    went = plan_text(world, jo, nonce="n2", due=FRIDAY + timedelta(days=3))
    world.to(FRIDAY + timedelta(days=3))
    world.tick()
    with writing(world.engine) as session, pytest.raises(ReminderError):
        reminders.cancel(session, went, session.get_one(Adviser, 1), world.clock())


def take_off(world: World, number: int, note: str = "she rang me") -> None:
    with writing(world.engine) as session:
        reminders.take_off(session, number, session.get_one(Adviser, 1), note, world.clock())


def test_what_was_taken_off_does_not_come_back(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    (row,) = world.rows()
    take_off(world, row.id or 0)
    (row,) = world.rows()
    assert (row.status, row.outcome, row.reason) == ("ended", "skipped", "adviser_skipped")
    assert row.about["taken_off"] == {"by": 1, "note": "she rang me"}
    world.pass_days(12)
    assert [one.reason for one in world.rows()] == ["adviser_skipped"]
    assert world.texts() == []
    assert world.tasks() == []
    with reading(world.engine) as session:
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "took_contact_off"))
    assert (event.actor, event.young_person_id, event.detail) == ("adviser:1", jo, {"follow_up": row.id})


def test_a_cadence_goes_on_with_its_next_occasion(build: Build) -> None:
    world = build(CADENCE)
    jo = world.person()
    world.does(jo, "619")
    (row,) = world.rows()
    take_off(world, row.id or 0)
    (first, then) = world.rows()
    assert first.occasion != then.occasion
    assert (first.reason, then.status) == ("adviser_skipped", "planned")


def test_taking_off_needs_a_note_and_something_that_has_not_gone(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    (row,) = world.rows()
    with pytest.raises(ReminderError) as refused:
        take_off(world, row.id or 0, "  ")
    assert refused.value.field == "note"
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    world.tick()
    with pytest.raises(ReminderError):
        take_off(world, row.id or 0)
    assert world.rows()[0].outcome == "sent"


def test_what_was_brought_forward_goes_now_and_not_twice(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    (row,) = world.rows()
    with writing(world.engine) as session:
        reminders.bring_forward(session, row.id or 0, session.get_one(Adviser, 1), world.clock())
    # planning again leaves it where the adviser put it
    world.followups.look()
    with writing(world.engine) as session:
        session.get_one(YoungPerson, jo).notes = "changed"
    (row,) = world.rows()
    assert (row.due_at, row.status, row.by_adviser_id) == (MONDAY, "planned", 1)
    world.tick()
    assert len(world.texts()) == 1
    assert [one.outcome for one in world.rows()] == ["sent", None]
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    world.tick()
    assert len(world.texts()) == 1


def test_bringing_forward_does_not_get_round_stop_or_the_night(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    (row,) = world.rows()
    world.to(datetime(2026, 11, 2, 23, tzinfo=UTC))
    with writing(world.engine) as session:
        reminders.bring_forward(session, row.id or 0, session.get_one(Adviser, 1), world.clock())
    world.tick()
    assert world.texts() == []
    assert world.rows()[0].hold_reason == "quiet_hours"
    world.stop(jo)
    world.to(datetime(2026, 11, 3, 12, tzinfo=UTC))
    world.tick()
    assert world.texts() == []
    assert world.rows()[0].reason == "stopped"
