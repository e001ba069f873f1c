"""One young person's contacts in the console: what is coming and why, and what came of those that have been."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session
from starlette.responses import Response

from casework.clock import LONDON
from casework.consent import stopped
from casework.db import reading, writing
from casework.followup import history
from casework.followup.planfile import Book
from casework.followup.reminders import NAME, PLAN
from casework.nccis import Nccis
from casework.tables import YoungPerson
from casework.voice import Voice
from console import words
from console.contacts_text import text_of
from console.subject import Subject, subject_of
from console.visit import NotHere, Visit

HOURS = tuple(range(8, 21))
"""Hours of the day that may be chosen."""
USUAL_HOUR = 10

DONE = {
    "reminder": "Your reminder is set. It will be in your escalations on that day.",
    "text": "Your text is planned. Whether it may go is looked at when its hour comes.",
    "off": "It is taken off, and will not come back.",
    "cancelled": "It is taken back. Nothing will come of it.",
    "now": "It is due now. It goes within minutes, if nothing holds it: they said STOP, quiet hours, and the rest.",
}
"""What is said after something was done, by the word in the address."""


@dataclass(frozen=True)
class Given:
    """A form that came back: what was in it, and what is wrong."""

    form: str = ""
    """remind, text, or empty."""
    error: str = ""
    at: str = ""
    """day, words or note."""
    values: Mapping[str, str] = field(default_factory=dict)

    def value(self, form: str, name: str, default: str = "") -> str:
        """What was in a field of a form."""
        return self.values.get(name, default) if form == self.form else default

    def wrong(self, form: str, name: str) -> str | None:
        """What is wrong with a field of a form."""
        return self.error if (form, name) == (self.form, self.at) else None


def listed(visit: Visit) -> Response:
    """Every contact, coming and past, with the forms for one of the adviser's own."""
    return show(visit, Given())


def one(visit: Visit) -> Response:
    """One contact, with what can be done about it."""
    return show_one(visit)


def show(visit: Visit, given: Given) -> Response:
    """The page. Looking is written in the audit. 422 with a form that cannot be taken."""
    telling = telling_of(visit)
    with reading(visit.console.engine) as session:
        subject, person = person_of(visit, session)
        found = history.history(session, person.id or 0, telling)
        silent = _silent(session, subject, person)
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_contacts", young_person_id=person.id, contacts=len(found.coming) + len(found.past))
    text = given.value("text", "words")
    return visit.page(
        "contacts.html",
        status=422 if given.error else 200,
        nav="conversations",
        subject=subject,
        person=person,
        found=found,
        silent=silent,
        given=given,
        hours=HOURS,
        usual=USUAL_HOUR,
        tomorrow=_tomorrow(visit),
        service=visit.console.service,
        cost=words.cost(text.replace(NAME, person.called)),
        nonce=secrets.token_urlsafe(16),
        done=DONE.get(visit.request.query_params.get("done", "")) if not given.error else None,
    )


def show_one(visit: Visit, *, error: str | None = None, note: str = "", status: int = 200) -> Response:
    """The page of one contact; with an error where what was asked for could not be done."""
    with reading(visit.console.engine) as session:
        subject, person = person_of(visit, session)
        line = history.one(session, person.id or 0, contact_id(visit), telling_of(visit))
        if line is None:
            raise NotHere("contact", young_person_id=person.id)
        text = text_of(visit, session, line.row, person, _voice(visit))
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_contact", young_person_id=person.id, follow_up=line.row.id)
    return visit.page(
        "planned_contact.html",
        status=status,
        nav="conversations",
        subject=subject,
        person=person,
        line=line,
        text=text,
        mine=line.row.plan == PLAN and line.row.by_adviser_id == visit.adviser.id,
        error=error,
        note=note,
    )


def telling_of(visit: Visit) -> history.Telling:
    """What puts contacts into words. The plans are read once in the life of the process."""
    data_dir = visit.console.data_dir
    codes = {code: one.name for code, one in Nccis.load(data_dir).activities.items()}
    return history.Telling.of(Book.load(data_dir), _voice(visit), codes)


def _voice(visit: Visit) -> Voice:
    return visit.console.voice or Voice.load(visit.console.data_dir)


def person_of(visit: Visit, session: Session) -> tuple[Subject, YoungPerson]:
    """Whom the address names, if this adviser may see them. Raises ``NotHere``."""
    subject = subject_of(visit, session)
    if subject.young_person is None:
        raise NotHere("person")
    return subject, subject.young_person


def contact_id(visit: Visit) -> int:
    """The contact in the address. Raises ``NotHere`` for what can be none."""
    number = int(visit.request.path_params["contact"])
    if number >= 2**63:
        raise NotHere("contact")
    return number


def _silent(session: Session, subject: Subject, person: YoungPerson) -> str | None:
    """Why nothing would reach them by text, as things stand."""
    if any(stopped(session, one.channel, one.address, one.young_person_id) for one in subject.conversations):
        return (
            "They have asked for no more messages. A text will not be sent: it comes back to their adviser as a task."
        )
    if not person.phone:
        return "There is no number for them. A text will not be sent: it comes back to their adviser as a task."
    return None


def _tomorrow(visit: Visit) -> date:
    return visit.now.astimezone(LONDON).date() + timedelta(days=1)
