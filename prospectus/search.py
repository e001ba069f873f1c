"""Finding courses, impartially, and what comes near when there is none."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from prospectus.candidates import Candidates, candidates, nearest, ordered
from prospectus.catalogue import current
from prospectus.columns import PLACES
from prospectus.details import STALE_DAYS
from prospectus.filters import Wanted
from prospectus.index import Catalogue
from prospectus.lacks import let_go
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
    """entry, 1, 2 or 3. A course whose level is not known is not left out, and comes after those that are."""
    place: str | None = None
    """A key of data/places.yml, or of the gazetteer."""
    provider: str | None = None
    """A provider's ref."""
    route: str | None = None
    """As in ``Course.route``."""
    start: str | None = None
    """``now``, or an ISO date from which on they want to start."""
    days: str | None = None
    """Days and times they can do, as ``prospectus.week.Days`` writes them: ``-fri,3,evening``. A run whose days are
    not known is not left out, and comes after those that are."""
    age: int | None = None
    """Years. A course for other ages is left out; one that does not say is not."""
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
    unknown: list[str] = field(default_factory=list)
    """What was asked for and is not known of it: ``level``, ``days`` or ``age``."""
    barred: bool = False
    """There is somebody it cannot take: its details say who."""
    checked_on: date | None = None
    """When its facts were last checked."""
    stale: bool = False
    """That is so long ago that it should be said."""

    def as_args(self) -> dict[str, Any]:
        """The hit as JSON holds it."""
        days = {name: day.isoformat() if (day := getattr(self, name)) else None for name in ("start", "checked_on")}
        return asdict(self) | days


@dataclass(frozen=True, slots=True)
class Result:
    """What was found. ``near`` and ``relaxed`` are only filled when ``total`` is 0."""

    hits: list[Hit]
    total: int
    near: list[Hit] = field(default_factory=list)
    """Near misses: what there is when some of what was asked is let go."""
    relaxed: list[str] = field(default_factory=list)
    """What was let go for ``near``: place, level, days, start, words, provider, route, age."""


def search(
    session: Session, query: Query, *, today: date, rotation: int = 0, vocabulary: Vocabulary | None = None
) -> Result:
    """The courses that fit, and near misses when none does.

    Courses of which all that was asked is known come before others, those with places before full ones, those that
    say the words in their title before those that say them elsewhere, and nearer ones before those further away.
    Among equals the providers take turns at the first place (``rotation``, any number that differs from asking to
    asking but is the same for the pages of one), and routes and providers alternate after it. Nothing else decides
    the order.

    A run that started before ``today`` is not offered, unless one can roll on to it. ``vocabulary`` defaults to the
    one in the ``data`` folder beside this package. Raises what the database raises, and nothing for odd values: a
    subject, level or place that nobody knows is simply not found.
    """
    vocabulary = vocabulary or shipped()
    catalogue = current(session)
    wanted = Wanted(query, today, vocabulary, catalogue)
    limit, offset = min(max(query.limit, LEAST), MOST), max(query.offset, 0)
    fitting, missing = candidates(catalogue, wanted, today)
    if len(fitting):
        chosen = ordered(catalogue, fitting, rotation, offset + limit)[offset:]
        return Result([_hit(catalogue, fitting, at, 0, wanted) for at in chosen], len(fitting))
    if not len(missing):
        return Result([], 0)
    least, near = nearest(missing)
    chosen = ordered(catalogue, near, rotation, limit)
    return Result([], 0, [_hit(catalogue, near, at, least, wanted) for at in chosen], let_go(least))


def _hit(catalogue: Catalogue, found: Candidates, at: int, missing: int, wanted: Wanted) -> Hit:
    part = catalogue.parts[found.part[at]]
    columns, names = part.columns, catalogue.names
    course, run = int(found.course[at]), int(found.run[at])
    today = wanted.today.toordinal()
    provider = names.providers.values[columns.provider[course]]
    start, apply_by = int(columns.start[run]), int(columns.apply_by[run])
    rolling = bool(columns.roll_on[run])
    places = PLACES[columns.places[run]]
    closed = places != "full" and apply_by and apply_by < today
    distance = wanted.miles(columns, run)
    checked = int(columns.checked[course])
    unknown = wanted.unknown(columns, course, run)
    return Hit(
        course_ref=columns.refs[course],
        title=columns.titles[course],
        provider_name=catalogue.providers.get(provider, provider),
        provider_ref=provider,
        town=names.sites.values[columns.site[run]][0],
        level=names.levels.values[columns.level[course]],
        route=names.routes.values[columns.route[course]],
        qualification=names.qualifications.values[columns.qualification[course]],
        distance_miles=None if distance is None else round(distance, 1),
        start=None if not start or (rolling and start < today) else date.fromordinal(start),
        roll_on=rolling,
        places="closed" if closed else places,
        matches=wanted.matches(columns, course, missing, unknown),
        unknown=unknown,
        barred=bool(columns.barred[course]),
        checked_on=date.fromordinal(checked),
        stale=today - checked > STALE_DAYS,
    )
