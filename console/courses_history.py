"""What happened to a course, and what was read into the catalogue."""

from starlette.responses import Response

from casework.db import reading
from console import rights
from console.courses import labels
from console.courses_words import COUNTS, FORMATS, change_line
from console.visit import NotHere, Visit
from prospectus import editing
from prospectus.importlog import import_of, imports, imports_of

PER_PAGE = 50
REASONS_SHOWN = 200
"""Lines of an import's report on a page; the rest are counted."""


def history(visit: Visit) -> Response:
    """Every change of a course, the latest first. Every adviser may look."""
    ref, before = str(visit.request.path_params["ref"]), visit.request.query_params.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise NotHere("history")
    vocabulary = visit.console.vocabulary()
    with reading(visit.console.engine) as session:
        try:
            course = editing.course_of(session, ref)
        except editing.NotFound:
            raise NotHere("course") from None
        rows = editing.history(session, ref, limit=PER_PAGE + 1, before=int(before) if before else None)
        read = imports_of(session, rows)
    named = labels(vocabulary)
    lines = [change_line(row, read, named, vocabulary) for row in rows[:PER_PAGE]]
    earlier = lines[-1].id if len(rows) > PER_PAGE else None
    return visit.page("course_history.html", nav="courses", course=course, lines=lines, earlier=earlier, later=before)


def imports_list(visit: Visit) -> Response:
    """Every file that was read in, the latest first."""
    rights.need(visit, rights.PROSPECTUS)
    number = visit.request.query_params.get("page", "1")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise NotHere("imports")
    page = max(1, int(number))
    with reading(visit.console.engine) as session:
        total, rows = imports(session, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    return visit.page("imports.html", nav="imports", rows=rows, total=total, page=page, pages=pages, formats=FORMATS)


def one_import(visit: Visit) -> Response:
    """What came of one file: counts, repairs, and every line that could not be used."""
    rights.need(visit, rights.PROSPECTUS)
    number = int(visit.request.path_params["number"])
    with reading(visit.console.engine) as session:
        row = import_of(session, number) if number < 2**63 else None
    if row is None:
        raise NotHere("import")
    report = row.report
    return visit.page(
        "import.html",
        nav="imports",
        row=row,
        formats=FORMATS,
        counts=[(label, row.counts.get(name)) for name, label in COUNTS if row.counts.get(name) is not None],
        repairs=list(report.get("repairs") or ())[:REASONS_SHOWN],
        refused=list(report.get("refused") or ())[:REASONS_SHOWN],
        kept=list(report.get("kept") or ())[:REASONS_SHOWN],
        more={name: max(0, len(report.get(name) or ()) - REASONS_SHOWN) for name in ("repairs", "refused", "kept")},
        labels=labels(visit.console.vocabulary()),
    )
