"""Own caseload, cover and duty queue; everything else is closed; those who wait come first."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from casework.caseload import conversations_of, lines, may_see, scope_of
from casework.handover import give_back, reply, take_over
from casework.tables import Adviser, Conversation, YoungPerson
from tests.casebook import (
    ANN,
    BOB,
    CAT,
    DAN,
    JO,
    JO_SMS,
    JO_WEB,
    KIT,
    KIT_SMS,
    LEE,
    MIA,
    MIA_SMS,
    NOOR,
    NOW,
    STRANGER,
    escalated,
    said,
)

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def session(casebook_on_both: Engine) -> Iterator[Session]:
    with Session(casebook_on_both, expire_on_commit=False) as session:
        yield session


def adviser(session: Session, number: int) -> Adviser:
    found = session.get(Adviser, number)
    assert found is not None
    return found


def person(session: Session, number: int) -> YoungPerson:
    found = session.get(YoungPerson, number)
    assert found is not None
    return found


def conversation(session: Session, number: int) -> Conversation:
    found = session.get(Conversation, number)
    assert found is not None
    return found


def seen(session: Session, number: int, now: object = NOW) -> set[str]:
    scope = scope_of(session, adviser(session, number), now)  # type: ignore[arg-type]
    people = {
        ref
        for ref, at in (("Jo", JO), ("Kit", KIT), ("Lee", LEE), ("Mia", MIA), ("Noor", NOOR))
        if may_see(session, scope, person(session, at), None)
    }
    return people | ({"stranger"} if may_see(session, scope, None, STRANGER) else set())


def listed(session: Session, number: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in lines(session, scope_of(session, adviser(session, number), NOW), NOW):
        found.setdefault(line.group, set()).add(line.young_person.first_name if line.young_person else "stranger")
    return found


def test_an_adviser_sees_their_own_those_they_cover_today_and_the_duty_queue(session: Session) -> None:
    assert seen(session, ANN) == {"Jo", "Kit", "Noor", "stranger"}
    assert seen(session, BOB) == {"Lee", "Mia", "Noor", "stranger"}
    assert seen(session, BOB, TOMORROW) == {"Lee", "Noor", "stranger"}
    assert seen(session, CAT) == {"Mia", "Noor", "stranger"}


def test_the_list_follows_the_same_rule(session: Session) -> None:
    assert listed(session, ANN) == {"mine": {"Joanna", "Kit"}, "duty": {"Noor", "stranger"}}
    assert listed(session, BOB) == {"mine": {"Lee"}, "covering": {"Mia"}, "duty": {"Noor", "stranger"}}


def test_who_has_left_sees_nothing_and_leaves_a_duty_queue(session: Session) -> None:
    with pytest.raises(PermissionError):
        scope_of(session, adviser(session, DAN), NOW)
    person(session, JO).adviser_id = DAN
    session.flush()
    assert "Jo" in seen(session, BOB)
    assert "Joanna" in listed(session, BOB)["duty"]


def test_what_was_taken_over_stays_visible_until_it_is_given_back(session: Session) -> None:
    bob = adviser(session, BOB)
    take_over(session, conversation(session, MIA_SMS), bob, NOW)
    session.flush()
    assert "Mia" in seen(session, BOB, TOMORROW)
    give_back(session, conversation(session, MIA_SMS), bob, TOMORROW)
    session.flush()
    assert "Mia" not in seen(session, BOB, TOMORROW)


def test_a_person_with_two_channels_is_one_line_with_the_latest_message(session: Session) -> None:
    mine = [line for line in lines(session, scope_of(session, adviser(session, ANN), NOW), NOW) if line.group == "mine"]
    jo = next(line for line in mine if line.young_person and line.young_person.id == JO)
    assert [one.id for one in jo.conversations] == [JO_SMS, JO_WEB]
    assert jo.last is not None
    assert jo.last.text == "I could not find plumbing near Margate."
    assert not jo.needs_reply
    assert [one.id for one in conversations_of(session, person(session, JO))] == [JO_SMS, JO_WEB]


def test_an_escalation_waits_until_an_adviser_has_answered(session: Session) -> None:
    opened = NOW - timedelta(hours=1)
    escalated(session, JO_SMS, opened)
    assert _wait(session, JO) == opened
    reply(session, conversation(session, JO_WEB), adviser(session, ANN), "Hi, it is Ann", NOW, nonce="n" * 16)
    session.flush()
    assert _wait(session, JO) is None
    line = _line(session, JO)
    assert line.escalations == 1
    assert line.holder == "Ann Ames"


def test_a_message_to_an_adviser_waits_until_it_is_answered(session: Session) -> None:
    ann = adviser(session, ANN)
    reply(session, conversation(session, JO_SMS), ann, "Hi, it is Ann", NOW, nonce="n" * 16)
    session.flush()
    assert _wait(session, JO) is None
    written = NOW + timedelta(minutes=1)
    said(session, JO_SMS, "hi ann", written, outcome="handed_over")
    said(session, JO_SMS, "you there", written + timedelta(minutes=1), handled_at=None, outcome=None)
    assert _wait(session, JO) == written
    reply(session, conversation(session, JO_SMS), ann, "Yes", written + timedelta(minutes=2), nonce="m" * 16)
    session.flush()
    assert _wait(session, JO) is None


def test_urgent_first_then_the_longest_wait_then_the_latest(session: Session) -> None:
    escalated(session, JO_SMS, NOW - timedelta(hours=9))
    escalated(session, KIT_SMS, NOW - timedelta(minutes=5), urgency="urgent", kind="safeguarding")
    order = [
        line.young_person.first_name if line.young_person else "stranger"
        for line in lines(session, scope_of(session, adviser(session, ANN), NOW), NOW)
    ]
    assert order == ["Kit", "Joanna", "stranger", "Noor"]


def test_an_old_web_chat_leaves_the_list_unless_something_is_open(session: Session) -> None:
    stranger = conversation(session, STRANGER)
    stranger.last_inbound_at = NOW - timedelta(days=61)
    session.flush()
    assert "stranger" not in listed(session, ANN)["duty"]
    escalated(session, STRANGER, NOW)
    assert "stranger" in listed(session, ANN)["duty"]


def _line(session: Session, young_person_id: int):  # type: ignore[no-untyped-def]
    found = lines(session, scope_of(session, adviser(session, ANN), NOW), NOW)
    return next(line for line in found if line.young_person and line.young_person.id == young_person_id)


def _wait(session: Session, young_person_id: int) -> object:
    return _line(session, young_person_id).waiting_since
