"""Days and hours as people say them."""

from datetime import date, time

import pytest

from actions.said_when import find_day, find_time, moment

TODAY = date(2026, 11, 3)
"""A Tuesday."""


@pytest.mark.parametrize(
    ("text", "ahead", "day"),
    [
        ("interview on the 12th at 2", True, date(2026, 11, 12)),
        ("interview on the 2nd", True, date(2026, 12, 2)),
        ("started on the 12th", False, date(2026, 10, 12)),
        ("12th nov at 2pm", True, date(2026, 11, 12)),
        ("nov 12th", True, date(2026, 11, 12)),
        ("5th march", True, date(2027, 3, 5)),
        ("5th march", False, date(2026, 3, 5)),
        ("on 31/12", True, date(2026, 12, 31)),
        ("07/09/2026", False, date(2026, 9, 7)),
        ("on monday", True, date(2026, 11, 9)),
        ("started monday", False, date(2026, 11, 2)),
        ("tuesday", True, date(2026, 11, 10)),
        ("next week on tuesday", True, date(2026, 11, 10)),
        ("tomorrow at 10", True, date(2026, 11, 4)),
        ("yesterday", False, date(2026, 11, 2)),
        ("been there 2 weeks", False, date(2026, 10, 20)),
        ("a month ago", False, date(2026, 10, 4)),
        ("since september", False, date(2026, 9, 1)),
        ("ers mis Medi", False, date(2026, 9, 1)),
        ("ddydd Llun am 10", True, date(2026, 11, 9)),
        ("20 hours a week", False, None),
        ("level 2 at 16", False, None),
        ("on the 31st of feb", True, None),
    ],
)
def test_a_day_is_the_next_or_the_last_one(text: str, ahead: bool, day: date | None) -> None:
    assert find_day(text, TODAY, ahead=ahead) == day


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("the 12th at 2", time(14)),
        ("at 10", time(10)),
        ("9.15", time(9, 15)),
        ("2:30pm", time(14, 30)),
        ("12pm", time(12)),
        ("half 10", time(10, 30)),
        ("half past 2", time(14, 30)),
        ("8am", time(8)),
        ("12th nov", None),
        ("level 2", None),
        ("2 places", None),
    ],
)
def test_an_hour_without_am_or_pm_is_one_at_which_people_are_asked_to_come(text: str, hour: time | None) -> None:
    assert find_time(text) == hour


def test_an_hour_that_is_not_known_is_midnight_in_london() -> None:
    assert moment(date(2026, 7, 1), None).isoformat() == "2026-07-01T00:00:00+01:00"
