"""How long somebody has been NEET, and who became it or left it between two days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework.activities.timeline import Segment
from casework.nccis import Status


@dataclass(frozen=True)
class Spell:
    """A time of being NEET that is not over."""

    since: date
    """The day it began. Another NEET code, or not being known for a while, does not begin a new one."""
    days: int
    """Days since then on which they were known to be NEET; 0 on the first one. Days not known are not counted."""
    unknown_days: int
    """Days since then on which nothing was known."""


def days_neet(history: Sequence[Segment], on: date) -> Spell | None:
    """The NEET spell that somebody is in on a day; None where they are not NEET, as far as is known.

    ``history`` is a timeline. A spell goes back through every NEET code, and over times when nothing was known, to the
    last thing that was something else: a course, a job, a gap year, custody or school.
    """
    known = unknown = pending = 0
    since: date | None = None
    for segment in reversed([one for one in history if one.first <= on]):
        last = on if segment.last is None else min(segment.last, on)
        days = (last - segment.first).days + 1
        if segment.status is Status.NEET:
            since, known = segment.first, known + days
            unknown, pending = unknown + pending, 0
        elif segment.status is Status.NOT_KNOWN and since is not None:
            pending += days
        else:
            break
    return Spell(since, known - 1, unknown) if since is not None else None


@dataclass(frozen=True)
class Movement:
    """Who became NEET and who left it between two days, by their ids."""

    joiners: dict[int, Status]
    """With what they were before."""
    leavers: dict[int, Status]
    """With what they are now. Whoever is only *not known* now is here too, and has not progressed."""
    gone: frozenset[int]
    """NEET before, and not in the count any more: too old, or moved away."""

    @property
    def progressed(self) -> frozenset[int]:
        """Leavers who are known to do something else now."""
        return frozenset(who for who, status in self.leavers.items() if status is not Status.NOT_KNOWN)


def joiners_and_leavers(before: Mapping[int, Status], after: Mapping[int, Status]) -> Movement:
    """Compare two days. Whoever is new in the count and NEET is a joiner, from not known."""
    joiners = {
        who: before.get(who, Status.NOT_KNOWN)
        for who, status in after.items()
        if status is Status.NEET and before.get(who) is not Status.NEET
    }
    was = {who for who, status in before.items() if status is Status.NEET}
    leavers = {who: after[who] for who in was if who in after and after[who] is not Status.NEET}
    return Movement(joiners, leavers, frozenset(was - after.keys()))


def total_days(segments: Iterable[Segment], status: Status, first: date, last: date) -> int:
    """Days from ``first`` to ``last``, both included, that counted as ``status``."""
    total = 0
    for segment in segments:
        begins = max(segment.first, first)
        ends = last if segment.last is None else min(segment.last, last)
        if segment.status is status and begins <= ends:
            total += (ends - begins).days + 1
    return total
