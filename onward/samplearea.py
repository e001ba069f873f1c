"""When the sample area is loaded, and when it must not be."""

from sqlalchemy import Engine, func
from sqlmodel import select

from casework.clock import LONDON, system_clock
from casework.db import open_engine, reading
from casework.tables import Adviser, YoungPerson
from onward.problems import Problem
from onward.sample import SAMPLE_PASSWORD, SampleError, load_sample, read_sample
from onward.settings import Settings


def load_into(engine: Engine, settings: Settings) -> dict[str, int]:
    """Load the sample area and answer how many of what were added. Raises ``Problem``."""
    try:
        counts = load_sample(engine, settings.data_dir, today=system_clock().astimezone(LONDON).date())
    except SampleError as error:
        raise Problem("The sample area cannot be loaded.", str(error)) from None
    return {name.replace("_", " "): count for name, count in counts.items() if count}


def load_if_empty(settings: Settings) -> dict[str, int]:
    """Load it where the record holds nobody yet; otherwise answer nothing. Raises ``Problem``."""
    engine = open_engine(settings.database_url)
    try:
        with reading(engine) as session:
            people = session.exec(select(func.count()).select_from(YoungPerson)).one()
            advisers = session.exec(select(func.count()).select_from(Adviser)).one()
        return {} if people or advisers else load_into(engine, settings)
    finally:
        engine.dispose()


def holds_others(engine: Engine, settings: Settings) -> bool:
    """Whether the record holds young people who are not of the sample: real ones must never stand beside it."""
    known = read_sample(settings.data_dir).young_people
    with reading(engine) as session:
        return any(ref not in known for ref in session.exec(select(YoungPerson.ref)))


def sign_in(settings: Settings) -> list[str]:
    """How to sign in to the console as an adviser of the sample."""
    advisers = list(read_sample(settings.data_dir).advisers.values())[:1]
    return [f"{adviser.email} with the password {SAMPLE_PASSWORD}" for adviser in advisers]
