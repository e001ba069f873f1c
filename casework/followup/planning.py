"""What contacts a young person should have, from the record alone. Pure: the same record gives the same contacts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from casework.activities.years import FIRST_MONTH, academic_year
from casework.clock import LONDON
from casework.followup.anchors import Occasion
from casework.followup.plan import Plan, Step
from casework.followup.planfile import Book
from casework.followup.spans import at_local
from casework.followup.subject import FACTS, Contact, Subject
from casework.nccis import Status

HORIZON = timedelta(days=120)
"""Nothing is put down further ahead: much will have changed by then."""
GRACE = timedelta(days=14)
"""A contact about something that happened is not begun so long after it was late."""
LASTS = frozenset(
    {"neet_known", "neet_since", "not_known_since", "review_on", "expires_on", "activity_known", "money_step"}
)
"""What goes on until something changes: a contact about it makes sense however late it is begun."""
LOOK_OFTEN, LOOK_SELDOM = timedelta(days=7), timedelta(days=28)
AGAIN = "#"
"""Between an occasion's key and the number of its repetition."""

NOT_DONE = frozenset({"record_changed", "plan_changed"})
"""Reasons of rows that ended without anything having been tried."""


@dataclass(frozen=True)
class Wanted:
    """A contact that there should be."""

    plan: Plan
    occasion: str
    step: int
    what: Step
    due_at: datetime
    late_at: datetime
    explain: Callable[[], str]
    about: dict[str, Any]

    @cached_property
    def why(self) -> str:
        """One plain line for staff; put together only where it is written down."""
        return self.explain()

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it this contact and no other."""
        return self.plan.key, self.occasion, self.step


def wanted(subject: Subject, book: Book, now: datetime) -> list[Wanted]:
    """Every contact that should be planned for somebody: the next one of each occasion of each plan for them."""
    if not subject.here:
        return []
    found = []
    days = _Days(subject, academic_year(subject.today))
    for plan in book.plans_for(subject.position.status):
        for occasion in _occasions(days, plan, book):
            rows = [row for row in subject.contacts if row.plan == plan.key and _base(row) == occasion.key]
            # what they asked not to hear of again is not begun again
            if rows and any(row.stops_plan for row in rows):
                continue
            one = _next(subject, plan, occasion, rows, now)
            if one is not None:
                one = _after_snooze(one, rows) if rows else one
                if one.due_at - now <= HORIZON:
                    found.append(one)
    return found


class _Days(dict[date, Subject]):
    """Somebody as they will be on other days, worked out once for all plans."""

    def __init__(self, subject: Subject, year: int) -> None:
        super().__init__()
        self.subject, self.year = subject, year

    def __missing__(self, day: date) -> Subject:
        self[day] = replace(self.subject, today=day)
        return self[day]


def _occasions(days: _Days, plan: Plan, book: Book) -> list[Occasion]:
    """What this plan's dates hang on for somebody who it is for.

    A day of the calendar is for those who are of that school year and age *on that day*: in September nobody is asked
    about the results of the year before them.
    """
    subject = days.subject
    if not plan.of_calendar:
        return plan.occasions(subject, book.calendar) if plan.who(subject) else []
    found, this_year = [], None
    for occasion in plan.occasions(subject, book.calendar):
        if academic_year(occasion.on) != days.year:
            fits = plan.who(days[occasion.on])
        else:
            fits = this_year = plan.who(subject) if this_year is None else this_year
        if fits:
            found.append(occasion)
    return found


def anything_follows(book: Book, plan_key: str, step: int, outcome: str | None) -> bool:
    """Whether the end of this contact may call for another: a later try, a repetition, or the same one put right."""
    plan = book.get(plan_key)
    if plan is None:
        return False
    return plan.repeat is not None or step < len(plan.steps) or outcome == "skipped"


def look_on(subject: Subject) -> date:
    """The day on which plans should be read again for them although nothing was recorded until then."""
    often = subject.position.status in (Status.NEET, Status.NOT_KNOWN) or subject.leaving
    days = [subject.today + (LOOK_OFTEN if often else LOOK_SELDOM)]
    position = subject.position
    days += [
        day + timedelta(days=1) for day in (position.expires_on, position.fact.end if position.fact else None) if day
    ]
    september = date(subject.today.year, FIRST_MONTH, 1)
    days.append(september if september > subject.today else date(subject.today.year + 1, FIRST_MONTH, 1))
    days += [segment.first for segment in position.history]
    if subject.who.born is not None:
        days.append(_birthday(subject.who.born, subject.today))
    return min(day for day in days if day > subject.today)


def _after_snooze(one: Wanted, rows: Iterable[Contact]) -> Wanted:
    """The same, not before the day until which they asked to be left alone with it."""
    snoozed = [_day(row.about.get("snooze_until")) for row in rows if row.about]
    later = max((day for day in snoozed if day is not None), default=None)
    if later is None or at_local(later, one.plan.at) <= one.due_at:
        return one
    wait = at_local(later, one.plan.at) - one.due_at
    return replace(one, due_at=one.due_at + wait, late_at=one.late_at + wait)


def _base(row: Contact) -> str:
    return row.occasion.partition(AGAIN)[0]


def _next(subject: Subject, plan: Plan, occasion: Occasion, rows: list[Contact], now: datetime) -> Wanted | None:
    first_due = _due(plan, occasion, subject)
    if plan.repeat is None:
        if not _begun(rows) and not _in_time(plan, first_due, now):
            return None
        return _step(subject, plan, occasion, occasion.key, rows, first_due)
    by_number: dict[int, list[Contact]] = {}
    for row in rows:
        by_number.setdefault(_number(row), []).append(row)
    last = max(by_number, default=1)
    due = first_due
    if last > 1:
        due = _repeated(subject, plan, by_number.get(last - 1, rows))
    key = f"{occasion.key}{AGAIN}{last}"
    one = _step(subject, plan, occasion, key, by_number.get(last, []), due)
    if one is not None:
        return one
    if last >= plan.repeat.most or any(row.status == "queued" for row in by_number.get(last, [])):
        return None
    due = _repeated(subject, plan, by_number[last])
    return _step(subject, plan, occasion, f"{occasion.key}{AGAIN}{last + 1}", [], due)


def _number(row: Contact) -> int:
    number = row.occasion.partition(AGAIN)[2]
    return int(number) if number.isdigit() else 1


def _repeated(subject: Subject, plan: Plan, rows: Iterable[Contact]) -> datetime:
    """When the next repetition is due: so long after the one before was over."""
    ends = [moment for row in rows for moment in (row.ended_at, row.answered_at) if moment is not None]
    if plan.repeat is None or not ends:
        raise ValueError("a repetition follows one that is over")
    return plan.repeat.span(subject.need).moment_after(max(ends), subject.nation, plan.at)


def _due(plan: Plan, occasion: Occasion, subject: Subject) -> datetime:
    if plan.before is not None:
        if plan.before.unit == "hour" and occasion.moment is not None:
            return occasion.moment - timedelta(hours=plan.before.count)
        return at_local(plan.before.day_before(occasion.on, subject.nation), plan.at)
    if plan.after is not None:
        moment = occasion.moment or at_local(occasion.on, plan.at)
        return plan.after.moment_after(moment, subject.nation, plan.at)
    return at_local(occasion.on, plan.at)


def _in_time(plan: Plan, due: datetime, now: datetime) -> bool:
    """Whether a first contact may still be begun."""
    if due >= now:
        return True
    late = due + timedelta(
        days=plan.late.after.days, hours=plan.late.after.count if plan.late.after.unit == "hour" else 0
    )
    if plan.late.then == "drop":
        return late >= now
    return plan.start in LASTS or late + GRACE >= now


def _begun(rows: Iterable[Contact]) -> bool:
    return any(row.status == "planned" or row.reason not in NOT_DONE for row in rows)


def _step(
    subject: Subject, plan: Plan, occasion: Occasion, key: str, rows: list[Contact], first_due: datetime
) -> Wanted | None:
    """The next step of one occasion; None where it is over, or waits for what is on its way."""
    if any(row.answered_at is not None or row.outcome == "answered" for row in rows):
        return None
    if any(row.status == "queued" for row in rows):
        return None
    done = [row for row in rows if row.status == "ended" and row.reason not in NOT_DONE]
    # somebody was in touch anyway, or has it in hand: nothing more is asked, at most the record is closed in the end
    handed = any(row.outcome == "handed_over" for row in done)
    if any(row.outcome == "skipped" for row in done):
        return None
    number = max((row.step for row in done), default=0) + 1
    while number <= len(plan.steps) and handed and plan.steps[number - 1].kind != "close":
        number += 1
    if number > len(plan.steps):
        return None
    step = plan.steps[number - 1]
    due = first_due
    if number > 1:
        ended = max((row.ended_at for row in done if row.ended_at), default=None)
        if ended is None or step.wait is None:
            return None
        due = step.wait.moment_after(ended, subject.nation, plan.at)
    return Wanted(
        plan=plan,
        occasion=key,
        step=number,
        what=step,
        due_at=due,
        late_at=plan.late.after.moment_after(due, subject.nation, due.astimezone(LONDON).time()),
        explain=lambda: _why(subject, plan, occasion),
        about=occasion.about,
    )


def _why(subject: Subject, plan: Plan, occasion: Occasion) -> str:
    about, names = occasion.about, {}
    for name in plan.named:
        if name == "provider":
            ref = about.get("provider_ref")
            names[name] = subject.provider_names.get(ref, ref) if ref else _said(about.get("place") or "the provider")
        elif name in about:
            names[name] = _said(about[name])
        else:
            names[name] = _said(FACTS[name][1](subject) if name in FACTS else None)
    return plan.why.format_map(names)


def _said(value: Any) -> str:
    day = value if isinstance(value, date) else _day(value)
    if day is not None:
        return f"{day.day} {day:%B %Y}"
    return "not known" if value is None else str(value)


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or len(value) < 10 or value[4:5] != "-":
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _birthday(born: date, today: date) -> date:
    """Their next birthday; on 1 March where they were born on 29 February and there is none."""
    for year in (today.year, today.year + 1):
        try:
            day = born.replace(year=year)
        except ValueError:
            day = date(year, 3, 1)
        if day > today:
            return day
    raise ValueError("a year has a birthday in it")


def midnight(day: date) -> datetime:
    """The beginning of a day in Europe/London, in UTC."""
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)
