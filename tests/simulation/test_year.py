"""A small year with every fault, and what must hold in it; and that the same seed comes to the same."""

import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from onward.simulate.area import Area, simulate
from onward.simulate.picture import year_svg
from onward.simulate.report import CHECKS, as_json, as_text, write_log

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module")
def year() -> Area:
    return simulate(300, date(2026, 9, 1), date(2027, 8, 31), "1", DATA)


@pytest.mark.timeout(1200)
def test_nothing_that_must_hold_is_broken_in_a_year(year: Area) -> None:
    assert dict(year.broken) == {}
    # and the year had in it what could have broken it
    assert year.crashes > 5
    assert year.texts.total() > 1_500
    assert year.answers > 300
    assert year.became_neet > 3


@pytest.mark.timeout(1200)
def test_every_contact_of_the_year_is_told_with_its_reason(year: Area, tmp_path: Path) -> None:
    told = as_json(year)
    assert json.loads(json.dumps(told)) == told
    assert set(CHECKS) <= set(told["invariants"])
    assert told["broken"] == 0
    assert "new_neet" in as_text(year)
    write_log(year, tmp_path / "contacts.csv")
    lines = (tmp_path / "contacts.csv").read_text("utf-8").splitlines()
    assert len(lines) == len(year.log) + 1
    assert all(why for _, _, _, why, _ in year.log)


@pytest.mark.timeout(1200)
def test_the_picture_is_one(year: Area) -> None:
    root = ElementTree.fromstring(year_svg(year))
    assert root.tag.endswith("svg")
    assert len(root.findall("{http://www.w3.org/2000/svg}rect")) > 100


def test_the_same_seed_comes_to_the_same_and_another_to_another() -> None:
    def autumn(seed: str) -> str:
        return simulate(40, date(2026, 9, 1), date(2026, 10, 10), seed, DATA).digest

    assert autumn("7") == autumn("7")
    assert autumn("7") != autumn("8")
