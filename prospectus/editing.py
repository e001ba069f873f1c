"""Editing a course by hand: only what an officer changed is changed, and all of it goes into the history.

Two officers can edit one course at once. A form carries a short digest of each fact as it was shown; a fact that
somebody else has changed since is only written over by an officer who has been shown that. What an officer sets is
marked as theirs in ``Course.facts``, and a later import leaves it alone until it is given back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from prospectus.coursefields import (
    Fact,
    Refused,
    course_facts,
    course_problems,
    run_facts,
    run_problems,
    tidy,
)
from prospectus.formtexts import digest, digests, shown
from prospectus.tables import Course, CourseChange, Run
from prospectus.vocabulary import Vocabulary

OFFICER = "officer"
"""The source of a fact that was set by hand."""


class NotFound(LookupError):
    """There is no such course, or no such run of it."""


@dataclass
class NotSaved(Exception):
    """Nothing was changed. ``problems`` says what is wrong with each fact; ``clashes`` what others made of it since.

    Of a clash the text is what the fact is now.
    """

    problems: dict[str, str]
    clashes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Officer:
    """Who edits, and when. ``name`` is what the history shows; ``today`` is the day in Europe/London."""

    name: str
    at: datetime
    today: date


def course_of(session: Session, ref: str, *, to_write: bool = False) -> Course:
    """The course, held against other writers where it will be written. Raises ``NotFound``."""
    query = select(Course).where(Course.ref == ref)
    course = session.exec(query.with_for_update() if to_write else query).first()
    if course is None:
        raise NotFound(ref)
    return course


def run_of(session: Session, course: Course, run_ref: str, *, retired: bool = False) -> Run:
    """A run of the course: one that is on offer, or one that is ``retired``. Raises ``NotFound``."""
    run = session.exec(select(Run).where(Run.course_id == course.id, Run.ref == run_ref)).first()
    if run is None or run.retired != retired:
        raise NotFound(run_ref)
    return run


def retired_runs(session: Session, course: Course) -> list[Run]:
    """The runs of a course that are not on offer, the first to start first."""
    query = select(Run).where(Run.course_id == course.id, col(Run.retired)).order_by(col(Run.start), col(Run.ref))
    return list(session.exec(query).all())


def edit_course(
    session: Session, ref: str, texts: Mapping[str, str], seen: str, by: Officer, vocabulary: Vocabulary
) -> list[str]:
    """Change what differs from what was shown. Answers the names of the facts that were changed.

    ``texts`` are the form's, ``seen`` what ``seen()`` gave it. Raises ``NotFound``, and ``NotSaved`` where a text
    cannot be taken or somebody else changed the same fact; nothing is changed then.
    """
    course = course_of(session, ref, to_write=True)
    new = _changed(course, course_facts(vocabulary), texts, seen)
    if problems := course_problems(_whole(course, course_facts(vocabulary), new)):
        raise NotSaved(problems)
    return _write(session, course, course, new, by)


def edit_run(
    session: Session,
    ref: str,
    run_ref: str,
    texts: Mapping[str, str],
    seen: str,
    by: Officer,
    vocabulary: Vocabulary,
) -> list[str]:
    """The same for one run. One that moves to another town gets that town's position, or none if it is not known."""
    course = course_of(session, ref, to_write=True)
    run = run_of(session, course, run_ref)
    new = _changed(run, run_facts(), texts, seen)
    if problems := run_problems(_whole(run, run_facts(), new)):
        raise NotSaved(problems)
    if "town" in new or "postcode" in new:
        run.latitude, run.longitude = _point(vocabulary, new.get("town", run.town))
    return _write(session, course, run, new, by)


def confirm(session: Session, ref: str, by: Officer) -> bool:
    """Somebody made sure today that all of it is right. Answers whether that was news."""
    course = course_of(session, ref, to_write=True)
    own = {name: {**fact, "checked_on": by.today.isoformat()} for name, fact in course.facts.items()}
    if course.checked_on == by.today and own == course.facts:
        return False
    _record(session, course, by, "changed", {"checked_on": [course.checked_on, by.today]})
    course.checked_on = by.today
    course.facts = own
    return True


def retire(session: Session, ref: str, by: Officer) -> bool:
    """It is offered no longer: it is not found any more, and its page says so. Answers whether that was news."""
    return _retired(session, ref, by, True)


def restore(session: Session, ref: str, by: Officer) -> bool:
    """It is offered again. Answers whether that was news."""
    return _retired(session, ref, by, False)


def retire_run(session: Session, ref: str, run_ref: str, by: Officer) -> None:
    """One start will not take place. Raises ``NotFound``, also for one that is retired already."""
    _run_retired(session, ref, run_ref, by, True)


def restore_run(session: Session, ref: str, run_ref: str, by: Officer) -> None:
    """One start will take place after all. Raises ``NotFound``, also for one that is on offer."""
    _run_retired(session, ref, run_ref, by, False)


def give_back(session: Session, ref: str, name: str, by: Officer) -> bool:
    """Let the next import decide a fact again (or ``<run's ref>.<name>``). Answers whether it was an officer's."""
    course = course_of(session, ref, to_write=True)
    if not officers(course.facts.get(name)):
        return False
    course.facts = {key: fact for key, fact in course.facts.items() if key != name}
    # an import skips what its source says as before: it must look at this one again
    course.fingerprint = None
    run_ref, _, plain = name.rpartition(".")
    _record(session, course, by, "changed", {f"{plain}.source": [OFFICER, course.source]}, run_ref or None)
    return True


def officers(fact: Any) -> bool:
    """Whether an entry of ``Course.facts`` says that an officer set the fact: imports leave such facts alone."""
    return isinstance(fact, dict) and str(fact.get("source", "")).startswith(OFFICER)


def history(session: Session, ref: str, *, limit: int = 50, before: int | None = None) -> list[CourseChange]:
    """What happened to a course and its runs, the latest first; ``before`` is the id to go on from."""
    course = course_of(session, ref)
    query = select(CourseChange).where(CourseChange.course_id == course.id)
    if before is not None:
        query = query.where(col(CourseChange.id) < before)
    return list(session.exec(query.order_by(col(CourseChange.id).desc()).limit(limit)).all())


def _retired(session: Session, ref: str, by: Officer, retired: bool) -> bool:
    course = course_of(session, ref, to_write=True)
    if course.retired == retired:
        return False
    course.retired = retired
    course.facts = {**course.facts, "retired": _mark(by)}
    _record(session, course, by, "retired" if retired else "restored", {"retired": [not retired, retired]})
    return True


def _run_retired(session: Session, ref: str, run_ref: str, by: Officer, retired: bool) -> None:
    course = course_of(session, ref, to_write=True)
    run = run_of(session, course, run_ref, retired=not retired)
    run.retired = retired
    session.add(run)
    course.facts = {**course.facts, f"{run.ref}.retired": _mark(by)}
    action = "retired" if retired else "restored"
    _record(session, course, by, action, {"retired": [not retired, retired]}, run.ref)


def _changed(row: Course | Run, facts: tuple[Fact, ...], texts: Mapping[str, str], seen: str) -> dict[str, Any]:
    """The values of what the officer changed. Raises ``NotSaved``."""
    before = digests(seen)
    current = shown(row, facts)
    new: dict[str, Any] = {}
    problems: dict[str, str] = {}
    clashes: dict[str, str] = {}
    for fact in facts:
        text = tidy(texts.get(fact.name, current[fact.name]))
        if text == current[fact.name] or digest(text) == before.get(fact.name):
            # left as it is now, or as it was when the form was shown: what others did since stays
            continue
        try:
            new[fact.name] = fact.value(text)
        except Refused as refused:
            problems[fact.name] = str(refused)
        if before.get(fact.name) != digest(current[fact.name]):
            clashes[fact.name] = current[fact.name]
    if problems or clashes:
        raise NotSaved(problems, clashes)
    return new


def _whole(row: Course | Run, facts: tuple[Fact, ...], new: Mapping[str, Any]) -> dict[str, Any]:
    return {fact.name: new.get(fact.name, getattr(row, fact.name)) for fact in facts}


def _write(session: Session, course: Course, row: Course | Run, new: Mapping[str, Any], by: Officer) -> list[str]:
    """Set the values, mark them as the officer's, and write the history."""
    changes = {name: [getattr(row, name), value] for name, value in new.items() if getattr(row, name) != value}
    if not changes:
        return []
    for name in changes:
        setattr(row, name, new[name])
    prefix = f"{row.ref}." if isinstance(row, Run) else ""
    course.facts = {**course.facts, **{prefix + name: _mark(by) for name in changes}}
    session.add(row)
    _record(session, course, by, "changed", changes, row.ref if isinstance(row, Run) else None)
    return list(changes)


def _mark(by: Officer) -> dict[str, str]:
    return {"source": OFFICER, "checked_on": by.today.isoformat()}


def _record(
    session: Session,
    course: Course,
    by: Officer,
    action: str,
    changes: Mapping[str, list[Any]],
    run_ref: str | None = None,
) -> None:
    plain = {name: [_plain(value) for value in pair] for name, pair in changes.items()}
    session.add(course)
    session.add(
        CourseChange(course_id=course.id or 0, run_ref=run_ref, at=by.at, action=action, by=by.name, changes=plain)
    )


def _point(vocabulary: Vocabulary, town: str) -> tuple[float | None, float | None]:
    place = vocabulary.places.get(vocabulary.place(town) or "")
    return place.points[0] if place is not None and len(place.points) == 1 else (None, None)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
