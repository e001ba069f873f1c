"""Tables for a spreadsheet, in which nothing that somebody wrote can be run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe(cell: object) -> str:
    """A cell as text. One that a spreadsheet would take for a formula gets an apostrophe before it.

    >>> safe("=1+1"), safe(None), safe(12)
    ("'=1+1", '', '12')
    """
    text = "" if cell is None else str(cell)
    return "'" + text if text.lstrip(" ").startswith(_RUNS) or text.startswith(_RUNS) else text


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV with a heading, for a browser to save: UTF-8 that begins with a byte order mark, so that Excel reads it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in heading])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
