"""What a course must have to fit a question, and what it costs to let a part of the question go."""

from dataclasses import dataclass
from datetime import date, timedelta

from prospectus.catalogue import Entry, RunEntry
from prospectus.vocabulary import LEVELS, Vocabulary
from prospectus.words import stem, tokens

NOW_DAYS = 28
"""Days from today in which a start still counts as "now": about what it takes to apply and be seen."""

ABOUT_DAYS = 45
"""Days after the day asked for in which a start still counts as about then."""

NEAR_MISS_MILES = 20.0
"""Miles from the place asked up to which a course further away is the first thing to offer instead."""

PLACE, LEVEL, START, FAR, WORDS, PROVIDER, ROUTE, ANY_LEVEL = (1 << bit for bit in range(8))

# what is easiest to let go costs least; any one alone costs less than any two together
_COST = {PLACE: 20, LEVEL: 21, START: 22, FAR: 23, WORDS: 24, PROVIDER: 25, ROUTE: 26, ANY_LEVEL: 27}
_NAME = {
    PLACE: "place", FAR: "place", LEVEL: "level", ANY_LEVEL: "level", START: "start", WORDS: "words",
    PROVIDER: "provider", ROUTE: "route",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CourseFit:
    """How a course, whatever its runs, fits."""

    missing: int
    """What of the question it does not fit, as bits."""
    weakness: int
    """0 when its title and keywords say the words; 1 when only its summary, subject or provider does."""


class Wanted:
    """A question, made ready to be held against every course."""

    any_place = PLACE | FAR

    def __init__(
        self,
        subject: str | None,
        words: str | None,
        level: str | None,
        place: str | None,
        provider: str | None,
        route: str | None,
        start: str | None,
        today: date,
        vocabulary: Vocabulary,
    ) -> None:
        self.today = today
        self._vocabulary = vocabulary
        self._subjects = vocabulary.subjects_within(subject) if subject else None
        said = tokens(words or "")
        content = [word for word in said if word not in vocabulary.filler] or said
        self._words = list(dict.fromkeys(stem(word) for word in content))
        self._said = dict(zip(self._words, dict.fromkeys(content), strict=False))
        self._level = level or None
        self._place_key = place or None
        self._place = vocabulary.places.get(place) if place else None
        self._provider = provider or None
        self._route = route or None
        self._asked_start = bool(start)
        self._from, self._until = _window(start, today)
        self._now = start == "now"
        self._points: dict[tuple[float, float], float] = {}
        self._costs: dict[int, int] = {0: 0}

    def course(self, entry: Entry) -> CourseFit | None:
        """How it fits; None when it has nothing to do with the question: another subject, or none of the words."""
        if self._subjects is not None and entry.subject not in self._subjects:
            return None
        missing = weakness = 0
        if self._words:
            missed = [word for word in self._words if word not in entry.strong]
            if missed:
                weakness = 1
                subject = self._vocabulary.subjects.get(entry.subject)
                about = subject.words if subject else frozenset[str]()
                missed = [word for word in missed if word not in entry.words and word not in about]
            if missed:
                if len(missed) == len(self._words) and self._subjects is None:
                    return None
                missing |= WORDS
                # of near misses, the one that has most of the words is nearest
                weakness = 1 + len(missed)
        if self._level is not None and entry.level != self._level:
            missing |= LEVEL if _neighbours(entry.level, self._level) else ANY_LEVEL
        if self._provider is not None and entry.provider_ref != self._provider:
            missing |= PROVIDER
        if self._route is not None and entry.route != self._route:
            missing |= ROUTE
        return CourseFit(missing, weakness)

    def run(self, run: RunEntry, distance: float | None) -> int:
        """What of the question a run does not fit, as bits."""
        missing = 0
        if self._place_key is not None and not self._there(run, distance):
            missing |= PLACE if distance is not None and distance <= NEAR_MISS_MILES else FAR
        if self._asked_start and not self._then(run):
            missing |= START
        return missing

    def _there(self, run: RunEntry, distance: float | None) -> bool:
        if self._place is None:
            return False
        if self._place.everywhere or run.town.lower() in self._place.names:
            return True
        return distance is not None and distance <= self._place.within

    def _then(self, run: RunEntry) -> bool:
        if self._from is None or self._until is None:
            return False
        if run.roll_on:
            begins = run.start is None or run.start <= self._until
            return begins and (run.end is None or run.end > self._from)
        return run.start is not None and self._from <= run.start <= self._until

    def distance(self, run: RunEntry) -> float | None:
        """Miles from the place asked; None where no place was asked or the run's position is not known."""
        if self._place is None or self._place.everywhere or run.point is None:
            return None
        if run.point not in self._points:
            self._points[run.point] = self._place.miles_to(run.point)
        return self._points[run.point]

    def cost(self, missing: int) -> int:
        """How much is let go: fewer things first, then the one that matters least."""
        if missing not in self._costs:
            self._costs[missing] = sum(cost for bit, cost in _COST.items() if missing & bit)
        return self._costs[missing]

    def let_go(self, missing: int) -> list[str]:
        """The names of what is let go, in the order of how easily it is."""
        return list(dict.fromkeys(_NAME[bit] for bit in _COST if missing & bit))

    def matches(self, entry: Entry, missing: int) -> list[str]:
        """Why a course is shown, as ``kind:value``."""
        why = []
        if self._subjects is not None:
            why.append(f"subject:{entry.subject}")
        subject = self._vocabulary.subjects.get(entry.subject)
        about = subject.words if subject else frozenset[str]()
        why += [f"words:{said}" for word, said in self._said.items() if word in entry.words or word in about]
        for bits, kind, value in (
            (LEVEL | ANY_LEVEL, "level", self._level),
            (PLACE | FAR, "place", self._place_key),
            (PROVIDER, "provider", self._provider),
            (ROUTE, "route", self._route),
            (START, "start", ("now" if self._now else self._from and self._from.isoformat())),
        ):
            if value and not missing & bits and not (kind == "start" and not self._asked_start):
                why.append(f"{kind}:{value}")
        return why


def _neighbours(a: str, b: str) -> bool:
    return a in LEVELS and b in LEVELS and abs(LEVELS.index(a) - LEVELS.index(b)) == 1


def _window(start: str | None, today: date) -> tuple[date | None, date | None]:
    """The first and the last day on which a start fits; a start that is no date fits nothing."""
    if start == "now":
        return today, today + timedelta(days=NOW_DAYS)
    try:
        asked = max(date.fromisoformat(start or ""), today)
        return asked, asked + timedelta(days=ABOUT_DAYS)
    except (ValueError, OverflowError):
        return None, None
