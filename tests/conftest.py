"""What every test may ask for."""

import os
from collections.abc import Iterator

import pytest

from tests import postgres


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
