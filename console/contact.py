"""The number and the chats of one young person: change it, put it right, take one out. Each is looked over first."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from casework.db import reading, writing
from casework.identity import desk, firsttext
from casework.identity.desk import DeskError, Number
from casework.importing.values import BadCell, is_mobile, phone
from casework.tables import Conversation, Escalation, YoungPerson
from console.subject import Subject, subject_of
from console.visit import NotHere, Visit

ACTS = ("change", "wrong", "right", "unlink")
DONE = {
    "change": "The number is changed.",
    "wrong": "Nobody writes to that number now, until somebody puts it right.",
    "right": "The number is theirs again, and they can be written to.",
    "unlink": "The conversation is out of the record.",
    "link": "The conversation is in their record now.",
}


class _Refused(Exception):
    """What was asked for cannot be done. ``field`` is where the error stands."""

    def __init__(self, words: str, field: str = "act") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class _Asked:
    """What is to be done, looked over."""

    act: str
    number: str | None = None
    old: desk.Old = "gone"
    conversation: Conversation | None = None


def show(visit: Visit) -> Response:
    """The number and the conversations as they stand."""
    return _show(visit)


def act(visit: Visit) -> Response:
    """Look an act over and, once confirmed, do it. 422 with the page again where it cannot be done."""
    confirmed = visit.form.get("confirm") == "yes"
    try:
        with writing(visit.console.engine) if confirmed else reading(visit.console.engine) as session:
            subject, person = _person(visit, session)
            asked = _asked(visit, session, subject, person)
            if not confirmed:
                return _look_over(visit, session, subject, person, asked)
            _do(visit, session, person, asked)
    except _Refused as refused:
        return _show(visit, status=422, error=str(refused), error_at=refused.field)
    except DeskError as refused:
        return _show(visit, status=409, error=str(refused), error_at="act")
    return RedirectResponse(f"{subject.url}/contact?done={asked.act}", status_code=303)


def _do(visit: Visit, session: Session, person: YoungPerson, asked: _Asked) -> None:
    if asked.act == "change" and asked.number:
        desk.change_number(session, person, asked.number, visit.adviser, visit.now, old=asked.old)
    elif asked.act == "wrong":
        desk.mark_wrong(session, person, visit.adviser, visit.now)
    elif asked.act == "right":
        desk.put_right(session, person, visit.adviser, visit.now)
    elif asked.conversation is not None:
        desk.unlink(session, asked.conversation, person, visit.adviser, visit.now)


def _asked(visit: Visit, session: Session, subject: Subject, person: YoungPerson) -> _Asked:
    chosen = visit.form.get("act", "")
    if chosen not in ACTS:
        raise _Refused("Choose what to do")
    number = desk.number_of(session, person)
    if chosen == "unlink":
        wanted = visit.form.get("conversation", "")
        found = next((one for one in subject.conversations if str(one.id) == wanted), None)
        if found is None:
            raise _Refused("This conversation is not in their record any more")
        return _Asked(chosen, conversation=found)
    if chosen == "change":
        written = _number(visit)
        why = desk.why_not_changed(session, person, written)
        if why:
            raise _Refused(why, "number")
        old = visit.form.get("old", "")
        if number.phone and old not in ("gone", "theirs"):
            raise _Refused("Say whether they still have the old number", "old")
        return _Asked(chosen, written, "theirs" if old == "theirs" else "gone")
    if number.phone is None:
        raise _Refused("There is no number on their record")
    if number.wrong != (chosen == "right"):
        raise _Refused("Somebody has done this already")
    return _Asked(chosen)


def _number(visit: Visit) -> str:
    written = " ".join(visit.form.get("number", "").split())
    if not written:
        raise _Refused("Enter their new number", "number")
    try:
        number = phone(written)
    except BadCell:
        raise _Refused("Enter a phone number, as in 07700 900123", "number") from None
    if not is_mobile(number):
        raise _Refused("Enter a mobile number: a landline takes no texts", "number")
    return number


def _look_over(visit: Visit, session: Session, subject: Subject, person: YoungPerson, asked: _Asked) -> Response:
    settles = desk.open_about(session, asked.act, person=person)
    return visit.page(
        "contact_check.html",
        nav="conversations",
        subject=subject,
        person=person,
        asked=asked,
        number=desk.number_of(session, person),
        settles=settles,
    )


def _show(visit: Visit, *, status: int = 200, error: str | None = None, error_at: str = "") -> Response:
    with reading(visit.console.engine) as session:
        subject, person = _person(visit, session)
        number: Number = desk.number_of(session, person)
        asking: list[Escalation] = desk.open_about(session, "change", person=person)
        values: dict[str, Any] = {
            "number": number,
            "asking": asking,
            "texts": firsttext.texts_to(session, person),
            "why_not": firsttext.why_not_texted(session, person),
            "seen": [one.ref for one in number.sharers if visit.scope(session).group(one)],
        }
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_contact", young_person_id=person.id)
    return visit.page(
        "contact.html",
        status=status,
        nav="conversations",
        subject=subject,
        person=person,
        error=error,
        error_at=error_at,
        written=visit.form.get("number", "")[:40],
        old=visit.form.get("old", ""),
        done=DONE.get(visit.request.query_params.get("done", "")) if status == 200 else None,
        **values,
    )


def _person(visit: Visit, session: Session) -> tuple[Subject, YoungPerson]:
    subject = subject_of(visit, session)
    if subject.young_person is None:
        raise NotHere("person")
    return subject, subject.young_person
