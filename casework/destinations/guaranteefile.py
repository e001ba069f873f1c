"""Reading ``data/guarantee.yml``: the September Guarantee as data."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.yamlfile import BadData, read_yaml

STATUSES = ("accepted", "offered", "continuing", "not_taken", "no_offer", "not_recorded", "not_appropriate")
"""What ``casework.destinations.guarantee`` can find; the file names each one."""
REASONS = (
    "neet", "leaving", "lost", "rejected", "nothing_known", "undecided", "not_applied", "priority", "ehc_plan",
    "help_wanted", "not_known", "quiet",
)  # fmt: skip
COUNTS_AS = ("offer", "no_offer", "not_appropriate", "not_recorded")


@dataclass(frozen=True)
class Status:
    """One outcome."""

    key: str
    name: str
    counts_as: str
    act: bool
    code: str | None
    """The code of the monthly return; None: none is known, and the return says nothing."""
    confirmed: bool


@dataclass(frozen=True)
class Reason:
    """Why somebody is at risk, and how much that weighs."""

    key: str
    points: int
    words: str


@dataclass(frozen=True)
class GuaranteeRules:
    """The rules, ready to use."""

    statuses: dict[str, Status]
    reasons: dict[str, Reason]
    ages: frozenset[int]
    nation: str
    not_counted: frozenset[str]
    priority: frozenset[str]
    quiet_days: int
    source: str
    checked_on: date | None
    _from: tuple[int, int]
    _until: tuple[int, int]
    _act: tuple[int, int]

    @classmethod
    def load(cls, data_dir: Path) -> "GuaranteeRules":
        """Read ``guarantee.yml``. Raises ``BadData`` where it cannot be used."""
        return _load(data_dir / "guarantee.yml")

    def year_of(self, on: date) -> int:
        """The September, by its year, that a day belongs to."""
        return on.year + ((on.month, on.day) > self._until)

    def span(self, year: int) -> tuple[date, date]:
        """The first and the last day on which an offer counts for the September of ``year``."""
        return date(year - 1, *self._from), date(year, *self._until)

    def act_from(self, year: int) -> date:
        """The day from which those without an offer are listed."""
        return date(year, *self._act)


@lru_cache(maxsize=4)
def _load(path: Path) -> GuaranteeRules:
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path}: it holds no rules")
    try:
        statuses = {row["key"]: _status(path, row) for row in content["statuses"]}
        reasons = {row["key"]: Reason(row["key"], int(row["points"]), str(row["words"])) for row in content["reasons"]}
        rules = GuaranteeRules(
            statuses=statuses,
            reasons=reasons,
            ages=frozenset(int(age) for age in content["ages"]),
            nation=str(content["nation"]),
            not_counted=frozenset(str(row["route"]) for row in content["routes_that_do_not_count"]),
            priority=frozenset(str(code) for code in content["priority_characteristics"]),
            quiet_days=int(content["quiet_days"]),
            source=str(content["source"]),
            checked_on=content.get("checked_on"),
            _from=_day(path, content["offers_from"]),
            _until=_day(path, content["offers_until"]),
            _act=_day(path, content["act_from"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadData(f"{path}: {error} is missing, or is not what it should be") from None
    for what, wanted, there in (("status", STATUSES, statuses), ("reason", REASONS, reasons)):
        if set(wanted) != set(there):
            odd = ", ".join(sorted(set(wanted) ^ set(there)))
            raise BadData(f"{path}: every {what} must be there, and no other: {odd}")
    return rules


def _status(path: Path, row: dict[str, Any]) -> Status:
    if row["counts_as"] not in COUNTS_AS:
        raise BadData(f"{path}: {row['key']}: counts_as must be one of {', '.join(COUNTS_AS)}")
    code = row.get("code")
    if code is not None and (not isinstance(code, str) or not re.fullmatch(r"\d{3}", code)):
        raise BadData(f"{path}: {row['key']}: code must be three digits, in quotes, or null")
    return Status(
        key=row["key"],
        name=str(row["name"]),
        counts_as=row["counts_as"],
        act=bool(row.get("act", False)),
        code=code,
        confirmed=bool(row.get("confirmed", row.get("code") is not None)),
    )


def _day(path: Path, written: Any) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2001-{written}")
    except (TypeError, ValueError):
        raise BadData(f'{path}: {written!r} is not a day of the year, as in "09-30"') from None
    return day.month, day.day
