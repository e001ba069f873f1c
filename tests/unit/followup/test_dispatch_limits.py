"""How much is taken at a time, in what order, and by which index."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from casework.db import writing
from casework.followup.dispatch import Limits, claim
from casework.followup.settling import _FAILED, _QUEUED
from casework.tables import Campaign, Conversation, FollowUp, Message
from tests.unit.followup.conftest import Build
from tests.unit.followup.world import MONDAY, NEW_NEET, World

DUE = datetime(2026, 11, 3, 16, tzinfo=UTC)


def several(world: World, count: int) -> None:
    for number in range(1, count + 1):
        world.does(world.person(number), "619")
    world.to(DUE)


def test_a_full_outbox_holds_what_is_due_until_there_is_room(build: Build) -> None:
    world = build(NEW_NEET)
    several(world, 8)
    world.followups.limits = Limits(outbox=5, chunk=3)
    assert world.followups.dispatch()["queued"] == 5
    assert world.followups.dispatch().total() == 0
    assert len([row for row in world.rows() if row.status == "planned"]) == 3
    world.sender.drain()
    assert world.followups.dispatch()["queued"] == 3


def test_an_answer_goes_before_prompts_that_waited_longer(build: Build) -> None:
    world = build(NEW_NEET)
    several(world, 3)
    world.followups.dispatch()
    with writing(world.engine) as session:
        conversation = session.exec(select(Conversation).order_by(col(Conversation.id))).first()
        assert conversation is not None
        conversation.last_inbound_at = DUE
        reply = Message(
            conversation_id=conversation.id or 0,
            direction="out",
            channel="sms",
            author="assistant",
            text="You're welcome.",
            created_at=DUE,
            purpose="reply",
            priority=0,
            status="queued",
        )
        session.add(reply)
    (first,) = world.sender.claim(1)
    assert first.message.purpose == "reply"


def test_the_most_important_is_claimed_first_and_what_is_ahead_is_not(build: Build) -> None:
    world = build(NEW_NEET)
    person = world.person()
    with writing(world.engine) as session:
        for number, (importance, due) in enumerate(
            ((7, MONDAY), (2, DUE), (2, MONDAY), (0, datetime(2027, 1, 1, tzinfo=UTC)))
        ):
            session.add(
                FollowUp(
                    young_person_id=person,
                    plan="reminder",
                    occasion=str(number),
                    due_at=due,
                    importance=importance,
                    made_at=MONDAY,
                )
            )
    with writing(world.engine) as session:
        assert [row.occasion for row in claim(session, DUE, 10)] == ["2", "1", "0"]
        assert [row.occasion for row in claim(session, DUE, 1)] == ["2"]


def test_a_campaign_that_does_not_run_sends_nothing(build: Build) -> None:
    world = build(NEW_NEET)
    person = world.person()
    with writing(world.engine) as session:
        campaign = Campaign(ref="C1", name="Open day", seed="1", made_by_id=1, made_at=MONDAY, status="paused")
        session.add(campaign)
        session.flush()
        session.add(
            FollowUp(
                young_person_id=person,
                campaign_id=campaign.id,
                plan="campaign:C1",
                occasion="C1",
                due_at=MONDAY,
                words="Hi {name}, Onward here: the open day is on Friday.",
                made_at=MONDAY,
            )
        )
    world.to(DUE)
    world.tick()
    assert world.texts() == []
    with writing(world.engine) as session:
        session.get_one(Campaign, 1).status = "running"
    world.tick()
    assert [message.text for message in world.texts()] == ["Hi Jo, Onward here: the open day is on Friday."]


def test_what_is_due_is_found_by_its_index(build: Build) -> None:
    world = build(NEW_NEET)
    where = "status = 'planned' AND importance = 5 AND due_at <= :now"
    query = f"SELECT id FROM follow_up WHERE {where} ORDER BY due_at LIMIT 9"
    sqlite = world.engine.dialect.name == "sqlite"
    with world.engine.connect() as connection:
        if not sqlite:
            # an empty table is read whole, whatever index there is
            connection.execute(text("SET enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        plan = " ".join(str(row[-1]) for row in connection.execute(text(explain + query), {"now": DUE}))
    assert "ix_follow_up_due" in plan
    assert "SORT" not in plan.upper().replace("SORT KEY", "")


@pytest.mark.parametrize(
    ("statement", "index"), [(_QUEUED, "ix_follow_up_queued"), (_FAILED, "ix_message_never_arrived")]
)
def test_settling_begins_with_the_few_that_matter(build: Build, statement: Any, index: str) -> None:
    """SQLite would rather read every contact that ever had a message."""
    world = build(NEW_NEET)
    if world.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL counts its rows and chooses by that")
    compiled = statement.compile(world.engine)
    given = tuple("2026-11-01" if name == "since" else compiled.params[name] for name in compiled.positiontup)
    with world.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", given)
        plan = " ".join(str(row[-1]) for row in rows)
    assert index in plan
