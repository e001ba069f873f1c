"""Places of an imported gazetteer."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from casework.db import writing
from prospectus.ask import read as read_question
from prospectus.catalogue import current
from prospectus.search import Query, search
from prospectus.tables import GazetteerPlace
from prospectus.vocabulary import Vocabulary
from tests.unit.prospectus.conftest import TODAY, Builder

Read = Callable[[], Session]
PLACES = [
    ("leeds", "Leeds", "town", 53.80, -1.55, ["loiners"]),
    ("bath", "Bath", "town", 51.38, -2.36, []),
    ("newport_wales", "Newport", "town", 51.58, -3.00, []),
    ("newport_kent", "Newport", "town", 51.40, 1.20, []),
    ("beer", "Beer", "village", 50.70, -3.10, []),
    ("otley", "Otley", "village", 53.90, -1.69, []),
    ("ls1", "LS1", "outcode", 53.797, -1.547, []),
    ("margate", "Somewhere else", "town", 1.0, 1.0, []),
]


@pytest.fixture(autouse=True)
def gazetteer(engine: Engine, build: Builder) -> None:
    build.provider("P1", town="Margate")
    with writing(engine) as session:
        for key, name, kind, lat, lon, names in PLACES:
            session.add(
                GazetteerPlace(key=key, name=name, kind=kind, latitude=lat, longitude=lon, names=names,
                               source="test", checked_on=date(2026, 11, 1))
            )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("plumbing in leeds", "leeds"),
        ("plumbing leeds", "leeds"),
        ("hair near ls1 4ab", "ls1"),
        ("LS14AB", "ls1"),
        ("loiners", "leeds"),
        # an ordinary word needs "in" or the like, and so does any village
        ("music in bath", "bath"),
        ("having a bath", None),
        ("Bath", "bath"),
        ("beer and food", None),
        ("cooking near otley", "otley"),
        # of two places with one name, the one that is nearer to the providers
        ("newport", "newport_kent"),
        # the area's own words for places go first
        ("margate", "margate"),
        ("something in nowhere at all", None),
    ],
)
def test_finding_a_place(vocabulary: Vocabulary, read: Read, text: str, place: str | None) -> None:
    assert vocabulary.place(text, current(read())) == place


def test_a_place_is_no_word_to_look_for(vocabulary: Vocabulary, read: Read) -> None:
    assert read_question(read(), vocabulary, "falconry in leeds", today=TODAY) == Query(words="falconry", place="leeds")


def test_searching_near_it(build: Builder, read: Read, vocabulary: Vocabulary) -> None:
    build.provider("P2", town="Leeds", latitude=53.80, longitude=-1.55)
    build.course("A")
    build.course("B", provider="P2")
    build.course("C", provider="P2", runs=[{"town": "Headingley", "postcode": "LS1 2AA"}])
    for place in ("leeds", "ls1"):
        result = search(read(), Query(place=place), today=TODAY, vocabulary=vocabulary)
        assert {hit.course_ref for hit in result.hits} == {"B", "C"}
    assert all(hit.distance_miles is not None and hit.distance_miles < 1 for hit in result.hits)
    catalogue = current(read())
    assert (vocabulary.place_name("ls1", catalogue), vocabulary.place_name("leeds", catalogue)) == ("LS1", "Leeds")


def test_its_own_margate_is_not_ours(read: Read, vocabulary: Vocabulary) -> None:
    place = vocabulary.place_of("margate", current(read()))
    assert place is not None
    assert place.name == "Margate"
    assert place.points[0][0] > 51


def test_a_changed_gazetteer_is_seen(engine: Engine, read: Read, vocabulary: Vocabulary) -> None:
    assert vocabulary.place("york", current(read())) is None
    with writing(engine) as session:
        session.add(GazetteerPlace(key="york", name="York", kind="town", latitude=53.9, longitude=-1.1, names=[],
                                   source="test", checked_on=TODAY))  # fmt: skip
    assert vocabulary.place("york", current(read())) == "york"
