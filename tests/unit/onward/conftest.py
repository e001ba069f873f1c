"""Settings for tests: nothing of the machine's own environment, everything in a folder of the test's own."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onward.settings import Settings, load

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
"""A Tuesday in September, ten in the morning in London."""

MakeSettings = Callable[..., Settings]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No ONWARD_ variable of whoever runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("ONWARD_") and not name.startswith("ONWARD_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture
def make_settings(tmp_path: Path) -> MakeSettings:
    """Settings in the test's own folder, with whatever the test changes."""

    def make(**changes: object) -> Settings:
        return load(**{"var_dir": tmp_path / "var", "secret": "s" * 32, "bot_secret": "b" * 32} | changes)

    return make
