"""Worlds on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from casework.followup.hook import uninstall
from tests.unit.followup.world import World, data_folder

Build = Callable[..., World]


@pytest.fixture
def engine(on_both: Engine) -> Iterator[Engine]:
    yield on_both
    uninstall(on_both)


@pytest.fixture
def build(engine: Engine, tmp_path: Path) -> Build:
    def make(*plans: dict[str, Any], **more: Any) -> World:
        return World(engine, data_folder(tmp_path, *plans), **more)

    return make
