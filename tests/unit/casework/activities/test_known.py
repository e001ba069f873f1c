"""Recording and reading back: rows are added, the same thing once, and what is known is not wiped by a guess."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from casework.activities.coding import Coding
from casework.activities.facts import ActivityFacts
from casework.activities.known import current, due_for_review, lapsed, positions
from casework.activities.recording import NewActivity, Recorded, record_activity
from casework.activities.timeline import Codebook
from casework.nccis import Status
from casework.tables import Activity, Conversation, Message, YoungPerson
from tests.unit.casework.activities.conftest import morning

SEPT, NOV = date(2026, 9, 7), date(2026, 11, 2)


@pytest.fixture
def jo(session: Session) -> YoungPerson:
    person = YoungPerson(
        ref="Y1", first_name="Jo", last_name="Reed", date_of_birth=date(2009, 12, 1), created_at=morning(SEPT)
    )
    session.add(person)
    session.flush()
    return person


def message(session: Session) -> int:
    conversation = Conversation(channel="sms", address="+447700900123", created_at=morning(SEPT))
    session.add(conversation)
    session.flush()
    row = Message(
        conversation_id=conversation.id or 0, direction="in", channel="sms", author="young_person",
        created_at=morning(SEPT),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id or 0


def tell(
    session: Session, book: Codebook, coding: Coding, jo: YoungPerson, on: date, kind: str, **more: object
) -> Recorded:
    facts = ActivityFacts.model_validate({"kind": kind, "age": "under_18"} | more)
    new = NewActivity.of(coding.code_for(facts), source="young_person", said_on=on)
    return record_activity(session, book, jo, new, now=morning(on))


def test_a_fact_is_kept_with_its_rule_its_words_and_its_dates(
    session: Session, book: Codebook, coding: Coding, jo: YoungPerson
) -> None:
    done = tell(session, book, coding, jo, NOV, "job", hours=12, training="none", since=date(2026, 10, 26))
    row = done.activity
    assert row
    assert done.added
    assert (row.code, row.start, row.verified_on) == ("360", date(2026, 10, 26), NOV)
    assert row.detail["hours"] == 12
    assert row.detail["rule"] == "job_part_time"
    assert row.rule
    assert row.review_on
    assert row.expires_on
    assert NOV < row.review_on < row.expires_on
    now = current(session, book, jo, NOV)
    assert (now.code, now.status, now.since) == ("360", Status.EMPLOYMENT, date(2026, 10, 26))


def test_the_same_message_is_recorded_once(session: Session, book: Codebook, jo: YoungPerson) -> None:
    said = NewActivity(code="310", source="young_person", said_on=NOV, message_id=message(session))
    first = record_activity(session, book, jo, said, now=morning(NOV))
    again = record_activity(session, book, jo, said, now=morning(NOV) + timedelta(hours=1))
    assert (first.added, again.added) == (True, False)
    assert first.activity is again.activity
    assert len(session.execute(select(Activity)).all()) == 1


def test_the_same_statement_is_recorded_once_and_a_later_check_adds(
    session: Session, book: Codebook, coding: Coding, jo: YoungPerson
) -> None:
    assert tell(session, book, coding, jo, SEPT, "college", since=SEPT).added
    assert not tell(session, book, coding, jo, SEPT, "college", since=SEPT).added
    assert tell(session, book, coding, jo, NOV, "college", since=SEPT).added
    now = current(session, book, jo, NOV)
    assert (now.since, now.fact and now.fact.verified_on) == (SEPT, NOV)


@pytest.mark.parametrize("kind", ["caring", "looking", "volunteering"])
def test_what_is_unclear_does_not_replace_what_is_known(
    session: Session, book: Codebook, coding: Coding, jo: YoungPerson, kind: str
) -> None:
    tell(session, book, coding, jo, SEPT, "college", since=SEPT)
    done = tell(session, book, coding, jo, NOV, kind)
    assert (done.activity, done.kept) == (None, "unclear")
    assert current(session, book, jo, NOV).code == "230"


def test_leaving_does_mean_not_known_and_not_neet(
    session: Session, book: Codebook, coding: Coding, jo: YoungPerson
) -> None:
    tell(session, book, coding, jo, SEPT, "college", since=SEPT)
    assert tell(session, book, coding, jo, NOV, "left").added
    assert current(session, book, jo, NOV).status is Status.NOT_KNOWN


def test_neet_is_not_wiped_by_silence_but_an_adviser_may_say_so(
    session: Session, book: Codebook, coding: Coding, jo: YoungPerson
) -> None:
    tell(session, book, coding, jo, SEPT, "looking", beside="nothing")
    done = tell(session, book, coding, jo, NOV, "refused")
    assert (done.added, done.kept) == (False, "still_neet")
    assert current(session, book, jo, NOV).code == "619"
    by_adviser = NewActivity(code="820", source="adviser", said_on=NOV)
    assert record_activity(session, book, jo, by_adviser, now=morning(NOV)).added
    assert current(session, book, jo, NOV).code == "820"


def test_bad_activities_are_refused(session: Session, book: Codebook, jo: YoungPerson) -> None:
    with pytest.raises(KeyError):
        record_activity(session, book, jo, NewActivity("999", "adviser", NOV), now=morning(NOV))
    with pytest.raises(ValueError, match="before it starts"):
        record_activity(session, book, jo, NewActivity("230", "adviser", NOV, NOV, SEPT), now=morning(NOV))


def test_a_position_as_it_was_known_then(session: Session, book: Codebook, coding: Coding, jo: YoungPerson) -> None:
    tell(session, book, coding, jo, SEPT, "college", since=SEPT)
    tell(session, book, coding, jo, NOV, "job", since=date(2026, 10, 5))
    assert current(session, book, jo, date(2026, 10, 12)).code == "330"
    assert current(session, book, jo, date(2026, 10, 12), known_by=morning(date(2026, 10, 12))).code == "230"


def test_everybody_who_lapsed_or_is_due(session: Session, book: Codebook, coding: Coding, jo: YoungPerson) -> None:
    kit = YoungPerson(ref="Y2", first_name="Kit", last_name="Marsh", created_at=morning(SEPT))
    gone = YoungPerson(ref="Y3", first_name="Lee", last_name="Stone", left_area_on=NOV, created_at=morning(SEPT))
    session.add_all([kit, gone])
    session.flush()
    done = tell(session, book, coding, jo, SEPT, "job", hours=30, training="none", temporary=False)
    assert done.activity
    assert done.activity.expires_on
    assert done.activity.review_on
    expires, review = done.activity.expires_on, done.activity.review_on
    assert [one.young_person_id for one in lapsed(session, book, expires)] == []
    assert [one.young_person_id for one in lapsed(session, book, expires + timedelta(days=1))] == [jo.id]
    # nothing is known of Kit, so somebody should ask; Lee has moved away
    assert [one.young_person_id for one in due_for_review(session, book, NOV)] == [kit.id]
    soon = due_for_review(session, book, review - timedelta(days=7), within=timedelta(days=7))
    assert [one.young_person_id for one in soon] == [jo.id, kit.id]
    assert [person.id for person, _ in positions(session, book, NOV - timedelta(days=1))] == [jo.id, kit.id, gone.id]
