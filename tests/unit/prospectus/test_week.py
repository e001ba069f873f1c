"""Days of the week and times of the day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospectus.week import Days, Week, days_in, week_of

DAYTIME, EVENING, MORNING, AFTERNOON = 8, 4, 9, 10


@pytest.mark.parametrize(
    ("days", "hours", "week"),
    [
        ("Mon to Wed, 3 days a week", "8.40 to 3.10", Week(0b111, 3, DAYTIME)),
        ("Mon, Tue and Thu, 3 days a week", "10 to 2", Week(0b1011, 3, DAYTIME)),
        ("Monday - Friday", "9:30-16:00", Week(0b11111, 5, DAYTIME)),
        ("Wed evening", "6 to 8", Week(0b100, 1, EVENING)),
        ("2 evenings a week", "6pm to 8.30pm", Week(0, 2, EVENING)),
        ("Tue to Thu mornings", None, Week(0b1110, 3, MORNING)),
        ("Sat", "10 to 1pm", Week(0b100000, 1, MORNING)),
        ("Weekends", None, Week(0b1100000, 2, 0)),
        (None, "18:00 - 20:00", Week(0, 0, EVENING)),
        ("Tue", "1pm - 4pm", Week(0b10, 1, AFTERNOON)),
        # what is left open is not known
        ("1 to 3 days a week, you choose", None, Week()),
        ("5 days out of 7, with 1 day learning", "37 hours a week", Week()),
        ("Tue and Thu evenings, some Saturdays", None, Week(0, 0, EVENING)),
        (None, "Shifts, 30 hours a week or more", Week()),
        (None, None, Week()),
    ],
)
def test_what_a_provider_says(days: str | None, hours: str | None, week: Week) -> None:
    assert week_of(days, hours) == week


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("plumbing but not fridays", "-fri"),
        ("cant do mondays or tuesdays", "-mon,-tue"),
        ("childcare on a thursday", "thu"),
        ("mon to wed", "mon,tue,wed"),
        ("only weekends", "sat,sun"),
        ("i work saturdays", "-sat"),
        ("3 days a week", "3"),
        ("two days a week in the evenings", "2,evening"),
        ("anything at night", "evening"),
        ("no evenings", "day"),
        ("not mornings", "afternoon"),
        ("part time", None),
        ("sun tanning course", None),
        ("how many days is it", None),
        ("", None),
    ],
)
def test_what_people_ask(text: str, days: str | None) -> None:
    assert days_in(text) == days


@pytest.mark.parametrize(
    ("days", "week", "fits"),
    [
        ("-fri", Week(0b11111), False), ("-fri", Week(0b01111), True), ("-fri", Week(), None),
        ("mon,tue", Week(0b11), True), ("mon,tue", Week(0b111), False),
        ("3", Week(count=3), True), ("3", Week(count=4), False), ("3", Week(0b11, 0), None),
        ("evening", Week(parts=4), True), ("evening", Week(parts=8), False), ("evening", Week(), None),
        ("day", Week(parts=9), True), ("morning", Week(parts=8), False),
        ("-fri,evening", Week(0b11111, 5, 0), False), ("-fri,evening", Week(0b1, 1, 0), None), ("", Week(), True),
    ],
)  # fmt: skip
def test_whether_it_can_be_done(days: str, week: Week, fits: bool | None) -> None:
    assert Days.read(days).fits(week) is fits


@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=60))
def test_no_text_is_too_much(text: str, days: str, hours: str) -> None:
    asked = days_in(text)
    assert asked is None or Days.read(asked).text == asked
    Days.read(text).fits(week_of(days, hours))
