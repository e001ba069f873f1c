"""The environment variables as a whole: the documented table of them, and those that mean nothing."""

import os
from collections.abc import Iterable
from pathlib import Path

from onward.settings import PROJECT, Settings, variable

BOT_VARIABLES = frozenset({"ONWARD_ACTIONS_HOSTS"})
"""Variables that only the bot's own process reads (see docs/protocols.md)."""

TEST_VARIABLES = frozenset({"ONWARD_KILL_AT"})
"""Variables that only tests set (see ``channels.steps``)."""


def unknown_variables(names: Iterable[str] | None = None) -> list[str]:
    """Variables that begin with ``ONWARD_`` and mean nothing: most likely misspelt."""
    known = {variable(field) for field in Settings.model_fields} | BOT_VARIABLES | TEST_VARIABLES
    given = [name for name in (os.environ if names is None else names) if name.startswith("ONWARD_")]
    return sorted(name for name in given if name not in known and not name.startswith("ONWARD_TEST_"))


def table() -> str:
    """The documented table of settings, as it stands in docs/settings.md."""
    lines = ["| variable | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        lines.append(f"| `{variable(name)}` | {_shown(name, field.default)} | {field.description} |")
    return "\n".join(lines)


def _shown(name: str, default: object) -> str:
    if name == "database_url":
        return "SQLite"
    if isinstance(default, Path):
        return f"`{default.relative_to(PROJECT)}/` in the project's folder"
    return "none" if default in (None, "") else f"`{default}`"


if __name__ == "__main__":
    print(table())
