"""A picture of a simulated time: contacts by week and outcome, and what advisers were brought, as an SVG file.

The numbers are in the report beside it: nothing is told by colour alone.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from html import escape

from onward.simulate.area import Area

WIDTH, HEIGHT = 1_080, 620
LEFT, RIGHT, TOP = 70, 20, 70
UPPER, GAP, LOWER = 300, 70, 110
COLOURS = {
    "answered": "#1f6f54",
    "sent": "#7fb39b",
    "handed_over": "#2f5d8a",
    "failed": "#b3541e",
    "suppressed": "#8a8f98",
    "late": "#5b3a29",
    "closed": "#3d4852",
}
WORDS = {
    "answered": "answered",
    "sent": "sent, no answer",
    "handed_over": "to the adviser",
    "failed": "did not arrive",
    "suppressed": "not sent",
    "late": "too late",
    "closed": "closed",
}


def year_svg(area: Area) -> str:
    """The picture as SVG text."""
    weeks = _weeks(area)
    outcomes: dict[date, Counter[str]] = {week: Counter() for week in weeks}
    for at, _, _, _, outcome in area.log:
        outcomes[_monday(datetime.fromisoformat(at).date())][outcome.partition(":")[0]] += 1
    tasks: Counter[date] = Counter()
    for day, count in area.tasks.items():
        tasks[_monday(date.fromisoformat(day))] += count
    title = f"{area.people:,} young people, {area.first} to {area.last}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
            'role="img" aria-labelledby="t d" font-family="Liberation Sans, Arial, sans-serif">',
            f'<title id="t">{escape(title)}</title>',
            '<desc id="d">Contacts by week and outcome, and tasks for advisers by week. The report has the numbers.</desc>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
            _text(LEFT, 28, title, 20, bold=True),
            *_legend(),
            *_stacked(weeks, outcomes),
            *_bars(weeks, tasks),
            "</svg>",
        ]
    )


def _weeks(area: Area) -> list[date]:
    week, weeks = _monday(area.first), []
    while week <= area.last + timedelta(days=7):
        weeks.append(week)
        week += timedelta(days=7)
    return weeks


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _text(x: float, y: float, words: str, size: int, *, bold: bool = False, anchor: str = "start") -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="#1d2b36" text-anchor="{anchor}"{weight}>'
        f"{escape(words)}</text>"
    )


def _legend() -> list[str]:
    parts, x = [], float(LEFT)
    for name, colour in COLOURS.items():
        parts.append(f'<rect x="{x:.0f}" y="42" width="14" height="14" fill="{colour}"/>')
        parts.append(_text(x + 20, 54, WORDS[name], 13))
        x += 34 + 7.4 * len(WORDS[name])
    return parts


def _stacked(weeks: list[date], outcomes: dict[date, Counter[str]]) -> list[str]:
    most = max((sum(counted[name] for name in COLOURS) for counted in outcomes.values()), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(1, len(weeks))
    base = TOP + UPPER
    parts = [*_axis(most, TOP, UPPER), _text(LEFT, TOP - 2, "contacts a week", 12)]
    for number, week in enumerate(weeks):
        y = float(base)
        for name, colour in COLOURS.items():
            height = outcomes[week][name] / most * UPPER
            y -= height
            if height:
                parts.append(
                    f'<rect x="{LEFT + number * step:.1f}" y="{y:.1f}" width="{step - 2:.1f}" height="{height:.1f}" '
                    f'fill="{colour}"/>'
                )
        if week.day <= 7:
            parts.append(_text(LEFT + number * step, base + 18, f"{week:%b %Y}", 12))
    return parts


def _bars(weeks: list[date], tasks: Counter[date]) -> list[str]:
    most = max(tasks.values(), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(1, len(weeks))
    top = TOP + UPPER + GAP
    parts = [*_axis(most, top, LOWER), _text(LEFT, top - 8, "tasks brought before advisers a week", 12)]
    for number, week in enumerate(weeks):
        height = tasks[week] / most * LOWER
        parts.append(
            f'<rect x="{LEFT + number * step:.1f}" y="{top + LOWER - height:.1f}" width="{step - 2:.1f}" '
            f'height="{height:.1f}" fill="#2f5d8a"/>'
        )
    return parts


def _axis(most: int, top: int, height: int) -> list[str]:
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = top + height - share * height
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#d5d9dd"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{most * share:,.0f}", 12, anchor="end"))
    return parts
