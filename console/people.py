"""One young person's transcript, and what an adviser does there: take over, reply, give back."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session
from starlette.responses import JSONResponse, RedirectResponse, Response

from casework import escalations, handover
from casework.advisers import Answering, who_answers
from casework.clock import LONDON
from casework.consent import stopped
from casework.db import reading, writing
from casework.tables import Adviser, School, YoungPerson
from casework.transcript import Timeline, statuses, timeline
from console import words
from console.record import Panel, panel
from console.registers_words import STAGES
from console.subject import Subject, subject_of
from console.visit import Visit

OVERLAP = 50
"""A live page asks again for this many messages before its last: two written at once may appear out of order."""
MOST_WATCHED = 60
"""Messages whose delivery a live page follows."""

DONE = {
    "replied": "Your reply is on its way. The assistant is silent until you give the conversation back.",
    "taken": "You have this conversation. The assistant is silent until you give it back.",
    "given": "The assistant answers again.",
    "acknowledged": "You have acknowledged the escalation.",
    "closed": "The escalation is closed.",
}
"""What is said after something was done, by the word in the address."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class _Seen:
    subject: Subject
    timeline: Timeline
    escalations: list[escalations.Item]
    answering: Answering
    named: Adviser | None
    holder: Adviser | None
    has_it: bool
    school: School | None
    stopped: bool
    record: Panel | None


def transcript(visit: Visit) -> Response:
    """The transcript. Looking at it is written in the audit before it is shown."""
    if "conversation" in visit.request.path_params:
        with reading(visit.console.engine) as session:
            subject = subject_of(visit, session)
        if subject.young_person is not None:
            return RedirectResponse(subject.url, status_code=303)
    return _show(visit)


def live(visit: Visit) -> Response:
    """What is new since ``after``, and the messages in ``watch`` as they stand now."""
    wanted = visit.request.query_params
    after = int(wanted["after"]) if wanted.get("after", "").isdigit() and len(wanted["after"]) < 19 else 0
    watched = [int(one) for one in wanted.get("watch", "").split(",") if one.isdigit() and len(one) < 19]
    with reading(visit.console.engine) as session:
        subject = subject_of(visit, session)
        page = timeline(session, subject.ids, after=max(0, after - OVERLAP))
        followed = statuses(session, subject.ids, watched[:MOST_WATCHED])
    found = {entry.id: entry for entry in [*followed, *page.entries]}
    new = [entry for entry in page.entries if entry.id > after]
    if new:
        with writing(visit.console.engine) as session:
            visit.audit(session, "viewed_transcript", first=new[0].id, last=new[-1].id, **subject.audited)
    entries = [found[id_] for id_ in sorted(found)]
    return visit.page("live.html", subject=subject, entries=entries, hand_over=_hand_over(subject))


def reply(visit: Visit) -> Response:
    """Send the adviser's reply, once however often the form comes. 422 with the form again when it cannot go."""
    text, nonce = visit.form.get("text", ""), visit.form.get("nonce", "")
    chosen = visit.form.get("conversation", "")
    try:
        with writing(visit.console.engine) as session:
            subject = subject_of(visit, session)
            conversation = next((one for one in subject.conversations if str(one.id) == chosen), None)
            if conversation is None:
                raise handover.CannotReply("Choose how to send your reply")
            if not _NONCE.fullmatch(nonce):
                raise handover.CannotReply("This form has expired. Send it again")
            handover.reply(session, conversation, visit.adviser, text, visit.now, nonce=nonce)
    except handover.AlreadyTaken as refused:
        return _show(visit, status=409, error=str(refused), text=text, chosen=chosen)
    except handover.CannotReply as refused:
        return _show(visit, status=422, error=str(refused), text=text, chosen=chosen)
    visit.console.on_reply()
    return RedirectResponse(f"{subject.url}?done=replied#latest", status_code=303)


def take_over(visit: Visit) -> Response:
    """The adviser has the conversation from now on."""
    return _hand(visit, handover.take_over, "taken")


def give_back(visit: Visit) -> Response:
    """Back to the assistant."""
    return _hand(visit, handover.give_back, "given")


def measure(visit: Visit) -> Response:
    """What a text would cost, for the script that shows it while it is written."""
    return JSONResponse({"cost": words.cost(visit.form.get("text", ""))})


def _hand(visit: Visit, change: Any, done: str) -> Response:
    try:
        with writing(visit.console.engine) as session:
            subject = subject_of(visit, session)
            if not subject.conversations:
                raise handover.CannotReply("There is no conversation yet")
            change(session, subject.conversations[0], visit.adviser, visit.now)
    except handover.HandoverError as refused:
        return _show(visit, status=409, error=str(refused))
    return RedirectResponse(f"{subject.url}?done={done}#latest", status_code=303)


def _show(visit: Visit, *, status: int = 200, error: str | None = None, text: str = "", chosen: str = "") -> Response:
    before = visit.request.query_params.get("before", "")
    with reading(visit.console.engine) as session:
        seen = _look(visit, session, int(before) if before.isdigit() and len(before) < 19 else None)
    entries = seen.timeline.entries
    with writing(visit.console.engine) as session:
        ids = {"first": entries[0].id, "last": entries[-1].id} if entries else {}
        visit.audit(session, "viewed_transcript", **ids, **seen.subject.audited)
    person = seen.subject.young_person
    return visit.page(
        "transcript.html",
        status=status,
        nav="conversations",
        seen=seen,
        subject=seen.subject,
        entries=entries,
        called=person.called if person else "They",
        hand_over=_hand_over(seen.subject),
        older=bool(before),
        error=error,
        text=text,
        chosen=chosen or str(next(iter(seen.subject.ids), "")),
        nonce=secrets.token_urlsafe(16),
        record=seen.record,
        stages=STAGES,
        done=DONE.get(visit.request.query_params.get("done", "")) if status == 200 else None,
    )


def _look(visit: Visit, session: Session, before: int | None) -> _Seen:
    subject = subject_of(visit, session)
    person, conversations = subject.young_person, subject.conversations
    return _Seen(
        subject=subject,
        timeline=timeline(session, subject.ids, before=before),
        escalations=escalations.open_escalations(
            session, visit.scope(session), subject.ids, young_person_id=person.id if person else None
        ),
        answering=who_answers(session, person, visit.now),
        named=session.get(Adviser, person.adviser_id) if person and person.adviser_id else None,
        holder=_holder(session, subject),
        has_it=any(one.mode == "adviser" and one.handed_to_id == visit.adviser.id for one in conversations),
        school=session.get(School, person.school_id) if person and person.school_id else None,
        stopped=any(stopped(session, one.channel, one.address, one.young_person_id) for one in conversations),
        record=_record(visit, session, person),
    )


def _record(visit: Visit, session: Session, person: YoungPerson | None) -> Panel | None:
    if person is None:
        return None
    console = visit.console
    return panel(session, person, visit.now.astimezone(LONDON).date(), console.data_dir, console.vocabulary())


def _holder(session: Session, subject: Subject) -> Adviser | None:
    held = next((one.handed_to_id for one in subject.conversations if one.mode == "adviser"), None)
    return session.get(Adviser, held) if held else None


def _hand_over(subject: Subject) -> str:
    """A word that changes when somebody takes the conversation over or gives it back."""
    return "-".join(f"{one.id}.{one.mode}.{one.handed_to_id or 0}" for one in subject.conversations)
