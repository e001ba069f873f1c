"""Pictures of campaigns as shapes for an SVG in the page. The same figures stand in a table beside each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.campaigns.comparing import Comparison, Share

WIDTH, HEIGHT = 640, 240
_LEFT, _BOTTOM, _TOP = 50, 40, 12
MOST_BARS = 72
"""With more hours than this a bar stands for a day."""
_LABEL = 78
"""Width that a label on the axis takes."""


@dataclass(frozen=True)
class Bar:
    """One bar, in units of the picture."""

    x: float
    y: float
    width: float
    height: float
    label: str
    """Under the axis; empty for a bar without one."""


@dataclass(frozen=True)
class Bars:
    """Bars over an axis of counts."""

    bars: list[Bar]
    per: str
    """What a bar stands for: hour or day."""
    ticks: list[tuple[float, int]]
    """Lines across: where, and the count they stand for."""
    left: int = _LEFT
    right: int = WIDTH
    floor: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def bars(hours: Sequence[tuple[datetime, int]]) -> Bars:
    """How many messages are due in each hour, or on each day where that would be too many bars."""
    by_day = len(hours) > MOST_BARS
    if by_day:
        days: Counter[datetime] = Counter()
        for hour, many in hours:
            days[hour.replace(hour=0)] += many
        hours = sorted(days.items())
    most = max((many for _, many in hours), default=1)
    step = _step(most)
    top = -(-most // step) * step
    room, floor = WIDTH - _LEFT, HEIGHT - _BOTTOM
    each = room / max(len(hours), 1)
    width = min(each * 0.8, 60)
    found, day, last = [], None, -float(_LABEL)
    for place, (hour, many) in enumerate(hours):
        x = _LEFT + each * place
        label = ""
        if hour.date() != day and x - last >= _LABEL and x + _LABEL <= WIDTH + 20:
            label, last = f"{hour:%a} {hour.day} {hour:%b}", x
        day = hour.date()
        height = (floor - _TOP) * many / top
        found.append(Bar(round(x, 1), round(floor - height, 1), round(width, 1), round(height, 1), label))
    ticks = [(round(floor - (floor - _TOP) * count / top, 1), count) for count in range(0, top + 1, step)]
    return Bars(found, "day" if by_day else "hour", ticks)


@dataclass(frozen=True)
class Whisker:
    """A share with its interval, on a line of its own."""

    label: str
    y: int
    point: float
    low: float
    high: float


@dataclass(frozen=True)
class Whiskers:
    """Shares over an axis in people of a hundred."""

    lines: list[Whisker]
    ticks: list[tuple[float, int]]
    left: int = 130
    right: int = WIDTH - 30
    floor: int = 120
    width: int = WIDTH
    height: int = 160


def whiskers(comparison: Comparison) -> Whiskers:
    """The shares of both groups with their 95 % intervals."""
    shares: tuple[tuple[str, Share], ...] = (("Written to", comparison.written), ("Held out", comparison.held))
    most = max(100 * share.interval[1] for _, share in shares)
    step = _step(max(int(most), 4))
    top = min(100, -(-int(most + 1) // step) * step)
    frame = Whiskers([], [])

    def at(value: float) -> float:
        return round(frame.left + (frame.right - frame.left) * min(100 * value / top, 1), 1)

    lines = [
        Whisker(label, 35 + 50 * place, at(share.value), at(share.interval[0]), at(share.interval[1]))
        for place, (label, share) in enumerate(shares)
    ]
    return Whiskers(lines, [(at(count / 100), count) for count in range(0, top + 1, step)])


def _step(most: int) -> int:
    """A round distance between lines, so that there are at most five of them."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 5 * size * factor:
                return size * factor
        size *= 10
