"""A small area to act in: Jade with her adviser Sam, his cover Priya, and a handful of courses."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import Engine
from sqlmodel import SQLModel

import prospectus.tables  # noqa: F401
from actions.registry import build_executor
from casework.db import open_engine, writing
from casework.tables import Adviser, AdviserCover, Conversation, Message, YoungPerson
from casework.voice import Voice
from prospectus.tables import Course, Provider, Run
from tests.unit.actions.stage import DATA, Stage

WEEK = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
CHECKED = date(2026, 9, 1)


def _fill(engine: Engine) -> None:
    with writing(engine) as session:
        sam = Adviser(id=1, ref="A1", name="Sam Okafor", email="sam@example.org", working_pattern=WEEK)
        priya = Adviser(id=2, ref="A2", name="Priya Nair", email="priya@example.org", working_pattern=WEEK)
        session.add_all([sam, priya])
        session.flush()
        session.add(AdviserCover(adviser_id=1, cover_id=2, first_day=date(2026, 12, 1), last_day=date(2026, 12, 4)))
        session.add(
            YoungPerson(id=7, ref="Y7", first_name="Jade", last_name="Webb", town="Margate", adviser_id=1,
                        date_of_birth=date(2010, 5, 2), created_at=datetime(2026, 1, 1, tzinfo=UTC))
        )  # fmt: skip
        session.flush()
        session.add(
            Conversation(id=42, channel="sms", address="+447700900123", young_person_id=7,
                         created_at=datetime(2026, 1, 1, tzinfo=UTC))
        )  # fmt: skip
        session.flush()
        session.add(
            Message(id=1000, conversation_id=42, direction="in", channel="sms", author="young_person",
                    text="can i get ema", created_at=datetime(2026, 11, 3, tzinfo=UTC))
        )  # fmt: skip
        _courses(session)


def _courses(session) -> None:  # type: ignore[no-untyped-def]
    college = Provider(id=1, ref="P1", name="Samphire Coast College", kind="fe_college", town="Margate",
                       phone="+441632960104", source="test", checked_on=CHECKED)  # fmt: skip
    trades = Provider(id=2, ref="P2", name="Harbour Trades", kind="training_provider", town="Dover", source="test",
                      checked_on=CHECKED)  # fmt: skip
    session.add_all([college, trades])
    session.flush()

    def course(number: int, title: str, subject: str, level: str, town: str, **more: object) -> None:
        where = {"Margate": (51.381, 1.386), "Dover": (51.13, 1.31), "Ashford": (51.15, 0.87)}[town]
        run = {"start": date(2027, 1, 11), "places": "available", "days": "Mon to Wed"} | more.pop("run", {})  # type: ignore[operator]
        settings: dict[str, object] = {"provider_id": 1, "route": "college", "source": "test", "checked_on": CHECKED}
        session.add(Course(id=number, ref=f"C{number}", title=title, subject=subject, level=level, **(settings | more)))
        session.flush()
        session.add(Run(ref=f"R{number}", course_id=number, town=town, latitude=where[0], longitude=where[1], **run))

    course(1, "Plumbing Level 1", "plumbing", "1", "Margate", entry_requirements="No grades needed",
           cost="Free under 19", how_to_apply="Call admissions", kit="Boots", kit_paid_by=None)  # fmt: skip
    course(2, "Plumbing Level 2", "plumbing", "2", "Margate", entry_requirements="Level 1 plumbing",
           checked_on=date(2026, 1, 10))  # fmt: skip
    course(3, "Plumbing Apprenticeship", "plumbing", "2", "Dover", route="apprenticeship", provider_id=2)
    course(4, "Plumbing Starter", "plumbing", "entry", "Ashford", run={"start": None, "roll_on": True})
    course(5, "Hairdressing Level 2", "hair_beauty", "2", "Dover", run={"places": "full"})
    course(6, "Motor Vehicle Level 1", "motor_vehicle", "1", "Ashford")
    own = {"cost": {"source": "officer", "checked_on": "2026-11-01"},
           "R7.places": {"source": "officer", "checked_on": "2026-11-02"}}  # fmt: skip
    course(7, "Bee Keeping", "animal_care", "3", "Ashford", cost="£10", kit="A veil", checked_on=date(2026, 1, 10),
           facts=own)  # fmt: skip


@pytest.fixture(scope="session")
def voice() -> Voice:
    return Voice.load(DATA)


@pytest.fixture(scope="session")
def area(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The area's database. Actions only read, so all tests share it."""
    path: Path = tmp_path_factory.mktemp("area") / "area.db"
    engine = open_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    _fill(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def executor(area: Engine) -> ActionExecutor:
    return build_executor(area, DATA)


@pytest.fixture
def stage(executor: ActionExecutor, voice: Voice) -> Stage:
    """A conversation with Jade, from the beginning."""
    return Stage(executor, voice)
