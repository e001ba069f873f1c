"""Who answers for a young person, and when: the named adviser, their cover, or the duty queue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session, col, select

from casework.clock import LONDON
from casework.hours import is_bank_holiday
from casework.tables import Adviser, AdviserCover, YoungPerson

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LOOK_AHEAD_DAYS = 60
"""How far ahead a working day is looked for: longer than a summer closure, short enough to stay cheap."""

NATION = "england"
"""Whose bank holidays advisers have; Wales has the same ones."""


@dataclass(frozen=True)
class Answering:
    """Who will see a message first, and when.

    ``adviser`` none means the duty queue: whichever adviser is at work. Times are aware UTC.
    ``next_working_at`` is ``now`` itself while they work, and none when nobody is known to work again.
    """

    adviser: Adviser | None
    covering_for: Adviser | None
    working_now: bool
    next_working_at: datetime | None


def hours_on(adviser: Adviser, day: date) -> tuple[datetime, datetime] | None:
    """When an adviser works on a day in Europe/London, as aware UTC times; none on a day not worked.

    A bank holiday is not worked. Hours that cannot be read count as not worked: a promise of an answer must
    never rest on a guess.
    """
    span = adviser.working_pattern.get(WEEKDAYS[day.weekday()])
    if not isinstance(span, list | tuple) or len(span) != 2 or is_bank_holiday(day, NATION):
        return None
    try:
        first, last = (time.fromisoformat(str(part)) for part in span)
    except ValueError:
        return None
    if first.tzinfo or last.tzinfo or first >= last:
        return None
    start, end = (datetime.combine(day, part, tzinfo=LONDON).astimezone(UTC) for part in (first, last))
    return start, end


def next_working_at(adviser: Adviser, now: datetime) -> datetime | None:
    """The first moment from ``now`` on at which an adviser works: ``now`` itself while they do."""
    today = now.astimezone(LONDON).date()
    for ahead in range(LOOK_AHEAD_DAYS):
        moment = _works_from(adviser, today + timedelta(days=ahead), now)
        if moment:
            return moment
    return None


def covers_on(session: Session, day: date) -> dict[int, int]:
    """Who is away on a day, and who answers for them: adviser id to cover's id. The latest entry counts."""
    return _covers(_cover_rows(session, day, day), day)


def covered_by(session: Session, adviser_id: int, day: date) -> set[int]:
    """The ids of the advisers that this one answers for on a day, through a cover who is away too."""
    covers = covers_on(session, day)
    found: set[int] = set()
    waiting = [adviser_id]
    while waiting:
        holder = waiting.pop()
        for away, cover in covers.items():
            if cover == holder and away not in found and away != adviser_id:
                found.add(away)
                waiting.append(away)
    return found


def left_without(session: Session, day: date) -> set[int]:
    """The ids of the advisers for whom nobody answers on a day: they have left, or cover leads back to them."""
    covers = covers_on(session, day)
    advisers = session.exec(select(Adviser)).all()
    return {adviser.id for adviser in advisers if adviser.id and not _responsible(session, adviser, covers)}


def who_answers(session: Session, young_person: YoungPerson | None, now: datetime) -> Answering:
    """Who will see this young person's message first, and when.

    Their named adviser; the adviser's cover while they are away (and the cover's cover); the duty queue for
    somebody who is not in the record, has no adviser, or whose adviser has left with no cover named.
    On the evening of a cover's last day the named adviser answers: they are back before their cover is.
    """
    return answers_for(session, young_person.adviser_id if young_person else None, now)


def answers_for(session: Session, adviser_id: int | None, now: datetime) -> Answering:
    """Who sees first what is brought before this adviser, and when: the same, by the id of the named adviser."""
    today = now.astimezone(LONDON).date()
    named = session.get(Adviser, adviser_id) if adviser_id else None
    if named is None:
        return _duty(session, now)

    rows = _cover_rows(session, today, today + timedelta(days=LOOK_AHEAD_DAYS))
    for ahead in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        adviser = _responsible(session, named, _covers(rows, day))
        moment = adviser and _works_from(adviser, day, now)
        if adviser and moment:
            return _answering(adviser, named, moment, now)
    # nobody's hours are known: still say whose they are today
    adviser = _responsible(session, named, _covers(rows, today))
    return _answering(adviser, named, None, now) if adviser else _duty(session, now)


def _answering(adviser: Adviser, named: Adviser, moment: datetime | None, now: datetime) -> Answering:
    return Answering(
        adviser=adviser,
        covering_for=named if adviser.id != named.id else None,
        working_now=moment == now,
        next_working_at=moment,
    )


def _duty(session: Session, now: datetime) -> Answering:
    advisers = session.exec(select(Adviser).where(col(Adviser.active)).order_by(col(Adviser.id))).all()
    moments = [moment for moment in (next_working_at(adviser, now) for adviser in advisers) if moment]
    first = min(moments, default=None)
    return Answering(adviser=None, covering_for=None, working_now=first == now, next_working_at=first)


def _works_from(adviser: Adviser, day: date, now: datetime) -> datetime | None:
    """The first moment of ``day``, not before ``now``, at which they work."""
    hours = hours_on(adviser, day)
    return max(hours[0], now) if hours and now < hours[1] else None


def _responsible(session: Session, named: Adviser, covers: dict[int, int]) -> Adviser | None:
    """Follow cover from the named adviser to somebody who is there; none if that leads nowhere."""
    adviser: Adviser | None = named
    seen: set[int] = set()
    while adviser and adviser.id in covers:
        if adviser.id in seen:
            return None
        seen.add(adviser.id)
        adviser = session.get(Adviser, covers[adviser.id])
    return adviser if adviser and adviser.active else None


def _cover_rows(session: Session, first: date, last: date) -> list[AdviserCover]:
    wanted = select(AdviserCover).where(col(AdviserCover.first_day) <= last, col(AdviserCover.last_day) >= first)
    return list(session.exec(wanted.order_by(col(AdviserCover.id))).all())


def _covers(rows: Iterable[AdviserCover], day: date) -> dict[int, int]:
    return {row.adviser_id: row.cover_id for row in rows if row.first_day <= day <= row.last_day}
