"""Lengths of time as people write them in a plan: "1 working day", "3 weeks", "2 hours"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from casework.activities.currency import add_months
from casework.clock import LONDON
from casework.hours import is_bank_holiday

_DAYS = {"hour": 0, "day": 1, "week": 7}
_SPAN = re.compile(r"^\s*(\d{1,3})\s+(working day|day|week|month|hour)s?\s*$")


@dataclass(frozen=True)
class Span:
    """A length of time: so many of a unit (hour, day, working day, week, month)."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: object) -> "Span":
        """Read one. Raises ``ValueError`` for what is none, saying how it is written."""
        match = _SPAN.match(str(text))
        if not match:
            raise ValueError(f'"{text}" is no length of time: write it as "2 weeks", "1 working day", "3 hours"')
        return cls(int(match[1]), match[2])

    @property
    def days(self) -> int:
        """About how many calendar days it is: for limits and previews, not for when something is due."""
        per = {"hour": 0, "day": 1, "working day": 1, "week": 7, "month": 31}
        return self.count * per[self.unit] + (2 * (self.count // 5) if self.unit == "working day" else 0)

    def day_after(self, day: date, nation: str) -> date:
        """The day that is this much later. Hours leave it as it is."""
        return self._shift(day, 1, nation)

    def day_before(self, day: date, nation: str) -> date:
        """The day that is this much earlier."""
        return self._shift(day, -1, nation)

    def moment_after(self, moment: datetime, nation: str, at: time) -> datetime:
        """This much later: an hour counts from the moment, anything else from its day in London, at ``at``."""
        if self.unit == "hour":
            return moment + timedelta(hours=self.count)
        return at_local(self.day_after(moment.astimezone(LONDON).date(), nation), at)

    def _shift(self, day: date, sign: int, nation: str) -> date:
        if self.unit == "working day":
            return working_day(day, sign * self.count, nation)
        if self.unit == "month":
            return add_months(day, sign * self.count)
        return day + timedelta(days=sign * self.count * _DAYS[self.unit])

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'s' if self.count != 1 else ''}"


@lru_cache(maxsize=4096)
def at_local(day: date, at: time) -> datetime:
    """A moment of a day in Europe/London, in UTC."""
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def is_working_day(day: date, nation: str) -> bool:
    """Monday to Friday, and no bank holiday of the nation."""
    return day.weekday() < 5 and not is_bank_holiday(day, nation)


@lru_cache(maxsize=4096)
def working_day(day: date, count: int, nation: str) -> date:
    """The day ``count`` working days on (or back). Nought is the day itself, or the next working day after it."""
    step = timedelta(days=1 if count >= 0 else -1)
    if count == 0:
        while not is_working_day(day, nation):
            day += step
        return day
    left = abs(count)
    while left:
        day += step
        if is_working_day(day, nation):
            left -= 1
    return day
