"""What came of it: counts, and the comparison with those who were held out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from casework.activities.rules import Rules
from casework.campaigns import saved
from casework.campaigns.counting import count
from casework.campaigns.outcomes import Outcome, of, outcome
from casework.campaigns.starting import go_on
from casework.db import reading, writing
from casework.destinations.facts import Fact
from casework.destinations.record import record_destination
from casework.tables import Adviser, CampaignRoll, ConsentEvent, FollowUp
from tests.campaignbook import DAY, ROOT, WHO, campaign, crowd, doing
from tests.casebook import ANN, NOW, answered, said
from tests.unit.casework.campaigns.conftest import POLICY

Begun = Callable[..., str]
BOOK = Rules.load(ROOT / "data").book


def sent(session: Session, row: FollowUp, status: str, **more: object) -> None:
    """Its message went, and this came of it."""
    message = answered(
        session, row.young_person_id, "Hi", NOW, purpose="prompt", status=status, sent_at=NOW, segments=2
    )
    row.status, row.outcome, row.reason, row.message_id = "ended", "sent", "sent", message.id
    for name, value in more.items():
        setattr(row, name, value)
    session.add(row)


def test_every_contact_is_counted_where_it_stands(engine: Engine, begun: Begun) -> None:
    ids = crowd(engine, 12, NOW)
    with writing(engine) as session:
        session.add(
            ConsentEvent(channel="sms", address="x", young_person_id=ids[11], event="stop", source="a", recorded_at=NOW)
        )
    ref = begun(hold_out=20, measure="wrote")
    go_on(engine, ref, NOW, POLICY)
    with writing(engine) as session:
        rows = {row.young_person_id: row for row in session.exec(select(FollowUp)) if row.status == "planned"}
        line = [rows[id_] for id_ in sorted(rows)]
        sent(session, line[0], "delivered", outcome="answered", answered_at=NOW)
        sent(session, line[1], "delivered")
        sent(session, line[2], "undelivered", outcome="failed")
        sent(session, line[3], "sent")
        for row, reason in ((line[4], "stopped"), (line[5], "late")):
            row.status, row.outcome, row.reason = "ended", "suppressed", reason
        for row, days in ((line[1], 6), (line[3], 8)):
            session.add(
                ConsentEvent(
                    channel="sms", address=f"+447700{900000 + row.young_person_id}", event="stop", source="message",
                    recorded_at=NOW + days * DAY,
                )
            )  # fmt: skip
    with reading(engine) as session:
        found = count(session, campaign(session, ref))
    held = 11 - len(line)
    assert (found.to, found.held_out, held) == (len(line), held, 2)
    assert (found.sent, found.delivered, found.failed, found.answered, found.opted_out) == (4, 2, 1, 1, 1)
    assert found.waiting == len(line) - 6
    assert found.not_sent == {"stopped": 1, "late": 1}
    assert found.left_out == {"stopped": 1}
    assert found.segments == 8


def groups(session: Session, ref: str) -> tuple[list[int], list[int]]:
    roll = session.get_one(CampaignRoll, campaign(session, ref).id)
    return roll.people["to"], roll.people["held"]


def looked(engine: Engine, ref: str, days: float = 28) -> Outcome:
    with reading(engine) as session:
        found = outcome(session, campaign(session, ref), BOOK, NOW + timedelta(days=days))
    assert found is not None
    return found


def test_everybody_counts_in_the_group_that_chance_gave_them(engine: Engine, begun: Begun) -> None:
    crowd(engine, 60, NOW)
    ref = begun(hold_out=40, measure="wrote", measure_days=28)
    go_on(engine, ref, NOW, POLICY)
    with writing(engine) as session:
        to, held = groups(session, ref)
        # ten of those written to, six of the held out; one wrote before it began and one after the last day
        for id_ in to[:10] + held[:6]:
            said(session, id_, "hello", NOW + 27 * DAY)
        said(session, to[20], "hello", NOW - timedelta(minutes=1))
        said(session, held[10], "hello", NOW + 29 * DAY)
        # a message that was never sent changes nobody's group
        row = session.exec(select(FollowUp).where(FollowUp.young_person_id == to[0])).one()
        row.status, row.outcome, row.reason = "ended", "suppressed", "stopped"
    assert looked(engine, ref, 27.9) == Outcome("wrote", NOW + 28 * DAY, False, None)
    compared = looked(engine, ref).comparison
    assert compared is not None
    assert (compared.written.count, compared.written.of) == (10, 36)
    assert (compared.held.count, compared.held.of) == (6, 24)
    assert looked(engine, ref, 400) == looked(engine, ref), "what comes later does not change it"


@pytest.mark.parametrize(
    ("measure", "has"), [("activity_known", [0, 1, 2]), ("participating", [0]), ("applied", [3, 4]), ("offer", [4])]
)
def test_outcomes_are_as_the_record_stood_on_the_day(
    engine: Engine, begun: Begun, measure: str, has: list[int]
) -> None:
    ids = crowd(engine, 10, NOW)
    ref = begun(hold_out=40, measure=measure, measure_days=28)
    with writing(engine) as session:
        on = NOW.date()
        doing(session, ids[0], "310", on, NOW + 5 * DAY)
        doing(session, ids[1], "619", on, NOW + 5 * DAY)
        doing(session, ids[2], "330", on, NOW + 5 * DAY)
        # recorded after the day that is looked at
        doing(session, ids[5], "310", on, NOW + 30 * DAY)
        for id_, stage, days in ((ids[3], "applied", 5), (ids[4], "offered", 6), (ids[6], "applied", 29)):
            fact = Fact(
                stage=stage, source="school", recorded_at=NOW + days * DAY, subject="plumbing", provider_ref="P1"
            )
            assert record_destination(session, id_, fact)
    with reading(engine) as session:
        assert of(session, campaign(session, ref), BOOK, ids, NOW + 28 * DAY) == {ids[place] for place in has}


def test_answers_are_counted_and_never_compared(engine: Engine, begun: Begun) -> None:
    ids = crowd(engine, 10, NOW)
    ref = begun(measure="answered")
    go_on(engine, ref, NOW, POLICY)
    with writing(engine) as session:
        row = session.exec(select(FollowUp).where(FollowUp.young_person_id == ids[0])).one()
        row.answered_at = NOW + DAY
    assert looked(engine, ref).comparison is None
    with reading(engine) as session:
        assert of(session, campaign(session, ref), BOOK, ids, NOW + 28 * DAY) == {ids[0]}


def test_without_a_start_or_a_measure_there_is_nothing_to_see(engine: Engine, begun: Begun) -> None:
    crowd(engine, 5, NOW)
    ref = begun()
    with reading(engine) as session:
        assert outcome(session, campaign(session, ref), BOOK, NOW + 99 * DAY) is None


def test_filters_are_kept_by_name_and_forgotten(engine: Engine) -> None:
    with writing(engine) as session:
        adviser = session.get_one(Adviser, ANN)
        first = saved.save(session, " Deal ", WHO, adviser, NOW)
        again = saved.save(session, "Deal", {"town": "Dover"}, adviser, NOW)
        assert (first.id, again.who) == (again.id, {"town": "Dover"})
        assert [one.name for one in saved.every(session)] == ["Deal"]
        assert saved.remove(session, first.id or 0, adviser, NOW)
        assert not saved.remove(session, first.id or 0, adviser, NOW)
