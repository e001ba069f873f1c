"""What a plan's dates hang on: each anchor gives none, one or several occasions of a young person's record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from casework.clock import LONDON
from casework.destinations.applications import Application
from casework.followup.calendar import Calendar
from casework.followup.subject import Subject, local_day

CALENDAR = "calendar."
"""How the names of anchors begin that are days of the calendar."""

RECENT_DAYS = 60
"""Something that happened longer ago begins no new contacts."""


@dataclass(frozen=True)
class Occasion:
    """One thing that a contact hangs on."""

    key: str
    """The same for the same thing, whatever else is recorded."""
    on: date
    moment: datetime | None = None
    """The hour of it, where that is known."""
    about: dict[str, Any] = field(default_factory=dict)


Anchor = Callable[[Subject, Calendar], list[Occasion]]


def _neet_known(subject: Subject, _: Calendar) -> list[Occasion]:
    spell, known = subject.spell, subject.neet_known
    return [Occasion(f"neet-{spell.since}", known)] if spell and known else []


def _neet_since(subject: Subject, _: Calendar) -> list[Occasion]:
    return [Occasion(f"neet-{subject.spell.since}", subject.spell.since)] if subject.spell else []


def _not_known_since(subject: Subject, _: Calendar) -> list[Occasion]:
    since = subject.not_known_since
    return [Occasion(f"unknown-{since}", since)] if since else []


def _of_position(name: str, day: Callable[[Subject], date | None]) -> Anchor:
    def found(subject: Subject, _: Calendar) -> list[Occasion]:
        on = day(subject)
        if on is None or subject.position.fact is None:
            return []
        return [Occasion(f"{name}-{on}", on, about=_activity(subject))]

    return found


def _activity_end(subject: Subject) -> date | None:
    fact = subject.position.fact
    return fact.end if fact is not None and not subject.position.lapsed else None


def _activity_known(subject: Subject, _: Calendar) -> list[Occasion]:
    position = subject.position
    if position.fact is None or position.lapsed or position.since is None:
        return []
    on = max(position.fact.recorded_on, position.since)
    # the same thing told again does not begin anew
    return [Occasion(f"{position.code}-{position.since}", on, about=_activity(subject))]


def _activity(subject: Subject) -> dict[str, Any]:
    fact = subject.position.fact
    if fact is None:
        return {}
    about: dict[str, Any] = {"code": fact.code}
    if fact.provider_ref:
        about["provider_ref"] = fact.provider_ref
    elif fact.place:
        about["place"] = fact.place
    if fact.end:
        about["date"] = fact.end.isoformat()
    return about


def _agreed_start(subject: Subject, _: Calendar) -> list[Occasion]:
    """Places that were said yes to and have not begun, with the day on which they do."""
    found = []
    for one in subject.picture.open:
        if one.stage not in ("accepted", "enrolled"):
            continue
        days = [fact.on_date for fact in one.history if fact.stage in ("accepted", "enrolled", "started")]
        ahead = [day for day in days if day is not None and day >= subject.today - timedelta(days=RECENT_DAYS)]
        if ahead and ahead[-1] > one.since - timedelta(days=1):
            found.append(Occasion(_thread(one, f"start-{ahead[-1]}"), ahead[-1], about=_of(one, ahead[-1])))
    fact = subject.position.fact
    if fact is not None and fact.id in subject.agreed:
        # an agreed start, or a gap year with a day on which something follows it
        on = subject.agreed[fact.id]
        found.append(Occasion(f"agreed-{on}", on, about=_activity(subject) | {"date": on.isoformat()}))
    return found


def _stage(stage: str) -> Anchor:
    return lambda subject, _: _at_stage(subject, stage)


def _at_stage(subject: Subject, stage: str) -> list[Occasion]:
    first = subject.today - timedelta(days=RECENT_DAYS)
    return [
        Occasion(_thread(one, f"{stage}-{one.since}"), one.since, about=_of(one, one.since))
        for one in subject.picture.applications
        if one.stage == stage and one.since >= first
    ]


def _left(subject: Subject, _: Calendar) -> list[Occasion]:
    return left_lately(subject)


def left_lately(subject: Subject) -> list[Occasion]:
    """The last time that they left something: a course in their applications, or education, training or a job."""
    found = _at_stage(subject, "left")
    if found:
        return found[:1]
    fact = subject.position.fact
    last = subject.activities[-1] if subject.activities else None
    if last is None or fact is not last or last.code not in ("810", "150"):
        return []
    before = subject.activities[-2] if len(subject.activities) > 1 else None
    first = subject.today - timedelta(days=RECENT_DAYS)
    if before is None or last.recorded_on < first:
        return []
    about = {"provider_ref": before.provider_ref} if before.provider_ref else {}
    return [Occasion(f"left-{last.recorded_on}", last.recorded_on, about=about)]


def _interview(subject: Subject, _: Calendar) -> list[Occasion]:
    found = []
    for one in subject.picture.open:
        at = one.interview_at
        if at is None or one.stage not in ("applied", "interview"):
            continue
        day = local_day(at)
        hour_known = at.astimezone(LONDON).time() != time(0)
        about = _of(one, day) | ({"at": at.astimezone(LONDON).strftime("%H:%M")} if hour_known else {})
        found.append(Occasion(_thread(one, f"interview-{day}"), day, at if hour_known else None, about))
    return found


def _no_show(subject: Subject, _: Calendar) -> list[Occasion]:
    first = subject.today - timedelta(days=RECENT_DAYS)
    found = []
    for one in subject.picture.applications:
        if one.stage != "no_show" or one.since < first:
            continue
        missed = next((fact.missed for fact in reversed(one.history) if fact.stage == "no_show"), None)
        about = _of(one, one.since) | ({"missed": missed} if missed else {})
        found.append(Occasion(_thread(one, f"no_show-{one.since}"), one.since, about=about))
    return found


def _money_step(subject: Subject, _: Calendar) -> list[Occasion]:
    """Applications for money whose next step is really theirs."""
    return [
        Occasion(f"{scheme}-{now.next_step}-{since}", since, about={"scheme": scheme, "step": now.next_step})
        for scheme, (now, since) in sorted(subject.money.items())
        if now.waiting_for_them
    ]


def _money_deadline(subject: Subject, _: Calendar) -> list[Occasion]:
    return [
        Occasion(f"{scheme}-{last}", last, about={"scheme": scheme, "date": last.isoformat()})
        for scheme, last in subject.deadlines(subject)
    ]


def _birthday(years: int) -> Anchor:
    def found(subject: Subject, _: Calendar) -> list[Occasion]:
        born = subject.who.born
        if born is None:
            return []
        try:
            on = born.replace(year=born.year + years)
        except ValueError:  # 29 February
            on = date(born.year + years, 3, 1)
        return [Occasion(str(on.year), on)]

    return found


def _event(name: str) -> Anchor:
    def found(subject: Subject, calendar: Calendar) -> list[Occasion]:
        return [
            Occasion(str(event.year), event.on, about={"date": event.on.isoformat()})
            for event in calendar.coming(name, subject.today)
        ]

    return found


def _thread(one: Application, last: str) -> str:
    """A key of an application: what it is for, and when what this is about was."""
    return "/".join(part for part in (one.course_ref or one.provider_ref, one.subject, last) if part)


def _of(one: Application, day: date) -> dict[str, Any]:
    about: dict[str, Any] = {"date": day.isoformat()}
    for name in ("provider_ref", "subject", "route", "course_ref"):
        value = getattr(one, name)
        if value:
            about[name] = value
    return about


ANCHORS: dict[str, Anchor] = {
    "neet_known": _neet_known,
    "neet_since": _neet_since,
    "not_known_since": _not_known_since,
    "review_on": _of_position("review", lambda s: s.position.review_on if not s.position.lapsed else None),
    "expires_on": _of_position("expires", lambda s: s.position.expires_on if not s.position.lapsed else None),
    "activity_end": _of_position("end", _activity_end),
    "activity_known": _activity_known,
    "left": _left,
    "leaving": _stage("leaving"),
    "agreed_start": _agreed_start,
    "started": _stage("started"),
    "interview": _interview,
    "offer": _stage("offered"),
    "rejected": _stage("rejected"),
    "no_show": _no_show,
    "money_step": _money_step,
    "money_deadline": _money_deadline,
    "birthday_18": _birthday(18),
}
"""Everything that a plan's ``from`` may name, beside ``calendar.<event>``."""


def anchor(name: str, calendar: Calendar) -> Anchor:
    """The anchor of this name. Raises ``KeyError`` for one that there is not."""
    if name.startswith(CALENDAR):
        event = name.removeprefix(CALENDAR)
        if event not in calendar.events:
            raise KeyError(name)
        return _event(event)
    return ANCHORS[name]
