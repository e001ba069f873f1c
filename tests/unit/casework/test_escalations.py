"""Escalations: in order, acknowledged once, closed once and never without a note."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from casework.caseload import scope_of
from casework.escalations import EscalationError, acknowledge, close, item, open_escalations
from casework.tables import Adviser, AuditEvent, Escalation
from tests.casebook import ANN, BOB, JO_SMS, KIT_SMS, LEE, LEE_SMS, NOW, STRANGER, escalated


@pytest.fixture
def session(casebook_on_both: Engine) -> Iterator[Session]:
    with Session(casebook_on_both, expire_on_commit=False) as session:
        yield session


def adviser(session: Session, number: int) -> Adviser:
    found = session.get(Adviser, number)
    assert found is not None
    return found


def opened(session: Session, number: int) -> list[int | None]:
    scope = scope_of(session, adviser(session, number), NOW)
    return [one.escalation.id for one in open_escalations(session, scope)]


def test_urgent_first_then_the_oldest_and_only_ones_own(session: Session) -> None:
    routine = escalated(session, JO_SMS, NOW - timedelta(days=3), urgency="routine")
    young = escalated(session, JO_SMS, NOW - timedelta(hours=1))
    old = escalated(session, KIT_SMS, NOW - timedelta(hours=2))
    urgent = escalated(session, KIT_SMS, NOW, urgency="urgent")
    strange = escalated(session, STRANGER, NOW - timedelta(days=9), urgency="no such urgency")
    other = escalated(session, LEE_SMS, NOW)
    assert opened(session, ANN) == [strange.id, urgent.id, old.id, young.id, routine.id]
    assert opened(session, BOB) == [strange.id, other.id]


def test_another_advisers_escalation_is_not_there(session: Session) -> None:
    other = escalated(session, LEE_SMS, NOW)
    scope = scope_of(session, adviser(session, ANN), NOW)
    assert item(session, scope, other.id or 0) is None
    assert item(session, scope, 999) is None


def test_the_first_to_acknowledge_is_kept(session: Session) -> None:
    one = escalated(session, STRANGER, NOW)
    acknowledge(session, one.id or 0, adviser(session, ANN), NOW)
    acknowledge(session, one.id or 0, adviser(session, BOB), NOW + timedelta(hours=1))
    assert (one.acknowledged_by_id, one.acknowledged_at) == (ANN, NOW)
    session.flush()
    assert len(session.exec(select(AuditEvent).where(AuditEvent.action == "acknowledged_escalation")).all()) == 1
    found = item(session, scope_of(session, adviser(session, BOB), NOW), one.id or 0)
    assert found is not None
    assert found.acknowledged_by == "Ann Ames"


@pytest.mark.parametrize(("note", "why"), [("", "Write what was done"), ("  \n", "Write what"), ("x" * 2001, "2,000")])
def test_it_cannot_be_closed_without_a_note(session: Session, note: str, why: str) -> None:
    one = escalated(session, JO_SMS, NOW)
    with pytest.raises(EscalationError, match=why):
        close(session, one.id or 0, adviser(session, ANN), note, NOW)
    assert one.closed_at is None


def test_closing_says_who_and_how_and_the_first_time_counts(session: Session) -> None:
    one = escalated(session, STRANGER, NOW)
    close(session, one.id or 0, adviser(session, ANN), " Rang them.\r\nAll well. ", NOW)
    close(session, one.id or 0, adviser(session, BOB), "Me too", NOW + timedelta(hours=1))
    acknowledge(session, one.id or 0, adviser(session, BOB), NOW + timedelta(hours=1))
    assert one.closing_note == "Rang them.\nAll well."
    assert (one.closed_by_id, one.acknowledged_by_id, one.closed_at) == (ANN, ANN, NOW)
    assert opened(session, ANN) == []
    session.flush()
    assert len(session.exec(select(AuditEvent).where(AuditEvent.action == "closed_escalation")).all()) == 1


def test_one_that_does_not_exist_is_said_so(session: Session) -> None:
    with pytest.raises(LookupError):
        acknowledge(session, 999, adviser(session, ANN), NOW)
    with pytest.raises(LookupError):
        close(session, 999, adviser(session, ANN), "x", NOW)


def test_one_without_a_conversation_is_its_young_persons_advisers(session: Session) -> None:
    report = Escalation(
        young_person_id=LEE, kind="provider_report", urgency="soon", reason="Left the course", opened_at=NOW
    )
    session.add(report)
    session.flush()
    assert opened(session, BOB) == [report.id]
    assert opened(session, ANN) == []
    scope = scope_of(session, adviser(session, BOB), NOW)
    found = item(session, scope, report.id or 0)
    assert found is not None
    assert found.conversation is None
    assert found.young_person is not None
    assert found.young_person.id == LEE
    beside = open_escalations(session, scope, [LEE_SMS], young_person_id=LEE)
    assert [one.escalation.id for one in beside] == [report.id]
    assert open_escalations(session, scope, [LEE_SMS]) == []
    close(session, report.id or 0, adviser(session, BOB), "Called them", NOW)
    assert opened(session, BOB) == []
