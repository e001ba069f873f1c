"""Reports in a table: a CSV file or the first sheet of a workbook, with the rules of the API."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from casework.importing import values
from casework.importing.files import open_sheet
from casework.importing.layout import BadFile
from casework.importing.values import BadCell

PERSON = ("first_name", "last_name", "known_as", "date_of_birth", "uln", "postcode", "phone")
OTHER = ("id", "kind", "on", "course", "subject", "level", "reason", "planned_end", "interview_at")
COLUMNS = (*OTHER[:3], *PERSON, *OTHER[3:])
"""Every heading there is."""
NEEDED = ("id", "kind", "on", "first_name", "last_name")

MOST_ROWS = 50_000


def read_table(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row as an item of the API, with its line. Raises ``BadFile`` for a file that cannot be used."""
    with open_sheet(path) as sheet:
        headings = [_heading(cell) for cell in sheet.headings]
        unknown = sorted({heading for heading in headings if heading not in COLUMNS})
        if unknown:
            listed = ", ".join(heading[:40] or "(empty)" for heading in unknown)
            raise BadFile(f"{path}: no column is called {listed}. There are: {', '.join(COLUMNS)}.")
        if len(set(headings)) != len(headings):
            raise BadFile(f"{path}: a heading is there twice.")
        missing = [heading for heading in NEEDED if heading not in headings]
        if missing:
            raise BadFile(f"{path}: a column is missing: {', '.join(missing)}.")
        count = 0
        for line, cells in sheet.rows:
            written = [_text(cell) for cell in cells]
            if not any(written):
                continue
            count += 1
            if count > MOST_ROWS:
                raise BadFile(f"{path} has more than {MOST_ROWS:,} rows. Split it.")
            if any(written[len(headings) :]):
                raise BadFile(f"{path}, line {line}: it has more cells than there are headings.")
            given = {name: cell for name, cell in zip(headings, written, strict=False) if cell}
            yield line, _item(given)


def _item(given: dict[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {name: value for name, value in given.items() if name in OTHER}
    item["person"] = {name: value for name, value in given.items() if name in PERSON}
    for name in ("kind", "level"):
        if name in item:
            item[name] = item[name].lower().replace(" ", "_").replace("-", "_")
    return item


def _heading(cell: str) -> str:
    return cell.strip().lower().replace(" ", "_").replace("-", "_")


def _text(cell: Any) -> str:
    if isinstance(cell, datetime) and (cell.hour or cell.minute):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    try:
        return values.text(cell)
    except BadCell:
        # too long for any field: what reads the report says so
        return str(cell)[: 2 * values.LONGEST]
