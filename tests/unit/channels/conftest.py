"""A database of each kind, for what must hold on both."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

import prospectus.tables  # noqa: F401
from casework.db import open_engine


@pytest.fixture(params=["sqlite", "postgres"])
def any_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database with all tables: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'onward.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    engine = open_engine(url)
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()
