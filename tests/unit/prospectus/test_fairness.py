"""Nobody is favoured."""

from collections import Counter
from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from prospectus.fairness import fair
from prospectus.search import Query, search
from tests.unit.prospectus.conftest import TODAY, Builder

Item = tuple[str, str, int]
items = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from(["college", "school", "training"]), st.integers(0, 99)),
    unique=True,
    max_size=30,
)


ROUTES = ("college", "school", "training")


def ordered(equals: list[Item], rotation: int, most: int = 99) -> list[Item]:
    providers = np.array(["ABCDE".index(item[0]) for item in equals], dtype=np.int64)
    routes = np.array([ROUTES.index(item[1]) for item in equals], dtype=np.int64)
    return [equals[at] for at in fair(providers, routes, np.arange(len(equals)).__getitem__, rotation, most)]


@given(items, st.integers())
def test_everything_comes_once(equals: list[Item], rotation: int) -> None:
    assert sorted(ordered(equals, rotation)) == sorted(equals)


@given(items, st.integers(), st.integers(0, 30))
def test_a_shorter_list_is_the_beginning_of_a_longer_one(equals: list[Item], rotation: int, most: int) -> None:
    assert ordered(equals, rotation, most) == ordered(equals, rotation)[:most]


@given(items.filter(bool), st.integers(-1000, 1000))
def test_providers_are_first_equally_often_however_many_courses_they_have(equals: list[Item], since: int) -> None:
    providers = {item[0] for item in equals}
    firsts = Counter(ordered(equals, since + turn, 1)[0][0] for turn in range(len(providers)))
    assert firsts == Counter(providers)


@given(items, st.randoms(), st.integers())
def test_the_order_they_came_in_does_not_choose_the_provider(equals: list[Item], random: object, rotation: int) -> None:
    shuffled = list(equals)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    before, after = ordered(equals, rotation, 1), ordered(shuffled, rotation, 1)
    assert [item[0] for item in before] == [item[0] for item in after]


def test_of_one_provider_every_course_gets_its_turn() -> None:
    equals = [("A", "college", n) for n in range(5)]
    assert {ordered(equals, rotation, 1)[0] for rotation in range(5)} == set(equals)


def test_routes_and_providers_alternate() -> None:
    equals = [("A", "college", n) for n in range(10)] + [("B", "training", 1), ("C", "college", 1)]
    for rotation in range(12):
        first = ordered(equals, rotation, 3)
        assert {item[0] for item in first} == {"A", "B", "C"}
        assert first[0][1] != first[1][1]


def test_equal_courses_share_the_first_place(build: Builder, read: Callable[[], Session]) -> None:
    for number in range(4):
        build.provider(f"P{number}")
    for number in range(4):
        # the one that came first has five times as many courses
        for course in range(5 if number == 0 else 1):
            build.course(f"C{number}{course}", provider=f"P{number}")
    firsts: Counter[str] = Counter()
    for rotation in range(100):
        result = search(read(), Query(subject="plumbing"), today=TODAY, rotation=rotation)
        firsts[result.hits[0].provider_ref] += 1
        assert len({hit.provider_ref for hit in result.hits}) == 3
    assert firsts == {"P0": 25, "P1": 25, "P2": 25, "P3": 25}


def test_in_the_sample_no_provider_is_always_first(sample_session: Session) -> None:
    for subject in ("plumbing", "hair_beauty", "childcare", "motor_vehicle", "health_social_care"):
        firsts = Counter(
            search(sample_session, Query(subject=subject), today=TODAY, rotation=rotation).hits[0].provider_ref
            for rotation in range(60)
        )
        assert len(firsts) > 1, subject
        assert max(firsts.values()) - min(firsts.values()) <= 1, (subject, firsts)
