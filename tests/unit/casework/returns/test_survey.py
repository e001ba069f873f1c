"""The annual activity survey, and cells that no spreadsheet takes for a formula."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from casework.db import writing
from casework.returns.monthly import CannotMake
from casework.returns.survey import SurveySpec, cell, make_survey
from casework.tables import Activity
from casework.yamlfile import BadData
from tests.unit.casework.returns.conftest import SEPT, Add, at, change

FEBRUARY = datetime(2027, 2, 15, tzinfo=UTC)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_where_they_were_on_the_first_of_november(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    mine = add("230", activity={"end": None})
    add("619")
    add(None)
    add("110", date_of_birth=date(2011, 2, 14))  # Year 11 still
    add("230", date_of_birth=date(2009, 2, 14))  # left a year before
    add("230", left_area_on=date(2026, 10, 1))
    with writing(engine) as session:
        for code, start, told in (
            ("330", date(2026, 10, 26), date(2027, 1, 11)),  # found out in January: counts
            ("619", date(2026, 11, 9), date(2027, 1, 11)),  # began later: not the position
            ("310", date(2026, 10, 30), date(2027, 2, 8)),  # found out too late
        ):
            session.add(
                Activity(
                    young_person_id=mine, code=code, start=start, verified_on=start, source="adviser",
                    recorded_at=at(told),
                )
            )  # fmt: skip
    out = tmp_path / "survey.csv"
    survey = make_survey(engine, data, 2026, now=FEBRUARY, out=out)
    assert (survey.records, survey.by_code) == (3, {"330": 1, "619": 1, "810": 1})
    found = rows(out)
    assert [row["ActivityCode"] for row in found] == ["330", "619", "810"]
    assert found[0]["YoungPersonsID"] == "4440000000101"
    assert found[0]["School"] == "Harbour School"
    assert out.stat().st_mode & 0o077 == 0


def test_what_has_lapsed_is_not_known_but_neet_stays(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    old = {"start": date(2025, 9, 1), "verified_on": date(2025, 9, 1)}
    add("330", activity=old)
    add("619", activity=old)
    out = tmp_path / "survey.csv"
    assert make_survey(engine, data, 2026, now=FEBRUARY, out=out).by_code == {"810": 1, "619": 1}
    change(data, "lapsed: not_known", "lapsed: code", name="survey")
    data = data.rename(tmp_path / "changed")
    assert make_survey(engine, data, 2026, now=FEBRUARY, out=out).by_code == {"330": 1, "619": 1}


def test_it_cannot_be_made_before_the_day(engine: Engine, data: Path) -> None:
    with pytest.raises(CannotMake, match="1 November 2026"):
        make_survey(engine, data, 2026, now=at(SEPT))


def test_formulas_stay_text(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    add("330", last_name='=HYPERLINK("x")', first_name="@SUM(A1)")
    out = tmp_path / "survey.csv"
    make_survey(engine, data, 2026, now=FEBRUARY, out=out)
    [row] = rows(out)
    assert (row["FamilyName"], row["GivenName"]) == ('\'=HYPERLINK("x")', "'@SUM(A1)")


@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula(written: str) -> None:
    assert not cell(written).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell(written).endswith(written)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("value: school_name", "value: mothers_name", "each column needs"),
        ("position_on: 11-01", "position_on: 11-31", "position_on must be"),
        ("lapsed: not_known", "lapsed: forget", "lapsed must be"),
        ("year_group: 12", "year_group: twelve", "year_group must be"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(data: Path, old: str, new: str, says: str) -> None:
    change(data, old, new, name="survey")
    with pytest.raises(BadData, match=says):
        SurveySpec.load(data)
