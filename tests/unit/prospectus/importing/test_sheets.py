"""The officer's spreadsheet, in every way in which spreadsheets are saved."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from prospectus.importing.columns import COLUMNS, column_of
from prospectus.importing.template import write_template
from tests.unit.prospectus.importing.conftest import Feeds, sheet


def workbook(*rows: list[Any], title: str = "Courses", more: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    for name in more:
        book.create_sheet(name, 0).append(["Just", "notes"])
    own = book.worksheets[-1]
    own.title = title
    for row in rows:
        own.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


HEAD = [column.heading for column in COLUMNS]
FULL = [column.example for column in COLUMNS]


def test_every_column_is_taken(feeds: Feeds) -> None:
    report = feeds.take(workbook(HEAD, FULL), name="autumn.xlsx")
    assert (report.courses_taken, report.runs_taken, report.source, report.repairs) == (1, 1, "autumn", [])
    taken, start = feeds.course(), feeds.run()
    assert (taken.title, taken.subject, taken.level, taken.route) == ("Plumbing level 2", "plumbing", "2", "college")
    assert (taken.cost, taken.kit, taken.kit_paid_by) == ("Free", "Safety boots", "The college lends it")
    assert (taken.min_age, taken.max_age, taken.keywords) == (16, 18, ["pipes", "boilers"])
    assert (taken.checked_on, taken.url) == (date(2026, 10, 1), "https://www.brightwater.example/plumbing")
    assert (taken.travel_help, taken.leads_to) == ("16 to 19 bus card", "Plumbing level 3, or an apprenticeship")
    assert (start.start, start.end, start.apply_by) == (date(2027, 9, 6), date(2028, 7, 14), date(2027, 6, 30))
    assert (start.town, start.postcode, start.latitude, start.longitude) == ("Margate", "CT9 9ZZ", 51.381, 1.386)
    assert (start.places, start.places_left, start.days, start.hours) == ("available", 8, "Mon to Wed", "9.30 to 4")
    (provider,) = feeds.providers()
    assert (provider.kind, provider.phone, provider.email) == (
        "fe_college",
        "01632 960100",
        "hello@brightwater.example",
    )


def test_csv_and_workbook_say_the_same(feeds: Feeds) -> None:
    feeds.take(workbook(HEAD, FULL), name="a.xlsx", source="A")
    quoted = "\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEAD, FULL))
    report = feeds.take(quoted, name="a.csv", source="A")
    assert (report.courses_same, report.courses_changed) == (1, 0)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_any_delimiter_and_encoding(feeds: Feeds, mark: str, encoding: str) -> None:
    text = sheet('A1,"Café ""work""",Dunes College,2027-09-06,Deal').replace(",", mark).replace("\n", "\r\n")
    assert feeds.take(text.encode(encoding)).courses_taken == 1
    assert feeds.course().title == 'Café "work"'


def test_other_line_ends_and_lines_inside_cells(feeds: Feeds) -> None:
    assert (
        feeds.take(sheet('A1,"Café\nwork",Dunes,,Deal', "A2,Cake,Dunes,,Deal").replace("\n", "\r")).courses_taken == 2
    )
    assert sorted(feeds.courses()) == ["Café work", "Cake"]


def test_a_line_separator_inside_a_cell_ends_no_row(feeds: Feeds) -> None:
    assert feeds.take(sheet("A1,Cake\u2028\x85 making,Dunes,,Deal")).courses_taken == 1


def test_rows_with_one_id_are_starts_of_one_course(feeds: Feeds) -> None:
    rows = ["A1,Welding,Dunes,2027-01-11,Deal", "A1,,,2027-04-19,Dover", "A1,Welding,Dunes,2027-09-06,Deal"]
    report = feeds.take(sheet(*rows))
    assert (report.courses_taken, report.runs_taken, report.courses_refused) == (1, 3, 0)
    assert [(run.start, run.town) for run in feeds.runs()] == [
        (date(2027, 1, 11), "Deal"), (date(2027, 4, 19), "Dover"), (date(2027, 9, 6), "Deal")
    ]  # fmt: skip


def test_rows_are_refused_with_their_line_and_what_is_wrong(feeds: Feeds) -> None:
    head = "Course ID,Title,Provider,Level,Route,Start date,End date,Youngest age,Places,Town"
    rows = [
        "A1,Welding,Dunes,1,college,2027-01-11,,,,Deal",
        ",Welding,Dunes,1,college,,,,,Deal",
        "A3,,Dunes,1,college,,,,,Deal",
        "A4,Welding,,1,college,,,,,Deal",
        "A5,Welding,Dunes,nine,college,,,,,Deal",
        "A6,Welding,Dunes,1,boat,,,,,Deal",
        "A7,Welding,Dunes,1,college,2027-01-11,soon,,,Deal",
        "A8,Welding,Dunes,1,college,2027-01-11,,old,,Deal",
        "A9,Welding,Dunes,1,college,2027-01-11,,,lots,Deal",
        "A1,Carpentry,Dunes,1,college,2027-01-11,,,,Deal",
        "A1,Welding,Dunes,1,college,2027-01-11,,,,Deal",
        "A2,Welding,Dunes,1,college,2027-01-11,,,,Deal,more,than,columns",
    ]
    report = feeds.take(sheet(*rows, head=head))
    assert (report.courses_taken, report.courses_refused) == (1, 11)
    assert [row["line"] for row in report.refused] == list(range(3, 14))
    for row, word in zip(
        report.refused,
        ["Course ID", "Title", "whose", "nine", "boat", "soon", "old", "lots", "line 2", "twice", "columns"],
        strict=True,
    ):
        assert word in row["reason"]


def test_unknown_is_unknown(feeds: Feeds) -> None:
    head = "Course ID,Title,Provider,Level,Cost,Start date,End date,Places"
    feeds.take(sheet("A1,Patchwork,Dunes,not known,?,not known,not known,not known", head=head))
    taken, start = feeds.course(), feeds.run()
    assert (taken.level, taken.cost, start.start, start.end, start.places) == ("unknown", None, None, None, "unknown")
    assert start.town == "place not known"


@pytest.mark.parametrize("said", ["any week", "Any time", "roll on roll off"])
def test_any_week(feeds: Feeds, said: str) -> None:
    feeds.take(sheet(f"A1,Welding,Dunes,{said},Deal"))
    assert (feeds.run().start, feeds.run().roll_on) == (None, True)


def test_a_month_is_no_day_and_is_kept_as_it_was_said(feeds: Feeds) -> None:
    feeds.take(sheet("A1,Welding,Dunes,September 2027,Deal"))
    assert (feeds.run().start, feeds.run().extra) == (None, {"starts": "September 2027"})


def test_without_ids_a_course_is_known_by_its_provider_and_title(feeds: Feeds) -> None:
    rows = ("Welding,Dunes,2027-01-11", "Welding,Dunes,2027-04-19", "Cake,Dunes,2027-01-11")
    head = "Title,Provider,Start date"
    assert feeds.take(sheet(*rows, head=head)).courses_taken == 2
    assert feeds.take(sheet(*rows, head=head)).courses_same == 2


def test_whose_courses_they_are_may_be_said_beside_the_file(feeds: Feeds) -> None:
    report = feeds.take(sheet("A1,Welding", head="Course ID,Title"), provider="Dunes Workshop")
    assert (report.courses_taken, feeds.providers()[0].name) == (1, "Dunes Workshop")


def test_a_file_without_the_needed_columns_is_refused(feeds: Feeds) -> None:
    report = feeds.take(sheet("A1,2027-01-11", head="Course ID,Start date"))
    assert report.reason is not None
    assert "no column Title" in report.reason
    assert "onward prospectus template" in report.reason


def test_a_workbook_keeps_its_own_kinds_of_numbers_and_days(feeds: Feeds) -> None:
    head = ["Course ID", "Title", "Provider", "Level", "Youngest age", "Start date", "Postcode"]
    row = [7, "Welding", "Dunes", 2, 16.0, datetime(2027, 9, 6), "CT14 9ZZ"]  # noqa: DTZ001 -- as workbooks keep them
    feeds.take(workbook(head, row, more=("Read me",)))
    taken, start = feeds.course(), feeds.run()
    assert (taken.source_ref, taken.level, taken.min_age) == ("7", "2", 16)
    assert (start.start, start.town) == (date(2027, 9, 6), "Deal")


@pytest.mark.parametrize("name", ["new.xlsx", "new.csv"])
def test_the_template_holds_no_course_and_one_that_is_filled_in_does(feeds: Feeds, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_template(path)
    assert feeds.take(path).reason == "It holds no course that can be used."
    if name.endswith("csv"):
        path.write_text(path.read_text("utf-8-sig") + ",".join(f'"{cell}"' for cell in FULL), "utf-8-sig")
    else:
        book = openpyxl.load_workbook(path)
        book["Courses"].append(FULL)
        book.save(path)
    report = feeds.take(path)
    assert (report.courses_taken, report.runs_taken, report.courses_refused) == (1, 1, 0)


def test_headings_are_known_by_other_names() -> None:
    headings = ("Course title *", "DEADLINE", "Price", "post code", "Provider’s phone", "x")
    assert [column_of(heading) for heading in headings] == [
        "title", "apply_by", "cost", "postcode", "provider_phone", None,
    ]  # fmt: skip
    assert {column_of(column.heading) for column in COLUMNS} == {column.name for column in COLUMNS}


@pytest.mark.parametrize("start", ["31/02/2027", "2027-13-01", "2027-02-30", "1.1.20277"])
def test_a_start_that_is_no_day_refuses_its_row(feeds: Feeds, start: str) -> None:
    report = feeds.take(sheet("c1,Plumbing,Brightwater College,", f"c2,Art,Brightwater College,{start}"))
    assert (report.courses_taken, report.runs_taken, report.courses_refused) == (1, 0, 1)
    assert report.refused == [
        {"line": 3, "reason": f"its Start date is {start}, which is no day like 2027-09-06, and no words like any week"}
    ]


@pytest.mark.parametrize("start", ["Autumn 2027", "TBC", "Sept", "week of 6/9"])
def test_a_start_in_words_is_kept_as_they_are(feeds: Feeds, start: str) -> None:
    report = feeds.take(sheet(f"c2,Art,Brightwater College,{start}"))
    assert (report.courses_taken, report.courses_refused, feeds.run().start) == (1, 0, None)
