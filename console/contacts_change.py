"""What an adviser does about contacts: a reminder or a text of their own; taking off, bringing forward, taking back."""

import re
from datetime import date, datetime, time

from starlette.responses import JSONResponse, RedirectResponse, Response

from casework.clock import LONDON
from casework.db import reading, writing
from casework.followup import reminders
from casework.followup.reminders import NAME, ReminderError
from casework.followup.spans import at_local
from console import words
from console.contacts import HOURS, Given, contact_id, person_of, show, show_one
from console.visit import NotHere, Visit

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_UK_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")


def remind(visit: Visit) -> Response:
    """Set a reminder; 422 with the form again where it cannot be."""
    try:
        with writing(visit.console.engine) as session:
            subject, person = person_of(visit, session)
            note = visit.form.get("note", "")
            reminders.remind(session, person, visit.adviser, _due(visit), note, visit.now, nonce=_nonce(visit))
    except ReminderError as refused:
        return show(visit, Given("remind", str(refused), refused.field, visit.form))
    return RedirectResponse(f"{subject.url}/contacts?done=reminder", status_code=303)


def text(visit: Visit) -> Response:
    """Plan the adviser's own text; 422 with the form again where it cannot be."""
    try:
        with writing(visit.console.engine) as session:
            subject, person = person_of(visit, session)
            reminders.text_on(
                session,
                person,
                visit.adviser,
                _due(visit),
                visit.form.get("words", ""),
                visit.now,
                nonce=_nonce(visit),
                service=visit.console.service,
            )
    except ReminderError as refused:
        return show(visit, Given("text", str(refused), refused.field, visit.form))
    return RedirectResponse(f"{subject.url}/contacts?done=text", status_code=303)


def take_off(visit: Visit) -> Response:
    """Take a coming contact off, and say why."""
    note = visit.form.get("note", "")
    try:
        with writing(visit.console.engine) as session:
            subject, person = person_of(visit, session)
            row = reminders.locked(session, contact_id(visit))
            if row is None or row.young_person_id != person.id:
                raise NotHere("contact", young_person_id=person.id)
            reminders.take_off(session, row.id or 0, visit.adviser, note, visit.now)
    except ReminderError as refused:
        return show_one(visit, error=str(refused), note=note, status=422)
    return RedirectResponse(f"{subject.url}/contacts?done=off", status_code=303)


def now(visit: Visit) -> Response:
    """Make a coming contact due now. What decides whether it goes is asked all the same."""
    try:
        with writing(visit.console.engine) as session:
            subject, person = person_of(visit, session)
            row = reminders.locked(session, contact_id(visit))
            if row is None or row.young_person_id != person.id:
                raise NotHere("contact", young_person_id=person.id)
            reminders.bring_forward(session, row.id or 0, visit.adviser, visit.now)
    except ReminderError as refused:
        return show_one(visit, error=str(refused), status=409)
    return RedirectResponse(f"{subject.url}/contacts?done=now", status_code=303)


def cancel(visit: Visit) -> Response:
    """Take back one's own that has not gone."""
    try:
        with writing(visit.console.engine) as session:
            subject, person = person_of(visit, session)
            row = reminders.locked(session, contact_id(visit))
            if row is None or row.young_person_id != person.id:
                raise NotHere("contact", young_person_id=person.id)
            try:
                reminders.cancel(session, row.id or 0, visit.adviser, visit.now)
            except LookupError:
                raise NotHere("contact", young_person_id=person.id) from None
    except ReminderError as refused:
        return show_one(visit, error=str(refused), status=409)
    return RedirectResponse(f"{subject.url}/contacts?done=cancelled", status_code=303)


def measure(visit: Visit) -> Response:
    """What the text would cost with the name filled in, for the script that shows it while it is written."""
    with reading(visit.console.engine) as session:
        _, person = person_of(visit, session)
    return JSONResponse({"cost": words.cost(visit.form.get("text", "").replace(NAME, person.called))})


def _due(visit: Visit) -> datetime:
    """The day and hour of the form. Raises ``ReminderError`` for what is none."""
    day, hour = _day(visit.form.get("day", "").strip()), visit.form.get("hour", "")
    if day is None:
        raise ReminderError("Give the day, as in 27/3/2027", "day")
    if hour not in {str(one) for one in HOURS}:
        raise ReminderError("Choose the hour", "day")
    due = at_local(day, time(int(hour)))
    if due <= visit.now:
        today = visit.now.astimezone(LONDON)
        raise ReminderError(f"Choose a day and hour that are still to come: it is {today:%H:%M} now", "day")
    return due


def _day(text: str) -> date | None:
    """A day as the browser sends it, or as it is written here where it knows no calendar."""
    written = _UK_DAY.fullmatch(text)
    try:
        if written:
            return date(int(written[3]), int(written[2]), int(written[1]))
        return date.fromisoformat(text)
    except ValueError:
        return None


def _nonce(visit: Visit) -> str:
    nonce = visit.form.get("nonce", "")
    if not _NONCE.fullmatch(nonce):
        raise ReminderError("This form has expired. Send it again", "day")
    return nonce
