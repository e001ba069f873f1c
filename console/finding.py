"""Finding somebody in one's own caseload. What is looked for is posted: no address ever holds a name or a number."""

from starlette.responses import Response

from casework.caseload import may_see
from casework.db import reading, writing
from casework.finding import LONGEST, MOST, find
from casework.tables import Adviser
from console.registers import sees_all
from console.visit import Visit


def form(visit: Visit) -> Response:
    """The empty form."""
    return visit.page("find.html", nav="find", words="", found=None, longest=LONGEST)


def search(visit: Visit) -> Response:
    """Those whom it fits and whom the adviser may see; the audit has their ids, and not what was looked for."""
    words = visit.form.get("q", "").strip()[:LONGEST]
    if len(words) < 2:
        error = "Enter a name, a reference or a phone number"
        return visit.page("find.html", status=422, nav="find", words=words, found=None, error=error, longest=LONGEST)
    with reading(visit.console.engine) as session:
        scope = visit.scope(session)
        found = find(session, scope, words, everybody=sees_all(visit))
        # a manager sees everybody in the registers, and the transcripts of their own caseload
        own = {person.id for person in found.people if may_see(session, scope, person, None)}
        advisers = {
            person.adviser_id: session.get_one(Adviser, person.adviser_id).name
            for person in found.people
            if person.adviser_id
        }
    with writing(visit.console.engine) as session:
        visit.audit(session, "searched", people=[one.ref for one in found.people], more=found.more)
    return visit.page(
        "find.html", nav="find", words=words, found=found, most=MOST, advisers=advisers, own=own, longest=LONGEST
    )
