"""When the service may write first: quiet hours and bank holidays, in local time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import holidays

from casework.clock import LONDON

NATIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}
"""The nations of the record, by the names that the holidays library has for them."""

_SEARCH_DAYS = 60


@dataclass(frozen=True)
class SendingPolicy:
    """What a service has decided about contact. Hours are local; the closing hour itself is quiet again."""

    weekday_from: time = time(8)
    weekday_to: time = time(20)
    weekend_from: time = time(10)
    weekend_to: time = time(18)
    on_bank_holidays: bool = False
    answers_within: timedelta = timedelta(hours=1)
    """A reply to a message that came in this recently may go at any hour: they are awake and waiting."""
    prompts: int = 3
    """Messages that the assistant starts, to one person, within ``prompts_within``."""
    prompts_within: timedelta = timedelta(days=7)
    timezone: tzinfo = LONDON

    def __post_init__(self) -> None:
        if not (self.weekday_from < self.weekday_to or self.weekend_from < self.weekend_to):
            raise ValueError("a sending policy needs an hour of the week at which something may be sent")
        if self.prompts < 1 or self.prompts_within <= timedelta(0):
            raise ValueError("a sending policy needs room for at least one prompt")

    def window(self, day: date) -> tuple[datetime, datetime]:
        """The first permitted moment of a day and the first quiet one after it, in UTC (bank holidays apart)."""
        weekend = day.weekday() >= 5
        opens, closes = (self.weekend_from, self.weekend_to) if weekend else (self.weekday_from, self.weekday_to)
        return (
            datetime.combine(day, opens, self.timezone).astimezone(UTC),
            datetime.combine(day, closes, self.timezone).astimezone(UTC),
        )


@lru_cache(maxsize=64)
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """The bank holidays of a year. An unknown nation has England's."""
    return frozenset(holidays.country_holidays("GB", subdiv=NATIONS.get(nation, "ENG"), years=year))


def is_bank_holiday(day: date, nation: str = "england") -> bool:
    """Whether the nation has a bank holiday on this day."""
    return day in bank_holidays(nation, day.year)


def quiet(now: datetime, nation: str, policy: SendingPolicy) -> str | None:
    """Why nothing may be started now ("quiet_hours" or "bank_holiday"), or None when it may."""
    day = now.astimezone(policy.timezone).date()
    if not policy.on_bank_holidays and is_bank_holiday(day, nation):
        return "bank_holiday"
    opens, closes = policy.window(day)
    return None if opens <= now < closes else "quiet_hours"


def next_permitted(now: datetime, nation: str, policy: SendingPolicy) -> datetime:
    """The first moment from ``now`` on, in UTC, that is neither in quiet hours nor on a bank holiday."""
    day = now.astimezone(policy.timezone).date()
    for _ in range(_SEARCH_DAYS):
        opens, closes = policy.window(day)
        holiday = not policy.on_bank_holidays and is_bank_holiday(day, nation)
        if not holiday and opens < closes and now < closes:
            return max(now.astimezone(UTC), opens)
        day += timedelta(days=1)
    raise ValueError("this sending policy permits nothing for two months")
