"""Previewing a day, explaining a person and counting the weeks: all without changing anything."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import select

from casework.db import reading, writing
from casework.followup import reminders
from casework.followup.explaining import Explained, PlanSeen, as_json, explained
from casework.followup.history import Telling
from casework.followup.preview import Preview, preview
from casework.followup.volume import loads, volume
from casework.tables import Adviser, Conversation, FollowUp, Outlook, YoungPerson
from console.followup_picture import calendar_svg
from tests.unit.followup.conftest import Build
from tests.unit.followup.world import BIRTHDAY, CADENCE, MONDAY, NEW_NEET, World

TUESDAY = date(2026, 11, 3)
RESULTS: dict[str, Any] = {
    "plan": "results",
    "title": "Results day",
    "source": "test",
    "importance": 0,
    "who": {"school_year": 11, "not": {"code": "130"}, "any": [{"nation": "england"}, {"nation": "wales"}]},
    "when": {"from": "calendar.results", "at": "13:00"},
    "steps": [{"ask": "how_are_things"}],
    "late": {"after": "1 day", "then": "drop"},
    "why": "results on {date}",
}


def look(world: World, on: date, **more: Any) -> Preview:
    with reading(world.engine) as session:
        return preview(session, world.followups.reader, on, world.clock(), **more)


def explain(world: World, person: int) -> Explained:
    telling = Telling.of(world.followups.reader.book, world.followups.voice, {})
    with reading(world.engine) as session:
        return explained(session, world.followups.reader, person, world.clock(), telling)


def plan_of(found: Explained, key: str) -> PlanSeen:
    return next(one for one in found.plans if one.plan.key == key)


def everything(world: World) -> list[dict[str, Any]]:
    with reading(world.engine) as session:
        return [row.model_dump() for table in (FollowUp, Outlook) for row in session.exec(select(table))]


def test_a_day_shows_what_is_planned_for_it(build: Build) -> None:
    world = build(NEW_NEET, CADENCE)
    for number in range(1, 4):
        world.does(world.person(number), "619")
    before = everything(world)
    found = look(world, TUESDAY, most=2)
    (plan,) = found.in_order
    assert (plan.plan, plan.total, plan.planned, found.people) == ("new_neet", 3, 3, 3)
    assert plan.becomes == {"goes": 3}
    assert [ref for ref, _ in plan.people] == ["Y1", "Y2"]
    assert plan.people[0][1].why == "NEET since 2 November 2026"
    assert look(world, date(2026, 11, 4)).total == 0
    assert [one.plan for one in look(world, date(2026, 11, 16)).in_order] == ["cadence"]
    assert everything(world) == before
    assert world.texts() == []


def test_a_day_shows_what_would_be_planned_by_then(build: Build) -> None:
    world = build(RESULTS, NEW_NEET)
    # sixteen in March 2027, so in Year 11 on results day; nothing is put down so far ahead
    world.person(1, date_of_birth=date(2011, 3, 5))
    world.person(2, date_of_birth=date(2008, 3, 5))
    world.followups.look()
    assert world.rows() == []
    before = everything(world)
    found = look(world, date(2027, 8, 19))
    (plan,) = found.in_order
    assert (plan.plan, plan.total, plan.planned) == ("results", 1, 0)
    assert plan.people[0][0] == "Y1"
    assert look(world, date(2027, 8, 18)).total == 0
    assert everything(world) == before


def test_what_would_be_taken_off_by_then_is_not_counted(build: Build) -> None:
    ends = NEW_NEET | {
        "plan": "young",
        "who": {"age": {"to": 17}},
        "when": {"from": "birthday_18", "before": "1 week"},
        "why": "soon 18",
    }
    world = build(ends)
    world.person(date_of_birth=date(2008, 12, 1))
    world.followups.look()
    assert len(world.rows()) == 1
    with writing(world.engine) as session:
        # past the session, so that nothing is planned again because of it
        session.execute(update(FollowUp).values(due_at=datetime(2026, 12, 2, 16, tzinfo=UTC)))
        session.execute(update(Outlook).values(look_on=date(2026, 12, 2)))
    found = look(world, date(2026, 12, 2))
    assert (found.total, found.not_any_more) == (0, 1)


def test_a_day_says_what_would_not_go(build: Build) -> None:
    world = build(NEW_NEET)
    for number, more in ((1, {}), (2, {"phone": None}), (3, {})):
        world.does(world.person(number, **more), "619")
    world.stop(3)
    with writing(world.engine) as session:
        session.add(
            Conversation(
                channel="sms", address="+447700900001", young_person_id=1, mode="adviser", created_at=world.clock()
            )
        )
    (plan,) = look(world, TUESDAY).in_order
    assert plan.becomes == {"hand_over": 1, "no_number": 1, "stopped": 1}


def test_today_has_what_is_overdue_and_a_day_that_has_passed_is_refused(build: Build) -> None:
    world = build(NEW_NEET)
    world.does(world.person(), "619")
    world.to(datetime(2026, 11, 5, 10, tzinfo=UTC))
    assert look(world, date(2026, 11, 5)).total == 1
    with pytest.raises(ValueError, match="passed"):
        look(world, date(2026, 11, 4))


def test_what_is_held_goes_on_the_first_day_on_which_it_may(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    # Christmas Day and the days after it, on which nothing is started: 25 to 28 December 2026
    with writing(world.engine) as session:
        person, ann = session.get_one(YoungPerson, jo), session.get_one(Adviser, 1)
        due, words = datetime(2026, 12, 25, 11, tzinfo=UTC), "Happy Christmas from Onward"
        reminders.text_on(session, person, ann, due, words, world.clock(), nonce="n", service="Onward")
    days = [date(2026, 12, 20) + timedelta(days=number) for number in range(14)]
    seen = {day: plan.becomes for day in days for plan in look(world, day).in_order}
    first, then = sorted(seen)
    assert (first, seen[first]) == (date(2026, 12, 25), {"bank_holiday": 1})
    # and that is when it does go
    world.to(due)
    while not world.texts():
        world.tick()
        world.clock.advance(hours=1)
    sent = world.texts()[0].sent_at
    assert sent is not None
    assert (sent.date(), seen[then]) == (then, {"goes": 1})


def test_what_people_planned_by_hand_is_in_the_day(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    set_for(world, jo, datetime(2026, 11, 3, 10, tzinfo=UTC))
    (plan,) = look(world, TUESDAY).in_order
    assert (plan.plan, plan.becomes) == ("reminder", {"task": 1})
    assert json.dumps(look(world, TUESDAY).as_json())


def set_for(world: World, jo: int, at: datetime) -> None:
    with writing(world.engine) as session:
        reminders.remind(
            session,
            session.get_one(YoungPerson, jo),
            session.get_one(Adviser, 1),
            at,
            "n",
            world.clock(),
            nonce=str(at),
        )


def test_every_plan_says_why_it_is_or_is_not_for_somebody(build: Build) -> None:
    world = build(NEW_NEET, RESULTS, BIRTHDAY)
    jo = world.person()
    world.does(jo, "619")
    before = everything(world)
    found = explain(world, jo)
    first = plan_of(found, "new_neet")
    assert first.for_them
    assert [(line.line, line.holds, line.found) for line in first.tested] == [("status: neet", True, "neet")]
    (occasion,) = first.occasions
    assert (occasion.due_at, occasion.says) == (datetime(2026, 11, 3, 16, tzinfo=UTC), "The next contact is due")
    results = plan_of(found, "results")
    assert not results.for_them
    assert [(line.line, line.found) for line in results.fails] == [("school year: 11", "13")]
    some = next(line for line in results.tested if len(line.parts) == 2)
    assert [part.holds for part in some.parts] == [True, False]
    assert (some.line, some.on_record) == ("(nation: england) or (nation: wales)", "nation england")
    assert next(line.line for line in results.tested if len(line.parts) == 1) == "not (code: 130)"
    assert plan_of(found, "birthday").for_them
    assert everything(world) == before


def test_a_day_of_the_calendar_is_explained_for_the_school_year_it_is_in(build: Build) -> None:
    world = build(RESULTS)
    # in the summer, when results are near
    world.to(datetime(2027, 6, 7, 9, tzinfo=UTC))
    jo = world.person(date_of_birth=date(2011, 3, 5))
    (plan,) = explain(world, jo).plans
    assert plan.for_them
    assert plan.occasions[0].on == date(2027, 8, 19)


def test_what_has_been_is_explained_too(build: Build) -> None:
    world = build(NEW_NEET)
    jo = world.person()
    world.does(jo, "619")
    world.pass_days(14)
    found = explain(world, jo)
    (occasion,) = plan_of(found, "new_neet").occasions
    assert (occasion.due_at, occasion.says) == (None, "An adviser has it in hand")
    assert [line.outcome for line in found.contacts.past] == ["Passed to an adviser", "Sent", "Sent"]
    said = json.dumps(as_json(found))
    assert '"outcome": "handed_over"' in said
    # no names, numbers or words
    assert "Jo" not in said
    assert "+44" not in said


def test_what_waits_is_explained_with_what_for(build: Build) -> None:
    world = build(NEW_NEET | {"urgent": False})
    jo = world.person()
    world.does(jo, "619")
    with writing(world.engine) as session:
        session.add(
            Conversation(
                channel="sms", address="+447700900001", young_person_id=jo, mode="adviser", created_at=world.clock()
            )
        )
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    world.tick()
    (line,) = explain(world, jo).contacts.coming
    assert line.waits == "An adviser has the conversation"


def test_nobody_is_explained_who_is_not_there(build: Build) -> None:
    with pytest.raises(LookupError):
        explain(build(NEW_NEET), 99)


def test_the_weeks_are_counted_by_london_days(build: Build) -> None:
    world = build(NEW_NEET, CADENCE)
    jo = world.person()
    world.does(jo, "619")
    world.does(world.person(2), "619")
    # half past midnight in London in summer is still yesterday in UTC
    world.to(datetime(2027, 6, 7, 9, tzinfo=UTC))
    set_for(world, jo, datetime(2027, 6, 8, 23, 30, tzinfo=UTC))
    with reading(world.engine) as session:
        found = volume(session, world.clock())
    assert found.overdue == 4
    by_day = {day.on: day for day in found.days}
    assert by_day[date(2027, 6, 9)].by_plan == {"reminder": 1}
    assert (by_day[date(2027, 6, 9)].tasks, by_day[date(2027, 6, 9)].by_band["usual"]) == (1, 1)
    assert (len(found.days), found.total, found.due_today) == (42, 1, 4)
    assert found.as_json()["days"][0]["on"] == "2027-06-07"


def test_the_weeks_agree_with_the_rows(build: Build) -> None:
    world = build(NEW_NEET, CADENCE)
    for number in range(1, 6):
        world.does(world.person(number), "619")
    with reading(world.engine) as session:
        found = volume(session, world.clock())
        assert loads(session) == []
    assert found.total == len(world.rows()) == 10
    assert dict(found.by_plan) == {"new_neet": 5, "cadence": 5}
    assert {day.on for day in found.days if day.total} == {TUESDAY, date(2026, 11, 16)}
    svg = calendar_svg(found)
    assert "<title>3 November 2026: 5 planned</title>" in svg
    assert "style=" not in svg


def test_open_tasks_are_counted_by_adviser(build: Build) -> None:
    world = build(NEW_NEET)
    for number, adviser in ((1, 1), (2, 1), (3, None)):
        world.does(world.person(number, phone=None, adviser_id=adviser), "619")
    world.to(datetime(2026, 11, 3, 16, tzinfo=UTC))
    world.tick()
    with reading(world.engine) as session:
        found = loads(session)
    assert [(one.adviser, one.open, one.unseen) for one in found] == [("Ann Able", 2, 2), (None, 1, 1)]
    assert MONDAY + timedelta(days=1) < found[0].oldest
