"""One young person's plans and applications, with where every fact is from."""

from datetime import date

from sqlmodel import Session, col
from starlette.responses import RedirectResponse, Response

from casework.activities.rules import Rules
from casework.clock import LONDON
from casework.db import reading, writing
from casework.destinations.facts import Fact
from casework.destinations.guarantee import Outcome, outcomes
from casework.destinations.guaranteefile import GuaranteeRules
from casework.destinations.record import current, record_destination
from casework.destinations.stages import NO_OFFER_NEEDED
from casework.tables import YoungPerson
from console.registers import may_plan, sees_all
from console.registers_words import SOURCES, STAGES, Namer
from console.rendering import BASE
from console.subject import person_by_ref, ref_of
from console.visit import NotHere, Visit

LONGEST_REASON = 500


def one(visit: Visit) -> Response:
    """The page."""
    return _show(visit)


def not_appropriate(visit: Visit) -> Response:
    """Record that an offer is not appropriate now, and why; 422 with the form again without a reason."""
    reason = " ".join(visit.form.get("reason", "").split())
    if not reason or len(reason) > LONGEST_REASON:
        error = f"Write why, in {LONGEST_REASON} characters or fewer"
        return _show(visit, status=422, error=error, reason=reason)
    with writing(visit.console.engine) as session:
        person = _person(visit, session)
        fact = Fact(
            stage=NO_OFFER_NEEDED, source="adviser", recorded_at=visit.now, on_date=_today(visit), reason=reason
        )
        record_destination(session, person.id or 0, fact)
        visit.audit(session, "offer_not_appropriate", young_person_id=person.id)
    return RedirectResponse(f"{BASE}/registers/people/{person.ref}?done=recorded", status_code=303)


def _show(visit: Visit, *, status: int = 200, error: str | None = None, reason: str = "") -> Response:
    with reading(visit.console.engine) as session:
        person = _person(visit, session)
        known = current(session, person)
        courses = {fact.course_ref for fact in known.history if fact.course_ref}
        namer = Namer.read(session, visit.console.vocabulary(), courses)
        outcome = _outcome(visit, session, person)
        own = visit.scope(session).group(person) is not None
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_destinations", young_person_id=person.id)
    return visit.page(
        "destinations.html",
        status=status,
        nav="registers",
        tab=None,
        person=person,
        known=known,
        namer=namer,
        outcome=outcome,
        stages=STAGES,
        sources=SOURCES,
        own=own,
        error=error,
        reason=reason,
        done="It is recorded." if visit.request.query_params.get("done") == "recorded" and status == 200 else None,
        everyone=sees_all(visit),
        plans=may_plan(visit),
    )


def _outcome(visit: Visit, session: Session, person: YoungPerson) -> Outcome | None:
    rules, book = GuaranteeRules.load(visit.console.data_dir), Rules.load(visit.console.data_dir).book
    found = outcomes(session, rules, book, _today(visit), where=[col(YoungPerson.id) == person.id])
    return found[0] if found else None


def _person(visit: Visit, session: Session) -> YoungPerson:
    person = person_by_ref(session, ref_of(visit))
    if person is None:
        raise NotHere("destinations")
    if not sees_all(visit) and visit.scope(session).group(person) is None:
        raise NotHere("destinations", young_person_id=person.id)
    return person


def _today(visit: Visit) -> date:
    return visit.now.astimezone(LONDON).date()
