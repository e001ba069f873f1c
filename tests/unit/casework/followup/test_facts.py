"""What plans may ask of somebody, worked out of what is recorded."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework.followup.conditions import read_conditions
from casework.followup.subject import FACTS, Subject
from tests.unit.casework.followup.onpaper import TODAY, OnPaper

LONG_AGO = TODAY - timedelta(days=200)


def fact(name: str, subject: Subject) -> Any:
    return FACTS[name][1](subject)


def test_every_fact_can_be_asked_of_somebody_of_whom_nothing_is_known() -> None:
    nobody = OnPaper().subject()
    kinds = {"word", "flag", "number", "list", "date"}
    for name, (kind, value) in FACTS.items():
        assert kind in kinds
        value(nobody)
        assert name


def test_what_ends_first() -> None:
    end = TODAY + timedelta(days=50)
    assert fact("ends_first", OnPaper(activities=[("230", LONG_AGO, end)]).subject())
    # the record goes out of date before the course ends
    far = TODAY + timedelta(days=500)
    assert not fact("ends_first", OnPaper(activities=[("230", LONG_AGO, far)]).subject())
    assert not fact("ends_first", OnPaper(activities=[("230", LONG_AGO, None)]).subject())


def test_days_to_review_are_none_once_it_has_gone_out_of_date() -> None:
    new = OnPaper(activities=[("230", TODAY, None)]).subject()
    assert fact("days_to_review", new) == (date(2027, 11, 30) - timedelta(weeks=6) - TODAY).days
    assert fact("days_to_review", OnPaper(activities=[("410", LONG_AGO, None)]).subject()) is None


def test_having_left_lately_is_an_application_or_what_they_did() -> None:
    was, gone = ("230", LONG_AGO, None), ("810", TODAY - timedelta(days=5), None)
    assert fact("left_recently", OnPaper(activities=[was, gone]).subject())
    assert not fact("left_recently", OnPaper(activities=[gone]).subject())
    left = OnPaper(activities=[was], destinations=[("left", TODAY - timedelta(days=5), {"provider_ref": "coast"})])
    assert fact("left_recently", left.subject())
    assert not fact("left_recently", left.subject(TODAY + timedelta(days=90)))


def test_routes_are_those_they_mean_to_take_or_have_applied_for() -> None:
    told: list[tuple[str, date, dict[str, object]]] = [
        ("intended", LONG_AGO, {"route": "apprenticeship"}),
        ("applied", LONG_AGO, {"route": "college", "provider_ref": "coast"}),
        ("rejected", TODAY, {"route": "college", "provider_ref": "coast"}),
    ]
    assert fact("routes", OnPaper(destinations=told[:2]).subject()) == ["apprenticeship", "college"]
    assert fact("routes", OnPaper(destinations=told).subject()) == ["apprenticeship"]


def test_a_deadline_for_money_is_near_for_four_weeks() -> None:
    subject = OnPaper().subject()
    for days, near in ((0, True), (28, True), (29, False), (-1, False)):
        subject.deadlines = lambda _, days=days: [("ema_wales", TODAY + timedelta(days=days))]  # type: ignore[misc]
        assert fact("money_deadline_near", subject) is near


def test_an_agreed_start_is_of_what_they_do_now() -> None:
    assert fact("start_agreed", OnPaper(activities=[("616", TODAY, None)], agreed=TODAY).subject())
    assert not fact("start_agreed", OnPaper(activities=[("616", TODAY, None)]).subject())


@pytest.mark.parametrize(
    ("points", "level"),
    [([], "low"), (["120"], "medium"), (["110"], "high"), (["120", "140"], "high"), (["999"], "low")],
)
def test_need_is_counted_in_points(points: list[str], level: str) -> None:
    # 16: one point for being under 18
    assert OnPaper(characteristics=points).subject().need == level


def test_need_grows_with_the_days() -> None:
    assert [
        OnPaper(activities=[("619", TODAY - timedelta(days=days), None)]).subject().need for days in (1, 42, 91)
    ] == ["low", "medium", "medium"]


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({"status": "neet"}, True),
        ({"status": ["participating", "neet"]}, True),
        ({"status": "participating"}, False),
        ({"not": {"status": "participating"}}, True),
        ({"any": [{"status": "participating"}, {"code": "619"}]}, True),
        ({"all": [{"status": "neet"}, {"code": "610"}]}, False),
        ({"days_neet": {"from": 9, "to": 9}}, True),
        ({"days_neet": 9}, True),
        ({"days_neet": [8, 10]}, False),
        ({"days_not_known": {"from": 0}}, False),
        ({"characteristics": ["110", "160"]}, True),
        ({"characteristics": "150"}, False),
        ({"neet_since": "known"}, True),
        ({"not_known_since": "known"}, False),
        ({"offer": False, "at_school_age": False}, True),
        ({}, True),
    ],
)
def test_conditions_hold_together(conditions: dict[str, Any], fits: bool) -> None:
    somebody = OnPaper(activities=[("619", TODAY - timedelta(days=9), None)], characteristics=["110"]).subject()
    assert read_conditions(conditions)(somebody) is fits
