"""Linking a conversation that is in nobody's record to a young person's: find them, look it over, confirm."""

from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from casework.caseload import may_see
from casework.db import reading, writing
from casework.finding import LONGEST, Found, find
from casework.identity import desk
from casework.identity.desk import DeskError
from casework.tables import Escalation, YoungPerson
from console.rendering import BASE
from console.subject import Subject, person_by_ref, subject_of
from console.visit import Visit


def form(visit: Visit) -> Response:
    """Whose is it? With those whom the number is on record for, where the adviser may see them."""
    return _show(visit)


def act(visit: Visit) -> Response:
    """Look for somebody; or look a link over and, once confirmed, make it."""
    ref = visit.form.get("person", "")
    if "person" not in visit.form:
        if visit.form.get("step") == "choose":
            return _show(visit, status=422, error="Choose whose it is", words=_words(visit))
        words = _words(visit)
        if len(words) < 2:
            return _show(visit, status=422, error="Enter a name, a reference or a phone number", words=words)
        return _show(visit, words=words)
    confirmed = visit.form.get("confirm") == "yes"
    try:
        with writing(visit.console.engine) if confirmed else reading(visit.console.engine) as session:
            subject = subject_of(visit, session)
            person = _theirs(visit, session, ref)
            if person is None:
                raise DeskError("There is no young person with this reference whom you may see")
            if subject.young_person is not None:
                raise DeskError("This conversation is in a record already")
            if not confirmed:
                why = desk.why_not_linked(session, subject.conversations[0], person)
                if why:
                    raise DeskError(why)
                settles = desk.open_about(session, "link", conversation=subject.conversations[0])
                return _look_over(visit, subject, person, settles)
            desk.link(session, subject.conversations[0], person, visit.adviser, visit.now)
    except DeskError as refused:
        return _show(visit, status=409, error=str(refused), words=_words(visit))
    return RedirectResponse(f"{BASE}/people/{person.ref}/contact?done=link", status_code=303)


def _look_over(visit: Visit, subject: Subject, person: YoungPerson, settles: list[Escalation]) -> Response:
    return visit.page("link_check.html", nav="conversations", subject=subject, person=person, settles=settles)


def _show(visit: Visit, *, status: int = 200, error: str | None = None, words: str = "") -> Response:
    found: Found | None = None
    with reading(visit.console.engine) as session:
        subject = subject_of(visit, session)
        if subject.young_person is not None:
            return RedirectResponse(f"{subject.url}/contact", status_code=303)
        conversation = subject.conversations[0]
        scope = visit.scope(session)
        if words:
            found = find(session, scope, words)
        elif conversation.channel == "sms":
            found = find(session, scope, conversation.address)
        settles = desk.open_about(session, "link", conversation=conversation)
    shown = [one.ref for one in found.people] if found else []
    with writing(visit.console.engine) as session:
        visit.audit(session, "searched", conversation_id=conversation.id, people=shown)
    return visit.page(
        "link.html",
        status=status,
        nav="conversations",
        subject=subject,
        words=words,
        found=found,
        settles=settles,
        error=error,
        error_at="person" if visit.form.get("step") == "choose" else "q",
        longest=LONGEST,
    )


def _theirs(visit: Visit, session: Session, ref: str) -> YoungPerson | None:
    person = person_by_ref(session, ref)
    return person if person is not None and may_see(session, visit.scope(session), person, None) else None


def _words(visit: Visit) -> str:
    return visit.form.get("q", "").strip()[:LONGEST]
