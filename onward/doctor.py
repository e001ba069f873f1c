"""`onward doctor`: looks at everything an installation needs, says what is wrong and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from onward import checks
from onward.checks import Check, Finding
from onward.problems import Problem
from onward.settings import BadSettings, Settings, load
from onward.variables import unknown_variables

CHECKS: tuple[tuple[str, Check], ...] = (
    ("Application", checks.application),
    ("Bot's environment", checks.bot_environment),
    ("Model", checks.bot_model),
    ("Data files", checks.data_files),
    ("Folder and disk", checks.folder),
    ("Secrets", checks.secrets),
    ("Database", checks.database),
    ("Twilio and phone", checks.sms),
    ("Ports", checks.ports),
    ("Bot", checks.bot),
)


@dataclass(frozen=True)
class Looked:
    """One finding of one check."""

    about: str
    finding: Finding

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "about": self.about,
            "level": self.finding.level,
            "found": self.finding.found,
            "remedy": self.finding.remedy or None,
        }


def examine() -> Iterator[Looked]:
    """Every finding, as it is made. Never raises: a check that fails is a finding itself."""
    try:
        settings = load()
    except BadSettings as bad:
        for problem in bad.problems:
            yield Looked("Settings", Finding("wrong", problem, "See docs/settings.md."))
        return
    misspelt = unknown_variables()
    for name in misspelt:
        yield Looked("Settings", Finding("warning", f"{name} is not a setting of Onward.", "See docs/settings.md."))
    if not misspelt:
        yield Looked("Settings", Finding("well", f"they agree; the database is {_kind(settings)}"))
    for about, check in CHECKS:
        try:
            for finding in check(settings):
                yield Looked(about, finding)
        except Problem as problem:
            yield Looked(about, Finding("wrong", problem.what, problem.remedy))
        except Exception as error:
            yield Looked(about, Finding("wrong", f"could not be checked: {type(error).__name__}"))


def _kind(settings: Settings) -> Literal["SQLite", "PostgreSQL"]:
    return "SQLite" if settings.sqlite else "PostgreSQL"
