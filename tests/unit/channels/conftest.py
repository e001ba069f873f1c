"""A database of each kind, for what must hold on both."""

import pytest
from sqlalchemy import Engine

import prospectus.tables  # noqa: F401


@pytest.fixture
def any_engine(on_both: Engine) -> Engine:
    """An empty database with all tables: SQLite, then PostgreSQL."""
    return on_both
