"""The National Careers Service's course directory: open data with its own numbers, and a provider's upload."""

from datetime import date

import pytest

from tests.unit.prospectus.importing.conftest import Feeds

_ALL = (
    "PROVIDER_UKPRN,PROVIDER_NAME,COURSE_ID,COURSE_RUN_ID,LEARN_AIM_REF,COURSE_NAME,WHO_THIS_COURSE_IS_FOR,"
    "DELIVER_MODE,STUDY_MODE,ATTENDANCE_PATTERN,FLEXIBLE_STARTDATE,STARTDATE,DURATION_UNIT,DURATION_VALUE,COST,"
    "COST_DESCRIPTION,NATIONAL,REGIONS,LOCATION_NAME,LOCATION_ADDRESS1,LOCATION_ADDRESS2,LOCATION_COUNTY,"
    "LOCATION_EMAIL,LOCATION_LATITUDE,LOCATION_LONGITUDE,LOCATION_POSTCODE,LOCATION_TELEPHONE,LOCATION_TOWN,"
    "LOCATION_WEBSITE,COURSE_URL,UPDATED_DATE,ENTRY_REQUIREMENTS,HOW_YOU_WILL_BE_ASSESSED,COURSE_TYPE,SECTOR,"
    "EDUCATION_LEVEL,AWARDING_BODY"
)
ALL = _ALL.split(",")
ROW = {
    "PROVIDER_UKPRN": "10099901", "PROVIDER_NAME": "Brightwater College", "COURSE_ID": "c1", "COURSE_RUN_ID": "r1",
    "LEARN_AIM_REF": "60012345", "COURSE_NAME": "Bricklaying", "WHO_THIS_COURSE_IS_FOR": "Anyone who likes walls",
    "DELIVER_MODE": "1", "STUDY_MODE": "1", "ATTENDANCE_PATTERN": "1", "FLEXIBLE_STARTDATE": "False",
    "STARTDATE": "06/09/2027", "DURATION_UNIT": "4", "DURATION_VALUE": "1", "COST": "0.00", "COST_DESCRIPTION": "",
    "NATIONAL": "False", "LOCATION_NAME": "Harbour site", "LOCATION_LATITUDE": "51.381", "LOCATION_LONGITUDE": "1.386",
    "LOCATION_POSTCODE": "CT9 1AA", "LOCATION_TOWN": "Margate", "COURSE_URL": "www.brightwater.example/bricks",
    "UPDATED_DATE": "01/10/2026", "ENTRY_REQUIREMENTS": "An interview", "EDUCATION_LEVEL": "2",
}  # fmt: skip


def directory(*rows: dict[str, str], columns: list[str] = ALL) -> str:
    quoted = [",".join(f'"{row.get(name, "")}"' for name in columns) for row in rows]
    return "\n".join([",".join(columns), *quoted, ""])


def test_a_row_is_taken_whole(feeds: Feeds) -> None:
    report = feeds.take(directory(ROW))
    assert (report.courses_taken, report.runs_taken, report.repairs) == (1, 1, [])
    assert (report.source, report.format) == (
        "National Careers Service course directory",
        "National Careers Service CSV",
    )
    taken, start = feeds.course(), feeds.run()
    assert (taken.title, taken.subject, taken.level, taken.route) == ("Bricklaying", "bricklaying", "2", "college")
    assert (taken.summary, taken.entry_requirements, taken.cost) == ("Anyone who likes walls", "An interview", "Free")
    assert (taken.url, taken.checked_on) == ("https://www.brightwater.example/bricks", date(2026, 10, 1))
    assert (start.start, start.roll_on, start.duration, start.hours) == (date(2027, 9, 6), False, "1 year", "Daytime")
    assert (start.town, start.postcode, start.latitude, start.longitude) == ("Margate", "CT9 1AA", 51.381, 1.386)
    assert start.extra["delivery"] == "classroom"
    assert start.extra["study_mode"] == "full time"
    (provider,) = feeds.providers()
    assert (provider.name, provider.source_ref) == ("Brightwater College", "10099901")


def test_rows_of_one_course_are_its_starts_wherever_they_stand(feeds: Feeds) -> None:
    other = ROW | {"COURSE_ID": "c2", "COURSE_RUN_ID": "r9", "COURSE_NAME": "Welding"}
    again = ROW | {"COURSE_RUN_ID": "r2", "STARTDATE": "05/09/2028"}
    report = feeds.take(directory(ROW, other, again))
    assert (report.courses_taken, report.runs_taken) == (2, 3)
    bricks = feeds.courses()["Bricklaying"]
    assert [run.start for run in feeds.runs(bricks)] == [date(2027, 9, 6), date(2028, 9, 5)]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"FLEXIBLE_STARTDATE": "True", "STARTDATE": ""}, {"roll_on": True, "start": None}),
        ({"DURATION_UNIT": "3", "DURATION_VALUE": "10"}, {"duration": "10 months"}),
        ({"DURATION_UNIT": "9", "DURATION_VALUE": "10"}, {"duration": None}),
        ({"ATTENDANCE_PATTERN": "3"}, {"days": "Weekends", "hours": None}),
        ({"ATTENDANCE_PATTERN": "Evening"}, {"hours": "Evenings"}),
        ({"LOCATION_LATITUDE": "0", "LOCATION_LONGITUDE": "0"}, {"latitude": None, "longitude": None}),
        ({"LOCATION_TOWN": "", "DELIVER_MODE": "2", "LOCATION_POSTCODE": ""}, {"town": "Online", "postcode": None}),
        ({"LOCATION_TOWN": "", "LOCATION_POSTCODE": "CT14 9ZZ"}, {"town": "Deal"}),
        ({"LOCATION_TOWN": "", "LOCATION_POSTCODE": "", "NATIONAL": "True"}, {"town": "All over the country"}),
    ],
)
def test_starts(feeds: Feeds, said: dict[str, str], wanted: dict[str, object]) -> None:
    feeds.take(directory(ROW | said))
    start = feeds.run()
    assert {name: getattr(start, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"EDUCATION_LEVEL": "Entry Level"}, "entry"),
        ({"EDUCATION_LEVEL": "Three"}, "3"),
        ({"EDUCATION_LEVEL": "", "COURSE_NAME": "Level 1 Bricklaying"}, "1"),
        ({"EDUCATION_LEVEL": "", "COURSE_TYPE": "8"}, "3"),
        ({"EDUCATION_LEVEL": "", "COURSE_TYPE": "1"}, "unknown"),
    ],
)
def test_levels(feeds: Feeds, said: dict[str, str], level: str) -> None:
    feeds.take(directory(ROW | said))
    assert feeds.course().level == level


def test_costs(feeds: Feeds) -> None:
    feeds.take(directory(ROW | {"COST": "120.50", "COST_DESCRIPTION": "Free if you are under 19"}))
    assert feeds.course().cost == "£120.50. Free if you are under 19"


def test_an_older_file_does_not_name_its_providers(feeds: Feeds) -> None:
    columns = [name for name in ALL if name != "PROVIDER_NAME"]
    report = feeds.take(directory(ROW, columns=columns))
    assert feeds.providers()[0].name == "Provider 10099901"
    assert len(report.repairs) == 1
    named = feeds.take(directory(ROW))
    assert feeds.providers()[0].name == "Brightwater College"
    assert named.courses_taken == 0


def test_rows_that_lack_something_are_refused(feeds: Feeds) -> None:
    rows = [ROW, ROW | {"COURSE_NAME": "", "COURSE_ID": "c2"}, ROW | {"PROVIDER_UKPRN": ""}, ROW]
    report = feeds.take(directory(*rows))
    assert [(row["line"], row["reason"][:22]) for row in report.refused] == [
        (3, "it has no COURSE_NAME"), (4, "it does not say whose "), (5, "the id of its start, r"),
    ]  # fmt: skip


_UPLOAD = (
    "LARS_QAN,WHO_THIS_COURSE_IS_FOR,ENTRY_REQUIREMENTS,WHAT_YOU_WILL_LEARN,HOW_YOU_WILL_LEARN,"
    "WHAT_YOU_WILL_NEED_TO_BRING,HOW_YOU_WILL_BE_ASSESSED,WHERE_NEXT,COURSE_NAME,YOUR_REFERENCE,DELIVERY_MODE,"
    "START_DATE,FLEXIBLE_START_DATE,VENUE_NAME,YOUR_VENUE_REFERENCE,NATIONAL_DELIVERY,SUB_REGION,COURSE_WEBPAGE,"
    "COST,COST_DESCRIPTION,DURATION,DURATION_UNIT,STUDY_MODE,ATTENDANCE_PATTERN"
)
UPLOAD = _UPLOAD.split(",")


def test_a_providers_upload_needs_to_be_told_whose_it_is(feeds: Feeds) -> None:
    row = {
        "LARS_QAN": "60012345", "COURSE_NAME": "Welding level 1", "YOUR_REFERENCE": "W1",
        "DELIVERY_MODE": "Classroom based",
        "START_DATE": "11/01/2027", "FLEXIBLE_START_DATE": "No", "VENUE_NAME": "Yard", "COST": "10", "DURATION": "12",
        "DURATION_UNIT": "Weeks", "STUDY_MODE": "Part time", "ATTENDANCE_PATTERN": "Day/Block Release",
        "WHAT_YOU_WILL_NEED_TO_BRING": "Boots", "WHERE_NEXT": "Level 2", "WHAT_YOU_WILL_LEARN": "Joining steel",
    }  # fmt: skip
    assert feeds.take(directory(row, columns=UPLOAD)).status == "refused"
    report = feeds.take(directory(row, columns=UPLOAD), provider="Dunes Workshop")
    assert (report.courses_taken, report.source) == (1, "Dunes Workshop")
    taken, start = feeds.course(), feeds.run()
    assert (taken.kit, taken.leads_to, taken.summary, taken.cost) == ("Boots", "Level 2", "Joining steel", "£10")
    assert (start.start, start.duration, start.hours) == (date(2027, 1, 11), "12 weeks", "Day or block release")
    assert start.extra["venue"] == "Yard"


def test_a_start_that_is_no_day_is_reported_and_not_known(feeds: Feeds) -> None:
    report = feeds.take(directory(ROW | {"STARTDATE": "31/02/2027"}))
    assert (report.runs_taken, feeds.run().start) == (1, None)
    assert report.repairs == ["1 starts were written as days that there are not; they are not known."]
