"""Follow-up for managers: the next weeks as a calendar, what waits now, and what advisers were handed."""

from markupsafe import Markup
from starlette.responses import Response

from casework.db import reading, writing
from casework.followup.planfile import Book
from casework.followup.volume import loads, volume
from casework.followup.words import IMPORTANCE_WORDS, plan_title, waits
from console import rights
from console.followup_picture import calendar_svg
from console.visit import Visit


def overview(visit: Visit) -> Response:
    """The page. There are only counts on it."""
    rights.need(visit, rights.MANAGER)
    titles = {plan.key: plan.title for plan in Book.load(visit.console.data_dir).plans}
    with reading(visit.console.engine) as session:
        found = volume(session, visit.now)
        handed = loads(session)
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_follow_up")
    return visit.page(
        "followup.html",
        nav="follow-up",
        found=found,
        handed=handed,
        bands=IMPORTANCE_WORDS,
        plans=[(plan_title(plan, titles), count) for plan, count in found.by_plan],
        waiting=[(waits(reason), count) for reason, count in found.waiting.items()],
        # it is made of numbers and our own words
        picture=Markup(calendar_svg(found, alone=False)),  # noqa: S704
    )
