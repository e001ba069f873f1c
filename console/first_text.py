"""Writing to a young person who has not written yet: an adviser's own text, from the service's number."""

import re
import secrets

from starlette.responses import RedirectResponse, Response

from casework import handover
from casework.db import reading, writing
from casework.identity import firsttext
from casework.tables import YoungPerson
from console.subject import Subject, subject_of
from console.visit import NotHere, Visit

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


def form(visit: Visit) -> Response:
    """The form, with a beginning that says who writes; or why nobody can write to them."""
    return _show(visit)


def send(visit: Visit) -> Response:
    """Put the text in the outbox, once however often the form comes. 422 with the form again where it cannot go."""
    text, nonce = visit.form.get("text", ""), visit.form.get("nonce", "")
    try:
        with writing(visit.console.engine) as session:
            subject = subject_of(visit, session)
            person = _person(subject)
            if not _NONCE.fullmatch(nonce):
                raise handover.CannotReply("This form has expired. Send it again")
            conversation = firsttext.open_texts(session, person, visit.now)
            handover.reply(session, conversation, visit.adviser, text, visit.now, nonce=nonce)
    except handover.AlreadyTaken as refused:
        return _show(visit, status=409, error=str(refused), text=text)
    except handover.CannotReply as refused:
        return _show(visit, status=422, error=str(refused), text=text)
    visit.console.on_reply()
    return RedirectResponse(f"{subject.url}?done=replied#latest", status_code=303)


def _show(visit: Visit, *, status: int = 200, error: str | None = None, text: str | None = None) -> Response:
    with reading(visit.console.engine) as session:
        subject = subject_of(visit, session)
        person = _person(subject)
        why_not = firsttext.why_not_texted(session, person)
        if status == 200 and firsttext.texts_to(session, person) is not None:
            return RedirectResponse(f"{subject.url}#latest", status_code=303)
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_contact", young_person_id=person.id)
    return visit.page(
        "first_text.html",
        status=status,
        nav="conversations",
        subject=subject,
        person=person,
        why_not=why_not,
        error=error,
        text=_draft(visit, person) if text is None else text,
        nonce=secrets.token_urlsafe(16),
    )


def _draft(visit: Visit, person: YoungPerson) -> str:
    """How a first text begins: a text from a number that nobody knows must say whose it is."""
    voice = visit.console.voice
    if voice is None:
        return ""
    args = {"name": person.called, "adviser": visit.adviser.name, "service": visit.console.service}
    return voice.render("adviser_first_text", args, language=person.language, channel="sms").text + " "


def _person(subject: Subject) -> YoungPerson:
    if subject.young_person is None:
        raise NotHere("person")
    return subject.young_person
