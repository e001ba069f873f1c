"""A process that has just started, on plans that nobody has counted yet."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.followup.service import FollowUps
from casework.tables import Outlook, PlanVersion, YoungPerson
from casework.voice import Voice
from tests.unit.followup.world import DATA, MONDAY, NEW_NEET, data_folder


def service(engine: Engine, data: Path) -> FollowUps:
    return FollowUps(engine, FixedClock(MONDAY), data, Voice.load(DATA))


def put_jo(engine: Engine) -> None:
    with writing(engine) as session:
        session.add(YoungPerson(ref="Y1", first_name="Jo", last_name="Doe", created_at=MONDAY))


@pytest.mark.timeout(60)
def test_the_first_thing_written_does_not_wait_for_itself(engine: Engine, tmp_path: Path) -> None:
    service(engine, data_folder(tmp_path, NEW_NEET)).install()
    put_jo(engine)
    with reading(engine) as session:
        assert session.exec(select(PlanVersion.plan)).all() == ["new_neet"]
        assert session.exec(select(Outlook)).one().book


@pytest.mark.timeout(60)
def test_what_is_told_is_kept_where_the_plans_cannot_be_read(engine: Engine, tmp_path: Path) -> None:
    data = data_folder(tmp_path, NEW_NEET | {"plan": "broken", "importance": 99})
    service(engine, data).install()
    put_jo(engine)
    with reading(engine) as session:
        assert session.exec(select(YoungPerson.ref)).one() == "Y1"
        # to be looked at by whoever can read them
        assert session.exec(select(Outlook)).one().book == ""
