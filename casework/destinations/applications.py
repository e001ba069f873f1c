"""Applications: which facts are about the same place, and how far each application has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.destinations.facts import Fact, told_once
from casework.destinations.stages import APPLICATION, ENDINGS, LADDER, TAKEN_UP

Key = tuple[str | None, str | None, str | None, str | None]


@dataclass(frozen=True)
class Application:
    """One place that somebody is after, as it stands, with everything that was said of it, earliest first."""

    stage: str
    """The ending that closed it, or how far it has come. ``planned_end`` where nothing else is known of it."""
    reached: str | None
    """How far up the ladder it came, since it last began anew."""
    history: tuple[Fact, ...]

    @property
    def open(self) -> bool:
        """Whether it may still lead somewhere, or has: whoever is leaving is still there."""
        return self.stage not in ENDINGS or self.stage == "leaving"

    @property
    def taken_up(self) -> bool:
        """Whether they said yes to the place, or are there."""
        return self.stage in TAKEN_UP

    @property
    def place(self) -> bool:
        """Whether they hold an offer, answered or not, or are there."""
        return self.stage == "offered" or self.taken_up

    @property
    def provider_ref(self) -> str | None:
        """The provider, where somebody named one."""
        return self._latest("provider_ref")

    @property
    def course_ref(self) -> str | None:
        """The course, where somebody named one."""
        return self._latest("course_ref")

    @property
    def subject(self) -> str | None:
        """A key of the subjects, where one was named."""
        return self._latest("subject")

    @property
    def route(self) -> str | None:
        """School, college, apprenticeship, ... where it is known."""
        return self._latest("route")

    @property
    def level(self) -> str | None:
        """The level, where it is known."""
        return self._latest("level")

    @property
    def since(self) -> date:
        """The day of the fact that its stage rests on."""
        return next((fact.day for fact in reversed(self.history) if fact.stage == self.stage), self.history[-1].day)

    @property
    def interview_at(self) -> datetime | None:
        """When the interview is, by the last word about it; None where there is none or its time is not known."""
        last = next((fact for fact in reversed(self.history) if fact.stage == "interview"), None)
        return last.at_time if last else None

    @property
    def ends_on(self) -> date | None:
        """The planned end, by the last word about it."""
        return next((fact.ends_on for fact in reversed(self.history) if fact.ends_on), None)

    @property
    def reason(self) -> str | None:
        """Why it ended, in its source's words."""
        if self.stage not in ENDINGS:
            return None
        return next((fact.reason for fact in reversed(self.history) if fact.stage == self.stage and fact.reason), None)

    def offer_between(self, first: date, last: date) -> date | None:
        """The first day of a span on which there was, or must have been, an offer."""
        return next((fact.day for fact in self.history if fact.shows_offer and first <= fact.day <= last), None)

    def _latest(self, name: str) -> str | None:
        found: str | None = next((getattr(one, name) for one in reversed(self.history) if getattr(one, name)), None)
        return found


def applications(facts: Iterable[Fact]) -> list[Application]:
    """Every application, the one that was last spoken of first. Facts in any order; plans are left alone."""
    ordered = told_once(fact for fact in facts if fact.stage in APPLICATION)
    found = [_standing(rows) for rows in _threads(ordered)]
    return sorted(found, key=lambda one: one.history[-1].order, reverse=True)


def _standing(rows: Sequence[Fact]) -> Application:
    reached = ended = None
    for fact in rows:
        if fact.stage in ENDINGS:
            ended = fact.stage
        elif fact.stage in LADDER:
            if ended is not None:
                # they changed their mind, were asked again, or came back
                reached = ended = None
            if reached is None or LADDER.index(fact.stage) > LADDER.index(reached):
                reached = fact.stage
    return Application(ended or reached or rows[-1].stage, reached, tuple(rows))


def _threads(ordered: Sequence[Fact]) -> list[list[Fact]]:
    """Facts about one place together: by course; else by provider and subject.

    A fact that names less ("they offered me a place") joins the one thread it can be about, if there is only one of
    those that had begun by then, or only one at all. Where there are more it stands by itself: nobody guesses.
    """
    threads: dict[Key, list[Fact]] = {}
    for fact in ordered:
        if fact.course_ref:
            threads.setdefault((None, fact.course_ref, None, None), []).append(fact)
    by_course = dict(threads)
    alone: dict[Key, list[Fact]] = {}
    for fact in ordered:
        if fact.course_ref or not (fact.provider_ref and fact.subject):
            continue
        key: Key = (fact.provider_ref, None, fact.subject, None)
        _put(fact, key, by_course, threads, alone)
    specific = threads | alone
    vague: dict[Key, list[Fact]] = {}
    for fact in ordered:
        if fact.course_ref or (fact.provider_ref and fact.subject):
            continue
        _put(fact, (fact.provider_ref, None, fact.subject, fact.route), specific, specific, vague)
    return [sorted(rows, key=lambda one: one.order) for rows in (specific | vague).values()]


def _put(
    fact: Fact,
    key: Key,
    candidates: dict[Key, list[Fact]],
    into: dict[Key, list[Fact]],
    alone: dict[Key, list[Fact]],
) -> None:
    fitting = [name for name, rows in candidates.items() if _may_be(fact, rows)]
    begun = [name for name in fitting if min(row.order for row in candidates[name] if _names(row)) <= fact.order]
    chosen = begun if len(begun) == 1 else fitting
    if len(chosen) == 1:
        into[chosen[0]].append(fact)
    else:
        alone.setdefault(key, []).append(fact)


def _names(fact: Fact) -> bool:
    """Whether it names its place itself: only such facts say when a thread began."""
    return bool(fact.course_ref or (fact.provider_ref and fact.subject))


def _may_be(fact: Fact, rows: Sequence[Fact]) -> bool:
    for name in ("provider_ref", "subject"):
        wanted = getattr(fact, name)
        there = {getattr(row, name) for row in rows if _names(row) and getattr(row, name)}
        if wanted and there and wanted not in there:
            return False
        # a thread of another subject of the provider must not take it because nobody knows its subject
        if wanted and not there and name == "provider_ref":
            return False
    return True
