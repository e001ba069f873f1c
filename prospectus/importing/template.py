"""Writing the officer's spreadsheet, empty, with what each column means and an example that is not imported."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from prospectus.importing.columns import COLUMNS, NOTE, Column

ROWS = 2_000
"""Rows of the workbook in which a choice is offered where there is one."""

_GREY = PatternFill("solid", start_color="FFE8E8E8")
_HEAD = PatternFill("solid", start_color="FF1D3557")
_ABOUT = (
    "One row is one start of a course. A course that starts twice has two rows with the same Course ID; the second "
    "row may leave out what the first says.",
    f"Rows whose first cell begins with {NOTE} are notes and are not read. You may delete them.",
    "Columns with a star must be filled in. Leave any other cell empty when you do not know: it will be said to be "
    "not known, and nobody will guess.",
    "Days are written like 2027-09-06 or 06/09/2027 (the day first). Write any week where one can start at any time.",
    "Import it again when it has changed. Courses that are no longer in it are retired, not deleted.",
)


def write_template(path: Path) -> None:
    """Write it, as CSV or as a workbook by the ending of its name. Raises ``OSError``."""
    if path.suffix.lower() == ".csv":
        _write_csv(path)
    else:
        _write_workbook(path)


def _heading(column: Column) -> str:
    return column.heading + ("*" if column.needed else "")


def _note(column: Column) -> str:
    return f"{column.note} One of: {', '.join(column.choices)}." if column.choices else column.note


def _rows() -> list[list[str]]:
    notes = [_note(column) for column in COLUMNS]
    example = [column.example for column in COLUMNS]
    return [[f"{NOTE} {notes[0]}", *notes[1:]], [f"{NOTE} {example[0]}", *example[1:]]]


def _write_csv(path: Path) -> None:
    # the mark makes Excel read it as UTF-8
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_heading(column) for column in COLUMNS])
        writer.writerows(_rows())


def _write_workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Courses"
    for at, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, at, _heading(column))
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), _HEAD
        if _note(column):
            cell.comment = Comment(_note(column), "Onward")
        sheet.column_dimensions[get_column_letter(at)].width = max(14, min(36, len(column.example) + 4))
        if column.choices:
            said = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            said.error, said.errorTitle = f"Choose one of: {', '.join(column.choices)}.", column.heading
            sheet.add_data_validation(said)
            said.add(f"{get_column_letter(at)}4:{get_column_letter(at)}{ROWS}")
    for number, row in enumerate(_rows(), 2):
        for at, text in enumerate(row, 1):
            cell = sheet.cell(number, at, text or None)
            cell.fill, cell.font = _GREY, Font(italic=True)
            cell.alignment = Alignment(wrap_text=number == 2, vertical="top")
    # codes and days are text: Excel would turn 1-2 into a day
    for row in sheet.iter_rows(min_row=4, max_row=200, max_col=len(COLUMNS)):
        for cell in row:
            cell.number_format = "@"
    sheet.freeze_panes = "C2"
    about = book.create_sheet("How to fill it in")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 26, 100
    for text in _ABOUT:
        about.append(["", text])
    about.append([])
    for column in COLUMNS:
        about.append([_heading(column), " ".join(part for part in (_note(column), _eg(column)) if part)])
    for row in about.iter_rows(max_col=2):
        row[0].font = Font(bold=True)
        row[1].alignment = Alignment(wrap_text=True, vertical="top")
    book.save(path)


def _eg(column: Column) -> str:
    return f"For example: {column.example}" if column.example else ""
