"""Opening a file from outside: CSV in the usual encodings, or the first sheet of an Excel workbook, row by row.

Such a file is taken as hostile: nothing of it is run, and its size is looked at before it is unpacked. Memory does not
grow with a CSV file; a workbook keeps its table of texts.
"""

import codecs
import csv
import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook

from casework.importing.layout import BadFile

Row = tuple[int, list[Any]]
"""The line (or row) number in the file, from 1, and its cells."""

MOST_BYTES = 500_000_000
"""Largest file, and largest workbook once unpacked."""
MOST_COLUMNS = 300
_DELIMITERS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 1 << 20


@dataclass
class Sheet:
    """An open file: its headings, and its rows. Close it when it is read."""

    headings: list[str]
    rows: Iterator[Row]
    digest: str
    """SHA-256 of the file, hexadecimal: which file this was."""
    _open: ExitStack = field(default_factory=ExitStack)

    def close(self) -> None:
        """Close the file."""
        self._open.close()

    def __enter__(self) -> "Sheet":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_sheet(path: Path) -> Sheet:
    """Open a CSV file or a workbook. Raises ``BadFile``, in plain words, where it is neither or cannot be read."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise BadFile(f"{path} is not a file.")
        if size > MOST_BYTES:
            raise BadFile(f"{path} is larger than {MOST_BYTES // 1_000_000} MB. Split it.")
        digest, head = _digest(path)
    except FileNotFoundError:
        raise BadFile(f"There is no file {path}.") from None
    except OSError as error:
        raise BadFile(f"{path} cannot be read: {error.strerror}.") from None
    if not size:
        raise BadFile(f"{path} is empty.")
    if head.startswith(b"PK\x03\x04"):
        return _workbook(path, digest)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadFile(f"{path} is an old Excel file (.xls). Save it as .xlsx or CSV.")
    if b"\x00" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadFile(f"{path} is neither a CSV file nor an Excel workbook (.xlsx).")
    return _csv(path, head, digest)


def _digest(path: Path) -> tuple[str, bytes]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        head = chunk = file.read(_CHUNK)
        while chunk:
            digest.update(chunk)
            chunk = file.read(_CHUNK)
    return digest.hexdigest(), head[:65536]


def _encoding(path: Path, head: bytes) -> str:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"  # what Excel on Windows writes
    return "utf-8"


def _csv(path: Path, head: bytes, digest: str) -> Sheet:
    opened = ExitStack()
    # cp1252 has five bytes that are no letter: they come as a sign that no name passes with
    file = opened.enter_context(path.open(encoding=_encoding(path, head), errors="replace", newline=""))
    first = file.readline()
    file.seek(0)
    delimiter = max(_DELIMITERS, key=first.count)
    rows = _csv_rows(path, file, delimiter)
    return _sheet(path, rows, digest, opened)


def _csv_rows(path: Path, file: IO[str], delimiter: str) -> Iterator[Row]:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, list(cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(
            f"{path}, line {line}: the quotation marks do not match, or a cell is far too long ({error}). "
            "Nothing after this line can be read. Save the file again as CSV."
        ) from None
    except UnicodeError:
        raise BadFile(f"{path}, line {line}: it is not in the encoding that it says. Save it again as CSV.") from None


def _workbook(path: Path, digest: str) -> Sheet:
    broken = BadFile(f"{path} is not an Excel workbook that can be read. Save it again as .xlsx, or as CSV.")
    opened = ExitStack()
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                raise BadFile(f"{path} is larger than {MOST_BYTES // 1_000_000} MB when it is unpacked. Split it.")
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        opened.callback(book.close)
        sheet = book.worksheets[0]
        rows = ((number, list(cells)) for number, cells in enumerate(sheet.iter_rows(values_only=True), 1))
        return _sheet(path, rows, digest, opened)
    except BadFile:
        opened.close()
        raise
    except Exception:
        # what a broken workbook makes its reader raise is of many kinds
        opened.close()
        raise broken from None


def _sheet(path: Path, rows: Iterator[Row], digest: str, opened: ExitStack) -> Sheet:
    try:
        for _, cells in rows:
            headings = ["" if cell is None else str(cell) for cell in cells]
            if any(heading.strip() for heading in headings):
                break
        else:
            raise BadFile(f"{path} is empty.")
        while headings and not headings[-1].strip():
            headings.pop()
        if len(headings) > MOST_COLUMNS:
            raise BadFile(f"{path} has more than {MOST_COLUMNS} columns.")
    except BadFile:
        opened.close()
        raise
    return Sheet(headings, rows, digest, opened)
