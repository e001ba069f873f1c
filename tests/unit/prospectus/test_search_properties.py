"""What holds of every search, whatever is asked."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from prospectus.ask import ask
from prospectus.filters import ABOUT_DAYS, NOW_DAYS
from prospectus.search import Hit, Query, search
from prospectus.tables import Course, Run
from prospectus.vocabulary import LEVELS, ROUTES, shipped
from prospectus.words import GLUE, joined, stem, stems, tokens

VOCABULARY = shipped()
relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

days = st.dates(date(2026, 8, 1), date(2027, 10, 31))
queries = st.builds(
    Query,
    subject=st.none() | st.sampled_from([*VOCABULARY.subjects, "no_such_subject"]),
    words=st.none() | st.sampled_from(["motorbikes", "2 garage", "nail", "with", "zzz", ""]) | st.text(max_size=20),
    level=st.none() | st.sampled_from([*LEVELS, "7"]),
    place=st.none() | st.sampled_from([*VOCABULARY.places, "atlantis"]),
    provider=st.none() | st.sampled_from(["P01", "P04", "P09", "P12", "P99"]),
    route=st.none() | st.sampled_from([*ROUTES, "university"]),
    start=st.none() | st.just("now") | days.map(date.isoformat) | st.text(max_size=10),
    limit=st.integers(-1, 60),
    offset=st.integers(-1, 300),
)  # fmt: skip


def check(session: Session, query: Query, hit: Hit, today: date, let_go: list[str]) -> None:
    """A hit satisfies each filter that was not let go, by the rows themselves."""
    course = session.exec(select(Course).where(Course.ref == hit.course_ref)).one()
    runs = session.exec(select(Run).where(col(Run.course_id) == course.id)).all()
    assert not course.retired
    if query.subject:
        assert course.subject in VOCABULARY.subjects_within(query.subject)
    if query.level and "level" not in let_go:
        assert course.level == query.level
    if query.route and "route" not in let_go:
        assert course.route == query.route
    if query.provider and "provider" not in let_go:
        assert hit.provider_ref == query.provider
    if query.place and "place" not in let_go:
        place = VOCABULARY.places[query.place]
        inside = place.everywhere or hit.town.lower() in place.names
        assert inside or (hit.distance_miles is not None and hit.distance_miles <= place.within + 0.05)
    if query.words and "words" not in let_go:
        said = tokens(query.words)
        content = [w for w in said if w not in VOCABULARY.filler and w not in GLUE] or said
        has = " ".join([course.title, course.qualification or "", *course.keywords, course.summary, hit.provider_name])
        subjects = [VOCABULARY.subjects[s] for s in {course.subject, query.subject} if s in VOCABULARY.subjects]
        known = {*stems(has), *map(stem, joined(has))}.union(*(subject.words for subject in subjects))
        assert {stem(word) for word in content} <= known
    # some run of it, at that town, can still be started, and when it was asked for
    there = [run for run in runs if run.town == hit.town and run.roll_on == hit.roll_on]
    assert any(run.roll_on or run.start is None or run.start >= today for run in there)
    if hit.start is not None:
        assert hit.start >= today
    if query.start and "start" not in let_go and not hit.roll_on:
        asked = today if query.start == "now" else max(date.fromisoformat(query.start), today)
        assert hit.start is not None
        assert asked <= hit.start <= asked + timedelta(days=NOW_DAYS if query.start == "now" else ABOUT_DAYS)


@relaxed
@given(query=queries, today=days, rotation=st.integers())
def test_every_hit_satisfies_the_filters(sample_session: Session, query: Query, today: date, rotation: int) -> None:
    result = search(sample_session, query, today=today, rotation=rotation)
    assert len(result.hits) <= max(1, min(query.limit, 50))
    assert len(result.hits) <= result.total
    assert len({hit.course_ref for hit in result.hits}) == len(result.hits)
    for hit in result.hits:
        check(sample_session, query, hit, today, [])
    if result.total:
        assert (result.near, result.relaxed) == ([], [])
    else:
        assert bool(result.near) == bool(result.relaxed)
    for hit in result.near:
        check(sample_session, query, hit, today, result.relaxed)
    json.dumps([hit.as_args() for hit in result.hits + result.near])


@relaxed
@given(query=queries, today=days)
def test_whatever_is_left_out_finds_no_less(sample_session: Session, query: Query, today: date) -> None:
    total = search(sample_session, query, today=today).total
    for name in ("level", "place", "provider", "route", "start"):
        wider = Query(**{f: getattr(query, f) for f in query.__dataclass_fields__} | {name: None})
        assert search(sample_session, wider, today=today).total >= total


@relaxed
@given(text=st.text(max_size=1700), today=st.dates())
def test_no_text_is_too_much(sample_session: Session, text: str, today: date) -> None:
    ask(sample_session, VOCABULARY, text, today=today)


@pytest.mark.timeout(20)
def test_long_texts(sample_session: Session) -> None:
    for text in ("😀" * 1600, "a" * 100_000, "level 2 plumbing " * 500, "\x00" * 50, "ﷺ" * 1600, "plumbingg " * 200):
        ask(sample_session, VOCABULARY, text, today=date(2026, 11, 23))
