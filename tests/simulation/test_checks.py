"""What counts as in time for somebody who became NEET."""

from datetime import UTC, datetime

from onward.simulate.checks import BecameNeet, late_for_new_neet

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
BECAME = [BecameNeet(1, MONDAY)]


def test_by_the_end_of_the_second_working_day() -> None:
    assert late_for_new_neet(BECAME, {}, {1: [datetime(2026, 11, 4, 19, tzinfo=UTC)]}) == 0
    assert late_for_new_neet(BECAME, {}, {1: [datetime(2026, 11, 5, 8, tzinfo=UTC)]}) == 1
    assert late_for_new_neet(BECAME, {}, {}) == 1


def test_whoever_is_not_neet_any_more_needs_no_contact() -> None:
    assert late_for_new_neet(BECAME, {1: datetime(2026, 11, 3, 12, tzinfo=UTC)}, {}) == 0
    assert late_for_new_neet(BECAME, {1: datetime(2026, 11, 6, 12, tzinfo=UTC)}, {}) == 1


def test_days_on_which_nothing_ran_are_made_good_the_day_after() -> None:
    down = (datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC))
    assert late_for_new_neet(BECAME, {}, {1: [datetime(2026, 11, 5, 8, tzinfo=UTC)]}, down) == 0
    assert late_for_new_neet(BECAME, {}, {1: [datetime(2026, 11, 6, 8, tzinfo=UTC)]}, down) == 1
    before = (datetime(2026, 10, 30, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert late_for_new_neet(BECAME, {}, {1: [datetime(2026, 11, 5, 8, tzinfo=UTC)]}, before) == 1
