"""Who has no offer for September, those most at risk first, with why; and the outcomes as counts."""

from starlette.responses import Response

from casework.activities.rules import Rules
from casework.clock import LONDON
from casework.db import reading, writing
from casework.destinations.guarantee import at_risk, counts, outcomes, without_birth_date
from casework.destinations.guaranteefile import GuaranteeRules
from console.registers import may_plan, seen_by, sees_all
from console.registers_words import Namer
from console.visit import NotHere, Visit

PER_PAGE = 100


def no_offer(visit: Visit) -> Response:
    """The list, from its first day on; before that only when it begins."""
    number = visit.request.query_params.get("page", "1")
    if not number.isdigit() or len(number) > 5:
        raise NotHere("registers")
    rules = GuaranteeRules.load(visit.console.data_dir)
    book = Rules.load(visit.console.data_dir).book
    today = visit.now.astimezone(LONDON).date()
    year = rules.year_of(today)
    with reading(visit.console.engine) as session:
        mine = seen_by(visit, session)
        where = [] if mine is None else [mine]
        found = outcomes(session, rules, book, today, where=where)
        undated = without_birth_date(session, today, *where)
        namer = Namer.read(session, visit.console.vocabulary())
    begins = rules.act_from(year)
    listed = at_risk(found) if today >= begins else []
    pages = max(1, -(-len(listed) // PER_PAGE))
    page = min(max(1, int(number)), pages)
    shown = listed[(page - 1) * PER_PAGE : page * PER_PAGE]
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_no_offer_list", year=year, rows=len(shown))
    return visit.page(
        "no_offer.html",
        nav="registers",
        tab="no-offer",
        year=year,
        rules=rules,
        begins=begins,
        early=today < begins,
        rows=shown,
        total=len(listed),
        counts=counts(found, year),
        undated=undated,
        namer=namer,
        page=page,
        pages=pages,
        everyone=sees_all(visit),
        plans=may_plan(visit),
    )
