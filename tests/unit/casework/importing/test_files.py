"""Files from outside: encodings, separators, workbooks, and what is no file for us."""

import csv
import io
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from casework.importing import files, values
from casework.importing.files import open_sheet
from casework.importing.layout import BadFile, Layout
from casework.importing.template import write_template
from casework.importing.values import BadCell
from casework.names import NameRules
from tests.bench.caseload import uln
from tests.unit.casework.importing.conftest import DATA

TEXT = "First name;Last name;DOB\nZo\u00eb;O\u2019Neil;2010-01-01\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_in_the_usual_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(TEXT.replace(";", separator).encode(encoding))
    with open_sheet(path) as sheet:
        assert sheet.headings == ["First name", "Last name", "DOB"]
        assert list(sheet.rows) == [(2, ["Zo\u00eb", "O\u2019Neil", "2010-01-01"])]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('\na,b\n1,"two\nlines"\n3,4\n', encoding="utf-8")
    with open_sheet(path) as sheet:
        assert [line for line, _ in sheet.rows] == [3, 5]


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([None, None])
    sheet.append(["First name", "DOB", None])
    sheet.append(["Jo", datetime(2010, 9, 1), None])  # noqa: DTZ001 -- spreadsheets have no time zones
    book.save(path)
    with open_sheet(path) as found:
        assert found.headings == ["First name", "DOB"]
        rows = list(found.rows)
    assert rows[0][0] == 3
    assert values.day(rows[0][1][1]) == date(2010, 9, 1)


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n\n", "is empty"),
        (b"PK\x03\x04 not really", "is not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0 old", "is an old Excel file"),
        (b"\x00\x01\x02\x03", "neither a CSV file nor"),
        (bomb(), "larger than"),
    ],
)
def test_what_is_no_file_for_us(tmp_path: Path, content: bytes, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 2_000_000)
    path = tmp_path / "c.bin"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=says):
        open_sheet(path)


def test_there_is_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="There is no file"):
        open_sheet(tmp_path / "none.csv")
    with pytest.raises(BadFile, match="not a file"):
        open_sheet(tmp_path)


def test_quotation_marks_that_do_not_match(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('a,b\n1,"two" three\n', encoding="utf-8")
    with open_sheet(path) as sheet, pytest.raises(BadFile, match="line 2: the quotation marks"):
        list(sheet.rows)


@pytest.mark.parametrize(
    ("headings", "says"),
    [
        (["First name", "Surname"], "No column is headed Date of birth"),
        (["Forename", "First name", "Surname", "DOB"], "'Forename' and 'First name' are both 'First name'"),
        (["Name", "Phone"], "No column is headed First name or Last name or Date of birth"),
    ],
)
def test_headings_that_will_not_do(headings: list[str], says: str) -> None:
    with pytest.raises(BadFile, match=says):
        Layout.load(DATA).find(headings)


def test_headings_by_any_of_their_names() -> None:
    found = Layout.load(DATA).find(["CLIENT-ID", " forename ", "Family_Name", "D.O.B.", "Shoe size", ""])
    assert found.at == {"local_id": 0, "first_name": 1, "last_name": 2, "date_of_birth": 3}
    assert found.ignored == ("Shoe size",)


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_a_template_holds_headings_that_are_read_back(tmp_path: Path, name: str) -> None:
    write_template(DATA, tmp_path / name)
    with open_sheet(tmp_path / name) as sheet:
        found = Layout.load(DATA).find(sheet.headings)
        assert not found.ignored
        assert set(found.at) == set(Layout.load(DATA).columns)
    if name.endswith("xlsx"):
        assert load_workbook(tmp_path / name).sheetnames == ["Caseload", "What goes where"]


# single cells


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2010-09-01", date(2010, 9, 1)),
        ("01/09/2010", date(2010, 9, 1)),
        ("1.9.2010", date(2010, 9, 1)),
        ("1 Sept 2010", date(2010, 9, 1)),
        ("1st September 2010", date(2010, 9, 1)),
        ("2010-09-01 00:00:00", date(2010, 9, 1)),
    ],
)
def test_dates(written: str, day: date) -> None:
    assert values.day(written) == day


@pytest.mark.parametrize("written", ["", "soon", "31/02/2010", "13/25/2010", "40422", "2010", "01/09/10", "1 Sep"])
def test_no_dates(written: str) -> None:
    with pytest.raises(BadCell):
        values.day(written)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("7700900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("00447700900123", "+447700900123"),
        ("+353 87 123 4567", "+353871234567"),
    ],
)
def test_phones(written: str, number: str) -> None:
    assert values.phone(written) == number


@given(st.integers(0, 899_999_999))
def test_a_uln_with_one_wrong_digit_is_none(number: int) -> None:
    good = uln(number)
    if good is None:
        return
    assert values.uln(good) == good
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    with pytest.raises(BadCell):
        values.uln(wrong)


@given(st.text(max_size=200))
def test_any_cell_is_read_or_refused(written: str) -> None:
    for read in (values.day, values.phone, values.postcode, values.uln, values.local_id, values.year_group):
        with suppress(BadCell):
            read(values.text(written))


@pytest.mark.parametrize(
    ("name", "well"),
    [
        ("O'Neil-Smith", True), ("St. John", True), ("\u0141ukasz", True), ("Li", True), ("J0", False), ("A/B", False),
        ("A\\B", False), ("Jo?", False), ("Jo (Joe)", False), ('"Jo"', False), ("A+B", False), ("a|b", False),
        ("", False), ("'", False), ("Jo\x00", False), ("x" * 101, False), ("=Jo", False), ("J\u0660", False),
    ],
)  # fmt: skip
def test_names(name: str, well: bool) -> None:
    assert (NameRules.load(DATA).problem(name) is None) is well


def test_names_in_capitals_get_small_letters() -> None:
    assert values.name("MARY-ANN O\u2019BRIEN") == "Mary-Ann O'Brien"
    assert values.name("McDonald") == "McDonald"
    assert values.name("JO") == "JO"


def test_csv_written_by_excel_is_read(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, dialect="excel").writerow(["First name", "O, Neil"])
    with open_sheet(path) as sheet:
        assert sheet.headings == ["First name", "O, Neil"]
