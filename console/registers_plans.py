"""First choices as counts, for those who plan provision: no names, and no small numbers."""

from collections.abc import Callable

from starlette.responses import Response

from casework.clock import LONDON
from casework.db import reading, writing
from casework.destinations.planning import NOT_SAID, SMALL, counts, masked, shown
from casework.destinations.register import register
from console import rights
from console.registers import YEARS, may_plan, sees_all
from console.registers_words import Namer
from console.visit import NotHere, Visit
from prospectus.sectors import Sectors


def plans(visit: Visit) -> Response:
    """Intended destinations of a school year by route, sector and level, in the whole area."""
    if not may_plan(visit):
        rights.need(visit, rights.MANAGER)
    year = visit.request.query_params.get("year", "11")
    if year not in {str(one) for one in YEARS}:
        raise NotHere("registers")
    today = visit.now.astimezone(LONDON).date()
    vocabulary, sectors = visit.console.vocabulary(), Sectors.load(visit.console.data_dir)
    with reading(visit.console.engine) as session:
        found = counts(register(session, today, year=int(year)), lambda subject: sectors.of(vocabulary, subject))
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_plans", year=int(year))
    namer = Namer(vocabulary)
    tables = [
        ("By route", _named(found.by_route, namer.route)),
        ("By sector", _named(found.by_sector, str)),
        ("By level", _named(found.by_level, vocabulary.level_name)),
    ]
    # told together, so that none of them can be worked out from the others
    known = masked({"plan": found.planned, "undecided": found.undecided, "nothing": found.nothing_known})
    return visit.page(
        "plans.html",
        nav="registers",
        tab="plans",
        year=int(year),
        years=YEARS,
        total=shown(found.total),
        known=known,
        tables=tables,
        small=SMALL,
        today=today,
        everyone=sees_all(visit),
        plans=True,
    )


def _named(table: dict[str, int], name: Callable[[str], str]) -> list[tuple[str, str]]:
    words = {key: "Not said" if key == NOT_SAID else name(key) for key in table}
    return [(words[key][:1].upper() + words[key][1:], count) for key, count in masked(table).items()]
