"""What the record's commands share: the database, and files that only their owner can read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onward.cli.common import progress, read_settings
from onward.problems import Problem
from onward.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine


@contextmanager
def open_record() -> Iterator[tuple["Engine", Settings]]:
    """The database with the newest tables, and the settings. Raises ``Problem`` where either will not do."""
    from casework.clock import system_clock
    from casework.db import open_engine
    from casework.yamlfile import BadData
    from onward.following import build_followups
    from onward.preflight import check_database, require_newest_tables

    settings = read_settings()
    check_database(settings)
    engine = open_engine(settings.database_url)
    try:
        require_newest_tables(engine, settings)
        build_followups(engine, system_clock, settings.data_dir, service=settings.service_name).install()
        yield engine, settings
    except BadData as bad:
        raise Problem(str(bad), "Put that file right, then try again.") from None
    finally:
        engine.dispose()


def places(engine: "Engine") -> dict[str, str]:
    """The names of providers, by ref."""
    from sqlmodel import select

    from casework.db import reading
    from prospectus.tables import Provider

    with reading(engine) as session:
        return {provider.ref: provider.name for provider in session.exec(select(Provider))}


def count_rows(count: int) -> None:
    """Say how far it is, now and then, to a person."""
    if count % 10_000 < 400 or count % 5_000 == 0:
        progress(f"{count} looked at")


@contextmanager
def csv_file(path: Path | None, headings: list[str]) -> Iterator[Any]:
    """Something that takes rows: a CSV file that only its owner can read, or nothing."""
    import csv

    if path is None:
        yield lambda _row: None
        return
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            path.chmod(0o600)
            writer = csv.writer(file)
            writer.writerow(headings)
            yield writer.writerow
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}.") from None
