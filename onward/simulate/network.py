"""The telephone network of the simulation: it takes texts, loses answers, and reports late, twice and out of order.

It also keeps its own account of every text, which the checks hold the service to: nothing here asks the service's own
rules.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random

import holidays

from casework.clock import LONDON
from channels.sender import Accepted, Found, NoAnswer
from onward.simulate.model import Person

NO_ANSWER = 0.01
"""Of sends, the share whose answer is lost: half of those texts were taken all the same."""
REPORTED_TWICE, REPORTED_LATE = 0.1, 0.05
TOLD_TWICE = 0.2
"""Of texts, the share of which both are reported: that it was sent, and what became of it."""
CAP, CAP_WITHIN = 3, timedelta(days=7)


@dataclass(frozen=True)
class Sent:
    """One text that the network took."""

    message_id: int
    provider_id: str
    to: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Report:
    """One delivery report that is on its way."""

    at: datetime
    message_id: int
    provider_id: str
    status: str
    code: int | None


@dataclass
class Network:
    """Takes texts, and keeps account."""

    clock: Callable[[], datetime]
    random: Random
    by_phone: dict[str, Person]
    purpose: Callable[[int], str]
    """The purpose of a message, by its id."""
    sent: list[Sent] = field(default_factory=list)
    by_number: dict[str, list[Sent]] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    arrived: list[tuple[Person, Sent]] = field(default_factory=list)
    """What has come to somebody who may answer, since it was last looked at."""
    broken: Counter[str] = field(default_factory=Counter)
    bodies: dict[tuple[str, int], int] = field(default_factory=dict)

    def send(self, to: str, body: str, message_id: int) -> Accepted:
        """Take one text, or lose the answer to it. Raises ``NoAnswer``."""
        now, person = self.clock(), self.by_phone.get(to)
        purpose = self.purpose(message_id)
        lost = self.random.random() < NO_ANSWER
        taken = not lost or self.random.random() < 0.5
        if taken:
            self._check(person, purpose, message_id, now)
            digest = hashlib.sha256(f"{message_id}:{self.bodies[to, message_id]}".encode()).hexdigest()[:32]
            sent = Sent(message_id, f"SM{digest}", to, body, now)
            self.sent.append(sent)
            self.by_number.setdefault(to, []).append(sent)
            self._report(sent, person, purpose, now)
        if lost:
            raise NoAnswer
        return Accepted(sent.provider_id, "accepted")

    def find(self, to: str, since: datetime) -> list[Found]:
        """What was taken for this number since then."""
        taken = self.by_number.get(to, ())
        return [Found(one.provider_id, one.body, "sent", one.at) for one in taken if one.at >= since]

    def due_reports(self) -> list[Report]:
        """Those that have come by now, in whatever order they came."""
        now = self.clock()
        due = [one for one in self.reports if one.at <= now]
        if due:
            self.reports = [one for one in self.reports if one.at > now]
            self.random.shuffle(due)
        return due

    def _report(self, sent: Sent, person: Person | None, purpose: str, now: datetime) -> None:
        works = person is not None and person.works
        status = "delivered" if works else "undelivered"
        # that it was sent is mostly not told apart from that it arrived
        both = self.random.random() < TOLD_TWICE
        for number, told in enumerate(["sent", status] if both else [status]):
            late = timedelta(days=self.random.uniform(0.5, 2)) if self.random.random() < REPORTED_LATE else timedelta()
            at = now + timedelta(seconds=20 * (number + 1)) + late
            report = Report(at, sent.message_id, sent.provider_id, told, None if works else 30005)
            self.reports += [report, report] if self.random.random() < REPORTED_TWICE else [report]
        if works and person is not None and purpose == "prompt":
            self.arrived.append((person, sent))

    def _check(self, person: Person | None, purpose: str, message_id: int, now: datetime) -> None:
        phone = person.phone or "" if person else ""
        times = self.bodies[phone, message_id] = self.bodies.get((phone, message_id), 0) + 1
        if times > 1:
            self.broken["sent twice"] += 1
        if person is None or purpose in ("consent", "safeguarding"):
            return
        if person.stopped_at is not None and person.stopped_at < now:
            self.broken["after STOP"] += 1
        if purpose != "prompt":
            return
        if not person.mine:
            self.broken["to a number known to be wrong"] += 1
        if person.held_until is not None and now < person.held_until:
            self.broken["during a hand-over"] += 1
        here = now.astimezone(LONDON)
        opens, closes = (10, 18) if here.weekday() >= 5 else (8, 20)
        if not opens <= here.hour < closes:
            self.broken["in quiet hours"] += 1
        if here.date() in _bank_holidays(here.year):
            self.broken["on a bank holiday"] += 1
        person.prompts = [at for at in person.prompts if at > now - CAP_WITHIN]
        if len(person.prompts) >= CAP:
            self.broken["above the cap"] += 1
        person.prompts.append(now)


@lru_cache(maxsize=8)
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
