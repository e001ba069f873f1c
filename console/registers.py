"""The register of a school year: plans, applications and offers, for an adviser's own caseload or, for managers, all.

Also as a table for a spreadsheet. Every look is in the audit, with how many it showed.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col
from starlette.responses import Response

from casework import csvsafe
from casework.clock import LONDON
from casework.db import reading, writing
from casework.destinations.register import STANDINGS, Row, register
from casework.tables import Adviser, School
from console import rights
from console.registers_words import STANDINGS as NAMES
from console.registers_words import SURE, Namer
from console.rendering import BASE
from console.visit import NotHere, Visit

PER_PAGE = 100
YEARS = (11, 12, 13)

COLUMNS = (
    "Ref", "Last name", "First name", "Known as", "School", "Standing", "First choice", "How sure", "Help wanted",
    "Second choice", "Open applications", "Offers held", "Next interview", "Last contact", "Adviser",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the address asks for."""

    year: int
    school: str
    show: str
    page: int

    def url(self, path: str = "/registers", **changes: object) -> str:
        """The address of the same with changes."""
        values = {"year": self.year, "school": self.school, "show": self.show, "page": self.page} | changes
        default = {"year": 11, "school": "", "show": "", "page": 1}
        query = {name: value for name, value in values.items() if value != default[name]}
        return BASE + path + (f"?{urlencode(query)}" if query else "")


def sees_all(visit: Visit) -> bool:
    """Whether they see every young person's register: managers do."""
    return rights.has(visit.adviser, rights.MANAGER)


def seen_by(visit: Visit, session: Session) -> ColumnElement[bool] | None:
    """Whom they may see, as a condition; None: everybody."""
    return None if sees_all(visit) else visit.scope(session).people()


def register_page(visit: Visit) -> Response:
    """The register, of one school or of all, everybody or those who stand at one point."""
    wanted = _wanted(visit)
    with reading(visit.console.engine) as session:
        schools, rows, namer = _read(visit, session, wanted)
    counted = {standing: sum(row.standing == standing for row in rows) for standing in STANDINGS}
    chosen = [row for row in rows if wanted.show in ("", row.standing)]
    pages = max(1, -(-len(chosen) // PER_PAGE))
    page = min(wanted.page, pages)
    shown = chosen[(page - 1) * PER_PAGE : page * PER_PAGE]
    with writing(visit.console.engine) as session:
        visit.audit(
            session, "viewed_register", year=wanted.year, school=wanted.school, show=wanted.show, rows=len(shown)
        )
    return visit.page(
        "register.html",
        nav="registers",
        tab="register",
        wanted=wanted,
        years=YEARS,
        schools=schools,
        rows=shown,
        total=len(rows),
        chosen=len(chosen),
        counted=counted,
        standings=NAMES,
        namer=namer,
        page=page,
        pages=pages,
        everyone=sees_all(visit),
        plans=may_plan(visit),
    )


def export(visit: Visit) -> Response:
    """The same register as a CSV file."""
    wanted = _wanted(visit)
    with reading(visit.console.engine) as session:
        _, rows, namer = _read(visit, session, wanted)
        advisers = {row.id: row.name for row in session.execute(select(col(Adviser.id), col(Adviser.name)))}
    chosen = [row for row in rows if wanted.show in ("", row.standing)]
    with writing(visit.console.engine) as session:
        visit.audit(
            session, "exported_register", year=wanted.year, school=wanted.school, show=wanted.show, rows=len(chosen)
        )
    made = csvsafe.table(COLUMNS, (_cells(visit, row, namer, advisers) for row in chosen))
    name = f"year-{wanted.year}-{visit.now.astimezone(LONDON).date().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made.encode(), media_type="text/csv; charset=utf-8", headers=headers)


def may_plan(visit: Visit) -> bool:
    """Whether they may see the counts for planning."""
    return sees_all(visit) or rights.has(visit.adviser, rights.PROSPECTUS)


def _read(visit: Visit, session: Session, wanted: Wanted) -> tuple[list[School], list[Row], Namer]:
    schools = list(session.execute(select(School).order_by(col(School.name))).scalars())
    school = next((one for one in schools if one.ref == wanted.school), None)
    if wanted.school and school is None:
        raise NotHere("registers")
    today = visit.now.astimezone(LONDON).date()
    rows = register(
        session, today, year=wanted.year, school_id=school.id if school else None, where=seen_by(visit, session)
    )
    courses = {fact.course_ref for row in rows for fact in row.known.picture.history if fact.course_ref}
    return schools, rows, Namer.read(session, visit.console.vocabulary(), courses)


def _wanted(visit: Visit) -> Wanted:
    given = visit.request.query_params
    year, page, show = given.get("year", "11"), given.get("page", "1"), given.get("show", "")
    if year not in {str(one) for one in YEARS} or not page.isdigit() or len(page) > 5:
        raise NotHere("registers")
    if show not in ("", *STANDINGS):
        raise NotHere("registers")
    return Wanted(int(year), given.get("school", "")[:40], show, max(1, int(page)))


def _cells(visit: Visit, row: Row, namer: Namer, advisers: dict[int | None, str]) -> list[object]:
    person, plan = row.person, row.plan
    interview = row.interview_after(visit.now)
    return [
        person.ref,
        person.last_name,
        person.first_name,
        person.known_as,
        row.school.name if row.school else "",
        NAMES[row.standing],
        namer.plan(plan),
        SURE.get(plan.now.sure or "", "") if plan else "",
        plan.now.help_wanted if plan else "",
        namer.plan(row.second),
        row.applied,
        row.offers,
        interview.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") if interview else "",
        row.last_contact.astimezone(LONDON).date().isoformat() if row.last_contact else "",
        advisers.get(person.adviser_id, ""),
    ]
