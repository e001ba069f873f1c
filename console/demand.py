"""What was asked for and missed, for those who plan courses: counts only, and no small ones."""

from datetime import date, timedelta

from starlette.responses import Response

from casework.clock import LONDON
from casework.db import reading, writing
from console import rights
from console.visit import Visit
from prospectus.coursefields import read_date, said_date
from prospectus.demand import SMALL, report

LINES = 100
"""Lines of a table; what is asked for more rarely is no plan yet."""

LONGEST = 40


def unmet(visit: Visit) -> Response:
    """Unmet demand from one day to another, by default of the last year. 422 where a day cannot be read."""
    rights.need(visit, rights.MANAGER)
    wanted, today = visit.request.query_params, visit.now.astimezone(LONDON).date()
    texts = {name: wanted.get(name, "").strip()[:LONGEST] for name in ("since", "until")}
    problems = {
        name: f"{label} must be a real date, like 6 September 2026"
        for name, label in (("since", "First day"), ("until", "Last day"))
        if texts[name] and read_date(texts[name]) is None
    }
    since = read_date(texts["since"]) or _a_year_before(today)
    until = read_date(texts["until"]) or today
    if not problems and until < since:
        problems["until"] = "The last day must be the first day or later"
    found = None
    if not problems:
        with reading(visit.console.engine) as session:
            found = report(session, visit.console.vocabulary(), since=since, until=until)
        with writing(visit.console.engine) as session:
            visit.audit(session, "viewed_unmet_demand", since=since.isoformat(), until=until.isoformat())
    tables = []
    if found is not None:
        months = [line | {"name": _month(line["month"])} for line in found.months]
        for heading, lines in (
            ("By subject", found.subjects), ("By level", found.levels), ("By area", found.areas),
            ("By route", found.routes), ("By month", months), ("Subject, level and area together", found.together),
        ):  # fmt: skip
            tables.append((heading, lines[:LINES], max(0, len(lines) - LINES)))
    return visit.page(
        "unmet_demand.html",
        status=422 if problems else 200,
        nav="unmet-demand",
        found=found,
        tables=tables,
        problems=problems,
        texts={"since": texts["since"] or said_date(since), "until": texts["until"] or said_date(until)},
        small=SMALL,
    )


def _a_year_before(day: date) -> date:
    """The day after the same day a year ago: a whole year to ``day``, both included."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day) + timedelta(days=1)


def _month(key: str) -> str:
    return said_date(date.fromisoformat(f"{key}-01")).partition(" ")[2]
