"""Who answers: named adviser, cover, duty queue; working hours in London time; bank holidays."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel

import prospectus.tables  # noqa: F401
from casework.advisers import covered_by, hours_on, next_working_at, who_answers
from casework.db import open_engine
from casework.tables import Adviser, AdviserCover, YoungPerson

WEEK = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
TUESDAY = datetime(2026, 9, 1, 10, tzinfo=UTC)  # 11:00 in London
FRIDAY_EVENING = datetime(2026, 9, 4, 18, tzinfo=UTC)


def adviser(number: int, name: str, **fields: Any) -> Adviser:
    fields = {"working_pattern": WEEK} | fields
    return Adviser(id=number, ref=f"A{number}", name=name, email=f"a{number}@onward.example", **fields)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = open_engine(f"sqlite:///{tmp_path}/record.db")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([adviser(1, "Ann"), adviser(2, "Bob"), adviser(3, "Cat", working_pattern={})])
        session.add(adviser(4, "Dan", active=False))
        session.commit()
        yield session


def looked_after_by(adviser_id: int | None) -> YoungPerson:
    return YoungPerson(id=1, ref="Y1", first_name="Jo", last_name="Reed", adviser_id=adviser_id, created_at=TUESDAY)


def away(session: Session, who: int, cover: int, first: date, last: date) -> None:
    session.add(AdviserCover(adviser_id=who, cover_id=cover, first_day=first, last_day=last))
    session.commit()


def test_the_named_adviser_answers_at_once_while_at_work(session: Session) -> None:
    answering = who_answers(session, looked_after_by(1), TUESDAY)
    assert answering.adviser is not None
    assert answering.adviser.name == "Ann"
    assert answering.covering_for is None
    assert answering.working_now
    assert answering.next_working_at == TUESDAY


def test_after_hours_the_next_working_morning_is_promised(session: Session) -> None:
    answering = who_answers(session, looked_after_by(1), FRIDAY_EVENING)
    assert not answering.working_now
    assert answering.next_working_at == datetime(2026, 9, 7, 8, tzinfo=UTC)  # 09:00 in London


def test_a_cover_answers_from_the_first_day_to_the_last(session: Session) -> None:
    away(session, 1, 2, date(2026, 9, 1), date(2026, 9, 1))
    answering = who_answers(session, looked_after_by(1), TUESDAY)
    assert answering.adviser is not None
    assert answering.covering_for is not None
    assert (answering.adviser.name, answering.covering_for.name) == ("Bob", "Ann")

    evening = who_answers(session, looked_after_by(1), TUESDAY.replace(hour=20))
    assert evening.adviser is not None
    assert evening.adviser.name == "Ann"
    assert evening.next_working_at == datetime(2026, 9, 2, 8, tzinfo=UTC)


def test_a_cover_that_starts_on_monday_answers_a_message_of_the_weekend(session: Session) -> None:
    away(session, 1, 2, date(2026, 9, 7), date(2026, 9, 11))
    answering = who_answers(session, looked_after_by(1), FRIDAY_EVENING)
    assert answering.adviser is not None
    assert answering.adviser.name == "Bob"


def test_the_cover_of_a_cover_answers(session: Session) -> None:
    away(session, 1, 3, date(2026, 9, 1), date(2026, 9, 4))
    away(session, 3, 2, date(2026, 9, 1), date(2026, 9, 4))
    answering = who_answers(session, looked_after_by(1), TUESDAY)
    assert answering.adviser is not None
    assert answering.adviser.name == "Bob"
    assert covered_by(session, 2, date(2026, 9, 1)) == {1, 3}
    assert covered_by(session, 2, date(2026, 9, 5)) == set()


def test_two_who_cover_each_other_leave_the_duty_queue(session: Session) -> None:
    away(session, 1, 2, date(2026, 9, 1), date(2026, 12, 1))
    away(session, 2, 1, date(2026, 9, 1), date(2026, 12, 1))
    answering = who_answers(session, looked_after_by(1), TUESDAY)
    assert answering.adviser is None
    assert covered_by(session, 1, date(2026, 9, 1)) == {2}


def test_the_latest_entry_of_cover_counts(session: Session) -> None:
    away(session, 1, 3, date(2026, 8, 1), date(2026, 9, 30))
    away(session, 1, 2, date(2026, 9, 1), date(2026, 9, 1))
    answering = who_answers(session, looked_after_by(1), TUESDAY)
    assert answering.adviser is not None
    assert answering.adviser.name == "Bob"


@pytest.mark.parametrize("adviser_id", [None, 4])
def test_without_an_adviser_the_duty_queue_answers(session: Session, adviser_id: int | None) -> None:
    answering = who_answers(session, looked_after_by(adviser_id), TUESDAY)
    assert answering.adviser is None
    assert answering.working_now
    assert who_answers(session, None, FRIDAY_EVENING).next_working_at == datetime(2026, 9, 7, 8, tzinfo=UTC)


def test_an_adviser_without_hours_is_named_but_no_time_is_promised(session: Session) -> None:
    answering = who_answers(session, looked_after_by(3), TUESDAY)
    assert answering.adviser is not None
    assert answering.adviser.name == "Cat"
    assert not answering.working_now
    assert answering.next_working_at is None


def test_bank_holidays_are_not_worked() -> None:
    ann = adviser(1, "Ann")
    assert hours_on(ann, date(2026, 12, 28)) is None  # Boxing Day, moved from the Saturday
    assert next_working_at(ann, datetime(2026, 12, 24, 18, tzinfo=UTC)) == datetime(2026, 12, 29, 9, tzinfo=UTC)
    assert hours_on(ann, date(2026, 11, 30)) is not None  # a holiday in Scotland only


def test_hours_are_london_hours_on_both_sides_of_the_clock_change() -> None:
    ann = adviser(1, "Ann")
    assert next_working_at(ann, datetime(2026, 10, 23, 20, tzinfo=UTC)) == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert next_working_at(ann, datetime(2026, 10, 22, 20, tzinfo=UTC)) == datetime(2026, 10, 23, 8, tzinfo=UTC)


def test_the_last_minute_is_worked_and_the_next_is_not() -> None:
    ann = adviser(1, "Ann")
    assert next_working_at(ann, datetime(2026, 9, 1, 15, 59, tzinfo=UTC)) == datetime(2026, 9, 1, 15, 59, tzinfo=UTC)
    assert next_working_at(ann, datetime(2026, 9, 1, 16, tzinfo=UTC)) == datetime(2026, 9, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("span", ["9-5", ["09:00"], ["nine", "five"], ["17:00", "09:00"], None, 5])
def test_hours_that_cannot_be_read_are_not_worked(span: object) -> None:
    assert hours_on(adviser(1, "Ann", working_pattern={"tue": span}), date(2026, 9, 1)) is None
