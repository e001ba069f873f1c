"""Finding courses, impartially, and what comes near when there is none."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from prospectus.catalogue import Entry, OpenRun, current
from prospectus.fairness import fair
from prospectus.filters import CourseFit, Wanted
from prospectus.vocabulary import Vocabulary, shipped

LEAST, MOST = 1, 50
"""Bounds of ``Query.limit``."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; None means any."""

    subject: str | None = None
    """A key of data/subjects.yml."""
    words: str | None = None
    """Free words, all of which a course must have in its title, keywords, summary, subject or provider. Beside a
    subject, words that are among its own ("biology" of science) leave nothing out: they choose what comes first."""
    level: str | None = None
    """entry, 1, 2 or 3."""
    place: str | None = None
    """A key of data/places.yml."""
    provider: str | None = None
    """A provider's ref."""
    route: str | None = None
    """As in ``Course.route``."""
    start: str | None = None
    """``now``, or an ISO date from which on they want to start."""
    limit: int = 3
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A course that was found, with the run of it that fits best."""

    course_ref: str
    title: str
    provider_name: str
    provider_ref: str
    town: str
    level: str
    route: str
    qualification: str | None
    distance_miles: float | None
    """Miles from the place asked, as the crow flies; None where no place was asked, or it is not known."""
    start: date | None
    """First day; None with ``roll_on``: any week; None without: not known."""
    roll_on: bool
    places: str
    """available, few, full, waiting_list or unknown; ``closed`` once the last day to apply has passed."""
    matches: list[str]
    """Why it is here, as ``kind:value``: ``subject:plumbing``, ``words:bench``, ``place:thanet``, ``level:2``, ..."""

    def as_args(self) -> dict[str, Any]:
        """The hit as JSON holds it."""
        return asdict(self) | {"start": self.start.isoformat() if self.start else None}


@dataclass(frozen=True, slots=True)
class Result:
    """What was found. ``near`` and ``relaxed`` are only filled when ``total`` is 0."""

    hits: list[Hit]
    total: int
    near: list[Hit] = field(default_factory=list)
    """Near misses: what there is when some of what was asked is let go."""
    relaxed: list[str] = field(default_factory=list)
    """What was let go for ``near``: place, level, start, words, provider, route."""


class _Candidate(NamedTuple):
    order: tuple[int, int, int]
    entry: Entry
    opened: OpenRun
    distance: float | None
    missing: int


def search(
    session: Session, query: Query, *, today: date, rotation: int = 0, vocabulary: Vocabulary | None = None
) -> Result:
    """The courses that fit, and near misses when none does.

    Courses with places come before full ones, those that say the words in their title before those that say them
    elsewhere, and nearer ones before those further away. Among equals the providers take turns at the first place
    (``rotation``, any number that differs from asking to asking but is the same for the pages of one), and
    routes and providers alternate after it. Nothing else decides the order.

    A run that started before ``today`` is not offered, unless one can roll on to it. ``vocabulary`` defaults to the
    one in the ``data`` folder beside this package. Raises what the database raises, and nothing for odd values: a
    subject, level or place that nobody knows is simply not found.
    """
    vocabulary = vocabulary or shipped()
    wanted = Wanted(query.subject, query.words, query.level, query.place, query.provider, query.route, query.start,
                    today, vocabulary)  # fmt: skip
    limit, offset = min(max(query.limit, LEAST), MOST), max(query.offset, 0)
    fitting: list[_Candidate] = []
    missing: dict[int, list[_Candidate]] = {}
    for entry, runs in current(session).on(today):
        course = wanted.course(entry)
        # what does not fit only matters until something does
        if course is None or (course.missing and fitting):
            continue
        candidate = _best_run(entry, runs, course, wanted)
        if not candidate.missing:
            fitting.append(candidate)
        elif not fitting:
            missing.setdefault(candidate.missing, []).append(candidate)
    if fitting:
        chosen = _in_order(fitting, rotation, offset + limit)[offset:]
        return Result([_hit(c, wanted) for c in chosen], len(fitting))
    if not missing:
        return Result([], 0)
    least = min(missing, key=wanted.cost)
    chosen = _in_order(missing[least], rotation, limit)
    return Result([], 0, [_hit(c, wanted) for c in chosen], wanted.let_go(least))


def _best_run(entry: Entry, runs: list[OpenRun], course: CourseFit, wanted: Wanted) -> _Candidate:
    """The run of a course that misses least, then has places, is nearest and soonest."""
    if not wanted.by_start and (entry.one_site or not wanted.by_place):
        # the question makes no difference between its runs
        return _candidate(entry, runs[0], course, wanted)
    return min(
        (_candidate(entry, opened, course, wanted) for opened in runs),
        key=lambda c: (wanted.cost(c.missing), c.order, c.distance or 0.0, c.opened.unknown, c.opened.soon),
    )


def _candidate(entry: Entry, opened: OpenRun, course: CourseFit, wanted: Wanted) -> _Candidate:
    there = wanted.there(opened.run)
    missing = course.missing | there.missing | wanted.then(opened.run)
    # for a place where there is nothing, the nearest comes first, to the mile
    order = (
        (course.weakness, there.mile, opened.taken) if there.missing else (opened.taken, course.weakness, there.band)
    )
    return _Candidate(order, entry, opened, there.distance, missing)


def _in_order(candidates: list[_Candidate], rotation: int, most: int) -> list[_Candidate]:
    """The first ``most`` of them: by order, and fairly among equals."""
    tiers: dict[tuple[int, int, int], list[_Candidate]] = {}
    for candidate in candidates:
        tiers.setdefault(candidate.order, []).append(candidate)
    chosen: list[_Candidate] = []
    for order in sorted(tiers):
        if len(chosen) >= most:
            break
        chosen += fair(tiers[order], rotation, most - len(chosen), _provider, _route)
    return chosen


def _provider(candidate: _Candidate) -> str:
    return candidate.entry.provider_ref


def _route(candidate: _Candidate) -> str:
    return candidate.entry.route


def _hit(candidate: _Candidate, wanted: Wanted) -> Hit:
    entry, run, distance = candidate.entry, candidate.opened.run, candidate.distance
    closed = run.places != "full" and run.closed_on(wanted.today)
    return Hit(
        course_ref=entry.ref,
        title=entry.title,
        provider_name=entry.provider_name,
        provider_ref=entry.provider_ref,
        town=run.town,
        level=entry.level,
        route=entry.route,
        qualification=entry.qualification,
        distance_miles=None if distance is None else round(distance, 1),
        start=run.starts_on(wanted.today),
        roll_on=run.roll_on,
        places="closed" if closed else run.places,
        matches=wanted.matches(entry, candidate.missing),
    )
