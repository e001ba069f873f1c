"""How much is planned for the next weeks, day by day, and what waits now. Counts only; reads only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Table, case, func, literal_column, select
from sqlmodel import Session, col

from casework.clock import LONDON
from casework.followup.tasks import CALL, REMINDER
from casework.followup.words import IMPORTANCE, band
from casework.tables import Adviser, Escalation, FollowUp

_f: Table = FollowUp.__table__  # type: ignore[attr-defined]
_PLANNED = _f.c.status == literal_column("'planned'")

WEEKS = 6


@dataclass
class Day:
    """What is planned for one day."""

    on: date
    by_plan: Counter[str] = field(default_factory=Counter)
    by_band: Counter[str] = field(default_factory=Counter)
    """By band of importance: ``casework.followup.words.IMPORTANCE``."""
    texts: int = 0
    tasks: int = 0
    """For advisers: calls and reminders."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.by_plan.total()


@dataclass(frozen=True)
class Volume:
    """The next weeks."""

    today: date
    days: list[Day]
    """From the Monday of this week on: days before today hold nothing."""
    overdue: int
    """Due before today, and not gone: what waits, and what nobody has taken yet."""
    waiting: Mapping[str, int]
    """Planned contacts that wait for something, by what."""
    outbox: int
    """On their way."""

    @property
    def due_today(self) -> int:
        """Planned for today, what is overdue among them."""
        return self.overdue + next((day.total for day in self.days if day.on == self.today), 0)

    @property
    def total(self) -> int:
        """Planned in these weeks."""
        return sum(day.total for day in self.days)

    @property
    def by_plan(self) -> list[tuple[str, int]]:
        """The plans with how much each makes, the most first."""
        found: Counter[str] = Counter()
        for day in self.days:
            found += day.by_plan
        return sorted(found.items(), key=lambda one: (-one[1], one[0]))

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "today": self.today.isoformat(),
            "total": self.total,
            "due_today": self.due_today,
            "overdue": self.overdue,
            "outbox": self.outbox,
            "waiting": dict(self.waiting),
            "days": [
                {
                    "on": day.on.isoformat(),
                    "total": day.total,
                    "texts": day.texts,
                    "tasks": day.tasks,
                    "by_importance": {name: day.by_band[name] for name in IMPORTANCE},
                    "by_plan": dict(sorted(day.by_plan.items())),
                }
                for day in self.days
                if day.on >= self.today
            ],
        }


def volume(session: Session, now: datetime, *, weeks: int = WEEKS) -> Volume:
    """Count what is planned for this week and the ``weeks - 1`` after it."""
    today = now.astimezone(LONDON).date()
    monday = today - timedelta(days=today.weekday())
    days = [Day(monday + timedelta(days=number)) for number in range(7 * weeks)]
    ends = [(_midnight(day.on + timedelta(days=1)), number) for number, day in enumerate(days) if day.on >= today]
    which = case(*((_f.c.due_at < end, number) for end, number in ends))
    query = (
        select(which.label("day"), _f.c.plan, _f.c.importance, _f.c.kind, func.count())
        .where(_PLANNED, _f.c.due_at >= _midnight(today), _f.c.due_at < ends[-1][0])
        .group_by("day", _f.c.plan, _f.c.importance, _f.c.kind)
    )
    for number, plan, importance, kind, count in session.execute(query):
        day = days[number]
        key = "campaign" if plan.startswith("campaign:") else plan
        day.by_plan[key] += count
        day.by_band[band(importance)] += count
        if kind == "text":
            day.texts += count
        elif kind in ("call", "remind"):
            day.tasks += count
    waits = select(_f.c.hold_reason, func.count()).where(_PLANNED, _f.c.hold_reason.is_not(None))
    waiting = {row[0]: row[1] for row in session.execute(waits.group_by(_f.c.hold_reason))}
    before = select(func.count()).where(_PLANNED, _f.c.due_at < _midnight(today))
    queued = select(func.count()).where(_f.c.status == literal_column("'queued'"))
    return Volume(
        today,
        days,
        session.execute(before).scalar_one(),
        dict(sorted(waiting.items(), key=lambda one: (-one[1], one[0]))),
        session.execute(queued).scalar_one(),
    )


@dataclass(frozen=True)
class Load:
    """What follow-up has handed to one adviser, or to the duty queue, and is still open."""

    adviser: str | None
    """None: the duty queue."""
    open: int
    unseen: int
    """Of them, those that nobody has acknowledged."""
    urgent: int
    oldest: datetime


def loads(session: Session) -> list[Load]:
    """Open tasks of follow-up by adviser, the most first."""
    unseen = func.sum(case((col(Escalation.acknowledged_at).is_(None), 1), else_=0))
    urgent = func.sum(case((col(Escalation.urgency) == "urgent", 1), else_=0))
    query = (
        select(col(Adviser.name), func.count(), unseen, urgent, func.min(col(Escalation.opened_at)))
        .select_from(Escalation)
        .outerjoin(Adviser, col(Adviser.id) == col(Escalation.adviser_id))
        .where(col(Escalation.kind).in_((CALL, REMINDER)), col(Escalation.closed_at).is_(None))
        .group_by(col(Escalation.adviser_id), col(Adviser.name))
    )
    found = [Load(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: (-one.open, one.adviser or ""))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)
