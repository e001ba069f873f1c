"""School leaving dates, academic ages and academic years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.activities.years import (
    academic_age,
    academic_year,
    last_friday_in_june,
    leaves_school_on,
    of_compulsory_age,
    year_group,
)


@pytest.mark.parametrize(
    ("born", "leaves"),
    [
        # 16 during the year, on the leaving day itself, in the summer holidays, on the first day of the next year
        (date(2010, 11, 2), date(2027, 6, 25)),
        (date(2011, 6, 25), date(2027, 6, 25)),
        (date(2011, 8, 31), date(2027, 6, 25)),
        (date(2011, 9, 1), date(2028, 6, 30)),
        (date(2008, 2, 29), date(2024, 6, 28)),
    ],
)
def test_england_and_wales_leave_on_the_last_friday_in_june(born: date, leaves: date) -> None:
    assert leaves_school_on(born) == leaves_school_on(born, "wales") == leaves
    assert leaves.weekday() == 4


@pytest.mark.parametrize(
    ("nation", "born", "leaves"),
    [
        ("scotland", date(2011, 3, 1), date(2027, 5, 31)),
        ("scotland", date(2011, 9, 30), date(2027, 5, 31)),
        ("scotland", date(2011, 10, 1), date(2027, 12, 21)),
        ("scotland", date(2011, 2, 28), date(2026, 12, 21)),
        ("northern_ireland", date(2011, 7, 1), date(2027, 6, 30)),
        ("northern_ireland", date(2011, 7, 2), date(2028, 6, 30)),
        ("northern_ireland", date(2010, 9, 1), date(2027, 6, 30)),
    ],
)
def test_other_nations_have_their_own_days(nation: str, born: date, leaves: date) -> None:
    assert leaves_school_on(born, nation) == leaves


def test_the_day_on_record_wins() -> None:
    born, own = date(2010, 11, 2), date(2027, 1, 31)
    assert of_compulsory_age(born, date(2027, 6, 25))
    assert not of_compulsory_age(born, date(2027, 6, 26))
    assert not of_compulsory_age(born, date(2027, 2, 1), leaves=own)
    assert not of_compulsory_age(None, date(2027, 2, 1))


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(0, 24))
def test_academic_age_is_the_same_all_year_and_grows_by_one(born: date, years: int) -> None:
    year = born.year + years
    first, last = date(year, 9, 1), date(year + 1, 8, 31)
    assert academic_year(first) == academic_year(last) == year
    assert academic_age(born, first) == academic_age(born, last)
    assert academic_age(born, date(year + 1, 9, 1)) == academic_age(born, first) + 1


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)))
def test_everybody_leaves_in_their_year_eleven(born: date) -> None:
    leaves = leaves_school_on(born)
    assert year_group(born, leaves) == 11
    assert leaves == last_friday_in_june(leaves.year)
