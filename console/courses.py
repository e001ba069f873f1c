"""The prospectus for the staff: finding a course, and all that is known of it. Every adviser may look."""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from casework.clock import LONDON
from casework.db import reading
from console import rights
from console.courses_words import STATES, address, course_url, run_url
from console.visit import NotHere, Visit
from prospectus import editing, formtexts
from prospectus.coursefields import course_facts, run_facts
from prospectus.details import CourseDetails, details
from prospectus.finding import FILTERS, listed
from prospectus.links import course_path, web_address
from prospectus.vocabulary import Vocabulary

PER_PAGE = 50
LONGEST_WORDS = 100

DONE = {
    "saved": "Your changes are saved. People see them from now on.",
    "same": "Nothing was different, so nothing was changed.",
    "checked": "Thank you. Everything about this course counts as checked today.",
    "retired": "This course is no longer offered. It is not found any more, and its page says so.",
    "restored": "This course is offered again.",
    "start-retired": "This start will not take place. It is not shown to young people any more.",
    "start-restored": "This start is offered again.",
    "given-back": "The next import decides this fact again.",
}
"""What is said after something was done, by the word in the address."""


@dataclass(frozen=True)
class FactRow:
    """A fact as the page of a course shows it."""

    name: str
    label: str
    text: str
    source: str
    checked_on: date
    stale: bool
    by_officer: bool


def today(visit: Visit) -> date:
    """The day it is in London."""
    return visit.now.astimezone(LONDON).date()


def found(visit: Visit) -> Response:
    """Courses by words and filter, in the order of their providers and titles."""
    wanted = visit.request.query_params
    words, only, number = " ".join(wanted.get("q", "").split()), wanted.get("only", ""), wanted.get("page", "1")
    if len(words) > LONGEST_WORDS or only not in FILTERS or not number.isdigit() or len(number) > 5:
        raise NotHere("courses")
    page = max(1, int(number))
    with reading(visit.console.engine) as session:
        total, lines = listed(session, words, only, today=today(visit), limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return visit.page(
        "courses.html",
        nav="courses",
        words=words,
        only=only,
        lines=lines,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        here=address,
        course_url=course_url,
        today=today(visit),
    )


def one(visit: Visit) -> Response:
    """One course with its runs, where every fact is from, and what can be done with it."""
    return show(visit)


def show(visit: Visit, *, status: int = 200, error: str | None = None, error_at: str = "facts") -> Response:
    """The page of a course, with what went wrong where something did."""
    ref = str(visit.request.path_params["ref"])
    vocabulary = visit.console.vocabulary()
    with reading(visit.console.engine) as session:
        course = details(session, ref, today=today(visit))
        if course is None:
            raise NotHere("course")
        row = editing.course_of(session, ref)
        texts = formtexts.shown(row, course_facts(vocabulary))
        runs = []
        for run in course.runs:
            shown = formtexts.shown(editing.run_of(session, row, run.ref), run_facts())
            runs.append((run, shown, formtexts.seen({name: shown[name] for name in ("places", "places_left")})))
        cancelled = editing.retired_runs(session, row)
    return visit.page(
        "course.html",
        status=status,
        nav="courses",
        course=course,
        facts=_facts(course, texts, vocabulary),
        runs=runs,
        cancelled=cancelled,
        states=STATES,
        places=next(fact for fact in run_facts() if fact.name == "places").choices,
        kept=sorted(name for name, fact in row.facts.items() if editing.officers(fact)),
        labels=labels(vocabulary),
        edits=rights.has(visit.adviser, rights.PROSPECTUS),
        course_url=course_url,
        run_url=run_url,
        public_page=course_path(course.course_ref),
        link=web_address(course.url),
        error=error,
        error_at=error_at,
        done=DONE.get(visit.request.query_params.get("done", "")) if status == 200 else None,
    )


def labels(vocabulary: Vocabulary) -> dict[str, str]:
    """What each fact is called, by its name."""
    known = {fact.name: fact.label for fact in (*course_facts(vocabulary), *run_facts())}
    return known | {"checked_on": "Checked", "retired": "No longer offered", "provider_id": "Provider"}


def _facts(course: CourseDetails, texts: dict[str, str], vocabulary: Vocabulary) -> list[FactRow]:
    rows = []
    for fact in course_facts(vocabulary):
        checked = course.checked(fact.name)
        text = dict(fact.choices).get(texts[fact.name], texts[fact.name])
        by_officer = checked.source.startswith(editing.OFFICER)
        source = "Set by an officer" if by_officer else checked.source
        rows.append(FactRow(fact.name, fact.label, text, source, checked.on, checked.stale, by_officer))
    return rows
