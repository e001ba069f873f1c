"""Lengths of time: working days, months, and hours on the days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import LONDON
from casework.followup.spans import Span, at_local, is_working_day, working_day
from casework.hours import NATIONS, is_bank_holiday

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
NATION = st.sampled_from(sorted(NATIONS))


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [("1 day", 1, "day"), ("3 working days", 3, "working day"), (" 2  weeks ", 2, "week"), ("12 months", 12, "month"),
     ("0 days", 0, "day"), ("36 hours", 36, "hour")],
)  # fmt: skip
def test_it_is_read_as_people_write_it(text: str, count: int, unit: str) -> None:
    assert Span.parse(text) == Span(count, unit)


@pytest.mark.parametrize("text", ["", "soon", "a week", "1.5 days", "-1 day", "1 year", "weeks 2", None, 3])
def test_what_is_no_length_of_time_is_refused_with_how_to_write_it(text: object) -> None:
    with pytest.raises(ValueError, match="write it as"):
        Span.parse(text)


def test_working_days_pass_over_weekends_and_bank_holidays() -> None:
    two = Span(2, "working day")
    # Thursday 24 December 2026; Boxing Day is a Saturday and is kept on Monday 28th
    assert two.day_after(date(2026, 12, 24), "england") == date(2026, 12, 30)
    assert two.day_before(date(2026, 12, 30), "england") == date(2026, 12, 24)
    # 2 January is one in Scotland only, and kept on Monday 4th in 2027; St Andrew's Day is 30 November
    assert Span(1, "working day").day_after(date(2026, 11, 27), "scotland") == date(2026, 12, 1)
    assert Span(1, "working day").day_after(date(2026, 11, 27), "wales") == date(2026, 11, 30)
    assert working_day(date(2026, 11, 28), 0, "england") == date(2026, 11, 30)


@given(DAYS, st.integers(1, 15), NATION)
def test_so_many_working_days_on_there_are_so_many_between(day: date, count: int, nation: str) -> None:
    later = working_day(day, count, nation)
    assert is_working_day(later, nation)
    between = [day + timedelta(days=n) for n in range(1, (later - day).days + 1)]
    assert sum(is_working_day(one, nation) for one in between) == count


@given(DAYS, st.integers(1, 15), NATION)
def test_going_back_from_a_working_day_undoes_going_on(day: date, count: int, nation: str) -> None:
    start = working_day(day, 0, nation)
    assert working_day(working_day(start, count, nation), -count, nation) == start


@given(DAYS, NATION)
def test_nought_working_days_is_the_day_itself_or_the_next_one(day: date, nation: str) -> None:
    found = working_day(day, 0, nation)
    assert found >= day
    assert found.weekday() < 5
    assert not is_bank_holiday(found, nation)


@given(DAYS, st.integers(0, 60), st.sampled_from(["day", "working day", "week", "month"]), st.times())
def test_days_keep_the_hour_of_the_clock_whatever_the_clocks_do(day: date, count: int, unit: str, at: time) -> None:
    # an hour that there is twice, or not at all, is no time at which anything is sent
    at = at.replace(hour=max(at.hour, 3), microsecond=0)
    begun = datetime.combine(day, time(12), UTC)
    due = Span(count, unit).moment_after(begun, "england", at)
    assert due.utcoffset() == timedelta(0)
    assert due.astimezone(LONDON).time() == at
    assert due.astimezone(LONDON).date() == Span(count, unit).day_after(day, "england")


@given(DAYS, st.times(), st.integers(0, 72))
def test_hours_are_hours_that_pass(day: date, at: time, count: int) -> None:
    moment = datetime.combine(day, at, UTC)
    assert Span(count, "hour").moment_after(moment, "england", time(9)) - moment == timedelta(hours=count)


def test_four_in_the_afternoon_is_another_moment_in_summer() -> None:
    assert at_local(date(2026, 10, 24), time(16)) == datetime(2026, 10, 24, 15, tzinfo=UTC)
    assert at_local(date(2026, 10, 25), time(16)) == datetime(2026, 10, 25, 16, tzinfo=UTC)
    a_day = Span(1, "day").moment_after(datetime(2027, 3, 27, 16, tzinfo=UTC), "england", time(16))
    assert a_day == datetime(2027, 3, 28, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [(date(2026, 11, 30), 3, date(2027, 2, 28)), (date(2027, 12, 31), 2, date(2028, 2, 29))],
)
def test_a_month_ends_where_the_month_does(day: date, months: int, found: date) -> None:
    assert Span(months, "month").day_after(day, "england") == found


@given(DAYS, st.integers(0, 40), st.sampled_from(["day", "week", "month", "working day"]), NATION)
def test_later_is_never_earlier_and_about_as_long_as_it_says(day: date, count: int, unit: str, nation: str) -> None:
    span = Span(count, unit)
    later = span.day_after(day, nation)
    assert later >= day
    if unit in ("day", "week"):
        assert (later - day).days == span.days
    assert Span.parse(str(span)) == span
