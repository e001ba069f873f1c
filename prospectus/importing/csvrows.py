"""Rows of a CSV file in any common delimiter and encoding, with the line that each begins on."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from prospectus.importing.feedfile import FeedFile
from prospectus.importing.intake import Intake
from prospectus.importing.limits import FeedRefused, Limits

_DELIMITERS = ",;\t|"


@dataclass(slots=True)
class CsvRows:
    """The header of a file, as it was written, and its rows."""

    header: list[str]
    header_line: int
    rows: Iterator[tuple[int, list[str]]]
    """The line that each row begins on, and its cells."""


def read_rows(feed: FeedFile, intake: Intake) -> CsvRows:
    """Open a file. Raises ``FeedRefused``, here and while its rows are read, for one that cannot be rows."""
    lines = _lines(feed, intake.limits)
    rows = _records(lines, intake.limits)
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            return CsvRows([cell.strip() for cell in cells], number, rows)
    raise FeedRefused("It has no rows.")


def _lines(feed: FeedFile, limits: Limits) -> Iterator[str]:
    """Lines with their ends, none longer than a row may be."""
    # only these end a line: str.splitlines knows nine others, which may stand inside a cell
    waiting = ""
    for piece in feed.text():
        waiting += piece
        held = "\r" if waiting.endswith("\r") else ""
        *whole, waiting = waiting[: len(waiting) - len(held)].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        yield from (line + "\n" for line in whole)
        waiting += held
        if len(waiting) > limits.item_bytes:
            raise FeedRefused(f"One line of it is longer than {limits.item_bytes // 1_000_000} million characters.")
    if waiting:
        yield waiting


def _records(lines: Iterator[str], limits: Limits) -> Iterator[tuple[int, list[str]]]:
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=lambda mark: _outside_quotes(first).count(mark))
    counted = _Counted(first, lines)
    csv.field_size_limit(limits.text_characters)
    reader = csv.reader(counted, delimiter=delimiter)
    while True:
        begins = counted.line + 1
        counted.quotes = 0
        counted.most = begins + limits.record_lines
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                much = f"{limits.text_characters:,} characters"
                raise FeedRefused(
                    f"A cell is longer than {much}, or a quotation mark is never closed.", begins
                ) from None
            raise FeedRefused(f"It cannot be read as rows: {error}.", begins) from None
        if counted.ended and counted.quotes % 2:
            raise FeedRefused("A quotation mark is never closed: the file is cut off.", begins)
        if len(cells) > limits.columns:
            raise FeedRefused(f"A row has more than {limits.columns} cells.", begins)
        yield begins, cells


class _Counted:
    """Lines, counted as the reader takes them: a row may run over several."""

    def __init__(self, first: str, rest: Iterator[str]) -> None:
        self._first: str | None = first
        self._rest = rest
        self.line = 0
        self.quotes = 0
        self.most = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._first is not None:
            line, self._first = self._first, None
        else:
            try:
                line = next(self._rest)
            except StopIteration:
                self.ended = True
                raise
        self.line += 1
        if self.line > self.most:
            raise FeedRefused("A quotation mark is opened and not closed for thousands of lines.", self.most)
        self.quotes += line.count('"')
        return line


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
