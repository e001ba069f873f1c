"""Finding courses, impartially, and what comes near when there is none."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from prospectus.catalogue import Entry, RunEntry, current
from prospectus.fairness import fair
from prospectus.filters import Wanted
from prospectus.vocabulary import Vocabulary, shipped

BAND_MILES = 3.0
"""Courses less than this much further away than others count as equally near."""

LEAST, MOST = 1, 50
"""Bounds of ``Query.limit``."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; None means any."""

    subject: str | None = None
    """A key of data/subjects.yml."""
    words: str | None = None
    """Free words, all of which a course must have in its title, keywords, summary, subject or provider."""
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


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: Entry
    run: RunEntry
    missing: int
    distance: float | None
    order: tuple[int, ...]


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
    for entry in current(session).entries:
        candidate = _best_run(entry, wanted)
        if candidate is None:
            continue
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


def _best_run(entry: Entry, wanted: Wanted) -> _Candidate | None:
    """The run of a course that misses least, then has places, is nearest and soonest."""
    course = wanted.course(entry)
    if course is None:
        return None
    best: _Candidate | None = None
    best_key: tuple[Any, ...] | None = None
    for run in entry.runs:
        if not run.open_on(wanted.today):
            continue
        distance = wanted.distance(run)
        misses = course.missing | wanted.run(run, distance)
        taken = _taken(run, wanted.today)
        # asked about a place that does not fit, the nearest comes first, to the mile
        far = distance is not None and bool(misses & wanted.any_place)
        band = 0 if distance is None else int(distance // (1.0 if far else BAND_MILES))
        order = (course.weakness, band, taken) if far else (taken, course.weakness, band)
        start = run.starts_on(wanted.today)
        key = (wanted.cost(misses), order, distance or 0.0, start is None and not run.roll_on, start or wanted.today)
        if best_key is None or key < best_key:
            best, best_key = _Candidate(entry, run, misses, distance, order), key
    return best


def _taken(run: RunEntry, today: date) -> int:
    """0 while there may be a place; higher where there is a queue, no way to apply or no place."""
    if run.places == "full":
        return 3
    if run.apply_by is not None and run.apply_by < today:
        return 2
    return 1 if run.places == "waiting_list" else 0


def _in_order(candidates: list[_Candidate], rotation: int, most: int) -> list[_Candidate]:
    """The first ``most`` of them: by order, and fairly among equals."""
    tiers: dict[tuple[int, ...], list[_Candidate]] = {}
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
    entry, run, distance = candidate.entry, candidate.run, candidate.distance
    closed = run.places != "full" and run.apply_by is not None and run.apply_by < wanted.today
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
