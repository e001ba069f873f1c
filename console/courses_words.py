"""How the pages about courses say things: addresses, states, and what a change was."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from console.rendering import BASE
from prospectus.coursefields import said_date
from prospectus.tables import CatalogueImport, CourseChange
from prospectus.vocabulary import Vocabulary

STATES = {
    "open": "Can be joined",
    "waiting_list": "Waiting list",
    "closed": "Last day to apply has passed",
    "full": "Full",
    "past": "Has started",
}
"""How a run stands today."""

ACTIONS = {"added": "Added", "changed": "Changed", "retired": "No longer offered", "restored": "Offered again"}

FORMATS = {
    "xcri": "XCRI-CAP feed",
    "ncs_csv": "National Careers Service file",
    "jsonld": "schema.org file",
    "sheet": "Spreadsheet",
}

COUNTS = (
    ("courses_taken", "New courses"),
    ("courses_changed", "Changed courses"),
    ("courses_same", "Courses as they were"),
    ("courses_restored", "Courses that came back"),
    ("courses_retired", "Courses no longer in the file"),
    ("courses_refused", "Refused"),
    ("runs_taken", "New starts"),
    ("runs_changed", "Changed starts"),
    ("runs_retired", "Starts no longer in the file"),
)
"""What an import counts, and how it is called."""


@dataclass(frozen=True)
class ChangeLine:
    """One row of a course's history, in words."""

    id: int
    at: datetime
    what: str
    by: str
    import_id: int | None
    changes: list[tuple[str, str, str]]
    """Fact, before, after."""


def course_url(ref: str, part: str = "") -> str:
    """The address of a course in the console, or of a part of it."""
    return f"{BASE}/courses/{quote(ref, safe='')}{part}"


def run_url(ref: str, run_ref: str) -> str:
    """The address of the form for one start."""
    return course_url(ref, f"/starts/{quote(run_ref, safe='')}")


def address(words: str = "", only: str = "", page: int = 1) -> str:
    """The address of a list of courses."""
    query = {name: value for name, value in (("q", words), ("only", only)) if value}
    if page > 1:
        query["page"] = str(page)
    return f"{BASE}/courses?{urlencode(query)}" if query else f"{BASE}/courses"


def change_line(
    row: CourseChange, imports: dict[int, CatalogueImport], labels: dict[str, str], vocabulary: Vocabulary
) -> ChangeLine:
    """A change of a course or of one of its starts, in words."""
    read = imports.get(row.import_id) if row.import_id else None
    by = row.by or (f"Import of {read.file_name}" if read else "An import")
    what = ACTIONS.get(row.action, row.action)
    if row.run_ref:
        what = f"{what}: start {row.run_ref}"
    changes = [
        (label(name, labels), said(name, before, vocabulary), said(name, after, vocabulary))
        for name, (before, after) in sorted(row.changes.items())
        if name not in ("latitude", "longitude", "retired", "fingerprint")
    ]
    return ChangeLine(row.id or 0, row.at, what, by, row.import_id, changes)


def label(name: str, labels: dict[str, str]) -> str:
    """What a fact is called, also one that stands for where a fact is from."""
    plain, _, part = name.rpartition(".")
    if part == "source" and plain:
        return f"{labels.get(plain, plain)}: who decides"
    return labels.get(name, name.replace("_", " ").capitalize())


def said(name: str, value: Any, vocabulary: Vocabulary) -> str:
    """A value of the history in words."""
    if value is None or value in ("", []):
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if name == "subject":
        return vocabulary.subject_name(str(value))
    if name == "level":
        return vocabulary.level_name(str(value))
    if name == "route":
        return vocabulary.route_name(str(value))
    if name in ("start", "end", "apply_by", "checked_on"):
        try:
            return said_date(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    if name.endswith(".source"):
        return {"officer": "an officer"}.get(str(value), str(value))
    return str(value).replace("_", " ") if name == "places" else str(value)
