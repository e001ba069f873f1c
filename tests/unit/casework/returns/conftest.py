"""A record to make returns of, and a folder of data that a test may change."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import prospectus.tables  # noqa: F401
from casework.db import writing
from casework.tables import Activity, Destination, School, YoungPerson

DATA = Path(__file__).resolve().parents[4] / "data"
SEPT, NOV = date(2026, 9, 7), date(2026, 11, 30)
NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)


@pytest.fixture
def engine(on_both: Engine) -> Engine:
    with writing(on_both) as session:
        session.add(School(ref="S1", name="Harbour School", town="Margate"))
    return on_both


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data files a return is made with, for a service that has said who it is."""
    folder = tmp_path / "data"
    for name in ("returns", "plans"):
        shutil.copytree(DATA / name, folder / name)
    for name in ("nccis.yml", "guarantee.yml"):
        shutil.copy(DATA / name, folder)
    change(folder, "database_id: null ", 'database_id: "444" ', "la_code: null ", 'la_code: "886" ')
    return folder


def change(folder: Path, *pairs: str, name: str = "monthly") -> None:
    """Change texts of a returns file: what was, what is, and so on."""
    path = folder / "returns" / f"{name}.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


Add = Callable[..., int]


@pytest.fixture
def add(engine: Engine) -> Add:
    """Adds a young person of Year 12 with nothing wrong, and what they do; answers their id."""
    made: list[int] = []

    def run(code: str | None = "230", *, plans: tuple[tuple[str, str, date], ...] = (), **facts: Any) -> int:
        number = len(made) + 1
        made.append(number)
        activity = facts.pop("activity", {})
        told = {
            "ref": f"Y{number}", "first_name": "Maya", "last_name": "O'Neil", "date_of_birth": date(2010, 2, 14),
            "postcode": "CT9 9ZX", "town": "Margate", "gender": "F", "ethnicity": "WBRI", "local_id": str(100 + number),
            "school_id": 1, "created_at": at(SEPT),
        } | facts  # fmt: skip
        with writing(engine) as session:
            person = YoungPerson(**told)
            session.add(person)
            session.flush()
            if code:
                doing = {
                    "start": SEPT, "verified_on": SEPT, "source": "import", "recorded_at": at(SEPT),
                    "end": date(2027, 7, 2) if code[0] in "24" else None,
                } | activity  # fmt: skip
                session.add(Activity(young_person_id=person.id or 0, code=code, **doing))
            for stage, route, day in plans:
                session.add(
                    Destination(
                        young_person_id=person.id or 0, stage=stage, route=route, on_date=day, source="school",
                        recorded_at=at(day),
                    )
                )  # fmt: skip
            return person.id or 0

    return run
