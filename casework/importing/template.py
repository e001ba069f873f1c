"""An empty caseload file with every heading, and in a workbook a second sheet that says what goes where."""

import csv
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font

from casework.importing.layout import Layout

AS_TEXT = ("local_id", "uln", "phone")
"""Columns that a spreadsheet would spoil by taking them for numbers."""
_ROWS = 1_000


def write_template(data_dir: Path, path: Path) -> None:
    """Write a template: a workbook where the name ends in ``.xlsx``, else CSV. Raises ``BadData``, ``OSError``."""
    layout = Layout.load(data_dir)
    if path.suffix.lower() != ".xlsx":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow([column.heading for column in layout.columns.values()])
        return
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "Caseload"
    for number, column in enumerate(layout.columns.values(), 1):
        heading = sheet.cell(row=1, column=number, value=column.heading)
        heading.font = Font(bold=True)
        sheet.column_dimensions[heading.column_letter].width = max(14, len(column.heading) + 2)
        if column.name in AS_TEXT:
            for row in range(2, _ROWS):
                sheet.cell(row=row, column=number).number_format = "@"
    sheet.freeze_panes = "A2"
    about = book.create_sheet("What goes where")
    about.append(["Heading", "What it holds", "Also known as"])
    for column in layout.columns.values():
        about.append([column.heading, column.holds, ", ".join(column.also)])
    for letter, width in (("A", 22), ("B", 80), ("C", 80)):
        about.column_dimensions[letter].width = width
    book.save(path)
