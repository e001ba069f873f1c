"""Destinations in the record: added once, read back, interviews on a day."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from casework.destinations.facts import Fact, to_row
from casework.destinations.interviews import interviews_on
from casework.destinations.record import current, pictures, record_destination
from casework.tables import Destination, YoungPerson
from tests.casebook import JO, KIT, LEE, NOW
from tests.unit.casework.destinations.conftest import put


def person(session: Session, number: int) -> YoungPerson:
    found = session.get(YoungPerson, number)
    assert found is not None
    return found


def test_the_same_statement_of_the_same_source_is_there_once(session: Session) -> None:
    fact = Fact(stage="intended", source="school", recorded_at=NOW, on_date=date(2026, 9, 1), subject="plumbing")
    assert record_destination(session, JO, fact) is not None
    assert record_destination(session, JO, fact) is None
    assert record_destination(session, KIT, fact) is not None
    assert len(session.exec(select(Destination)).all()) == 2


def test_the_database_itself_keeps_a_second_one_out(session: Session) -> None:
    fact = Fact(stage="intended", source="school", recorded_at=NOW, subject="plumbing")
    session.add(to_row(fact, JO))
    session.flush()
    session.add(to_row(fact, JO))
    with pytest.raises(IntegrityError):
        session.flush()


def test_two_applications_of_one_day_are_two(session: Session) -> None:
    for provider in ("P04", "P05"):
        put(session, JO, "applied", date(2026, 9, 1), provider_ref=provider, subject="plumbing")
    assert {one.provider_ref for one in current(session, person(session, JO)).applications} == {"P04", "P05"}


def test_a_stage_that_there_is_not_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="nearly is not a stage"):
        record_destination(session, JO, Fact(stage="nearly", source="school", recorded_at=NOW))
    with pytest.raises(ValueError, match="1 to 9"):
        record_destination(session, JO, Fact(stage="intended", source="school", recorded_at=NOW, choice=0))


def test_everybody_asked_for_has_a_picture(session: Session) -> None:
    put(session, JO, "intended", date(2026, 9, 1), undecided=True)
    found = pictures(session, [JO, KIT])
    assert found[JO].undecided
    assert found[KIT].nothing_known


def test_interviews_of_a_day_are_those_that_still_stand(session: Session) -> None:
    day = date(2026, 10, 6)
    ten = datetime(2026, 10, 6, 9, tzinfo=UTC)
    at = {"provider_ref": "P05", "subject": "plumbing"}
    put(session, JO, "interview", date(2026, 9, 10), at_time=ten, **at)
    # put off to the next week
    put(session, KIT, "interview", date(2026, 9, 10), at_time=ten, **at)
    put(session, KIT, "interview", date(2026, 9, 20), at_time=datetime(2026, 10, 13, 9, tzinfo=UTC), **at)
    # they said no meanwhile
    put(session, LEE, "interview", date(2026, 9, 10), at_time=ten, **at)
    put(session, LEE, "withdrawn", date(2026, 9, 12), **at)
    found = interviews_on(session, day)
    assert [(one.young_person.id, one.at, one.hour_known) for one in found] == [(JO, ten, True)]
    assert [one.young_person.id for one in interviews_on(session, date(2026, 10, 13))] == [KIT]
    assert interviews_on(session, date(2026, 10, 7)) == []


def test_a_day_is_a_day_in_london(session: Session) -> None:
    # half past midnight in London on 7 October is the evening of the 6th in UTC
    late = datetime(2026, 10, 6, 23, 30, tzinfo=UTC)
    put(session, JO, "interview", date(2026, 9, 10), at_time=late, provider_ref="P05")
    assert [one.young_person.id for one in interviews_on(session, date(2026, 10, 7))] == [JO]
    assert interviews_on(session, date(2026, 10, 6)) == []


def test_what_is_read_back_is_what_was_said(session: Session) -> None:
    fact = Fact(
        stage="interview", source="provider", recorded_at=NOW, route="college", provider_ref="P05", course_ref="C1",
        subject="plumbing", level="2", choice=2, on_date=date(2026, 9, 1), at_time=NOW, ends_on=date(2027, 6, 30),
        reason="x", missed="interview", grades="4s", sure="very", help_wanted="y", occupation="z", channel="sms",
    )  # fmt: skip
    record_destination(session, JO, fact)
    [back] = current(session, person(session, JO)).history
    assert back == fact
    # the stored fingerprint is the one that would be worked out
    assert back.fingerprint == replace(back).fingerprint == fact.fingerprint
