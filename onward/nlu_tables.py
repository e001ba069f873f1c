"""Figures on understanding as tables: lines for a terminal, CSV for a spreadsheet, a page for a browser."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from onward.nlu_rows import Row
from onward.nlu_scores import Score, Scores, confusions, topic_of, worst

SHOWN = 15


@dataclass(frozen=True)
class Table:
    """A table with a heading. Cells are text, as they are shown."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(rows: Sequence[Row], scores: Scores, topics: Mapping[str, str], examples: int) -> list[Table]:
    """Everything counted, as tables; ``examples`` is how many of the worst answers to show."""
    topic = topic_of(topics)
    named = [
        _of_scores("Topics", "topic", scores.topics),
        _of_scores("Intents, the worst first", "intent", scores.intents, worst_first=True),
    ]
    if scores.entity_types:
        named.append(_of_scores("Entities", "type", scores.entity_types))
    reliability = tuple(
        (f"{b.low:.1f} to {b.high:.1f}", str(b.count), f"{b.confidence:.3f}", f"{b.accuracy:.3f}")
        for b in scores.reliability
    )
    topic_pairs = confusions(rows, topic).most_common(SHOWN)
    pairs = confusions(rows).most_common(SHOWN)
    return [
        Table("In short", ("figure", "value"), _in_short(scores)),
        *named,
        Table("How sure, and how often right", ("confidence", "messages", "mean confidence", "right"), reliability),
        Table("Topics taken for others", ("wanted", "understood", "times"), _pairs(topic_pairs)),
        Table("Intents taken for others", ("wanted", "understood", "times"), _pairs(pairs)),
        Table(
            "Wrong and surest of it",
            ("message", "wanted", "understood", "confidence"),
            tuple((r.text, r.intent, r.said, f"{r.confidence:.2f}") for r in worst(rows, examples)),
        ),
        Table(
            "Entities missed or wrongly found", ("message", "missed", "wrongly found"), _entity_faults(rows, examples)
        ),
    ]


def _in_short(scores: Scores) -> tuple[tuple[str, str], ...]:
    lines = [
        ("messages", str(scores.messages)),
        ("topic accuracy", f"{scores.topic_accuracy:.3f}"),
        ("intent accuracy", f"{scores.intent_accuracy:.3f}"),
        ("intent macro-F1", f"{scores.intent_macro_f1:.3f}"),
        ("not understood: precision", f"{scores.not_understood.precision:.3f}"),
        ("not understood: recall", f"{scores.not_understood.recall:.3f}"),
        ("calibration error", f"{scores.calibration_error:.3f}"),
    ]
    if scores.entities:
        lines.insert(4, ("entity F1", f"{scores.entities.f1:.3f}"))
    return tuple(lines)


def _of_scores(title: str, kind: str, named: Mapping[str, Score], *, worst_first: bool = False) -> Table:
    order = sorted(named.items(), key=lambda item: (item[1].f1, item[0]) if worst_first else (0.0, item[0]))
    rows = tuple((n, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", str(s.support)) for n, s in order)
    return Table(title, (kind, "precision", "recall", "F1", "messages"), rows)


def _pairs(counted: Iterable[tuple[tuple[str, str], int]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((wanted, said, str(count)) for (wanted, said), count in counted)


def _entity_faults(rows: Iterable[Row], count: int) -> tuple[tuple[str, str, str], ...]:
    faults = []
    for row in rows:
        if row.wanted is None:
            continue
        wanted, found = set(row.wanted), set(row.found)
        if wanted != found:
            sides = (
                ", ".join(sorted(f"{e.type} {e.value}" for e in side)) for side in (wanted - found, found - wanted)
            )
            faults.append((row.text, *sides))
    return tuple((text, missed, wrong) for text, missed, wrong in faults[:count])


def as_text(parts: Iterable[Table]) -> str:
    """For a terminal."""
    lines = []
    for table in parts:
        if not table.rows:
            continue
        widths = [max(len(cell) for cell in column) for column in zip(table.columns, *table.rows, strict=True)]
        lines += ["", table.title]
        for row in (table.columns, *table.rows):
            lines.append("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return "\n".join(lines)


def as_csv(table: Table) -> str:
    """For a spreadsheet. A cell that a spreadsheet would take for a formula is shown as text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in row])
    return out.getvalue()


def as_page(title: str, sections: Sequence[tuple[str, str, Sequence[Table]]]) -> str:
    """A page for a browser: each section has a heading, the file name of its picture, and tables."""
    parts = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        "<style>body{font-family:sans-serif;margin:2rem;max-width:90rem}table{border-collapse:collapse;margin:1rem 0}"
        "th,td{border:1px solid #b1b4b6;padding:.25rem .5rem;text-align:left;vertical-align:top}"
        "caption{text-align:left;font-weight:bold;padding:.25rem 0}img{max-width:100%}</style></head><body><main>",
        f"<h1>{escape(title)}</h1>",
    ]
    for heading, picture, part in sections:
        parts.append(f"<section><h2>{escape(heading)}</h2>")
        parts.append(f'<p><img src="{escape(picture)}" alt="Confusion matrix; its figures are in the tables"></p>')
        parts += [_html(table) for table in part if table.rows]
        parts.append("</section>")
    return "\n".join([*parts, "</main></body></html>"]) + "\n"


def _html(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return f"<table><caption>{escape(table.title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
