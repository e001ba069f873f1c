"""A picture of what was taken for what: the confusion matrix of all intents, and the worst answers. An SVG file.

Right answers are on the diagonal, in blue; wrong ones in red, darker where more of an intent went wrong. The
numbers are in the tables beside it, so that nothing is told by colour alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from onward.nlu_rows import Row
from onward.nlu_scores import Scores, topic_of, worst

CELL = 15
LABEL = 190
LIST = 620
TOP = 84
WORST = 30
LONGEST = 58
"""Characters of a message that are shown."""


def confusion_svg(title: str, rows: Sequence[Row], scores: Scores, topics: Mapping[str, str]) -> str:
    """The picture as SVG text."""
    topic = topic_of(topics)
    names = sorted({row.intent for row in rows} | {row.said for row in rows}, key=lambda n: (topic(n), n))
    size = CELL * len(names)
    height = TOP + LABEL + size + 24
    width = LABEL + size + 28 + LIST
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-labelledby="t d" font-family="Liberation Sans, Arial, sans-serif">',
        f'<title id="t">{escape(title)}</title>',
        '<desc id="d">Rows: what was wanted. Columns: what was understood. The figures are in the tables.</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(12, 30, title, 20, weight="bold"),
        _text(12, 56, _headline(scores), 14),
        *_matrix(rows, names, topic(names[0]) if names else "", {name: topic(name) for name in names}),
        *_examples(LABEL + size + 28, worst(rows, WORST)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _headline(scores: Scores) -> str:
    found = f", entity F1 {scores.entities.f1:.3f}" if scores.entities else ""
    return (
        f"{scores.messages} messages: topic {scores.topic_accuracy:.3f}, intent macro-F1 {scores.intent_macro_f1:.3f}, "
        f"not understood P {scores.not_understood.precision:.3f} R {scores.not_understood.recall:.3f}{found}"
    )


def _matrix(rows: Sequence[Row], names: Sequence[str], first: str, topics: Mapping[str, str]) -> list[str]:
    place = {name: n for n, name in enumerate(names)}
    there = Counter(row.intent for row in rows)
    pairs = Counter((row.intent, row.said) for row in rows)
    size = CELL * len(names)
    left, top = LABEL, TOP + LABEL
    parts = [f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="#f8f8f8" stroke="#505a5f"/>']
    before = first
    for name, n in place.items():
        middle = n * CELL + CELL - 4
        parts.append(_text(left - 6, top + middle, name, 11, anchor="end"))
        turned = f' transform="rotate(-90 {left + middle} {top - 6})"'
        parts.append(_text(left + middle, top - 6, name, 11, more=turned))
        if topics[name] != before:
            at = n * CELL
            parts.append(f'<path d="M{left} {top + at}h{size}M{left + at} {top}v{size}" stroke="#b1b4b6" fill="none"/>')
        before = topics[name]
    for (wanted, said), count in sorted(pairs.items()):
        share = count / there[wanted]
        # wrong ones are shown stronger, or a few among many could not be seen
        colour, depth = ("#1d70b8", share) if wanted == said else ("#d4351c", min(1.0, 0.25 + 2 * share))
        x, y = left + place[said] * CELL, top + place[wanted] * CELL
        parts.append(
            f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}" fill-opacity="{depth:.2f}">'
            f"<title>{escape(wanted)} understood as {escape(said)}: {count} of {there[wanted]}</title></rect>"
        )
        if wanted != said:
            parts.append(_text(x + CELL / 2, y + CELL - 4, str(count), 9, anchor="middle"))
    return parts


def _examples(left: int, rows: Sequence[Row]) -> list[str]:
    parts = [_text(left, TOP + 20, "Wrong and surest of it", 16, weight="bold")]
    for n, row in enumerate(rows):
        y = TOP + 46 + n * 34
        text = row.text if len(row.text) <= LONGEST else row.text[: LONGEST - 1] + "…"
        parts.append(_text(left, y, f"“{text}”", 13))
        parts.append(_text(left, y + 14, f"{row.confidence:.2f}  {row.intent} understood as {row.said}", 11, "#505a5f"))
    return parts


def _text(
    x: float,
    y: float,
    words: str,
    size: int,
    colour: str = "#0b0c0c",
    *,
    weight: str = "normal",
    anchor: str = "start",
    more: str = "",
) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" font-weight="{weight}" '
        f'text-anchor="{anchor}"{more}>{escape(words)}</text>'
    )
