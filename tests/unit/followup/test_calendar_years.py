"""Days of the calendar are for those who are of the school year on that day."""

from datetime import UTC, date, datetime
from typing import Any

from tests.unit.followup import world as small
from tests.unit.followup.conftest import Build

RESULTS: dict[str, Any] = {
    "plan": "results",
    "title": "Results",
    "source": "test",
    "importance": 3,
    "who": {"school_year": 11},
    "when": {"from": "calendar.results", "after": "7 days", "at": "10:00"},
    "steps": [{"ask": "how_are_things"}],
    "late": {"after": "10 days", "then": "next_window"},
    "why": "results came on {date}",
}


def test_in_september_nobody_is_asked_about_the_results_of_the_year_before_them(build: Build) -> None:
    world = build(RESULTS)
    world.to(datetime(2027, 9, 1, 6, tzinfo=UTC))
    had_results = world.person(1, date_of_birth=date(2011, 3, 5))
    not_yet = world.person(2, date_of_birth=date(2012, 3, 5))
    world.followups.look()
    asked = {row.young_person_id for row in world.rows()}
    assert asked == {had_results}
    assert not_yet not in asked


def test_whoever_will_be_of_that_year_is_planned_for_ahead(build: Build) -> None:
    world = build(RESULTS | {"when": {"from": "calendar.results", "before": "2 weeks", "at": "10:00"}})
    world.to(datetime(2027, 6, 1, 6, tzinfo=UTC))
    world.person(1, date_of_birth=date(2011, 3, 5))
    world.person(2, date_of_birth=date(2012, 3, 5))
    world.followups.look()
    assert [row.young_person_id for row in world.rows()] == [1]
    assert small.CALENDAR["events"]["results"]["dates"][2027]["on"] == date(2027, 8, 19)
