"""When the duty team reads what is urgent. The hours are data: data/duty.yml."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from casework.clock import LONDON
from casework.hours import is_bank_holiday
from casework.yamlfile import BadData, read_yaml

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_AHEAD_DAYS = 21


class Duty:
    """The duty team's week, in London time. Bank holidays of England are not worked."""

    def __init__(self, hours: Mapping[str, tuple[time, time]]) -> None:
        if not hours:
            raise BadData("the duty team needs at least one day of the week")
        self._hours = hours

    @classmethod
    def load(cls, data_dir: Path | str) -> "Duty":
        """Read ``data_dir/duty.yml``. Raises ``BadData`` that says what is wrong with it."""
        path = Path(data_dir) / "duty.yml"
        content: Any = read_yaml(path)
        hours: dict[str, tuple[time, time]] = {}
        try:
            for day, (first, last) in content["hours"].items():
                hours[day] = (time.fromisoformat(first), time.fromisoformat(last))
                if day not in _WEEKDAYS or hours[day][0] >= hours[day][1]:
                    raise ValueError(f"{day} is not a weekday with its hours")
            return cls(hours)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadData(f"{path}: {error}") from None

    def next_at(self, now: datetime) -> datetime:
        """The first moment from ``now`` on, in UTC, at which they are at work: ``now`` itself while they are."""
        day = now.astimezone(LONDON).date()
        for _ in range(_LOOK_AHEAD_DAYS):
            span = self._hours.get(_WEEKDAYS[day.weekday()])
            if span and not is_bank_holiday(day):
                first, last = (datetime.combine(day, at, LONDON).astimezone(UTC) for at in span)
                if now < last:
                    return max(first, now.astimezone(UTC))
            day += timedelta(days=1)
        raise ValueError("the duty team does not work for three weeks")
