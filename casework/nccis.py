"""The codes of the national caseload return: what each one is called and what it counts as."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.yamlfile import BadData, read_yaml

NOT_KNOWN = "810"
NOT_KNOWN_AT_SCHOOL_AGE = "150"


class Status(StrEnum):
    """What an activity counts as. NEET and not known are two statuses, and nothing turns one into the other here."""

    COMPULSORY_AGE = "compulsory_age"
    PARTICIPATING = "participating"
    EMPLOYMENT = "employment"
    NEITHER = "neither"
    NEET = "neet"
    NOT_KNOWN = "not_known"
    OUTSIDE = "outside"
    UNSETTLED = "unsettled"


_STATUSES = {
    **{status.value: status for status in Status},
    "neet_available": Status.NEET,
    "neet_not_available": Status.NEET,
}


@dataclass(frozen=True)
class ActivityCode:
    """One current activity code."""

    code: str
    name: str
    status: Status
    group: str
    """The line of a participation table."""
    available: bool | None = None
    """For NEET only: whether they count as available."""
    unsure: bool = False
    """Not confirmed: to be shown as unchecked."""


@dataclass(frozen=True)
class Nccis:
    """Every code, by itself, and the words that say what each figure counts."""

    activities: dict[str, ActivityCode]
    characteristics: dict[str, str]
    definitions: dict[str, dict[str, Any]]
    source: str

    @classmethod
    def load(cls, data_dir: Path) -> "Nccis":
        """Read ``nccis.yml``. Raises ``BadData`` where it cannot be used."""
        return _load(data_dir / "nccis.yml")

    def status(self, code: str) -> Status:
        """What a code counts as. Raises ``KeyError`` for a code that is not in the list."""
        return self.activities[code].status

    def codes(self, status: Status) -> frozenset[str]:
        """Every code that counts as this."""
        return frozenset(code for code, activity in self.activities.items() if activity.status is status)


@lru_cache(maxsize=4)
def _load(path: Path) -> Nccis:
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path}: it needs activities and characteristics")
    activities: dict[str, ActivityCode] = {}
    for row in _rows(content, "activities", path):
        counts_as = row.get("counts_as")
        if counts_as not in _STATUSES:
            raise BadData(f"{path}: activity {row['code']} counts as {counts_as!r}, which is not one of the words")
        activities[row["code"]] = ActivityCode(
            code=row["code"],
            name=row["name"],
            status=_STATUSES[counts_as],
            group=row.get("group") or "other",
            available={"neet_available": True, "neet_not_available": False}.get(counts_as),
            unsure=bool(row.get("unsure")),
        )
    for needed in (NOT_KNOWN, NOT_KNOWN_AT_SCHOOL_AGE):
        if needed not in activities:
            raise BadData(f"{path}: activity {needed} is missing, which says that nothing is known")
    return Nccis(
        activities=activities,
        characteristics={row["code"]: row["name"] for row in _rows(content, "characteristics", path)},
        definitions=dict(content.get("definitions") or {}),
        source=str(content.get("source") or ""),
    )


def _rows(content: dict[str, Any], name: str, path: Path) -> Iterable[dict[str, Any]]:
    rows = content.get(name)
    if not isinstance(rows, list) or not rows:
        raise BadData(f"{path}: it needs a list of {name}")
    seen: set[str] = set()
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("code"), str) or not isinstance(row.get("name"), str):
            raise BadData(f"{path}: each of {name} needs a code (in quotes) and a name")
        if row["code"] in seen:
            raise BadData(f"{path}: {name} has {row['code']} twice")
        seen.add(row["code"])
        yield row
