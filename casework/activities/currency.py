"""How long a record of an activity stays current, and what becomes of it: ``data/plans/currency.yml``."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.activities.years import academic_year, last_day
from casework.nccis import Nccis, Status
from casework.yamlfile import BadData, read_yaml


class Flow(StrEnum):
    """What a record becomes when it has gone out of date."""

    NOT_KNOWN = "not_known"
    STAYS = "stays"
    SCHOOL_AGE = "school_age"
    NEVER = "never"


@dataclass(frozen=True)
class Period:
    """How long one code stays current after it was verified, and how long before that somebody should ask again."""

    flow: Flow
    months: int | None = None
    review_weeks: int = 0


@dataclass(frozen=True)
class Dates:
    """When to ask again, and the last day on which a record counts. None: never."""

    review_on: date | None
    expires_on: date | None


@dataclass(frozen=True)
class Currency:
    """The period of every activity code, and whether the periods have been confirmed."""

    periods: dict[str, Period]
    confirmed: bool
    source: str

    @classmethod
    def load(cls, data_dir: Path) -> "Currency":
        """Read ``plans/currency.yml``. Raises ``BadData`` where it cannot be used, or a code has no period."""
        return _load(data_dir)

    def dates(self, code: str, verified_on: date, *, end: date | None = None) -> Dates:
        """When a record of ``code``, verified on a day, should be looked at again, and its last current day.

        Neither is ever after ``end``, the planned end of what they do. Raises ``KeyError`` for an unknown code.
        """
        period = self.periods[code]
        if period.flow is Flow.SCHOOL_AGE:
            expires = last_day(academic_year(verified_on))
        elif period.months is not None:
            expires = add_months(verified_on, period.months)
        else:
            return Dates(None, None)
        if end is not None:
            expires = min(expires, max(end, verified_on))
        return Dates(max(verified_on, expires - timedelta(weeks=period.review_weeks)), expires)


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the last of that month where it has no such day.

    >>> add_months(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=4)
def _load(data_dir: Path) -> Currency:
    path = data_dir / "plans" / "currency.yml"
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("codes"), dict):
        raise BadData(f"{path}: it needs codes, each with a flow")
    nccis = Nccis.load(data_dir)
    periods = {str(code): _period(path, str(code), row) for code, row in content["codes"].items()}
    for code in nccis.activities:
        if code not in periods:
            raise BadData(f"{path}: activity {code} has no flow")
    for code, period in periods.items():
        if code not in nccis.activities:
            raise BadData(f"{path}: {code} is not an activity code of nccis.yml")
        # the one rule of currency that is confirmed: nothing in this file may undo it
        if (nccis.status(code) is Status.NEET) != (period.flow is Flow.STAYS):
            raise BadData(f"{path}: {code}: NEET stays NEET when it goes out of date, and nothing else does")
    return Currency(periods, bool(content.get("confirmed")), str(content.get("source") or ""))


def _period(path: Path, code: str, row: Any) -> Period:
    try:
        flow = Flow(row["flow"])
    except (TypeError, KeyError, ValueError):
        raise BadData(f"{path}: {code} needs a flow: {', '.join(Flow)}") from None
    months, weeks = row.get("months"), row.get("review_weeks", 0)
    if flow is Flow.NEVER:
        return Period(flow)
    if flow is Flow.SCHOOL_AGE:
        months = months or 12
    if type(months) is not int or not 1 <= months <= 60 or type(weeks) is not int or not 0 <= weeks <= 52:
        raise BadData(f"{path}: {code} needs months (1 to 60) and review_weeks (0 to 52), in whole numbers")
    return Period(flow, None if flow is Flow.SCHOOL_AGE else months, weeks)
