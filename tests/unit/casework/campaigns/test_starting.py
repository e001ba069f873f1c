"""Starting, pausing, resuming, stopping: whole, once, and whatever ends it half way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from casework.campaigns import running, starting
from casework.campaigns.choosing import Chosen
from casework.campaigns.drafts import CampaignError
from casework.campaigns.starting import begin, go_on, reasons_against
from casework.campaigns.steering import pause, resume, stop, tend
from casework.db import reading, writing
from casework.followup.dispatch import claim
from casework.hours import quiet
from casework.tables import AuditEvent, FollowUp, YoungPerson
from tests.campaignbook import DAY, WHO, campaign, crowd, desk, made
from tests.casebook import NOW
from tests.unit.casework.campaigns.conftest import POLICY

Begun = Callable[..., str]


def rows(engine: Engine) -> list[FollowUp]:
    with reading(engine) as session:
        return list(session.exec(select(FollowUp).order_by(col(FollowUp.due_at), col(FollowUp.id))))


def test_a_start_plans_every_contact_once_and_the_held_out_end_at_once(engine: Engine, begun: Begun) -> None:
    ids = crowd(engine, 50, NOW, language="en")
    ref = begun(hold_out=20, measure="wrote", asks="open_day", late_after_days=2)
    assert go_on(engine, ref, NOW, POLICY) == 50
    planned = [row for row in rows(engine) if row.status == "planned"]
    held = [row for row in rows(engine) if row.status == "ended"]
    assert sorted(row.young_person_id for row in planned + held) == ids
    assert len(held) in (10, 9, 11)
    assert {(row.outcome, row.reason, row.ended_at) for row in held} == {("skipped", "hold_out", NOW)}
    one = planned[0]
    assert (one.plan, one.occasion, one.importance, one.late_rule, one.kind) == ("campaign:C1", "C1", 8, "drop", "text")
    assert (one.asks, one.why, one.rules) == (
        "open_day",
        "Campaign C1: Open day",
        {"unreachable": "skip", "exams": True},
    )
    assert one.words is not None
    assert one.words.startswith("Hi {name}, Onward here.")
    assert all(row.late_at == row.due_at + 2 * DAY for row in planned)
    assert [row.due_at for row in planned] == [NOW + timedelta(minutes=minute) for minute in range(len(planned))]
    with reading(engine) as session:
        assert campaign(session, ref).status == "running"
        assert running(session) == {1}
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "started_campaign")).one()
        assert event.detail == {"campaign": "C1", "to": len(planned), "held_out": len(held), "left_out": 0}


def test_a_start_that_is_cut_short_goes_on_and_plans_nothing_twice(
    engine: Engine, begun: Begun, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = crowd(engine, 30, NOW)
    ref = begun(hold_out=30, measure="wrote")
    real = starting._insert
    batches = 0

    def cut(session: Session, some: list[dict[str, Any]], **more: Any) -> int:
        nonlocal batches
        batches += 1
        found = real(session, some, **more)
        if batches == 3:
            raise RuntimeError("killed")
        return found

    monkeypatch.setattr(starting, "_insert", cut)
    with pytest.raises(RuntimeError):
        go_on(engine, ref, NOW, POLICY, batch=7)
    # two batches were kept and the third was not; nothing of them may go yet
    assert len(rows(engine)) == 14
    with writing(engine) as session:
        assert running(session) == set()
        assert claim(session, NOW + DAY, 100) == []
        # somebody moves away from what the filter asks for: they were decided on, and stay
        session.get_one(YoungPerson, ids[-1]).town = "Dover"
    assert tend(engine, NOW + timedelta(minutes=1), POLICY) == 0
    assert len(rows(engine)) == 14, "whoever is still at it is left to it"
    tend(engine, NOW + timedelta(minutes=5), POLICY)
    found = rows(engine)
    assert sorted(row.young_person_id for row in found) == ids
    # as if it had never been cut: due times hang on the start
    planned = [row.due_at for row in found if row.status == "planned"]
    assert planned == [NOW + timedelta(minutes=minute) for minute in range(len(planned))]
    with reading(engine) as session:
        assert campaign(session, ref).status == "running"
    assert go_on(engine, ref, NOW, POLICY) == 0
    assert len(rows(engine)) == 30


def test_two_who_plan_side_by_side_plan_each_contact_once(engine: Engine, begun: Begun) -> None:
    crowd(engine, 20, NOW)
    ref = begun()
    with reading(engine) as session:
        kept, roll = starting._roll(session, ref)
        people = starting.by_ids(session, roll.people["to"])
    some = list(starting._rows(kept, roll, people, NOW, POLICY))
    with writing(engine) as session:
        assert starting._insert(session, some[:12], sqlite_=engine.dialect.name == "sqlite") == 12
    assert go_on(engine, ref, NOW, POLICY) == 8
    assert len(rows(engine)) == 20


def test_it_starts_once(engine: Engine, begun: Begun, find: Callable[..., Chosen]) -> None:
    crowd(engine, 5, NOW)
    ref = begun()
    chosen = find(WHO)
    with writing(engine) as session, pytest.raises(CampaignError, match="started already"):
        begin(session, ref, chosen, "adviser:1", NOW)


def test_nothing_is_due_before_the_day_on_which_it_may_begin(engine: Engine, begun: Begun) -> None:
    crowd(engine, 3, NOW)
    # a Sunday at seven in the morning
    ref = begun(starts_at=NOW + 5 * DAY - timedelta(hours=4))
    go_on(engine, ref, NOW, POLICY)
    # the weekend opens at ten in London
    assert rows(engine)[0].due_at == NOW + 5 * DAY - timedelta(hours=1)


def test_what_waits_is_claimed_only_while_it_runs_and_resumes_at_its_rate(engine: Engine, begun: Begun) -> None:
    crowd(engine, 40, NOW, nation="england")
    ref = begun(per_hour=10)
    go_on(engine, ref, NOW, POLICY)
    with writing(engine) as session:
        assert len(claim(session, NOW + timedelta(minutes=29), 100)) == 5
        for row in claim(session, NOW + timedelta(minutes=29), 100):
            row.status, row.outcome, row.reason, row.ended_at = "ended", "sent", "sent", NOW
    with writing(engine) as session:
        pause(session, ref, "adviser:1", NOW)
        pause(session, ref, "adviser:1", NOW)
    with writing(engine) as session:
        assert claim(session, NOW + 9 * DAY, 100) == []
    back = NOW + 9 * DAY
    assert resume(engine, ref, "adviser:1", back, POLICY) == 35
    assert resume(engine, ref, "adviser:1", back, POLICY) == 0
    waiting = [row for row in rows(engine) if row.status == "planned"]
    assert len(waiting) == 35
    assert waiting[0].due_at == back
    for first, later in zip(waiting, waiting[10:], strict=False):
        assert later.due_at - first.due_at >= timedelta(hours=1)
    assert all(quiet(row.due_at, "england", POLICY) is None for row in waiting)
    assert all(row.late_at == row.due_at + 3 * DAY for row in waiting)


def test_a_stop_ends_what_has_not_gone_and_nothing_else(engine: Engine, begun: Begun) -> None:
    crowd(engine, 12, NOW)
    ref = begun(hold_out=25, measure="wrote")
    go_on(engine, ref, NOW, POLICY)
    with writing(engine) as session:
        for row in claim(session, NOW + timedelta(minutes=2), 100):
            row.status = "queued"
    ended = stop(engine, ref, "adviser:1", NOW)
    assert ended == sum(row.reason == "campaign_stopped" and row.outcome == "skipped" for row in rows(engine)) > 0
    assert {row.status for row in rows(engine)} == {"ended", "queued"}
    assert stop(engine, ref, "adviser:1", NOW) == 0
    with writing(engine) as session, pytest.raises(CampaignError, match="running can be paused"):
        pause(session, ref, "adviser:1", NOW)
    with pytest.raises(CampaignError, match="paused can go on"):
        resume(engine, ref, "adviser:1", NOW, POLICY)


def test_a_stop_while_it_starts_stays_a_stop(engine: Engine, begun: Begun) -> None:
    crowd(engine, 12, NOW)
    ref = begun()
    stop(engine, ref, "adviser:1", NOW)
    assert go_on(engine, ref, NOW, POLICY) == 0
    assert rows(engine) == []


def test_a_stop_that_was_cut_short_is_finished(engine: Engine, begun: Begun) -> None:
    crowd(engine, 6, NOW)
    ref = begun()
    go_on(engine, ref, NOW, POLICY)
    with writing(engine) as session:
        found = campaign(session, ref)
        found.status, found.ended_at = "stopped", NOW
        session.add(found)
    tend(engine, NOW, POLICY)
    assert {row.reason for row in rows(engine)} == {"campaign_stopped"}


def test_it_is_done_when_its_last_contact_has_ended(engine: Engine, begun: Begun) -> None:
    crowd(engine, 4, NOW)
    ref = begun()
    go_on(engine, ref, NOW, POLICY)
    assert tend(engine, NOW, POLICY) == 0
    with writing(engine) as session:
        for row in session.exec(select(FollowUp)):
            row.status, row.outcome, row.reason = "ended", "sent", "sent"
    assert tend(engine, NOW + DAY, POLICY) == 1
    with reading(engine) as session:
        assert (campaign(session, ref).status, campaign(session, ref).ended_at) == ("done", NOW + DAY)
        assert running(session) == set()


def test_why_it_cannot_start_is_said_before(engine: Engine, folder: Any, find: Callable[..., Chosen]) -> None:
    ref = made(engine, NOW)
    checks = desk(folder)

    def against() -> list[str]:
        chosen = find(WHO)
        with reading(engine) as session:
            return reasons_against(checks, campaign(session, ref), chosen)

    assert against() == ["Nobody can be written to: the filter finds nobody, or leaves everybody out"]
    ids = crowd(engine, 3, NOW)
    assert against() == []
    with writing(engine) as session:
        session.get_one(YoungPerson, ids[0]).language = "cy"
    assert against() == ["1 of them chose Welsh, and there is no wording in Welsh"]
    with writing(engine) as session:
        session.get_one(YoungPerson, ids[0]).language = "en"
        session.get_one(YoungPerson, ids[0]).known_as = "x" * 400
    assert against() == ["With the longest name it takes 4 texts, and 3 is the most"]
