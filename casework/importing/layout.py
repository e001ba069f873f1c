"""Which headings are which column, and which words a cell may hold: ``data/returns/caseload.yml``."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.yamlfile import BadData, read_yaml

FIELDS = (
    "ref", "local_id", "uln", "first_name", "last_name", "known_as", "date_of_birth", "phone", "postcode", "town",
    "language", "nation", "school", "year_group", "adviser", "gender", "ethnicity", "characteristics", "ehc_plan",
    "leaves_school_on", "left_area_on", "activity", "activity_start", "activity_end", "activity_verified", "provider",
)  # fmt: skip
"""Every column that a file may have."""

_SIGNS = re.compile(r"[^a-z0-9]+")


class BadFile(ValueError):
    """A file cannot be read in at all. The message says what is wrong and what to do, in plain words."""


@dataclass(frozen=True)
class Column:
    """One column: its heading in a template, other headings it is known by, and what it holds."""

    name: str
    heading: str
    also: tuple[str, ...]
    holds: str


@dataclass(frozen=True)
class Found:
    """The columns of one file."""

    at: dict[str, int]
    """By column, its position in a row."""
    headings: dict[str, str]
    """By column, the heading that it has in this file."""
    ignored: tuple[str, ...]
    """Headings that no column goes by."""
    width: int
    """How many headings there are."""


@dataclass(frozen=True)
class Layout:
    """Everything that is known of the shape of a caseload file."""

    columns: dict[str, Column]
    needed: tuple[str, ...]
    empty: frozenset[str]
    words: dict[str, dict[str, str]]
    """By kind of word, and by what is written, what it means."""
    ethnicity: frozenset[str]

    @classmethod
    def load(cls, data_dir: Path) -> "Layout":
        """Read the layout. Raises ``BadData``."""
        return _load(data_dir / "returns" / "caseload.yml")

    def find(self, headings: Sequence[str]) -> Found:
        """Which column is where. Raises ``BadFile`` where one is there twice, or a needed one is missing."""
        known = {plain(name): column.name for column in self.columns.values() for name in _names(column)}
        at: dict[str, int] = {}
        ignored = []
        for position, heading in enumerate(headings):
            name = known.get(plain(heading))
            if name is None:
                if heading.strip():
                    ignored.append(heading.strip())
            elif name in at:
                raise BadFile(
                    f"Two columns say the same: {headings[at[name]].strip()!r} and {heading.strip()!r} are both "
                    f"{self.columns[name].heading!r}. Take one out, or give it another heading."
                )
            else:
                at[name] = position
        missing = [self.columns[name].heading for name in self.needed if name not in at]
        if missing:
            raise BadFile(
                f"No column is headed {' or '.join(missing)}. The first row must hold the headings; "
                "`onward record template FILE` writes a file with all of them."
            )
        return Found(at, {name: headings[where].strip() for name, where in at.items()}, tuple(ignored), len(headings))


def plain(heading: str) -> str:
    """A heading without capitals, spaces and signs."""
    return _SIGNS.sub("", heading.casefold())


def _names(column: Column) -> Iterable[str]:
    return (column.name, column.heading, *column.also)


@lru_cache(maxsize=4)
def _load(path: Path) -> Layout:
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict):
        raise BadData(f"{path}: it needs columns")
    columns = {name: _column(path, name, row) for name, row in content["columns"].items()}
    if set(columns) != set(FIELDS):
        raise BadData(f"{path}: these columns are odd or missing: {', '.join(sorted(set(columns) ^ set(FIELDS)))}")
    taken: dict[str, str] = {}
    for column in columns.values():
        for name in _names(column):
            other = taken.setdefault(plain(name), column.name)
            if other != column.name:
                raise BadData(f"{path}: the heading {name!r} is of both {other} and {column.name}")
    needed = tuple(content.get("needed") or ())
    if not set(needed) <= set(FIELDS):
        raise BadData(f"{path}: needed names a column that there is not")
    words: Mapping[str, Any] = content.get("words") or {}
    meanings: dict[str, dict[str, str]] = {"yes_no": {}}
    for kind, rows in words.items():
        if kind in ("yes", "no"):
            meanings["yes_no"].update({str(word).casefold(): kind for word in rows})
        else:
            meanings[kind] = {str(word).casefold(): means for means, written in rows.items() for word in written}
    return Layout(
        columns=columns,
        needed=needed,
        empty=frozenset(str(word).casefold() for word in content.get("empty") or ()),
        words=meanings,
        ethnicity=frozenset(content.get("ethnicity") or ()),
    )


def _column(path: Path, name: str, row: Any) -> Column:
    if not isinstance(row, dict) or not isinstance(row.get("heading"), str):
        raise BadData(f"{path}: column {name} needs a heading")
    return Column(name, row["heading"], tuple(row.get("also") or ()), str(row.get("holds") or ""))
