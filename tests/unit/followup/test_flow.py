"""From a fact in the record to an outcome, and what holds a contact on its way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from casework import handover
from casework.db import reading, writing
from casework.tables import Activity, Adviser, Conversation, FollowUp, Message, YoungPerson
from tests.unit.followup.conftest import Build
from tests.unit.followup.world import BIRTHDAY, CADENCE, LOST, MONDAY, NEW_NEET, World


def test_whoever_becomes_neet_is_written_to_the_next_working_day(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    (row,) = world.rows()
    assert row.status == "planned"
    assert row.due_at == datetime(2026, 11, 3, 16, tzinfo=UTC)
    assert row.why == "NEET since 2 November 2026"
    world.to(datetime(2026, 11, 3, 15, 59, tzinfo=UTC))
    world.tick()
    assert world.texts() == []
    world.to(datetime(2026, 11, 3, 16, 0, tzinfo=UTC))
    world.tick()
    (text,) = world.texts()
    assert (text.purpose, text.status, text.priority) == ("prompt", "delivered", 10)
    (row, again) = world.rows()
    assert (row.outcome, row.message_id) == ("sent", text.id)
    # the second try is put down with the outcome of the first: three working days on
    assert (again.step, again.due_at) == (2, datetime(2026, 11, 6, 16, tzinfo=UTC))
    (conversation,) = world.conversations()
    assert conversation.state["loop"] == "record_form"
    assert conversation.state["slots"]["telling"]["more"]["followup"] == row.id


def test_every_try_without_an_answer_ends_with_the_adviser(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    world.pass_days(14)
    assert [(row.step, row.outcome) for row in world.rows()] == [(1, "sent"), (2, "sent"), (3, "handed_over")]
    (task,) = world.tasks()
    assert (task.kind, task.urgency, task.young_person_id, task.adviser_id) == ("follow_up", "soon", jo, 1)
    assert len(world.texts()) == 2


def test_planning_again_changes_nothing(build: Build) -> None:
    world = build(NEW_NEET, CADENCE)
    world.does(world.person(), "619")
    before = [row.model_dump() for row in world.rows()]
    from casework.followup.replan import replan

    for _ in range(3):
        with writing(world.engine) as session:
            replan(session, world.followups.reader, [1], world.clock())
    assert [row.model_dump() for row in world.rows()] == before


def test_a_changed_record_takes_what_is_planned_away_in_the_same_commit(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    world.clock.advance(hours=2)
    world.does(jo, "230")
    (row,) = world.rows()
    assert (row.status, row.outcome, row.reason) == ("ended", "skipped", "record_changed")


def test_a_contact_comes_back_when_the_record_does(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    with writing(world.engine) as session:
        session.get_one(YoungPerson, jo).left_area_on = date(2026, 11, 2)
    assert world.rows()[0].outcome == "skipped"
    with writing(world.engine) as session:
        session.get_one(YoungPerson, jo).left_area_on = None
    (row,) = world.rows()
    assert (row.status, row.outcome, row.reason) == ("planned", None, None)


def test_a_transaction_that_fails_plans_nothing(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()

    class Stopped(Exception):
        pass

    try:
        with writing(world.engine) as session:
            session.add(
                Activity(young_person_id=jo, code="619", start=date(2026, 11, 2), source="adviser", recorded_at=MONDAY)
            )
            session.flush()
            raise Stopped
    except Stopped:
        pass
    assert world.rows() == []


def test_stop_hands_over_instead(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    world.stop(jo)
    world.pass_days(2)
    (row,) = world.rows()
    assert (row.outcome, row.reason) == ("handed_over", "stopped")
    assert world.texts() == []
    assert len(world.tasks()) == 1


def test_stop_between_the_outbox_and_the_provider_hands_over_too(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    world.to(datetime(2026, 11, 3, 16, 0, tzinfo=UTC))
    world.followups.dispatch()
    world.stop(jo)
    world.sender.drain()
    world.followups.settle()
    assert [text.status for text in world.texts()] == ["suppressed"]
    (row,) = world.rows()
    assert (row.outcome, row.reason) == ("handed_over", "stopped")


def test_nobody_is_written_to_without_a_number(build: Build) -> None:
    world = build(NEW_NEET)
    world.does(world.person(phone=None), "619")
    world.pass_days(2)
    assert (world.rows()[0].outcome, world.rows()[0].reason) == ("handed_over", "no_number")


def test_a_number_of_two_people_is_not_written_to(build: Build) -> None:
    world = build(NEW_NEET)
    world.does(world.person(1, phone="+447700900001"), "619")
    world.person(2, phone="+447700900001")
    world.pass_days(2)
    assert (world.rows()[0].outcome, world.rows()[0].reason) == ("handed_over", "shared_number")


def taken_over(world: World) -> None:
    """Somebody has become NEET, and an adviser has their conversation."""
    jo = world.person()
    world.does(jo, "619")
    with writing(world.engine) as session:
        conversation = Conversation(
            channel="sms", address="+447700900001", young_person_id=jo, created_at=world.clock()
        )
        session.add(conversation)
        session.flush()
        handover.take_over(session, conversation, session.get_one(Adviser, 1), world.clock())


def test_a_hand_over_pauses_and_giving_back_lets_it_go(build: Build) -> None:
    world = build(NEW_NEET | {"urgent": False})
    taken_over(world)
    world.pass_days(3)
    (row,) = world.rows()
    assert (row.status, row.hold_reason) == ("planned", "hand_over")
    with writing(world.engine) as session:
        conversation = session.exec(select(Conversation)).one()
        handover.give_back(session, conversation, session.get_one(Adviser, 1), world.clock())
    world.pass_days(2)
    assert world.rows()[0].outcome == "sent"


def test_what_is_urgent_is_brought_before_whoever_has_the_conversation(build: Build) -> None:
    world = build(NEW_NEET)
    taken_over(world)
    world.pass_days(2)
    (row,) = world.rows()
    assert (row.outcome, row.reason) == ("handed_over", "hand_over")
    assert world.texts() == []
    (task,) = world.tasks()
    assert (task.kind, task.adviser_id) == ("follow_up", 1)


def test_the_most_important_goes_and_the_other_waits_a_day(build: Build) -> None:
    world = build(NEW_NEET, BIRTHDAY)
    jo = world.person(date_of_birth=date(2008, 11, 3))
    world.does(jo, "619")
    world.to(datetime(2026, 11, 3, 16, 1, tzinfo=UTC))
    world.tick()
    sent = {row.plan: (row.status, row.outcome, row.hold_reason) for row in world.rows() if row.step == 1}
    assert sent["new_neet"] == ("ended", "sent", None)
    assert sent["birthday"] == ("planned", None, "prompt_waiting")


def test_what_may_not_be_late_is_dropped(build: Build) -> None:
    world = build(BIRTHDAY)
    world.person(date_of_birth=date(2008, 11, 3))
    world.followups.look()
    assert len(world.rows()) == 1
    world.to(datetime(2026, 11, 6, 11, tzinfo=UTC))
    world.tick()
    (row,) = world.rows()
    assert (row.outcome, row.reason) == ("late", "late")
    assert world.texts() == []


def test_an_outage_of_two_days_is_caught_up_the_next_morning_and_not_at_once(build: Build) -> None:
    world = build(NEW_NEET)
    people = [world.person(number) for number in range(1, 30)]
    for one in people:
        world.does(one, "619")
    world.to(datetime(2026, 11, 5, 17, tzinfo=UTC))
    world.tick()
    assert world.texts() == []
    rows = world.rows()
    assert {row.hold_reason for row in rows} == {"late"}
    moments = sorted(row.due_at for row in rows)
    assert moments[0] >= datetime(2026, 11, 6, 8, tzinfo=UTC)
    assert moments[-1] <= datetime(2026, 11, 6, 11, tzinfo=UTC)
    assert len(set(moments)) > 20
    world.pass_days(1)
    assert len(world.texts()) == len(people)


def test_cadence_goes_by_need(build: Build) -> None:
    world = build(CADENCE)
    calm, in_care = world.person(1), world.person(2, characteristics=["110"])
    for one in (calm, in_care):
        world.does(one, "619")
    world.pass_days(60)
    sent = [row.young_person_id for row in world.rows() if row.outcome == "sent"]
    # from day 14 on: every four weeks, or every week
    assert sent.count(calm) == 2
    assert sent.count(in_care) == 7
    occasions = [row.occasion for row in world.rows() if row.young_person_id == calm]
    assert occasions == ["neet-2026-11-02#1", "neet-2026-11-02#2", "neet-2026-11-02#3"]


def test_who_was_in_touch_anyway_is_left_alone(build: Build) -> None:
    world = build(CADENCE)
    jo = world.person()
    world.does(jo, "619")
    world.to(datetime(2026, 11, 15, 12, tzinfo=UTC))
    with writing(world.engine) as session:
        session.add(
            Conversation(
                channel="sms",
                address="+447700900001",
                young_person_id=jo,
                created_at=MONDAY,
                last_inbound_at=world.clock(),
            )
        )
    world.pass_days(2)
    row = world.rows()[0]
    assert (row.outcome, row.reason) == ("skipped", "recently_in_touch")


def test_an_edited_plan_is_a_new_version_and_old_rows_do_nothing(build: Build) -> None:
    import yaml

    world = build(NEW_NEET)
    world.does(world.person(), "619")
    changed = NEW_NEET | {"when": {"from": "neet_known", "after": "2 working days", "at": "10:00"}}
    (world.data / "plans" / "follow-up" / "new_neet.yml").write_text(yaml.safe_dump(changed))
    old = world.followups
    new = world.service()
    assert new.reader.book.plans[0].version == 2
    # the process that still has the old file does nothing more
    world.to(datetime(2026, 11, 3, 17, tzinfo=UTC))
    old.dispatch()
    assert world.texts() == []
    new.look()
    rows = {(row.plan_version, row.status, row.reason) for row in world.rows()}
    assert rows == {(1, "ended", "plan_changed"), (2, "planned", None)}


def test_nobody_is_asked_twice_because_a_plan_was_edited(build: Build) -> None:
    import yaml

    world = build(NEW_NEET)
    world.does(world.person(), "619")
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    world.tick()
    (world.data / "plans" / "follow-up" / "new_neet.yml").write_text(yaml.safe_dump(NEW_NEET | {"title": "Other"}))
    new = world.service()
    new.look()
    assert [(row.step, row.plan_version, row.status) for row in world.rows()] == [
        (1, 1, "ended"),
        (2, 1, "ended"),
        (2, 2, "planned"),
    ]


def test_lost_people_are_closed_with_a_date_in_the_end(build: Build) -> None:
    world = build(LOST)
    jo = world.person(phone="+447700900001")
    world.does(jo, "810")
    world.pass_days(20)
    assert [row.outcome for row in world.rows()] == ["sent", "handed_over", "closed"]
    with reading(world.engine) as session:
        last = session.exec(select(Activity).order_by(col(Activity.id).desc())).first()
        assert last is not None
        assert (last.code, last.source, last.start) == ("820", "plan", None)
        assert last.verified_on is not None


def test_neet_is_never_closed_as_lost(build: Build) -> None:
    world = build(LOST)
    jo = world.person()
    world.does(jo, "619")
    world.pass_days(20)
    assert world.rows() == []


def test_a_text_that_does_not_arrive_brings_the_adviser(build: Build) -> None:
    world = build(NEW_NEET)
    world.does(world.person(), "619")
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    world.tick()
    with writing(world.engine) as session:
        message = session.exec(select(Message)).one()
        message.status, message.status_rank, message.error_code = "undelivered", 60, 30005
    world.followups.settle()
    row = world.rows()[0]
    assert (row.outcome, row.reason) == ("failed", "code 30005")
    assert len(world.tasks()) == 1
    # the number is known to be bad: the next try is not sent either
    world.pass_days(6)
    assert len(world.texts()) == 1


def test_bank_holidays_and_nights_are_quiet(build: Build) -> None:
    world = build(NEW_NEET)
    world.to(datetime(2026, 12, 24, 9, tzinfo=UTC))
    world.does(world.person(), "619")
    world.pass_days(6, hours=1)
    sent = [text.sent_at for text in world.texts()]
    assert sent[0] == datetime(2026, 12, 29, 16, tzinfo=UTC)


def test_exam_days_are_quiet_for_those_who_sit_them_unless_it_is_urgent(build: Build) -> None:
    calm = CADENCE | {"when": {"from": "neet_known", "after": "1 day", "at": "10:00"}}
    world = build(calm)
    world.to(datetime(2027, 5, 10, 9, tzinfo=UTC))
    sits = world.person(1, date_of_birth=date(2011, 3, 5), leaves_school_on=date(2026, 6, 26))
    not_ = world.person(2, date_of_birth=date(2010, 3, 5))
    for one in (sits, not_):
        world.does(one, "619")
    world.pass_days(2, hours=1)
    went = {row.young_person_id: row.ended_at for row in world.rows() if row.outcome == "sent"}
    assert went[not_].hour == 9
    assert went[sits] >= datetime(2027, 5, 11, 16, tzinfo=UTC)


def test_a_conversation_in_hand_is_not_interrupted(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    world.to(datetime(2026, 11, 3, 15, 50, tzinfo=UTC))
    with writing(world.engine) as session:
        session.add(
            Conversation(
                channel="sms",
                address="+447700900001",
                young_person_id=jo,
                created_at=MONDAY,
                last_inbound_at=world.clock(),
                state={"v": 1, "slots": {}, "loop": "course_form", "requested": "wanted"},
            )
        )
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    world.tick()
    (row,) = world.rows()
    assert row.hold_reason == "open_question"
    assert row.due_at == datetime(2026, 11, 3, 15, 50, tzinfo=UTC) + timedelta(hours=12)
    world.pass_days(1)
    assert world.rows()[0].outcome == "sent"
    # it takes the place of what was open
    assert world.conversations()[0].state["loop"] == "record_form"


def test_who_asked_for_a_few_weeks_of_peace_gets_them(build: Build) -> None:
    world = build(CADENCE)
    jo = world.person(characteristics=["110"])
    world.does(jo, "619")
    world.pass_days(15)
    with writing(world.engine) as session:
        row = session.get_one(FollowUp, world.rows()[0].id)
        row.outcome, row.answer, row.answered_at = "answered", "later", world.clock()
        row.about = {"snooze_until": "2026-12-20"}
    (_, second) = world.rows()
    assert second.due_at == datetime(2026, 12, 20, 10, tzinfo=UTC)


def test_who_wants_no_more_of_a_plan_hears_no_more_of_it(build: Build) -> None:
    world = build(CADENCE)
    jo = world.person()
    world.does(jo, "619")
    world.pass_days(15)
    with writing(world.engine) as session:
        row = session.get_one(FollowUp, world.rows()[0].id)
        row.outcome, row.answer, row.answered_at, row.stops_plan = "answered", "not_said", world.clock(), True
    world.pass_days(60, hours=24)
    assert len(world.texts()) == 1


def test_whoever_asked_for_a_person_and_did_not_say_why_is_not_lost(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    with writing(world.engine) as session:
        session.add(
            Conversation(
                channel="sms",
                address="+447700900001",
                young_person_id=jo,
                created_at=MONDAY,
                last_inbound_at=MONDAY,
                state={"v": 1, "slots": {}, "loop": "person_form", "requested": "matter"},
            )
        )
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    world.tick()
    assert len(world.texts()) == 1
    (task,) = world.tasks()
    assert (task.kind, task.urgency, task.adviser_id) == ("talk_to_person", "soon", 1)


@pytest.mark.parametrize("linked", [True, False], ids=["theirs", "nobody's yet"])
def test_whose_conversation_is_being_written_to_waits(build: Build, linked: bool) -> None:
    world = build(NEW_NEET)
    if world.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    jo = world.person()
    with writing(world.engine) as session:
        session.add(
            Conversation(
                channel="sms",
                address=session.get_one(YoungPerson, jo).phone or "",
                young_person_id=jo if linked else None,
                created_at=MONDAY,
            )
        )
    world.does(jo, "619")
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    with Session(world.engine) as other, other.begin():
        other.exec(select(Conversation).with_for_update()).one()
        assert world.followups.dispatch() == {"waits:in_conversation": 1}
    assert world.texts() == []
    world.to(datetime(2026, 11, 3, 16, 5, tzinfo=UTC))
    assert world.followups.dispatch() == {"queued": 1}
