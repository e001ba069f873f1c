"""What can be started on a day."""

import random
from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from sqlmodel import Session

from prospectus.catalogue import current
from prospectus.day import day_of, without
from tests.unit.prospectus.conftest import TODAY


@pytest.mark.parametrize("today", [TODAY, date(2027, 9, 10)])
@pytest.mark.parametrize("seed", range(3))
def test_a_day_with_fewer_courses_is_what_a_look_at_all_of_them_finds(
    sample_session: Session, today: date, seed: int
) -> None:
    (part,) = current(sample_session).parts
    chance = random.Random(seed)
    some = np.array([chance.random() < 0.8 for _ in part.columns.refs])
    fewer = some & np.array([chance.random() < 0.8 for _ in part.columns.refs])
    afresh = day_of(part.columns, fewer, today)
    narrowed = without(without(day_of(part.columns, None, today), part.columns, some), part.columns, fewer)
    for name in (f.name for f in fields(afresh) if f.name not in ("today", "better")):
        assert np.array_equal(getattr(narrowed, name), getattr(afresh, name)), name
    living = fewer[part.columns.owner[afresh.better]]
    assert np.array_equal(narrowed.better[living], afresh.better[living])


def test_the_best_of_each_course_comes_first(sample_session: Session) -> None:
    (part,) = current(sample_session).parts
    day = day_of(part.columns, None, TODAY)
    for course in range(len(part.columns)):
        own = day.better[part.columns.first[course] : part.columns.first[course + 1]]
        assert sorted(own) == list(range(part.columns.first[course], part.columns.first[course + 1]))
        opened = [(int(day.taken[run]), int(day.soon[run])) for run in own if day.taken[run] >= 0]
        assert opened == sorted(opened)
        assert day.best[course] == (own[0] if opened else -1)
