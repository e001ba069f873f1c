"""Unmet demand in the console: for managers only, in counts that tell nobody."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine

from casework.db import writing
from casework.tables import Adviser, AuditEvent, UnmetDemand
from tests.casebook import ANN
from tests.unit.console.conftest import Browser

PAGE = "/console/unmet-demand"


@pytest.fixture(autouse=True)
def demand(engine: Engine) -> None:
    """Ann is a manager. Twelve asked for plumbing in Thanet, three for falconry, six for hair a long time ago."""
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["manager"]
        for subject, place, on, count in (
            ("plumbing", "thanet", date(2026, 8, 3), 12),
            ("falconry", None, date(2026, 8, 4), 3),
            ("hair_beauty", "dover", date(2024, 8, 4), 6),
        ):
            for _ in range(count):
                session.add(UnmetDemand(subject=subject, level="2", place=place, on_date=on))


def test_managers_see_counts_but_no_small_ones(ann: Browser, audited: Callable[[str], list[AuditEvent]]) -> None:
    page = ann.get(PAGE).text
    assert "About 15 questions from 2 September 2025 to 1 September 2026." in page
    assert "Some counts are too small to be shown." in page
    for heading in ("By subject", "By level", "By area", "By month", "Subject, level and area together"):
        assert heading in page, heading
    assert "Plumbing and heating, Level 2, Thanet" in page
    assert "August 2026" in page
    assert "alconry" not in page
    assert "Hair" not in page
    assert audited("viewed_unmet_demand")[0].detail == {"since": "2025-09-02", "until": "2026-09-01"}


def test_any_time_can_be_looked_at(ann: Browser) -> None:
    page = ann.get(PAGE + "?since=1+August+2024&until=31/8/2024").text
    assert "About 5 questions from 1 August 2024 to 31 August 2024." in page
    assert "Hair and beauty" in page
    assert "Nothing, or next to nothing" in ann.get(PAGE + "?since=1+8+2020&until=2+8+2020").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=soon", "First day must be a real date"),
        ("until=31+February+2026", "Last day must be a real date"),
        ("since=2+8+2026&until=1+8+2026", "The last day must be the first day or later"),
        ("since=" + "9" * 5000, "First day must be a real date"),
    ],
)
def test_days_that_cannot_be_are_said(ann: Browser, query: str, said: str) -> None:
    answer = ann.get(f"{PAGE}?{query}")
    assert (answer.status_code, said in answer.text) == (422, True)


def test_nobody_else_sees_it(bob: Browser, open_browser: Callable[[], Browser]) -> None:
    assert bob.get(PAGE).status_code == 403
    assert PAGE not in bob.get("/console/courses").text
    assert open_browser().get(PAGE, follow_redirects=False).status_code == 303
