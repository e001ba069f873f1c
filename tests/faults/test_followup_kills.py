"""Two schedulers and four workers on PostgreSQL, killed all the time: every contact happens, and happens once."""

import os
import random
import signal
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select
from sqlmodel import col

from casework.db import open_engine, reading, writing
from casework.tables import Activity, Adviser, FollowUp, Message, YoungPerson
from onward.migrate import upgrade
from tests.faults.followups import TOLD, FileNetwork, Spec, start

PEOPLE = 100
KILLS = 30
LONGEST = 270
"""Seconds: a run takes half a minute on a quiet machine; one that has not ended by then has lost something."""

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.timeout(400)]


@pytest.mark.parametrize("seed", range(max(1, int(os.environ.get("ONWARD_TEST_FAULT_RUNS", "20")) // 20)))
def test_each_contact_once_whoever_is_killed_when(seed: int, postgres_url: str, tmp_path: Path) -> None:
    engine = open_engine(postgres_url)
    upgrade(engine)
    _people(engine)
    network = FileNetwork(str(tmp_path / "network"))
    spec = Spec(postgres_url, str(tmp_path / "network"), time.monotonic())
    luck = random.Random(seed)
    running = [(kind, start(kind, spec)) for kind in ("scheduler", "scheduler", *["worker"] * 4)]
    kills, deadline = 0, time.monotonic() + LONGEST
    try:
        while time.monotonic() < deadline and not (kills >= KILLS and _settled(engine)):
            number = luck.randrange(len(running))
            kind, process = running[number]
            # waiting for one that never ends by itself is how the run lets time pass
            process.join(luck.uniform(0.05, 0.4))
            if kills < KILLS and process.pid is not None:
                os.kill(process.pid, signal.SIGKILL)
                process.join()
                kills += 1
                running[number] = (kind, start(kind, spec))
    finally:
        for _, process in running:
            process.kill()
            process.join()
    assert kills >= KILLS
    assert _settled(engine)
    _check(engine, network)
    engine.dispose()


def _people(engine: Engine) -> None:
    numbers = range(1, PEOPLE + 1)
    with writing(engine) as session:
        session.add(Adviser(ref="A1", name="Ann Able", email="ann@example.org", working_pattern={}))
        session.flush()
        session.execute(
            insert(YoungPerson),
            [
                {
                    "id": number,
                    "ref": f"Y{number}",
                    "first_name": "Jo",
                    "last_name": "Doe",
                    "date_of_birth": date(2009, 3, 1) + timedelta(days=number),
                    "phone": f"+4477009{number:05d}",
                    "language": "en",
                    "nation": "england",
                    "adviser_id": 1,
                    "characteristics": [],
                    "ehc_plan": False,
                    "created_at": TOLD,
                }
                for number in numbers
            ],
        )
        session.execute(
            insert(Activity),
            [
                {
                    "young_person_id": number,
                    "code": "619",
                    "start": TOLD.date(),
                    "verified_on": TOLD.date(),
                    "detail": {},
                    "source": "school",
                    "recorded_at": TOLD,
                }
                for number in numbers
            ],
        )


def _settled(engine: Engine) -> bool:
    with reading(engine) as session:
        query = select(func.count()).select_from(FollowUp)
        first = (col(FollowUp.plan) == "new_neet", col(FollowUp.step) == 1, col(FollowUp.outcome) == "sent")
        return bool(session.execute(query.where(*first)).scalar_one() == PEOPLE)


def _check(engine: Engine, network: FileNetwork) -> None:
    taken = Counter(one["message"] for one in network.taken())
    assert set(taken.values()) == {1}, "a text was sent twice"
    with reading(engine) as session:
        rows = list(session.execute(select(FollowUp).where(col(FollowUp.plan) == "new_neet")).scalars())
        messages = list(session.execute(select(Message).where(col(Message.purpose) == "prompt")).scalars())
    firsts = [row for row in rows if row.step == 1]
    assert len(firsts) == PEOPLE
    assert {row.status for row in firsts} == {"ended"}
    assert len(messages) == PEOPLE, "a contact was put into the outbox twice, or by nobody"
    assert {row.message_id for row in firsts} == {message.id for message in messages} == set(taken)
    # the second try was planned by whoever wrote the outcome down, once for each
    assert Counter(row.young_person_id for row in rows if row.step == 2) == Counter(range(1, PEOPLE + 1))
