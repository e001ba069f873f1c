"""A small catalogue to build by hand, and the sample area's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, select

import casework.tables  # noqa: F401
from casework.db import open_engine, reading, writing
from onward.sample import load_sample
from prospectus.tables import Course, Provider, Run
from prospectus.vocabulary import Vocabulary
from tests.databases import on_sqlite

DATA = Path(__file__).resolve().parents[3] / "data"
TODAY = date(2026, 11, 23)
CHECKED = date(2026, 11, 2)

POINTS = {
    "Margate": (51.381, 1.386),
    "Ramsgate": (51.334, 1.420),
    "Dover": (51.128, 1.313),
    "Dartford": (51.446, 0.217),
}


class Builder:
    """Adds providers, courses and runs in one line each."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def provider(self, ref: str, name: str | None = None, town: str = "Margate", **more: Any) -> None:
        lat, lon = POINTS.get(town, (None, None))
        facts = {
            "kind": "fe_college",
            "source": "test",
            "checked_on": CHECKED,
            "latitude": lat,
            "longitude": lon,
        } | more
        with writing(self.engine) as session:
            session.add(Provider(ref=ref, name=name or f"{ref} College", town=town, **facts))

    def course(self, ref: str, provider: str = "P1", runs: list[dict[str, Any]] | None = None, **more: Any) -> None:
        """A level 2 plumbing course unless said otherwise; without ``runs``, one that starts next September."""
        facts: dict[str, Any] = {
            "title": f"Course {ref}", "subject": "plumbing", "level": "2", "route": "college", "source": "test",
            "checked_on": CHECKED,
        } | more  # fmt: skip
        with writing(self.engine) as session:
            owner = session.exec(_by_ref(provider)).one()
            course = Course(ref=ref, provider_id=owner.id or 0, **facts)
            session.add(course)
            session.flush()
            for number, run in enumerate([{}] if runs is None else runs, 1):
                start = {} if "start" in run or run.get("roll_on") else {"start": date(2027, 9, 6)}
                place = {} if "town" in run else {"town": owner.town}
                session.add(Run(ref=f"{ref}-{number}", course_id=course.id or 0, **(start | place | run)))


def _by_ref(ref: str) -> Any:
    return select(Provider).where(Provider.ref == ref)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = on_sqlite(tmp_path / "catalogue.db")
    yield engine
    engine.dispose()


@pytest.fixture
def build(engine: Engine) -> Builder:
    return Builder(engine)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return Vocabulary.load(DATA)


@pytest.fixture(scope="session")
def sample_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('sample') / 'sample.db'}")
    SQLModel.metadata.create_all(engine)
    load_sample(engine, DATA, today=TODAY)
    yield engine
    engine.dispose()


@pytest.fixture
def read(engine: Engine) -> Iterator[Callable[[], Session]]:
    """Opens a session that reads the test's catalogue as it stands then; the one before is closed."""
    with ExitStack() as stack:

        def make() -> Session:
            stack.close()
            return stack.enter_context(reading(engine))

        yield make


@pytest.fixture
def sample_session(sample_engine: Engine) -> Iterator[Session]:
    with reading(sample_engine) as session:
        yield session
