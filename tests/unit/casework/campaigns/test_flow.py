"""From a start to answers: campaigns go through the same dispatcher as every planned contact."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import select

from casework.campaigns.counting import count
from casework.campaigns.starting import go_on
from casework.campaigns.steering import pause, tend
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.followup.service import FollowUps
from casework.tables import ConsentEvent, Conversation, Escalation, FollowUp, Message
from casework.voice import Voice
from tests.campaignbook import DAY, FIRST, campaign, crowd
from tests.casebook import NOW
from tests.unit.casework.campaigns.conftest import POLICY


def test_its_messages_go_at_its_rate_and_what_came_of_them_is_counted(
    engine: Engine, folder: Path, begun: Callable[..., str]
) -> None:
    crowd(engine, 12, NOW, nation="england")
    ref = begun(hold_out=25, measure="wrote", asks="open_day")
    go_on(engine, ref, NOW, POLICY)
    followups = FollowUps(engine, FixedClock(NOW), folder, Voice.load(folder), policy=POLICY)
    assert followups.dispatch(NOW + timedelta(minutes=4))["queued"] == 5
    with writing(engine) as session:
        rows = session.exec(select(FollowUp).where(FollowUp.status == "queued")).all()
        for row in rows:
            message = session.get_one(Message, row.message_id)
            assert message.text.startswith(f"Hi Name{row.young_person_id}, Onward here. Open day")
            assert (message.purpose, message.priority) == ("prompt", 10)
            state = session.get_one(Conversation, message.conversation_id).state
            assert state["slots"]["telling"]["ask"] == "open_day"
            message.status, message.status_rank, message.sent_at = "delivered", 70, NOW + timedelta(minutes=5)
        gone = {row.young_person_id for row in rows}
        # while it is paused nothing more of it goes
        pause(session, ref, "adviser:1", NOW)
    followups.settle(NOW + timedelta(minutes=6))
    assert followups.dispatch(NOW + timedelta(hours=2)).total() == 0
    with writing(engine) as session:
        campaign(session, ref).status = "running"
        stays = next(id_ for id_ in range(FIRST, FIRST + 12) if id_ not in gone and _planned(session, id_))
        session.add(
            ConsentEvent(
                channel="sms",
                address=f"+447700{900000 + stays}",
                young_person_id=stays,
                event="stop",
                source="message",
                recorded_at=NOW,
            )
        )
    followups.dispatch(NOW + timedelta(hours=2))
    with writing(engine) as session:
        for message in session.exec(select(Message).where(Message.status == "queued")):
            message.status, message.status_rank = "undelivered", 60
    followups.settle(NOW + timedelta(hours=3))
    with reading(engine) as session:
        found = count(session, campaign(session, ref))
        # whoever cannot be reached becomes nobody's task: nobody was owed this message
        assert session.exec(select(Escalation)).first() is None
    assert found.to == 9
    assert (found.sent, found.delivered, found.failed, found.waiting) == (8, 5, 3, 0)
    assert found.not_sent == {"stopped": 1}
    assert tend(engine, NOW + DAY, POLICY) == 1


def _planned(session: object, id_: int) -> bool:
    query = select(FollowUp).where(FollowUp.young_person_id == id_, FollowUp.status == "planned")
    return session.exec(query).first() is not None  # type: ignore[attr-defined,no-any-return]
