"""Rows of an Excel workbook, which is a zip of XML and may be a bomb of either kind."""

import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl

from prospectus.importing.columns import column_of
from prospectus.importing.feedfile import FeedFile
from prospectus.importing.intake import Intake
from prospectus.importing.limits import FeedRefused, Limits

MOST_PARTS = 2_000
"""Most files inside a workbook."""

_WIDE = 100
_TELLS_ON = 1_000
_FORBIDDEN = ("<!DOCTYPE", "<!ENTITY")


def workbook_rows(feed: FeedFile, intake: Intake) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the sheet that holds courses, with their numbers. Raises ``FeedRefused``."""
    _check(feed, intake.limits)
    # an open file and not its name: openpyxl will not read one that does not end in .xlsx
    with feed.path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            yield from _rows(book, feed, intake)
        except FeedRefused:
            raise
        except Exception:
            # openpyxl raises whatever it trips over
            raise FeedRefused("It is a damaged workbook. Open it, save it again as .xlsx, and try that.") from None


def _rows(book: Any, feed: FeedFile, intake: Intake) -> Iterator[tuple[int, list[Any]]]:
    sheet = _sheet(book)
    total = sheet.max_row or 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=_WIDE), 1):
        if feed.progress and number % _TELLS_ON == 0 and total:
            feed.progress(min(feed.size, feed.size * number // total), feed.size)
        if any(isinstance(cell, str) and len(cell) > intake.limits.text_characters for cell in cells):
            raise FeedRefused("A cell is far larger than a course feed's.", number)
        yield number, list(cells)


def _sheet(book: Any) -> Any:
    """The sheet whose first rows have the headings of courses, else the first."""
    for sheet in book.worksheets:
        for cells in sheet.iter_rows(values_only=True, max_row=5, max_col=_WIDE):
            if {"title", "provider"} <= {column_of(str(cell)) for cell in cells if cell is not None}:
                return sheet
    if not book.worksheets:
        raise FeedRefused("It is a workbook without a sheet.")
    return book.worksheets[0]


def _check(feed: FeedFile, limits: Limits) -> None:
    """What is inside, before anything is unpacked: how much it would be, and whether its XML declares entities."""
    try:
        with zipfile.ZipFile(feed.path) as packed:
            parts = packed.infolist()
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise FeedRefused("It is a zip file, but no workbook. Unpack it first.")
            if len(parts) > MOST_PARTS:
                raise FeedRefused(f"It is a workbook of more than {MOST_PARTS:,} parts.")
            whole = sum(part.file_size for part in parts)
            if whole > limits.workbook_bytes:
                raise FeedRefused(f"It would unpack to {whole // 1_000_000:,} MB. Save the courses alone, as CSV.")
            for part in parts:
                if part.flag_bits & 1:
                    raise FeedRefused("It is locked with a password. Save it without one.")
                if part.file_size > 20_000_000 and part.file_size > limits.workbook_ratio * max(1, part.compress_size):
                    raise FeedRefused("It unpacks to far more than it should, as only a harmful file does.")
                if part.filename.endswith((".xml", ".rels")):
                    _check_xml(packed, part)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise FeedRefused("It is a damaged or incomplete workbook.") from None


def _check_xml(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with packed.open(part) as inside:
        head = inside.read(4_096)
    text = head.replace(b"\0", b"").decode("latin-1").upper()
    if any(word in text for word in _FORBIDDEN):
        raise FeedRefused("Its XML declares a document type or entities, which no workbook needs.")
    # a declaration may come after a long comment, and nothing that writes workbooks writes one
    if "<!--" in text:
        raise FeedRefused("Its XML begins with a comment, as that of no spreadsheet program does.")
