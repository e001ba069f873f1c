"""Kent's table of January 2014, counted again from single records; custody, jobs, averages."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import insert
from sqlmodel import Session

from casework.activities.timeline import Codebook
from casework.nccis import Status
from casework.participation import Cohort, average, count, members, participation, winter
from casework.tables import Activity, YoungPerson
from tests.unit.casework.activities.conftest import morning

JANUARY = date(2014, 1, 31)
KENT = {
    "sixth_form": 8_564,
    "further_education": 4_637,
    "apprenticeship": 673,
    "job_with_training": 40,
    "job_without_training": 1_069,
    "training": 191,
    "neet": 952,
    "not_known": 653,
}
COHORT = 17_112
# the table has no line for these 333: education elsewhere, gap years and the like
REST = COHORT - sum(KENT.values())
CODES = {
    "sixth_form": ["210", "220"],
    "further_education": ["230"],
    "apprenticeship": ["310"],
    "job_with_training": ["320", "381"],
    "job_without_training": ["330", "340", "350", "360", "380"],
    "training": ["410", "430", "460"],
    "neet": ["540", "610", "615", "616", "619", "620", "630", "640", "650", "670", "680"],
    "other": ["240", "250", "260", "270", "280", "530"],
}
SEPTEMBER = date(2013, 9, 2)


def records() -> Iterator[tuple[date, str | None, date]]:
    """17,112 young people of Year 13: a date of birth, a code (None: nothing on record) and when it was verified."""
    number = 0
    for group, how_many in (KENT | {"other": REST}).items():
        for one in range(how_many):
            number += 1
            born = date(1995, 9, 1) + timedelta(days=number % 365)
            if group == "not_known":
                # never known; said to be not known; and known once, but out of date
                yield born, (None, "810", "820", "830", "230")[one % 5], date(2012, 1, 9)
            else:
                codes = CODES[group]
                # NEET that nobody has looked at for two years is NEET still
                verified = date(2012, 1, 9) if group == "neet" and one % 3 == 0 else date(2013, 12, 2)
                yield born, codes[one % len(codes)], verified


def fill(session: Session) -> None:
    people, activities = [], []
    for number, (born, code, verified) in enumerate(records(), 1):
        people.append({"id": number, "ref": f"Y{number}", "first_name": "A", "last_name": "B", "date_of_birth": born})
        if code:
            start = min(SEPTEMBER, verified)
            activities.append({"young_person_id": number, "code": code, "start": start, "verified_on": verified})
    shared = {
        "language": "en", "nation": "england", "characteristics": [], "ehc_plan": False,
        "created_at": morning(SEPTEMBER),
    }  # fmt: skip
    session.execute(insert(YoungPerson), [one | shared for one in people])
    told = {"detail": {}, "source": "import", "recorded_at": morning(SEPTEMBER)}
    session.execute(insert(Activity), [one | told for one in activities])


def test_kents_january_2014_table_from_single_records(session: Session, book: Codebook) -> None:
    assert REST == 333
    fill(session)
    # a year younger, a year older, and moved away: none is counted
    shared = {"first_name": "A", "last_name": "B", "created_at": morning(SEPTEMBER)}
    session.add(YoungPerson(id=20001, ref="Z1", date_of_birth=date(1996, 9, 1), **shared))
    session.add(YoungPerson(id=20002, ref="Z2", date_of_birth=date(1995, 8, 31), **shared))
    session.add(
        YoungPerson(id=20003, ref="Z3", date_of_birth=date(1996, 1, 1), left_area_on=date(2013, 10, 1), **shared)
    )
    session.flush()
    table = participation(session, book, JANUARY, Cohort.year_group(13))
    assert table.cohort == table.denominator == COHORT
    assert {group: table.by_group[group] for group in KENT} == KENT
    assert table.by_group["other"] == REST
    assert (table.neet, table.not_known) == (952, 653)
    assert (table.percent(table.neet), table.percent(table.not_known)) == (5.6, 3.8)
    # a job without training is neither
    assert table.of(Status.EMPLOYMENT) == 1_069
    taking_part = sum(KENT[group] for group in ("sixth_form", "further_education", "apprenticeship", "training")) + 40
    assert table.participating == taking_part + sum(
        number for code, number in table.by_code.items() if code in ("240", "250", "270", "280")
    )
    statuses = (Status.PARTICIPATING, Status.EMPLOYMENT, Status.NEITHER, Status.NEET, Status.NOT_KNOWN)
    assert sum(table.of(status) for status in statuses) == COHORT


def test_custody_is_outside_the_denominator(book: Codebook) -> None:
    table = count(["619", "210", "210", "710"], JANUARY, book.nccis)
    assert (table.cohort, table.denominator) == (4, 3)
    assert table.percent(table.neet) == 33.3
    assert count(["710"], JANUARY, book.nccis).percent(0) is None


def test_the_average_adds_up_before_it_divides(book: Codebook) -> None:
    months = [
        count(["619"] * neet + ["210"] * (size - neet), date(2013, 11, 30), book.nccis)
        for neet, size in ((10, 100), (10, 100), (1, 1000))
    ]
    # the mean of 10, 10 and 0.1 per cent would be 6.7
    assert average(months).neet == 1.8
    assert average([]).neet is None


def test_the_winter_average_reads_three_month_ends(session: Session, book: Codebook) -> None:
    person = YoungPerson(
        ref="Y1", first_name="A", last_name="B", date_of_birth=date(1996, 1, 1), created_at=morning(SEPTEMBER)
    )
    session.add(person)
    session.flush()
    for code, start in (("210", SEPTEMBER), ("619", date(2013, 12, 9))):
        session.add(
            Activity(
                young_person_id=person.id or 0, code=code, start=start, verified_on=start, source="school",
                recorded_at=morning(start),
            )
        )  # fmt: skip
    session.flush()
    found = winter(session, book, 2013)
    assert [on.isoformat() for on in found.months] == ["2013-11-30", "2013-12-31", "2014-01-31"]
    assert found.neet == 66.7


@pytest.mark.parametrize(
    ("born", "plan", "counted"),
    [
        (date(1997, 8, 31), False, True),
        (date(1997, 9, 1), False, False),
        (date(1995, 9, 1), False, True),
        (date(1995, 8, 31), False, False),
        (date(1995, 8, 31), True, True),
        (date(1988, 9, 1), True, True),
        (date(1988, 8, 31), True, False),
        (None, True, False),
    ],
)
def test_who_is_in_the_cohort(session: Session, book: Codebook, born: date | None, plan: bool, counted: bool) -> None:
    assert Cohort().holds(born, plan, JANUARY) is counted
    session.add(
        YoungPerson(
            ref="Y1", first_name="A", last_name="B", date_of_birth=born, ehc_plan=plan, created_at=morning(SEPTEMBER)
        )
    )
    session.flush()
    assert len(list(members(session, book, JANUARY))) == counted


def test_figures_come_with_their_definitions(book: Codebook) -> None:
    figures = count(["619", "330"], JANUARY, book.nccis).as_json()
    assert figures["neet"] == {"count": 1, "percent": 50.0}
    assert figures["not_known"] == {"count": 0, "percent": 0.0}
    assert {"neet", "not_known", "denominator"} <= set(book.nccis.definitions)
    assert all({"means", "source", "checked_on"} <= set(one) for one in book.nccis.definitions.values())
