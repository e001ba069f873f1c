"""Changing a course: its facts, its starts, whether it is offered. Only for those who were given the prospectus."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from casework.db import reading, writing
from console import rights
from console.courses import show, today
from console.courses_words import course_url
from console.visit import NotHere, Visit
from prospectus import editing, formtexts
from prospectus.coursefields import Fact, course_facts, run_facts
from prospectus.editing import NotSaved, Officer
from prospectus.tables import Course, CourseChange, Run

T = TypeVar("T")

_ANOTHER = "Somebody else"


def form(visit: Visit) -> Response:
    """The form with every fact of a course."""
    rights.need(visit, rights.PROSPECTUS)
    return _form(visit, run_ref=None)


def run_form(visit: Visit) -> Response:
    """The form with every fact of one start."""
    rights.need(visit, rights.PROSPECTUS)
    return _form(visit, run_ref=str(visit.request.path_params["run"]))


def save(visit: Visit) -> Response:
    """Save what was changed; 422 or 409 with the form again where something cannot be."""
    return _save(visit, run_ref=None)


def save_run(visit: Visit) -> Response:
    """Save what was changed of one start."""
    return _save(visit, run_ref=str(visit.request.path_params["run"]))


def places(visit: Visit) -> Response:
    """The short form beside each start: how it stands with places."""
    officer = _officer(visit)
    ref, run_ref = _ref(visit), visit.form.get("run", "")
    texts: dict[str, str] = {name: visit.form[name] for name in ("places", "places_left") if name in visit.form}
    try:
        with writing(visit.console.engine) as session:
            changed = _found(
                lambda: editing.edit_run(
                    session, ref, run_ref, texts, visit.form.get("seen", ""), officer, visit.console.vocabulary()
                )
            )
            if changed:
                _audit(visit, session, "changed_course", run=run_ref[:80], facts=changed)
    except NotSaved as refused:
        clash = "Somebody else changed this start meanwhile. Look at it again" if refused.clashes else ""
        said = clash or next(iter(refused.problems.values()))
        return show(visit, status=409 if clash else 422, error=said, error_at=f"places-{run_ref}")
    return _done(ref, "saved" if changed else "same", "#starts")


def confirm(visit: Visit) -> Response:
    """All of it was made sure of today."""
    return _simple(visit, editing.confirm, "checked_course", "checked")


def retire(visit: Visit) -> Response:
    """It is no longer offered."""
    return _simple(visit, editing.retire, "retired_course", "retired")


def restore(visit: Visit) -> Response:
    """It is offered again."""
    return _simple(visit, editing.restore, "restored_course", "restored")


def retire_run(visit: Visit) -> Response:
    """One start will not take place."""
    return _run_retired(visit, editing.retire_run, "retired_start", "start-retired")


def restore_run(visit: Visit) -> Response:
    """One start will take place after all."""
    return _run_retired(visit, editing.restore_run, "restored_start", "start-restored")


def _run_retired(
    visit: Visit, change: Callable[[Session, str, str, Officer], None], action: str, done: str
) -> Response:
    officer, ref, run_ref = _officer(visit), _ref(visit), str(visit.request.path_params["run"])
    with writing(visit.console.engine) as session:
        _found(lambda: change(session, ref, run_ref, officer))
        _audit(visit, session, action, run=run_ref[:80])
    return _done(ref, done, "#starts")


def give_back(visit: Visit) -> Response:
    """The next import decides a fact again."""
    name = visit.form.get("fact", "")[:200]

    def change(session: Session, ref: str, by: Officer) -> bool:
        return editing.give_back(session, ref, name, by)

    return _simple(visit, change, "gave_fact_back", "given-back", fact=name)


def _simple(
    visit: Visit, change: Callable[[Session, str, Officer], bool], action: str, done: str, **detail: Any
) -> Response:
    officer, ref = _officer(visit), _ref(visit)
    with writing(visit.console.engine) as session:
        news = _found(lambda: change(session, ref, officer))
        if news:
            _audit(visit, session, action, **detail)
    return _done(ref, done if news else "same")


def _save(visit: Visit, *, run_ref: str | None) -> Response:
    officer, ref = _officer(visit), _ref(visit)
    vocabulary, seen = visit.console.vocabulary(), visit.form.get("seen", "")
    try:
        with writing(visit.console.engine) as session:
            if run_ref is None:
                changed = _found(lambda: editing.edit_course(session, ref, visit.form, seen, officer, vocabulary))
            else:
                run = run_ref
                changed = _found(lambda: editing.edit_run(session, ref, run, visit.form, seen, officer, vocabulary))
            if changed:
                _audit(visit, session, "changed_course", facts=changed, **({"run": run_ref} if run_ref else {}))
    except NotSaved as refused:
        return _form(visit, run_ref=run_ref, refused=refused)
    return _done(ref, "saved" if changed else "same")


def _form(visit: Visit, *, run_ref: str | None, refused: NotSaved | None = None) -> Response:
    vocabulary, ref = visit.console.vocabulary(), _ref(visit)
    with reading(visit.console.engine) as session:
        course = _found(lambda: editing.course_of(session, ref))
        run = _found(lambda: editing.run_of(session, course, run_ref)) if run_ref else None
        row: Course | Run = run or course
        facts = run_facts() if run else course_facts(vocabulary)
        current = formtexts.shown(row, facts)
        problems = dict(refused.problems) if refused else {}
        for name in refused.clashes if refused else ():
            who = _who_changed(session, course, name, run_ref)
            now = current[name] or "empty"
            problems[name] = f"{who} changed this meanwhile. It is now: {now}. Save again to put yours in its place"
    texts = formtexts.again(current, visit.form, visit.form.get("seen", "")) if refused else current
    return visit.page(
        "course_edit.html",
        status=200 if refused is None else 409 if refused.clashes else 422,
        nav="courses",
        course=course,
        run=run,
        facts=[_with_choice(fact, texts[fact.name]) for fact in facts],
        texts=texts,
        seen=formtexts.seen(current),
        problems=problems,
        back=course_url(ref),
    )


def _with_choice(fact: Fact, text: str) -> tuple[Fact, tuple[tuple[str, str], ...]]:
    """The fact with its choices, and with what it is now where that is none of them: a form must not change it."""
    choices = fact.choices
    if choices and text not in dict(choices):
        choices = ((text, f"{text} (not on the list)" if text else "Not known"), *choices)
    return fact, choices


def _who_changed(session: Session, course: Course, name: str, run_ref: str | None) -> str:
    """Who changed a fact last, as the history has it."""

    def touches(change: CourseChange) -> bool:
        return change.run_ref == run_ref and name in change.changes

    last = next((change for change in editing.history(session, course.ref, limit=20) if touches(change)), None)
    if last is None:
        return _ANOTHER
    return last.by or "An import"


def _officer(visit: Visit) -> Officer:
    """Whoever is signed in, if they may edit. Raises ``NotHere``."""
    rights.need(visit, rights.PROSPECTUS)
    return Officer(visit.adviser.name, visit.now, today(visit))


def _ref(visit: Visit) -> str:
    return str(visit.request.path_params["ref"])


def _found(work: Callable[[], T]) -> T:
    try:
        return work()
    except editing.NotFound:
        raise NotHere("course") from None


def _audit(visit: Visit, session: Session, action: str, **detail: Any) -> None:
    visit.audit(session, action, course=_ref(visit)[:80], **detail)


def _done(ref: str, word: str, at: str = "") -> Response:
    return RedirectResponse(f"{course_url(ref)}?done={word}{at}", status_code=303)
