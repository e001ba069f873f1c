"""What every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from casework.db import open_engine
from tests import postgres
from tests.casebook import fill, open_casebook
from tests.databases import OnPostgres, on_postgres, on_sqlite


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server; the test is skipped, or fails in CI, where none can be had."""
    try:
        with postgres.server() as address:
            yield address
    except postgres.NoPostgres as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(problem))


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty PostgreSQL database, gone when the test ends."""
    with postgres.database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def _one_on_postgres(postgres_server: str) -> Iterator[OnPostgres]:
    with on_postgres(postgres_server) as one:
        yield one


@pytest.fixture
def postgres_record(_one_on_postgres: OnPostgres) -> Iterator[str]:
    """The address of an empty record on PostgreSQL, with every table."""
    _one_on_postgres.empty()
    return _one_on_postgres.url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty record with every table, on each database that there may be."""
    if request.param == "sqlite":
        engine = on_sqlite(tmp_path / "record.db")
    else:
        engine = open_engine(request.getfixturevalue("postgres_record"))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def casebook_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The people of ``tests.casebook``, on each database that there may be."""
    if request.param == "sqlite":
        engine = open_casebook(str(tmp_path / "record.db"))
    else:
        engine = open_engine(request.getfixturevalue("postgres_record"))
        fill(engine)
    yield engine
    engine.dispose()
