"""One young person as plans see them: what the record says, worked out once and only where a plan asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from casework.activities.known import Position
from casework.activities.neet import Spell, days_neet
from casework.activities.timeline import Fact as Activity
from casework.activities.years import age, of_compulsory_age, year_group
from casework.clock import LONDON
from casework.destinations.picture import Picture
from casework.followup.need import Need
from casework.money.journey import Standing
from casework.nccis import Status

REACHED = frozenset({"sent", "answered", "handed_over"})
"""Outcomes of a contact that came to somebody."""


class Who(NamedTuple):
    """The columns of a young person that plans look at."""

    id: int
    born: date | None
    leaves: date | None
    nation: str
    language: str
    ehc_plan: bool
    characteristics: list[str]
    phone: str | None
    adviser_id: int | None
    left_area_on: date | None
    year_group: int | None


class Contact(NamedTuple):
    """A planned contact that there is a row of, in whatever state."""

    id: int
    plan: str
    version: int
    occasion: str
    step: int
    due_at: datetime
    status: str
    outcome: str | None
    reason: str | None
    ended_at: datetime | None
    answered_at: datetime | None
    stops_plan: bool
    why: str
    late_at: datetime | None
    about: dict[str, Any]
    hold_reason: str | None
    by_adviser_id: int | None = None
    """Who brought it forward, or set it."""

    @property
    def reached(self) -> bool:
        """Whether it came to somebody."""
        return self.outcome in REACHED


@dataclass
class Subject:
    """A young person on a day."""

    who: Who
    today: date
    position: Position
    activities: list[Activity]
    """Every recorded activity, in the order in which they were recorded."""
    picture: Picture
    money: dict[str, tuple[Standing, date]]
    """Applications for money by scheme, with the day the last step was reported."""
    contacts: list[Contact]
    last_inbound: datetime | None
    web_chat: bool
    need_rules: Need
    agreed: dict[int, date] = field(default_factory=dict)
    """The days on which something agreed begins, by the id of the activity that says so."""
    deadlines: Callable[["Subject"], list[tuple[str, date]]] = field(default=lambda _: [])
    """Last days to apply for money, by scheme."""
    provider_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def nation(self) -> str:
        """Whose bank holidays count."""
        return self.who.nation or "england"

    @cached_property
    def spell(self) -> Spell | None:
        """The NEET spell that they are in."""
        return days_neet(self.position.history, self.today)

    @cached_property
    def neet_known(self) -> date | None:
        """The day on which the record came to say that they are NEET, in the present spell."""
        if self.spell is None:
            return None
        since, found = self.spell.since, None
        for segment in self.position.history:
            if segment.first >= since and segment.status is Status.NEET and segment.fact is not None:
                known = max(segment.fact.recorded_on, segment.first)
                found = known if found is None else min(found, known)
        return found

    @cached_property
    def not_known_since(self) -> date | None:
        """The first day of the time in which nothing is known of them."""
        if self.position.status is not Status.NOT_KNOWN:
            return None
        since: date | None = None
        for segment in reversed([one for one in self.position.history if one.first <= self.today]):
            if segment.status is not Status.NOT_KNOWN:
                break
            since = segment.first
        return since

    @cached_property
    def age(self) -> int | None:
        """In whole years."""
        return age(self.who.born, self.today) if self.who.born else None

    @cached_property
    def at_school_age(self) -> bool:
        """Whether they are of compulsory school age, or recorded as if they were."""
        who = self.who
        return self.position.status is Status.COMPULSORY_AGE or of_compulsory_age(
            who.born, self.today, nation=self.nation, leaves=who.leaves
        )

    @cached_property
    def school_year(self) -> int | None:
        """The school year of their age; where no date of birth is known, the one on record."""
        return year_group(self.who.born, self.today) if self.who.born else self.who.year_group

    @cached_property
    def need(self) -> str:
        """low, medium or high, by ``data/plans/need.yml``."""
        return self.need_rules.of(self)

    @cached_property
    def leaving(self) -> bool:
        """Whether they are still there and known to be going."""
        return any(one.stage == "leaving" for one in self.picture.applications)

    @property
    def here(self) -> bool:
        """Whether they are of the area today."""
        return self.who.left_area_on is None or self.who.left_area_on > self.today


def local_day(moment: datetime) -> date:
    """The day of a moment in Europe/London."""
    return moment.astimezone(LONDON).date()


FACTS: dict[str, tuple[str, Callable[[Subject], Any]]] = {
    "status": ("word", lambda s: s.position.status),
    "code": ("word", lambda s: s.position.code),
    "recorded_code": ("word", lambda s: s.position.recorded_code),
    "lapsed": ("flag", lambda s: s.position.lapsed),
    "age": ("number", lambda s: s.age),
    "school_year": ("number", lambda s: s.school_year),
    "at_school_age": ("flag", lambda s: s.at_school_age),
    "nation": ("word", lambda s: s.nation),
    "language": ("word", lambda s: s.who.language),
    "ehc_plan": ("flag", lambda s: s.who.ehc_plan),
    "characteristics": ("list", lambda s: s.who.characteristics or []),
    "need": ("word", lambda s: s.need),
    "days_neet": ("number", lambda s: s.spell.days if s.spell else None),
    "days_not_known": ("number", lambda s: (s.today - s.not_known_since).days if s.not_known_since else None),
    "days_unverified": ("number", lambda s: _days_unverified(s)),
    "days_to_review": ("number", lambda s: _days_to_review(s)),
    "ends_first": ("flag", lambda s: _ends_first(s)),
    "left_recently": ("flag", lambda s: _left_recently(s)),
    "start_agreed": ("flag", lambda s: s.position.fact is not None and s.position.fact.id in s.agreed),
    "routes": ("list", lambda s: _routes(s)),
    "money_deadline_near": ("flag", lambda s: any(soon(last, s.today, 28) for _, last in s.deadlines(s))),
    "has_number": ("flag", lambda s: bool(s.who.phone)),
    "has_adviser": ("flag", lambda s: s.who.adviser_id is not None),
    "plan_known": ("flag", lambda s: s.picture.first is not None and not s.picture.undecided),
    "undecided": ("flag", lambda s: s.picture.undecided),
    "applied": ("flag", lambda s: bool(s.picture.open)),
    "offer": ("flag", lambda s: any(one.place for one in s.picture.open)),
    "leaving": ("flag", lambda s: s.leaving),
    "bank_account": ("flag", lambda s: any("bank_account" in one.done for one, _ in s.money.values())),
    "money_started": ("flag", lambda s: bool(s.money)),
    "web_chat": ("flag", lambda s: s.web_chat),
    "neet_since": ("date", lambda s: s.spell.since if s.spell else None),
    "not_known_since": ("date", lambda s: s.not_known_since),
    "activity_since": ("date", lambda s: s.position.since),
    "expires_on": ("date", lambda s: s.position.expires_on),
}
"""Everything that a plan may ask about somebody, with what kind of thing it is."""


def _days_unverified(subject: Subject) -> int | None:
    fact = subject.position.fact
    if fact is None:
        return None
    return (subject.today - (fact.verified_on or fact.begins)).days


def _days_to_review(subject: Subject) -> int | None:
    """Days until the record comes up for review; none where it does not, or has gone out of date."""
    position = subject.position
    if position.review_on is None or position.lapsed:
        return None
    return (position.review_on - subject.today).days


def _ends_first(subject: Subject) -> bool:
    """Whether what they do has a planned end, and the record counts right up to it."""
    position = subject.position
    fact = position.fact
    if fact is None or fact.end is None or position.lapsed:
        return False
    return position.expires_on is None or fact.end <= position.expires_on


def _left_recently(subject: Subject) -> bool:
    from casework.followup.anchors import left_lately

    return bool(left_lately(subject))


def _routes(subject: Subject) -> list[str]:
    """The routes that they mean to take or have applied for: school, college, apprenticeship, ..."""
    routes = [plan.now.route for plan in subject.picture.plans] + [one.route for one in subject.picture.open]
    return [route for route in routes if route]


def soon(day: date | None, today: date, days: int) -> bool:
    """Whether a day is ahead by no more than ``days``."""
    return day is not None and timedelta(0) <= day - today <= timedelta(days=days)
