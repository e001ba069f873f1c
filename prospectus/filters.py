"""What a course must have to fit a question, and what it costs to let a part of the question go."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from prospectus.catalogue import Entry, RunEntry
from prospectus.vocabulary import LEVELS, Vocabulary
from prospectus.words import GLUE, stem, tokens

NOW_DAYS = 28
"""Days from today in which a start still counts as "now": about what it takes to apply and be seen."""

ABOUT_DAYS = 45
"""Days after the day asked for in which a start still counts as about then."""

BAND_MILES = 3.0
"""Courses less than this much further away than others count as equally near."""

UNKNOWN_MILE = 1_000
"""Where a run whose position is not known stands in the order."""

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
    """How far the words are from its title: for each, 1 when only its keywords have it, 2 when only the rest has."""


class There(NamedTuple):
    """How a run fits the place asked."""

    missing: int
    distance: float | None
    mile: int
    """Whole miles away, for the order of near misses."""
    band: int
    """Which band of ``BAND_MILES`` it is in, for the order of what fits."""


class Wanted:
    """A question, made ready to be held against every course."""

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
        content = [w for w in said if w not in vocabulary.filler and w not in GLUE] or said
        self._said = {stem(word): word for word in reversed(content)}
        asked = vocabulary.subjects.get(subject) if subject else None
        # words for the subject itself ("cabin crew" of travel) choose the order, and leave nothing out
        self._soft = [word for word in self._said if asked and word in asked.words and word not in asked.generic]
        self._hard = [word for word in self._said if not asked or word not in asked.words]
        self._level = level or None
        self._place_key = place or None
        self._place = vocabulary.places.get(place) if place else None
        self._provider = provider or None
        self._route = route or None
        self._from, self._until = _window(start, today)
        self._now = start == "now"
        self.by_place = self._place_key is not None
        self.by_start = bool(start)
        self._there: dict[tuple[str, tuple[float, float] | None], There] = {}
        self._costs: dict[int, int] = {0: 0}

    def course(self, entry: Entry) -> CourseFit | None:
        """How it fits; None when it has nothing to do with the question: another subject, or none of the words."""
        if self._subjects is not None and entry.subject not in self._subjects:
            return None
        missing = 0
        weakness = sum(_far(entry, word) for word in self._soft)
        if self._hard:
            weakness += sum(_far(entry, word) for word in self._hard)
            missed = sum(not self._has(entry, word) for word in self._hard)
            if missed == len(self._hard) and self._subjects is None:
                return None
            if missed:
                missing |= WORDS
                # of near misses, the one that has most of the words is nearest
                weakness += 10 * missed
        if self._level is not None and entry.level != self._level:
            missing |= LEVEL if _neighbours(entry.level, self._level) else ANY_LEVEL
        if self._provider is not None and entry.provider_ref != self._provider:
            missing |= PROVIDER
        if self._route is not None and entry.route != self._route:
            missing |= ROUTE
        return CourseFit(missing, weakness)

    def _has(self, entry: Entry, word: str) -> bool:
        if word in entry.words:
            return True
        subject = self._vocabulary.subjects.get(entry.subject)
        return subject is not None and word in subject.words

    def there(self, run: RunEntry) -> There:
        """How it fits the place asked."""
        at = (run.town, run.point)
        known = self._there.get(at)
        if known is None:
            known = self._there[at] = self._measured(run)
        return known

    def _measured(self, run: RunEntry) -> There:
        if self._place_key is None:
            return There(0, None, 0, 0)
        place = self._place
        if place is None:
            return There(FAR, None, 0, 0)
        if place.everywhere:
            return There(0, None, 0, 0)
        distance = self._vocabulary.miles(place, run.point) if run.point else None
        inside = run.town.lower() in place.names or (distance is not None and distance <= place.within)
        near = distance is not None and distance <= NEAR_MISS_MILES
        missing = 0 if inside else PLACE if near else FAR
        # a distance that is not known comes after those that are
        if distance is None:
            return There(missing, None, UNKNOWN_MILE, UNKNOWN_MILE)
        return There(missing, distance, int(distance), int(distance // BAND_MILES))

    def then(self, run: RunEntry) -> int:
        """``START`` when it does not fit the start asked, else 0."""
        if not self.by_start:
            return 0
        if self._from is None or self._until is None:
            return START
        if run.roll_on:
            begins = run.start is None or run.start <= self._until
            return 0 if begins and (run.end is None or run.end > self._from) else START
        return 0 if run.start is not None and self._from <= run.start <= self._until else START

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
        why = [f"words:{said}" for word, said in self._said.items() if word in entry.words]
        if self._subjects is not None or any(word not in entry.words for word in self._hard):
            why.insert(0, f"subject:{entry.subject}")
        for bits, kind, value in (
            (LEVEL | ANY_LEVEL, "level", self._level),
            (PLACE | FAR, "place", self._place_key),
            (PROVIDER, "provider", self._provider),
            (ROUTE, "route", self._route),
            (START, "start", ("now" if self._now else self._from and self._from.isoformat())),
        ):
            if value and not missing & bits and not (kind == "start" and not self.by_start):
                why.append(f"{kind}:{value}")
        return why


def _far(entry: Entry, word: str) -> int:
    """0 when the title has the word, 1 when only the qualification or the keywords have it, 2 otherwise."""
    return 0 if word in entry.title_words else 1 if word in entry.strong else 2


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
