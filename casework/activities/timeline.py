"""What is known of what somebody did when, out of rows that were only ever added.

Every row says: from its start on, as far as was known on the day it was verified, they did this. The rows are read in
the order in which they were recorded; a later one replaces what it contradicts and leaves what it cannot know about:

- what began before it ends on the day before it;
- what began after it was verified stays, and ends it. A college's list of September does not undo a job of November;
- what began between its start and the day it was verified was wrong, and goes;
- what began after its own planned end stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from casework.activities.currency import Currency, Flow
from casework.activities.years import academic_year, last_day, leaves_school_on, of_compulsory_age
from casework.nccis import NOT_KNOWN, NOT_KNOWN_AT_SCHOOL_AGE, Nccis, Status

DAY = timedelta(days=1)


class Fact(NamedTuple):
    """One recorded activity, without its person."""

    id: int
    code: str
    start: date | None
    end: date | None
    verified_on: date | None
    review_on: date | None
    expires_on: date | None
    recorded_on: date
    source: str
    provider_ref: str | None = None
    place: str | None = None
    """Where, in the words of its source, where it has no ref."""

    @property
    def begins(self) -> date:
        """The first day it is known of."""
        return self.start or self.verified_on or self.recorded_on


class Who(NamedTuple):
    """What a timeline must know of a person."""

    born: date | None = None
    leaves: date | None = None
    nation: str = "england"

    def at_school_age(self, on: date) -> bool:
        """Whether they are of compulsory school age on a day."""
        return of_compulsory_age(self.born, on, nation=self.nation, leaves=self.leaves)

    def last_school_day(self) -> date | None:
        """The last day on which a code of compulsory school age can count: the end of Year 11's academic year."""
        leaves = self.leaves or (leaves_school_on(self.born, self.nation) if self.born else None)
        return last_day(academic_year(leaves)) if leaves else None


class Segment(NamedTuple):
    """From a first to a last day (None: still), what counts."""

    first: date
    last: date | None
    code: str
    """What is to be counted: 810 or 150 where nothing is known any more."""
    status: Status
    fact: Fact | None
    lapsed: bool = False
    """Whether the fact has gone out of date: its code still shows what it was."""

    def covers(self, on: date) -> bool:
        """Whether a day is in it."""
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass
class _Span:
    first: date
    last: date | None
    fact: Fact


@dataclass(frozen=True)
class Codebook:
    """The codes and their currency: everything that a timeline is read with."""

    nccis: Nccis
    currency: Currency

    def timeline(self, facts: Iterable[Fact], who: Who) -> list[Segment]:
        """What counted from when to when, earliest first, without gaps after the first day. Facts in any order."""
        spans = _spans(sorted(facts, key=lambda fact: (fact.recorded_on, fact.id)))
        segments: list[Segment] = []
        for number, span in enumerate(spans):
            following = spans[number + 1].first - DAY if number + 1 < len(spans) else None
            segments += self._segments(span, following, who)
        return segments

    def expires_on(self, fact: Fact, who: Who) -> date | None:
        """The last day on which a fact counts as current; None: it does not go out of date."""
        period = self.currency.periods.get(fact.code)
        if period is None or period.flow is Flow.NEVER:
            return None
        verified = fact.verified_on or fact.begins
        expires = fact.expires_on or self.currency.dates(fact.code, verified, end=fact.end).expires_on
        if period.flow is Flow.SCHOOL_AGE and expires is not None:
            last = who.last_school_day()
            return min(expires, last) if last else expires
        return expires

    def not_known(self, who: Who, on: date) -> tuple[str, Status]:
        """The code that says that nothing is known of this person on this day."""
        code = NOT_KNOWN_AT_SCHOOL_AGE if who.at_school_age(on) else NOT_KNOWN
        return code, self.nccis.status(code)

    def _segments(self, span: _Span, following: date | None, who: Who) -> Iterable[Segment]:
        """A span as it counts: until it lapses or ends, and what nobody knows from then until the next one."""
        fact = span.fact
        status = self.nccis.status(fact.code) if fact.code in self.nccis.activities else Status.UNSETTLED
        expires = self.expires_on(fact, who)
        if status is Status.NEET:
            # NEET stays NEET, even after a planned end, until they are known to have moved on
            yield from _cut(Segment(span.first, following, fact.code, status, fact), expires)
            return
        last = _earliest(span.last, expires, following)
        if last is None or last >= span.first:
            yield Segment(span.first, last, fact.code, status, fact)
        if last is not None and (following is None or last < following):
            first = max(last + DAY, span.first)
            yield from self._unknown(first, following, fact, who)

    def _unknown(self, first: date, last: date | None, fact: Fact, who: Who) -> Iterable[Segment]:
        code, status = self.not_known(who, first)
        if code == NOT_KNOWN_AT_SCHOOL_AGE:
            leaves = who.leaves or (leaves_school_on(who.born, who.nation) if who.born else None)
            if leaves and (last is None or leaves < last):
                yield Segment(first, leaves, code, status, fact, lapsed=True)
                first = leaves + DAY
                code, status = self.not_known(who, first)
        yield Segment(first, last, code, status, fact, lapsed=True)


def _cut(segment: Segment, expires: date | None) -> Iterable[Segment]:
    """A segment of NEET, from the day it has gone out of date on marked as lapsed."""
    if expires is None or (segment.last is not None and segment.last <= expires):
        yield segment
        return
    if expires >= segment.first:
        yield segment._replace(last=expires)
    yield segment._replace(first=max(segment.first, expires + DAY), lapsed=True)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _spans(facts: Sequence[Fact]) -> list[_Span]:
    """Facts in the order they were recorded, as spans in the order they happened."""
    spans: list[_Span] = []
    for fact in facts:
        first, last = fact.begins, fact.end
        verified = max(first, fact.verified_on or first)
        if fact.start is None:
            # the same again, without its start: it goes on since it began
            same = [span for span in spans if span.fact.code == fact.code and _active(span, first)]
            first = same[-1].first if same else first
        kept: list[_Span] = []
        for span in spans:
            if span.first < first:
                if span.last is None or span.last >= first:
                    span.last = first - DAY
                kept.append(span)
            elif span.first > verified or (last is not None and span.first > last):
                last = span.first - DAY if last is None else min(last, span.first - DAY)
                kept.append(span)
        kept.append(_Span(first, last, fact))
        spans = sorted(kept, key=lambda span: span.first)
    return spans


def _active(span: _Span, on: date) -> bool:
    return span.first <= on and (span.last is None or on <= span.last)


def at(segments: Sequence[Segment], on: date) -> Segment | None:
    """The segment that a day is in; None before anything was known."""
    for segment in reversed(segments):
        if segment.covers(on):
            return segment
    return None
