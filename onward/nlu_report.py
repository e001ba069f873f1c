"""The report of an evaluation: what is printed, and the files that go with it."""

from collections.abc import Mapping
from pathlib import Path

from onward.nlu_compare import Comparison
from onward.nlu_picture import confusion_svg
from onward.nlu_rows import Result
from onward.nlu_scores import score
from onward.nlu_tables import Table, as_csv, as_page, as_text, tables

TITLES = {"held_out": "Held-out messages", "cross_validation": "Training examples, by cross-validation"}
PRINTED = 8
"""Of the changed messages, how many in each direction are printed."""


def write(result: Result, topics: Mapping[str, str], folder: Path, examples: int) -> str:
    """Write ``result.json``, ``report.html``, and pictures and tables of each set; answer what to print."""
    folder.mkdir(parents=True, exist_ok=True)
    result.save(folder / "result.json")
    sections, printed = [], []
    for name, rows in result.sets.items():
        scores = score(rows, topics)
        title = TITLES.get(name, name)
        picture = folder / f"{name}-confusion.svg"
        picture.write_text(confusion_svg(title, rows, scores, topics), encoding="utf-8")
        parts = tables(rows, scores, topics, examples)
        for table in parts:
            (folder / f"{name}-{_file_name(table.title)}.csv").write_text(as_csv(table), encoding="utf-8")
        sections.append((title, picture.name, parts))
        printed.append(f"{title}\n{'=' * len(title)}{as_text(parts)}")
    (folder / "report.html").write_text(as_page(f"Understanding: {result.name}", sections), encoding="utf-8")
    return "\n\n".join(printed)


def comparison_text(first: str, second: str, found: Mapping[str, Comparison]) -> str:
    """A comparison for a terminal."""
    parts = []
    for name, one in found.items():
        rows = tuple(
            (
                d.figure,
                f"{d.first:.3f}",
                f"{d.second:.3f}",
                f"{d.difference:+.3f}",
                f"{d.low:+.3f} to {d.high:+.3f}",
            )
            for d in one.differences
        )
        shown = [Table(TITLES.get(name, name), ("figure", first, second, "difference", "95% interval"), rows)]
        for title, changes in (("Now right", one.mended), ("Now wrong", one.broken)):
            cells = tuple((c.text, c.intent, c.first, c.second) for c in changes[:PRINTED])
            shown.append(Table(f"{title}: {len(changes)}", ("message", "wanted", first, second), cells))
        parts.append(
            as_text(shown)
            + f"\n\n{one.messages} messages; by chance alone a difference in intents as large as this comes about in "
            f"{one.p_value:.3g} of cases (McNemar, exact)."
        )
    return "\n".join(parts).lstrip("\n")


def _file_name(title: str) -> str:
    return title.split(",")[0].lower().replace(" ", "-")
