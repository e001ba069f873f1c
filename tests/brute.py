"""Course search in the plainest way: every course and every run looked at, one after another.

What the index answers must be what this answers. It is written from the rules in docs/prospectus.md and shares no
arithmetic with ``prospectus``.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from prospectus.filters import ABOUT_DAYS, NOW_DAYS
from prospectus.gazetteer import Gazetteer, gazetteer_of
from prospectus.geo import miles
from prospectus.lacks import let_go
from prospectus.search import Query
from prospectus.tables import Course, GazetteerPlace, Provider, Run
from prospectus.vocabulary import LEVELS, Vocabulary
from prospectus.week import Days, week_of
from prospectus.words import GLUE, joined, stem, tokens

PLACE, LEVEL, START, FAR, WORDS, PROVIDER, ROUTE, ANY_LEVEL, DAYS, AGE = 1, 2, 4, 8, 16, 32, 64, 128, 256, 512
COST = {PLACE: 40, LEVEL: 42, DAYS: 43, START: 44, FAR: 46, WORDS: 48, PROVIDER: 50, ROUTE: 52, ANY_LEVEL: 54, AGE: 56}


@dataclass
class Site:
    """One run as it matters."""

    town: str
    point: tuple[float, float] | None
    start: date | None
    roll_on: bool
    end: date | None
    apply_by: date | None
    places: str
    week: Any

    def taken(self, today: date) -> int:
        if self.places == "full":
            return 3
        if self.apply_by and self.apply_by < today:
            return 2
        return 1 if self.places == "waiting_list" else 0

    def soon(self, today: date) -> tuple[bool, int]:
        start = None if self.start is None or (self.roll_on and self.start < today) else self.start
        return start is None and not self.roll_on, start.toordinal() if start else 0

    def can_start(self, today: date) -> bool:
        if self.roll_on:
            return self.end is None or self.end > today
        return self.start is None or self.start >= today


@dataclass
class Entry:
    """One course as it matters."""

    course: Course
    provider: Provider
    sites: list[Site]
    title: set[str]
    strong: set[str]
    words: set[str]


@dataclass
class Found:
    """What comes of a search: refs with the town and start of the run shown."""

    hits: list[tuple[str, str, date | None]]
    total: int
    near: list[tuple[str, str, date | None]]
    relaxed: list[str]


def _stems(text: str) -> set[str]:
    return {stem(word) for word in tokens(text)} | {stem(word) for word in joined(text)}


class Brute:
    """A catalogue to be looked through."""

    def __init__(self, session: Session, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        providers = {p.id: p for p in session.exec(select(Provider))}
        points = [(p.latitude, p.longitude) for p in providers.values() if p.latitude is not None and p.longitude]
        self.gazetteer: Gazetteer = gazetteer_of(session.exec(select(GazetteerPlace)).all(), points)  # type: ignore[arg-type]
        runs: dict[int, list[Run]] = {}
        for run in session.exec(select(Run).where(col(Run.retired).is_(False))):
            runs.setdefault(run.course_id, []).append(run)
        self.entries = [
            self._entry(c, providers[c.provider_id], sorted(runs.get(c.id or 0, []), key=lambda r: r.ref))
            for c in sorted(session.exec(select(Course).where(col(Course.retired).is_(False))), key=lambda c: c.ref)
        ]

    def _entry(self, course: Course, provider: Provider, runs: list[Run]) -> Entry:
        own = (provider.latitude, provider.longitude) if provider.latitude is not None else None
        sites = [self._site(run, provider, own) for run in runs]
        sites = sites or [Site(provider.town, own, None, False, None, None, "unknown", week_of(None, None))]  # type: ignore[arg-type]
        title = _stems(course.title)
        strong = title | _stems(" ".join([course.qualification or "", *course.keywords]))
        return Entry(course, provider, sites, title, strong, strong | _stems(f"{provider.name} {course.summary}"))

    def _site(self, run: Run, provider: Provider, own: Any) -> Site:
        point: Any = (run.latitude, run.longitude) if run.latitude is not None and run.longitude is not None else None
        if point is None and run.town == provider.town:
            point = own
        if point is None and run.postcode:
            code = run.postcode.lower().split()[0]
            point = self.gazetteer.points.get(code)
        full = run.places_left == 0 and run.places in ("available", "few")
        return Site(run.town, point, run.start, run.roll_on, run.end, run.apply_by,
                    "full" if full else run.places, week_of(run.days, run.hours))  # fmt: skip

    def search(self, query: Query, *, today: date, rotation: int = 0) -> Found:
        fitting, missing = [], {}
        for entry in self.entries:
            sites = [site for site in entry.sites if site.can_start(today)]
            fits = self._course(entry, query) if sites else None
            if fits is None:
                continue
            keyed = [(*self._run(site, fits, query, today), site) for site in sites]
            bits, order, _, site = min(keyed, key=lambda k: (cost(k[0]), k[1][0], k[1], k[2]))
            if bits:
                missing.setdefault(bits, []).append((order, entry, site))
            else:
                fitting.append((order, entry, site))
        limit, offset = min(max(query.limit, 1), 50), max(query.offset, 0)
        if fitting:
            return Found(shown(fair(fitting, rotation, offset + limit)[offset:], today), len(fitting), [], [])
        if not missing:
            return Found([], 0, [], [])
        least = min(missing, key=lambda bits: (cost(bits), bits))
        return Found([], 0, shown(fair(missing[least], rotation, limit), today), let_go(least))

    def _course(self, entry: Entry, query: Query) -> tuple[int, int, int] | None:
        course, known = entry.course, self.vocabulary
        if query.subject and course.subject not in known.subjects_within(query.subject):
            return None
        said = tokens(query.words or "")
        content = {stem(w) for w in ([w for w in said if w not in known.filler and w not in GLUE] or said)}
        asked = known.subjects.get(query.subject) if query.subject else None
        soft = {w for w in content if asked and w in asked.words and w not in asked.generic}
        hard = {w for w in content if not asked or w not in asked.words}
        own = known.subjects.get(course.subject)
        missed = {w for w in hard if w not in entry.words and not (own and w in own.words)}
        if hard and missed == hard and not query.subject:
            return None
        weak = sum(0 if w in entry.title else 1 if w in entry.strong else 2 for w in soft | hard) + 10 * len(missed)
        bits = WORDS if missed else 0
        unsure = 0
        if query.level and course.level != query.level:
            if course.level == "unknown":
                unsure += 1
            elif {course.level, query.level} <= set(LEVELS):
                apart = abs(LEVELS.index(course.level) - LEVELS.index(query.level))
                bits |= LEVEL if apart == 1 else ANY_LEVEL
            else:
                bits |= ANY_LEVEL
        bits |= PROVIDER if query.provider and entry.provider.ref != query.provider else 0
        bits |= ROUTE if query.route and course.route != query.route else 0
        if query.age is not None and not (course.min_age or 0) <= query.age <= (
            999 if course.max_age is None else course.max_age
        ):
            bits |= AGE
        return bits, weak, unsure

    def _run(self, site: Site, fits: tuple[int, int, int], query: Query, today: date) -> Any:
        bits, weak, unsure = fits
        away, distance, mile, band = self._place(site, query)
        bits |= away | (0 if starts(site, query, today) else START)
        if query.days:
            fit = Days.read(query.days).fits(site.week)
            bits |= DAYS if fit is False else 0
            unsure += fit is None
        taken = site.taken(today)
        order = (unsure, weak, mile, taken) if away else (unsure, taken, weak, band)
        rough = min(int((distance or 0.0) * 100), (1 << 17) - 1)
        return bits, order, (rough, *site.soon(today))

    def _place(self, site: Site, query: Query) -> tuple[int, float | None, int, int]:
        if not query.place:
            return 0, None, 0, 0
        place = self.vocabulary.places.get(query.place) or self.gazetteer.places.get(query.place)
        if place is None:
            return FAR, None, 0, 0
        if place.everywhere:
            return 0, None, 0, 0
        distance = min(miles(own, site.point) for own in place.points) if site.point else None
        inside = site.town.lower() in place.names or (distance is not None and distance <= place.within)
        bits = 0 if inside else PLACE if distance is not None and distance <= 20 else FAR
        if distance is None:
            return bits, None, 4095, 4095
        return bits, distance, min(int(distance), 4094), min(int(distance // 3), 4094)


def cost(bits: int) -> int:
    return sum(value for bit, value in COST.items() if bits & bit)


def starts(site: Site, query: Query, today: date) -> bool:
    if not query.start:
        return True
    try:
        first = today if query.start == "now" else max(date.fromisoformat(query.start), today)
        last = first + timedelta(days=NOW_DAYS if query.start == "now" else ABOUT_DAYS)
    except (ValueError, OverflowError):
        return False
    if site.roll_on:
        return (site.start is None or site.start <= last) and (site.end is None or site.end > first)
    return site.start is not None and first <= site.start <= last


def shown(found: list[Any], today: date) -> list[tuple[str, str, date | None]]:
    return [
        (entry.course.ref, site.town, None if site.roll_on and site.start and site.start < today else site.start)
        for _, entry, site in found
    ]


def fair(found: list[Any], rotation: int, most: int) -> list[Any]:
    """The first of them: by order, and among equals by turns."""
    tiers: dict[Any, list[Any]] = {}
    for one in found:
        tiers.setdefault(one[0], []).append(one)
    served: list[Any] = []
    for order in sorted(tiers):
        if len(served) < most:
            served += turns(tiers[order], rotation, most - len(served))
    return served


def turns(equals: list[Any], rotation: int, most: int) -> list[Any]:
    own: dict[str, list[Any]] = {}
    for one in equals:
        own.setdefault(one[1].provider.ref, []).append(one)
    names = sorted(own)
    turn, first = divmod(rotation, len(names))
    names = names[first:] + names[:first]
    waiting: dict[tuple[int, str], list[Any]] = {}
    for place, name in enumerate(names):
        shift = turn % len(own[name])
        for one in own[name][shift:] + own[name][:shift]:
            waiting.setdefault((place, one[1].course.route), []).append(one)
    lead = own[names[0]][turn % len(own[names[0]])][1].course.route
    routes: Counter[str] = Counter()
    providers: Counter[int] = Counter()
    served: list[Any] = []
    while waiting and len(served) < most:
        key = min(waiting, key=lambda h: (routes[h[1]], providers[h[0]], *h)) if served else (0, lead)
        served.append(waiting[key].pop(0))
        if not waiting[key]:
            del waiting[key]
        providers[key[0]] += 1
        routes[key[1]] += 1
    return served
