"""Reading a caseload in: once, again, with changes, with faults, and who is who."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.importing import importer
from casework.importing.importer import Options, import_caseload
from casework.tables import Activity, AddressNote, AuditEvent, ConsentEvent, YoungPerson
from tests.bench.caseload import HEADINGS as BENCH_HEADINGS
from tests.bench.caseload import people, uln
from tests.unit.casework.importing.conftest import DATA, HEADINGS, NOW, Read, known, person

MAYA = ["101", "", "Maya", "O'Neil", "14/02/2010", "07700 900123", "ct9 9zx"]
FULL = [
    "Local id", "First name", "Last name", "Known as", "Date of birth", "Mobile", "Postcode", "Town", "Language",
    "Nation", "School", "Year group", "Adviser", "Gender", "Ethnicity", "Characteristics", "EHC plan", "Activity",
    "Activity start", "Activity end", "Activity verified", "Provider", "ULN", "Favourite colour",
]  # fmt: skip
KIT = [
    "102", "KIT", "MARSH-\u00c9TOILE", "", "2009-12-03", "+44 7700 900124", "CT101AA", "Margate", "Welsh", "", "s1",
    "Year 12", "bob bell", "Female", "wbri", "Looked after; 160", "Yes", "230", "07/09/2026", "2027-07-02", "2/11/2026",
    "Pellbrook College", uln(5) or "", "green",
]  # fmt: skip


def rows_of(engine: Engine, table: Any) -> int:
    with reading(engine) as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_everything_a_row_says_is_in_the_record(engine: Engine, read: Read) -> None:
    report = read(FULL, KIT)
    assert (report.rows, report.added, report.refused, report.to_look_at, report.warnings) == (1, 1, 0, 0, 0)
    assert report.ignored == ("Favourite colour",)
    with reading(engine) as session:
        kit = person(session, local_id="102")
        assert (kit.ref, kit.first_name, kit.last_name) == ("Y1", "KIT".capitalize(), "Marsh-\u00c9toile")
        assert (kit.date_of_birth, kit.phone, kit.postcode) == (date(2009, 12, 3), "+447700900124", "CT10 1AA")
        assert (kit.language, kit.nation, kit.town, kit.year_group) == ("cy", "england", "Margate", 12)
        assert (kit.gender, kit.ethnicity, kit.ehc_plan) == ("F", "WBRI", True)
        assert kit.characteristics == ["110", "160"]
        assert (kit.school_id, kit.adviser_id, kit.uln) == (1, 2, uln(5))
        activity = session.exec(select(Activity)).one()
        assert (activity.code, activity.start, activity.end) == ("230", date(2026, 9, 7), date(2027, 7, 2))
        assert (activity.verified_on, activity.source) == (date(2026, 11, 2), "import")
        assert activity.expires_on == date(2027, 7, 2)
        assert activity.detail == {"provider": "Pellbrook College"}
        actions = [row.action for row in session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))]
        assert actions == ["caseload_import_started", "record_added", "caseload_imported"]


def test_the_same_file_again_changes_nothing(engine: Engine, read: Read) -> None:
    read(FULL, KIT)
    before = {table: rows_of(engine, table) for table in (YoungPerson, Activity)}
    again = read(FULL, KIT)
    assert (again.added, again.updated, again.unchanged, again.activities) == (0, 0, 1, 0)
    assert {table: rows_of(engine, table) for table in (YoungPerson, Activity)} == before
    # only that it was done is new
    assert rows_of(engine, AuditEvent) == 5


def test_many_rows_again_change_nothing(engine: Engine, read: Read) -> None:
    rows = [list(BENCH_HEADINGS), *people(900)]
    first, second = read(*rows), read(*rows)
    assert first.added + first.refused + first.to_look_at == 900
    assert (second.added, second.updated, second.activities) == (0, 0, 0)
    assert second.unchanged == first.added
    assert (second.refused, second.to_look_at) == (first.refused, first.to_look_at)
    with reading(engine) as session:
        refs = set(session.exec(select(YoungPerson.ref)))
        assert refs == {f"Y{number}" for number in range(1, first.added + 1)}


def test_a_dry_run_says_the_same_and_writes_nothing(engine: Engine, read: Read) -> None:
    known(engine, local_id="101", phone="+447700900999")
    rows = [HEADINGS, MAYA, ["102", "", "Kit", "Marsh", "x", "", ""], ["103", "", "Lee", "Stone", "2010-01-01", "", ""]]
    dry = read(*rows, dry_run=True)
    assert rows_of(engine, AuditEvent) == 0
    assert rows_of(engine, YoungPerson) == 1
    real = read(*rows)
    told = {"dry_run": None}
    assert dry.as_json() | told == real.as_json() | told
    assert (real.added, real.updated, real.refused) == (1, 1, 1)


def test_changes_are_made_and_audited_without_what_they_were(engine: Engine, read: Read) -> None:
    known(engine, local_id="101", phone="+447700900999", postcode="CT9 9ZX", town="Margate")
    report = read(HEADINGS, MAYA)
    assert (report.updated, dict(report.changed)) == (1, {"phone": 1})
    with reading(engine) as session:
        assert person(session, local_id="101").phone == "+447700900123"
        audit = session.exec(select(AuditEvent).where(AuditEvent.action == "record_changed")).one()
        assert audit.detail == {"source": "import", "fields": ["phone"]}


def test_an_empty_cell_takes_nothing_away(engine: Engine, read: Read) -> None:
    read(FULL, KIT)
    empty = [*KIT[:3], *([""] * (len(KIT) - 3))]
    empty[4] = KIT[4]
    report = read(FULL, empty)
    assert report.unchanged == 1
    with reading(engine) as session:
        assert person(session, local_id="102").characteristics == ["110", "160"]
    empty[15] = "none"
    read(FULL, empty)
    with reading(engine) as session:
        assert person(session, local_id="102").characteristics == []


def test_names_in_capitals_do_not_change_a_name(engine: Engine, read: Read) -> None:
    known(engine, local_id="101", first_name="Maya", last_name="McO'Neil", postcode="CT9 9ZX", phone="+447700900123")
    assert read(HEADINGS, ["101", "", "MAYA", "MCO\u2019NEIL", *MAYA[4:]]).unchanged == 1


# who is who


def test_nobody_is_merged_by_name_alone(engine: Engine, read: Read) -> None:
    ref = known(engine)
    report = read(HEADINGS, ["", "", "Maya", "O\u2019Neil", "14/02/2010", "", ""])
    assert (report.added, report.to_look_at) == (0, 1)
    assert ref in str(report.issues["look at"][0])
    assert "Maya" not in str(report.issues["look at"][0])


@pytest.mark.parametrize("by", ["postcode", "phone"])
def test_name_and_birth_and_one_thing_more_is_them(engine: Engine, read: Read, by: str) -> None:
    known(engine, **{by: {"postcode": "CT9 9ZX", "phone": "+447700900123"}[by]})
    report = read(HEADINGS, MAYA)
    assert (report.added, report.updated) == (0, 1)
    with reading(engine) as session:
        assert person(session, ref="Y17").local_id == "101"


def test_the_same_name_and_phone_with_another_birthday_is_somebody_else(engine: Engine, read: Read) -> None:
    known(engine, phone="+447700900123", postcode="CT9 9ZX", date_of_birth=date(2010, 2, 15))
    assert read(HEADINGS, MAYA).added == 1


def test_a_short_form_of_a_name_is_looked_at(engine: Engine, read: Read) -> None:
    known(engine, first_name="Mayasha", postcode="CT9 9ZX")
    report = read(HEADINGS, MAYA)
    assert (report.added, report.updated, report.to_look_at) == (0, 0, 1)


def test_two_numbers_of_the_council_are_two_people(engine: Engine, read: Read) -> None:
    known(engine, local_id="7", postcode="CT9 9ZX")
    assert read(HEADINGS, MAYA).added == 1


def test_whoever_looks_says_which(engine: Engine, read: Read) -> None:
    known(engine)
    row = ["", "", "Maya", "O'Neil", "14/02/2010", "07700900123", ""]
    assert read(["Onward ref", *HEADINGS], ["Y17", *row]).updated == 1
    known(engine, ref="Y18", first_name="Nia")
    assert read(["Onward ref", *HEADINGS], ["new", "", "", "Nia", "O'Neil", "14/02/2010", "", ""]).added == 1
    report = read(["Onward ref", *HEADINGS], ["Y99", *row])
    assert (report.refused, "Y99" in str(report.issues["refused"][0])) == (1, True)


@pytest.mark.parametrize(
    ("facts", "row", "says"),
    [
        ({"local_id": "101", "first_name": "Zoe", "last_name": "Pike", "date_of_birth": date(2009, 1, 1)}, MAYA,
         "local id of Y17, whose name and date of birth are others"),
        ({"local_id": "7", "uln": uln(5)}, ["101", uln(5), *MAYA[2:]], "another local id"),
        ({"local_id": "101", "uln": uln(5)}, ["101", uln(7), *MAYA[2:]], "another ULN"),
    ],
)  # fmt: skip
def test_numbers_that_do_not_agree_are_looked_at(
    engine: Engine, read: Read, facts: dict[str, Any], row: list[Any], says: str
) -> None:
    known(engine, **facts)
    report = read(HEADINGS, row)
    assert (report.added, report.updated, report.to_look_at) == (0, 0, 1)
    assert says in str(report.issues["look at"][0])


def test_a_number_of_somebody_who_changed_their_name_is_them(engine: Engine, read: Read) -> None:
    known(engine, local_id="101", last_name="Tillerby")
    assert read(HEADINGS, MAYA).updated == 1


def test_rows_of_one_file_that_are_one_person(read: Read) -> None:
    report = read(
        HEADINGS,
        ["1", "", "Kit", "Marsh", "2010-01-01", "", ""],
        ["1", "", "Lee", "Stone", "2010-01-02", "", ""],
        ["2", uln(5), "Noor", "Field", "2010-01-03", "", ""],
        ["3", uln(5), "Ola", "Wood", "2010-01-04", "", ""],
        ["", "", "Pia", "Moor", "2010-01-05", "", ""],
        ["", "", "PIA", "MOOR", "05/01/2010", "", ""],
        # two of the council's numbers: two people of one name, born on one day
        ["5", "", "Sam", "Reed", "2010-01-06", "", ""],
        ["6", "", "Sam", "Reed", "2010-01-06", "", ""],
    )
    assert (report.added, report.refused, report.to_look_at) == (5, 2, 1)
    assert [str(one) for one in report.issues["refused"]] == [
        "line 3: has the same local id as line 2",
        "line 5: has the same ULN as line 4",
    ]
    assert [one.line for one in report.issues["look at"]] == [7]


# what is wrong with a row


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({2: ""}, "line 2: Forename is empty"),
        ({3: "O'Neil (mum)"}, "line 2: Surname has ( ) in it, which a name may not have"),
        ({2: "Maya2"}, "line 2: Forename has a digit in it, which a name may not have"),
        ({3: "=HYPERLINK"}, "line 2: Surname has = in it, which a name may not have"),
        ({3: "-"}, "line 2: Surname is empty"),
        ({4: "02/14/2010"}, "line 2: DOB is not a day that there is; the day comes first, as in 01/09/2010"),
        ({4: "14/02/10"}, "line 2: DOB is not a date with four digits"),
        ({4: "14/02/1910"}, "line 2: DOB is not of somebody between 4 and 30"),
        ({0: "ABC"}, "line 2: Client ID is not a number of up to 10 digits"),
        ({1: "1234567890"}, "line 2: ULN is not a ULN: one of its digits is wrong"),
        ({0: "", 4: ""}, "line 2: has no date of birth, local id or ULN"),
        ({7: "spilt"}, "line 2: has more cells than there are headings"),
    ],
)
def test_a_row_is_refused_with_a_reason(read: Read, change: dict[int, str], says: str) -> None:
    row = [*MAYA, ""]
    for where, value in change.items():
        row[where] = value
    report = read(HEADINGS, row if row[7] else row[:7])
    assert (report.refused, report.added) == (1, 0)
    assert says in " | ".join(str(one) for one in report.issues["refused"])


@pytest.mark.parametrize(
    ("heading", "value", "says"),
    [
        ("Mobile", "4.47701E+11", "was rounded by a spreadsheet"),
        ("Mobile", "01843 555555", "is not a mobile number"),
        ("Mobile", "ring mum", "is not a telephone number"),
        ("Postcode", "Margate", "is not a whole postcode"),
        ("School", "Hogwash Academy", "is no school in the record"),
        ("Adviser", "Dan Dee", "is no adviser in the record"),
        ("Language", "Klingon", "is no language"),
        ("Gender", "Q", "is none of F, M, U or W"),
        ("Ethnicity", "British", "is not a code of the return"),
        ("Characteristics", "110; rude", "has one that data/nccis.yml does not have"),
        ("Year group", "3", "is not a school year"),
        ("Known as", "M4ya", "has a digit in it"),
        ("Activity", "999", "no activity was taken"),
        ("EHC plan", "perhaps", "is neither yes nor no"),
    ],
)
def test_what_is_wrong_beside_who_they_are_is_left_out_and_told(
    engine: Engine, read: Read, heading: str, value: str, says: str
) -> None:
    report = read(["Local id", "First name", "Last name", "Date of birth", heading],
                  ["101", "Maya", "Reed", "2010-02-14", value])  # fmt: skip
    assert (report.added, report.refused) == (1, 0)
    assert says in " | ".join(str(one) for one in report.issues["left out"])


def test_activities_are_only_added(engine: Engine, read: Read) -> None:
    headings = [*HEADINGS, "Activity", "Start date", "Date verified"]
    read(headings, [*MAYA, "210", "07/09/2026", "07/09/2026"])
    read(headings, [*MAYA, "210", "07/09/2026", "02/11/2026"])
    read(headings, [*MAYA, "Job without training", "09/11/2026", "09/11/2026"])
    # a bare code says nothing more than the last one did
    assert read(headings, [*MAYA, "330", "", ""]).activities == 0
    with reading(engine) as session:
        codes = [row.code for row in session.exec(select(Activity).order_by(col(Activity.id)))]
        assert codes == ["210", "210", "330"]


def test_a_bare_code_is_current_from_the_day_of_the_file(engine: Engine, read: Read) -> None:
    read([*HEADINGS, "Activity"], [*MAYA, "330"], as_at=date(2026, 10, 1))
    with reading(engine) as session:
        row = session.exec(select(Activity)).one()
        assert (row.verified_on, row.expires_on) == (None, date(2027, 4, 1))


# consent


def test_an_import_opts_nobody_in_or_out(engine: Engine, read: Read) -> None:
    known(engine, local_id="101")
    with writing(engine) as session:
        session.add(
            ConsentEvent(
                channel="sms", address="+447700900123", young_person_id=1, event="stop", source="message",
                recorded_at=NOW,
            )
        )  # fmt: skip
    read(HEADINGS, MAYA)
    with reading(engine) as session:
        assert person(session, local_id="101").phone == "+447700900123"
    assert rows_of(engine, ConsentEvent) == 1


@pytest.mark.parametrize("there", [True, False])
def test_a_number_that_is_not_theirs_is_not_brought_back(engine: Engine, read: Read, there: bool) -> None:
    if there:
        known(engine, local_id="101")
    with writing(engine) as session:
        session.add(
            AddressNote(channel="sms", address="+447700900123", kind="wrong_number", by="young_person", recorded_at=NOW)
        )
    report = read(HEADINGS, MAYA)
    assert "said not to be theirs" in str(report.issues["left out"][0])
    with reading(engine) as session:
        assert person(session, local_id="101").phone is None


# whole or not at all


def test_an_import_that_is_stopped_is_finished_by_starting_again(
    engine: Engine, tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [list(BENCH_HEADINGS), *people(60)]
    monkeypatch.setattr(importer, "BATCH", 20)
    real = importer._Importing._write
    batches: list[int] = []

    def pulled_out(self: Any, *args: Any) -> Any:
        batches.append(1)
        if len(batches) == 2:
            raise OperationalError("", {}, Exception("the plug was pulled"))
        return real(self, *args)

    monkeypatch.setattr(importer._Importing, "_write", pulled_out)
    with pytest.raises(OperationalError):
        read(*rows)
    assert (rows_of(engine, YoungPerson), rows_of(engine, Activity)) == (20, 20)
    report = read(*rows)
    assert (report.unchanged, report.added) == (20, 40)
    assert rows_of(engine, Activity) == 60


def test_a_batch_is_one_transaction(engine: Engine, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer.Batch, "numbered", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        read(list(BENCH_HEADINGS), *people(10))
    assert rows_of(engine, YoungPerson) == 0


def test_somebody_else_may_add_people_meanwhile(engine: Engine, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    known(engine, ref="Y1")
    calls: list[int] = []

    def stale(session: Session) -> int:
        calls.append(1)
        return 1 if len(calls) == 1 else 2

    monkeypatch.setattr(importer, "next_ref", stale)
    assert read(HEADINGS, ["5", "", "Kit", "Marsh", "2009-12-03", "", ""]).added == 1
    with reading(engine) as session:
        assert person(session, local_id="5").ref == "Y2"


def test_progress_is_told(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importer, "BATCH", 10)
    path = tmp_path / "c.csv"
    from tests.bench.caseload import write

    write(path, 25)
    heard: list[int] = []
    import_caseload(engine, DATA, path, clock=FixedClock(NOW), options=Options(dry_run=True), progress=heard.append)
    assert heard == [10, 20, 25]
