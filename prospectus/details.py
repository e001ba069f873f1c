"""Everything that is known of one course, with where it is from and when it was checked."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from prospectus.tables import Course, Provider, Run

STALE_DAYS = 183
"""Days after which a checked fact is old: providers renew what they offer twice a year."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Where one fact is from, and when somebody last made sure of it."""

    source: str
    on: date
    stale: bool
    """It was checked so long ago that it should be said with "please check"."""


@dataclass(frozen=True, slots=True)
class RunDetails:
    """One start of a course. None: not known."""

    ref: str
    state: str
    """open, waiting_list, closed (the last day to apply has passed), full, or past (it has started)."""
    start: date | None
    roll_on: bool
    end: date | None
    duration: str | None
    days: str | None
    hours: str | None
    town: str
    postcode: str | None
    places: str
    places_left: int | None
    apply_by: date | None
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CourseDetails:
    """One course, its provider and its runs. None: not known, and never to be guessed."""

    course_ref: str
    title: str
    subject: str
    level: str
    route: str
    qualification: str | None
    summary: str
    entry_requirements: str | None
    exclusions: str | None
    cost: str | None
    kit: str | None
    kit_paid_by: str | None
    travel_help: str | None
    how_to_apply: str | None
    leads_to: str | None
    taster: str | None
    min_age: int | None
    max_age: int | None
    keywords: list[str]
    url: str | None
    """The provider's own page about it, as its source gives it: not every source gives a web address."""
    source: str
    checked_on: date
    stale: bool
    """It was checked so long ago that it should be said with "please check"."""
    facts: dict[str, Checked]
    """Facts with another source or day than the rest, by field; those of a run as ``<run's ref>.<field>``."""
    retired: bool
    """No longer on offer: kept because somebody may still be on it."""
    provider_ref: str
    provider_name: str
    provider_kind: str
    provider_town: str
    provider_postcode: str | None
    provider_phone: str | None
    provider_email: str | None
    provider_website: str | None
    provider_contact: str | None
    runs: list[RunDetails]
    """Those that can be started first, the soonest first; past ones last."""

    def checked(self, field: str, run_ref: str | None = None) -> Checked:
        """Where a fact of the course, or of one of its runs, is from and when it was checked."""
        name = f"{run_ref}.{field}" if run_ref else field
        return self.facts.get(name) or Checked(self.source, self.checked_on, self.stale)

    def as_args(self) -> dict[str, Any]:
        """All of it as JSON holds it; dates are ISO."""
        args = {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name not in ("runs", "facts")}
        args["facts"] = {name: {f.name: _plain(getattr(fact, f.name)) for f in fields(fact)}
                         for name, fact in self.facts.items()}  # fmt: skip
        args["runs"] = [{f.name: _plain(getattr(run, f.name)) for f in fields(run)} for run in self.runs]
        return args


_ORDER = ("open", "waiting_list", "closed", "full", "past")


def details(session: Session, course_ref: str, *, today: date) -> CourseDetails | None:
    """What is known of a course, with its runs as they stand on ``today``; None when there is no such course."""
    found = session.exec(
        select(Course, Provider).join(Provider, col(Provider.id) == Course.provider_id).where(Course.ref == course_ref)
    ).first()
    if found is None:
        return None
    course, provider = found
    rows = session.exec(select(Run).where(Run.course_id == course.id, col(Run.retired).is_(False))).all()
    runs = [_run(row, today) for row in rows]
    runs.sort(key=lambda run: (_ORDER.index(run.state), not run.roll_on, run.start or date.max, run.ref))
    own = ({f.name for f in fields(CourseDetails)} & set(Course.model_fields)) - {"facts"}
    return CourseDetails(
        course_ref=course.ref,
        stale=is_stale(course.checked_on, today),
        facts=_facts(course, today),
        provider_ref=provider.ref,
        provider_name=provider.name,
        provider_kind=provider.kind,
        provider_town=provider.town,
        provider_postcode=provider.postcode,
        provider_phone=provider.phone,
        provider_email=provider.email,
        provider_website=provider.website,
        provider_contact=provider.contact_name,
        runs=runs,
        **{name: getattr(course, name) for name in own},
    )


def is_stale(checked_on: date, today: date) -> bool:
    """Whether something checked on a day should be said with "please check" by now."""
    return (today - checked_on).days > STALE_DAYS


def _facts(course: Course, today: date) -> dict[str, Checked]:
    """The course's own sources by field. An entry that cannot be read counts as the rest of the course."""
    found = {}
    for name, fact in (course.facts or {}).items():
        try:
            on = date.fromisoformat(fact.get("checked_on") or course.checked_on.isoformat())
            found[name] = Checked(str(fact.get("source") or course.source), on, is_stale(on, today))
        except (AttributeError, TypeError, ValueError):
            continue
    return found


def _run(row: Run, today: date) -> RunDetails:
    own = {f.name for f in fields(RunDetails)} - {"state"}
    return RunDetails(state=_state(row, today), **{name: getattr(row, name) for name in own})


def _state(run: Run, today: date) -> str:
    over = run.end is not None and run.end <= today
    if (run.roll_on and over) or (not run.roll_on and run.start is not None and run.start < today):
        return "past"
    if run.places == "full" or run.places_left == 0:
        return "full"
    if run.apply_by is not None and run.apply_by < today:
        return "closed"
    return "waiting_list" if run.places == "waiting_list" else "open"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
