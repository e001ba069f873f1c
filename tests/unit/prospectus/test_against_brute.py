"""The index answers what a look at every course answers."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from casework.db import reading, writing
from prospectus.catalogue import current
from prospectus.search import Query, Result, search
from prospectus.tables import Course, Provider, Run
from prospectus.vocabulary import LEVELS, ROUTES, shipped
from tests.bench.courses import TODAY, make, store
from tests.brute import Brute, Found

VOCABULARY = shipped()
SUBJECTS = [*VOCABULARY.subjects, "no_such_subject"]
relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

queries = st.builds(
    Query,
    subject=st.none() | st.sampled_from(SUBJECTS),
    words=st.none() | st.sampled_from(["diploma", "level 2", "beginners bus", "cars", "with", "zzz", "level zzz", ""]),
    level=st.none() | st.sampled_from([*LEVELS, "unknown", "7"]),
    place=st.none() | st.sampled_from([*list(VOCABULARY.places)[:12], "thanet", "kent", "gen-town-80", "atlantis"]),
    provider=st.none() | st.sampled_from(["G00001", "G00003", "P04", "P99"]),
    route=st.none() | st.sampled_from([*ROUTES, "university"]),
    start=st.none() | st.just("now") | st.dates(date(2026, 8, 1), date(2027, 12, 1)).map(date.isoformat),
    days=st.none() | st.sampled_from(["-fri", "mon,tue,wed", "2", "evening", "3,day", "morning"]),
    age=st.none() | st.integers(14, 21),
    limit=st.integers(1, 12),
    offset=st.integers(0, 30),
)  # fmt: skip


def plain(result: Result) -> Found:
    """As the plain search gives it."""
    hits, near = ([(h.course_ref, h.town, h.start) for h in kept] for kept in (result.hits, result.near))
    return Found(hits, result.total, near, result.relaxed)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = store(make(900, towns=90, providers=12), f"sqlite:///{tmp_path_factory.mktemp('brute') / 'brute.db'}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def looked(generated: Engine) -> Iterator[tuple[Session, Brute]]:
    with reading(generated) as session:
        yield session, Brute(session, VOCABULARY)


@relaxed
@given(query=queries, days=st.integers(0, 300), rotation=st.integers(-5, 10_000))
def test_a_generated_catalogue(looked: tuple[Session, Brute], query: Query, days: int, rotation: int) -> None:
    session, brute = looked
    today = TODAY + timedelta(days=days)
    found = plain(search(session, query, today=today, rotation=rotation, vocabulary=VOCABULARY))
    assert found == brute.search(query, today=today, rotation=rotation)


@pytest.fixture(scope="module")
def looked_at_sample(sample_engine: Engine) -> Iterator[tuple[Session, Brute]]:
    with reading(sample_engine) as session:
        yield session, Brute(session, VOCABULARY)


@relaxed
@given(query=queries, days=st.integers(-60, 300), rotation=st.integers(0, 100))
def test_the_sample_area(looked_at_sample: tuple[Session, Brute], query: Query, days: int, rotation: int) -> None:
    session, brute = looked_at_sample
    today = TODAY + timedelta(days=days)
    found = plain(search(session, query, today=today, rotation=rotation, vocabulary=VOCABULARY))
    assert found == brute.search(query, today=today, rotation=rotation)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_it_is_as_if_read_anew(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    engine = store(make(60, seed=seed, towns=90), f"sqlite:///{tmp_path / 'edits.db'}")
    for step in range(12):
        with reading(engine) as session:
            current(session)
        with writing(engine) as session:
            _edit(session, chance, step)
        with reading(engine) as session:
            catalogue, brute = current(session), Brute(session, VOCABULARY)
            assert len(catalogue) == len(brute.entries)
            for query in (Query(limit=50), Query(words="zebra", limit=9), Query(place="margate"), Query(level="2")):
                found = plain(search(session, query, today=TODAY, rotation=step, vocabulary=VOCABULARY))
                assert found == brute.search(query, today=TODAY, rotation=step)
    assert catalogue.changed, "the edits were read one by one, not the whole anew"
    engine.dispose()


def _edit(session: Session, chance: random.Random, step: int) -> None:
    courses = session.exec(select(Course).order_by(Course.ref)).all()
    course = chance.choice(courses)
    kind = step % 6
    if kind == 0:
        course.title, course.level = f"Zebra care {step}", "2"
    elif kind == 1:
        course.retired = not course.retired
    elif kind == 2:
        session.add(
            Course(ref=f"J{step:03}", provider_id=course.provider_id, title="Zebra riding", subject="animal_care",
                   level="2", route="training", source="test", checked_on=TODAY)
        )  # fmt: skip
    elif kind == 3:
        run = chance.choice(session.exec(select(Run)).all())
        run.town, run.latitude, run.longitude = "Margate", 51.381, 1.386
        run.course_id = course.id or 0
    elif kind == 4:
        provider = chance.choice(session.exec(select(Provider)).all())
        provider.name, provider.town = f"Zebra House {step}", "Margate"
        provider.latitude, provider.longitude = 51.381, 1.386
    else:
        session.add(
            Provider(ref=f"A{step}", name="Aardvark", kind="employer", town="Dover", source="t", checked_on=TODAY)
        )
        session.flush()
        owner = session.exec(select(Provider).where(Provider.ref == f"A{step}")).one()
        course.provider_id = owner.id or 0
