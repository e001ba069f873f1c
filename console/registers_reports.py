"""Providers' reports that nobody was found for: beside each those whom it may be about, for a person to say."""

from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from casework.activities.rules import Rules
from casework.caseload import Scope
from casework.db import reading, writing
from casework.providers import settling
from casework.providers.catalogue import ProviderInfo
from casework.providers.settling import Queued, SettlingError
from casework.tables import YoungPerson
from console.registers import may_plan, sees_all
from console.registers_words import KINDS, Namer
from console.rendering import BASE
from console.subject import person_by_ref
from console.visit import NotHere, Visit
from prospectus.reported import provider_info

LIST = BASE + "/provider-reports"
DONE = {
    "matched": "The report is in the young person's record now, and their adviser is told where it matters.",
    "aside": "The report is set aside. It is kept, with your note.",
}
OTHER = "other"


def listed(visit: Visit) -> Response:
    """The queue, the oldest first."""
    with reading(visit.console.engine) as session:
        found = settling.queue(session, _scope(visit, session))
        namer = Namer.read(session, visit.console.vocabulary())
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_provider_reports", ids=[one.report.id for one in found][:200])
    return visit.page(
        "provider_reports.html",
        nav="provider-reports",
        queue=found,
        namer=namer,
        kinds=KINDS,
        everyone=sees_all(visit),
        most=settling.MOST_LISTED,
        done=DONE.get(visit.request.query_params.get("done", "")),
    )


def one(visit: Visit) -> Response:
    """One report, with the forms that settle it."""
    return _show(visit)


def match(visit: Visit) -> Response:
    """Say who it is about; 422 with the form again where nobody they may see was chosen, 409 when it is settled."""
    choice = visit.form.get("person", "")
    with reading(visit.console.engine) as session:
        queued = _queued(visit, session)
        provider = provider_info(session, queued.report.provider_ref)
        person = _chosen(visit, session, queued, choice)
    if person is None:
        about_other = choice == OTHER
        error = "There is no young person with this reference whom you may see" if about_other else "Choose who it is"
        where = "other-ref" if about_other else "person"
        return _show(visit, status=422, error=error, error_at=where, choice=choice)
    # one that is gone from the prospectus still has what it reported
    known = provider or ProviderInfo(queued.report.provider_ref, queued.report.provider_ref, "")
    rules = Rules.load(visit.console.data_dir)
    try:
        with writing(visit.console.engine) as session:
            settling.assign(session, rules, queued.report.id or 0, person, known, visit.adviser, visit.now)
    except SettlingError as refused:
        return _gone(visit, refused)
    return RedirectResponse(f"{LIST}?done=matched", status_code=303)


def set_aside(visit: Visit) -> Response:
    """Say that it is about nobody here; 422 with the form again without a note, 409 when it is settled."""
    with reading(visit.console.engine) as session:
        queued = _queued(visit, session)
    note = visit.form.get("note", "")
    if not note.strip() or len(note.replace("\r\n", "\n").strip()) > settling.LONGEST_NOTE:
        error = f"Write why it is set aside, in {settling.LONGEST_NOTE:,} characters or fewer"
        return _show(visit, status=422, error=error, error_at="note", note=note)
    try:
        with writing(visit.console.engine) as session:
            settling.set_aside(session, queued.report.id or 0, note, visit.adviser, visit.now)
    except SettlingError as refused:
        return _gone(visit, refused)
    return RedirectResponse(f"{LIST}?done=aside", status_code=303)


def _show(
    visit: Visit,
    *,
    status: int = 200,
    error: str | None = None,
    error_at: str = "person",
    choice: str = "",
    note: str = "",
) -> Response:
    with reading(visit.console.engine) as session:
        queued = _queued(visit, session)
        courses = {queued.report.said["course_ref"]} if queued.report.said.get("course_ref") else set()
        namer = Namer.read(session, visit.console.vocabulary(), courses)
    with writing(visit.console.engine) as session:
        shown = [candidate.person.ref for candidate in queued.candidates]
        visit.audit(session, "viewed_provider_report", report=queued.report.id, candidates=shown)
    return visit.page(
        "provider_report.html",
        status=status,
        nav="provider-reports",
        queued=queued,
        report=queued.report,
        namer=namer,
        kinds=KINDS,
        error=error,
        error_at=error_at,
        choice=choice,
        other_ref=visit.form.get("ref", "")[:40],
        note=note,
        everyone=sees_all(visit),
        plans=may_plan(visit),
    )


def _gone(visit: Visit, refused: SettlingError) -> Response:
    return visit.page(
        "refused.html", status=409, heading="Nothing was changed", text=f"{refused}. Go back to the list of reports."
    )


def _scope(visit: Visit, session: Session) -> Scope | None:
    return None if sees_all(visit) else visit.scope(session)


def _queued(visit: Visit, session: Session) -> Queued:
    number = int(visit.request.path_params["report"])
    found = None
    if number < 2**63:
        found = settling.one(session, _scope(visit, session), number)
    if found is None:
        raise NotHere(f"provider report {number}")
    return found


def _chosen(visit: Visit, session: Session, queued: Queued, choice: str) -> YoungPerson | None:
    """One of the candidates; or anybody else by reference, whom they may see."""
    if choice != OTHER:
        return next((one.person for one in queued.candidates if one.person.ref == choice), None)
    person = person_by_ref(session, visit.form.get("ref", "").strip())
    if person is None or sees_all(visit):
        return person
    return person if visit.scope(session).group(person) else None
