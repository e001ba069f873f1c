"""The area of a simulation: a scratch database with advisers, schools and invented young people in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, event

from casework.activities.recording import NewActivity, record_activity
from casework.activities.timeline import Codebook
from casework.clock import LONDON
from casework.db import open_engine, writing
from casework.tables import Adviser, School, YoungPerson
from onward.migrate import upgrade
from onward.simulate.model import Person, characteristics

CASELOAD = 200
"""Young people that one adviser looks after."""
BATCH = 500
WEEK = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
MEMORY = Path("/dev/shm")  # noqa: S108 -- in memory where the machine has that; it is deleted at the end


@contextmanager
def scratch() -> Iterator[Engine]:
    """An empty database of its own, gone at the end. It need not survive a power cut, so no disk is waited for."""
    with TemporaryDirectory(prefix="onward-simulation-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'record.db'}", pool_size=4)

        @event.listens_for(engine, "connect")
        def hurry(connection: object, _record: object) -> None:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.close()

        try:
            upgrade(engine)
            yield engine
        finally:
            engine.dispose()


def settle_in(engine: Engine, people: list[Person], codes: Codebook, start: date, random: Random) -> None:
    """Put advisers, a school and everybody into the record, as they stand on the first day."""
    advisers = max((person.adviser_id for person in people), default=1)
    begun = datetime.combine(start - timedelta(days=1), time(9), LONDON)
    with writing(engine) as session:
        session.add(School(ref="S1", name="Sample School", town="Margate"))
        for number in range(1, advisers + 1):
            session.add(
                Adviser(ref=f"A{number}", name=f"Ann {number}", email=f"a{number}@example.org", working_pattern=WEEK)
            )
    for first in range(0, len(people), BATCH):
        with writing(engine) as session:
            for person in people[first : first + BATCH]:
                row = YoungPerson(
                    id=person.id,
                    ref=f"Y{person.id}",
                    first_name="Jo",
                    last_name="Doe",
                    date_of_birth=person.born,
                    phone=person.phone,
                    school_id=1,
                    adviser_id=person.adviser_id,
                    characteristics=characteristics(random),
                    created_at=begun,
                )
                session.add(row)
                session.flush()
                said = start - timedelta(days=random.randrange(1, 60))
                new = NewActivity(person.code, "import", said, start=said - timedelta(days=random.randrange(200)))
                record_activity(session, codes, row, new, now=begun)
