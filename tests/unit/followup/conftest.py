"""Worlds on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from casework.db import open_engine
from casework.followup.hook import uninstall
from onward.migrate import upgrade
from tests.unit.followup.world import World, data_folder

Build = Callable[..., World]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'record.db'}")
    else:
        engine = open_engine(request.getfixturevalue("postgres_url"))
    upgrade(engine)
    yield engine
    uninstall(engine)
    engine.dispose()


@pytest.fixture
def build(engine: Engine, tmp_path: Path) -> Build:
    def make(*plans: dict[str, Any], **more: Any) -> World:
        return World(engine, data_folder(tmp_path, *plans), **more)

    return make
