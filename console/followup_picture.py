"""The next weeks of follow-up as a calendar: a square for each day, darker where more is planned. An SVG.

The same numbers stand in a table beside it, so that nothing is told by colour alone. Only attributes are used, no
styles: the console's policy allows nothing inline.
"""

from html import escape

from casework.followup.volume import Day, Volume
from casework.followup.words import IMPORTANCE_WORDS

CELL_W, CELL_H, GAP = 112, 74, 6
LEFT, TOP = 96, 40
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SHADES = ("#f3f2f1", "#d9e8e8", "#a9cccf", "#5f9ea4", "#237079", "#0d4047")
"""From nothing to the most; white letters are read on the last two, black ones on the others."""
BANDS = {"first": "#b3421b", "usual": "#d9a400", "last": "#7a8a99"}
"""Bands of importance, as a bar at the foot of each day."""
PAST = "#ffffff"
INK, QUIET, PALE = "#0b0c0c", "#505a5f", "#ffffff"


def calendar_svg(volume: Volume, *, alone: bool = True) -> str:
    """The picture as SVG text. ``alone``: as a file of its own, with a title; else to stand in a page."""
    weeks = len(volume.days) // 7
    width = LEFT + 7 * (CELL_W + GAP)
    grid = TOP + weeks * (CELL_H + GAP)
    height = grid + 34
    most = max((day.total for day in volume.days), default=0)
    title = f"Contacts planned from {_said(volume.days[0])} to {_said(volume.days[-1])}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="100%" role="img" '
        'aria-labelledby="volume-title" font-family="Liberation Sans, Arial, sans-serif">',
        f'<title id="volume-title">{escape(title)}. The numbers are in the table.</title>',
    ]
    if alone:
        parts.append(f'<rect width="{width}" height="{height}" fill="#ffffff"/>')
    for number, name in enumerate(DAYS):
        parts.append(_text(LEFT + number * (CELL_W + GAP) + CELL_W / 2, TOP - 14, name, 15, QUIET, "middle"))
    for number, day in enumerate(volume.days):
        week, column = divmod(number, 7)
        x, y = LEFT + column * (CELL_W + GAP), TOP + week * (CELL_H + GAP)
        if column == 0:
            parts.append(_text(0, y + CELL_H / 2 + 5, f"{day.on.day} {day.on:%b}", 15, QUIET))
        parts += _cell(volume, day, x, y, most)
    parts += _legend(LEFT, grid + 20)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _cell(volume: Volume, day: Day, x: float, y: float, most: int) -> list[str]:
    if day.on < volume.today:
        return [f'<rect x="{x}" y="{y}" width="{CELL_W}" height="{CELL_H}" fill="{PAST}" stroke="#d6d9db"/>',
                _text(x + 8, y + 19, str(day.on.day), 14, QUIET)]  # fmt: skip
    shade = _shade(day.total, most)
    ink = PALE if shade >= len(SHADES) - 2 else INK
    today = day.on == volume.today
    edge = f' stroke="{INK}" stroke-width="3"' if today else ""
    parts = [
        f'<g><title>{_said(day)}: {day.total} planned</title><rect x="{x}" y="{y}" width="{CELL_W}" '
        f'height="{CELL_H}" fill="{SHADES[shade]}"{edge}/>',
        _text(x + 8, y + 19, f"{day.on.day}{' today' if today else ''}", 14, ink),
        _text(x + CELL_W - 8, y + 46, f"{day.total:,}" if day.total else "", 24, ink, "end", bold=True),
    ]
    return [*parts, *_bar(day, x, y), "</g>"]


def _bar(day: Day, x: float, y: float) -> list[str]:
    """How a day is made up by importance, along its foot."""
    if not day.total:
        return []
    parts, at = [f'<rect x="{x + 6}" y="{y + CELL_H - 14}" width="{CELL_W - 12}" height="10" fill="#ffffff"/>'], x + 7.0
    for name, colour in BANDS.items():
        wide = (CELL_W - 14) * day.by_band[name] / day.total
        if wide:
            parts.append(f'<rect x="{at:.1f}" y="{y + CELL_H - 13}" width="{wide:.1f}" height="8" fill="{colour}"/>')
        at += wide
    return parts


def _legend(x: float, y: float) -> list[str]:
    parts, at = [], x
    for name, colour in BANDS.items():
        parts.append(f'<rect x="{at}" y="{y - 10}" width="14" height="10" fill="{colour}"/>')
        parts.append(_text(at + 20, y, IMPORTANCE_WORDS[name], 14, INK))
        at += 210
    return parts


def _shade(count: int, most: int) -> int:
    """Which shade a day has: nothing is the first, the most the last."""
    if not count:
        return 0
    return max(1, min(len(SHADES) - 1, -(-count * (len(SHADES) - 1) // most)))


def _said(day: Day) -> str:
    return f"{day.on.day} {day.on:%B %Y}"


def _text(x: float, y: float, words: str, size: int, colour: str, anchor: str = "start", *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    at = f'x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
    return f"<text {at}{weight}>{escape(words)}</text>"
