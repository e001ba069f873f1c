"""What people call things."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session

from casework.yamlfile import BadData
from prospectus.vocabulary import LEVELS, ROUTES, Vocabulary
from tests.unit.prospectus.conftest import DATA


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("plumbing", "plumbing"),
        ("fixing cars", "motor_vehicle"),
        ("hair n beauty", "hair_beauty"),
        ("hair & beauty", "hair_beauty"),
        ("summit with kids", "childcare"),
        ("something with little kids pls", "childcare"),
        ("wanna be a sparky", "electrical"),
        ("brickie", "bricklaying"),
        ("hairdresing", "hair_beauty"),
        ("mechanics", "motor_vehicle"),
        ("plummin", "plumbing"),
        ("I want to work with dogs", "animal_care"),
        ("game design", "games"),
        ("computer games", "games"),
        ("ethical hacking", "cyber"),
        ("IT", "computing"),
        ("it course", "computing"),
        ("nursing", "health_social_care"),
        ("nursery", "childcare"),
        ("resit maths", "maths"),
        ("ESOL", "esol"),
        ("theory test", "driving"),
        ("forklift", "warehousing"),
        ("cabin crew", "travel"),
        ("personal trainer", "sport"),
        ("army", "public_services"),
    ],
)
def test_subject(vocabulary: Vocabulary, said: str, subject: str) -> None:
    assert vocabulary.subject(said) == subject


@pytest.mark.parametrize("said", ["", "is it far", "i dont care", "yes please", "caring about u lot x", "😀😀", "///"])
def test_no_subject(vocabulary: Vocabulary, said: str) -> None:
    assert vocabulary.subject(said) is None


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("margate", "margate"),
        ("near Margate?", "margate"),
        ("isle of thanet", "thanet"),
        ("any nearer Thanet", "thanet"),
        ("folkstone", "folkestone"),
        ("folkeston", "folkestone"),
        ("tun wells", "tunbridge_wells"),
        ("sittingborne", "sittingbourne"),
        ("canturbury", "canterbury"),
        ("CT9", "margate"),
        ("i live in me10 1ab", "sittingbourne"),
        ("deal", "deal"),
        ("something in deal", "deal"),
        ("medway", "medway"),
        ("the isle of sheppey", "sheppey"),
        ("cliftonville", "margate"),
    ],
)
def test_place(vocabulary: Vocabulary, said: str, place: str) -> None:
    assert vocabulary.place(said) == place


@pytest.mark.parametrize("said", ["whats the deal with that", "make a sandwich", "london", "", "a deal"])
def test_no_place(vocabulary: Vocabulary, said: str) -> None:
    assert vocabulary.place(said) is None


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("level 2", "2"), ("lvl3", "3"), ("L1", "1"), ("level one", "1"), ("2", "2"), ("entry level", "entry"),
        ("a level biology", "3"), ("A-levels", "3"), ("t levels", "3"), ("at a level 2", "2"),
        ("is that a level 1", "1"),
        ("advanced apprenticeship", "3"), ("level 4", None), ("level 7 please", None), ("next level", None), ("", None),
    ],
)  # fmt: skip
def test_level(vocabulary: Vocabulary, said: str, level: str | None) -> None:
    assert vocabulary.level(said) == level


@pytest.mark.parametrize(
    ("said", "route"),
    [
        ("apprenticeships", "apprenticeship"), ("aprentiship", "apprenticeship"), ("6th form", "school"),
        ("stay on at school", "school"), ("college", "college"), ("traineeship", "training"), ("dunno", None),
    ],
)  # fmt: skip
def test_route(vocabulary: Vocabulary, said: str, route: str | None) -> None:
    assert vocabulary.route(said) == route


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("asap", "now"), ("can i start straight away", "now"), ("in january", "2027-01-01"),
        ("after christmas", "2027-01-01"), ("after xmas", "2027-01-01"), ("bricklaying after xmas pls", "2027-01-01"),
        ("after the xmas holidays", "2027-01-01"), ("in the new year", "2027-01-01"), ("after crimbo", "2027-01-01"),
        ("after the summer", "2027-09-01"), ("wedi'r nadolig", "2027-01-01"), ("merry xmas", None),
        ("sept", "2027-09-01"), ("november", "2026-11-23"), ("may i ask", None), ("starting in may", "2027-05-01"),
        ("march on", None), ("whenever you like really", None),
    ],
)  # fmt: skip
def test_start(vocabulary: Vocabulary, said: str, start: str | None) -> None:
    assert vocabulary.start(said, today=date(2026, 11, 23)) == start


@pytest.mark.parametrize(
    ("said", "ref"),
    [
        ("samphire coast college", "P04"),
        ("whats on at samphire", "P04"),
        ("samphyre coast", "P04"),
        ("the next tide project", "P09"),
        ("quillmere", "P02"),
        ("vanewell builders", "P14"),
        ("anything on the coast", None),
        ("i want to build things", None),
        ("what next", None),
        ("college", None),
        ("larkspur or quillmere", None),
        ("", None),
    ],
)
def test_provider(vocabulary: Vocabulary, sample_session: Session, said: str, ref: str | None) -> None:
    assert vocabulary.provider(sample_session, said) == ref


def test_every_name_means_itself(vocabulary: Vocabulary) -> None:
    for key, subject in vocabulary.subjects.items():
        assert vocabulary.subject(subject.name) == key
        assert vocabulary.subject_name(key) == subject.name
    for key, place in vocabulary.places.items():
        assert vocabulary.place(place.name) == key
        assert vocabulary.place_name(key) == place.name
    for level in LEVELS:
        assert vocabulary.level(vocabulary.level_name(level)) == level
    for route in ROUTES:
        assert vocabulary.route(vocabulary.route_name(route)) == route


def test_enough_places_and_subjects(vocabulary: Vocabulary) -> None:
    towns = [place for place in vocabulary.places.values() if len(place.points) == 1]
    assert len(towns) >= 60
    assert len(vocabulary.subjects) >= 40
    # Kent and Medway lie within these degrees
    for place in towns:
        lat, lon = place.points[0]
        assert 50.9 < lat < 51.5, place.key
        assert 0.0 < lon < 1.5, place.key


def test_an_unknown_key_is_shown_in_plain_letters(vocabulary: Vocabulary) -> None:
    assert vocabulary.subject_name("stone_age_studies") == "stone age studies"
    assert vocabulary.place_name("nether_wallop") == "Nether Wallop"


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("subjects.yml", "- name: Plumbing\n", "entry 1 needs key and name"),
        ("subjects.yml", "- {key: a, name: A}\n- {key: a, name: B}\n", "a is there twice"),
        ("subjects.yml", "- {key: a, name: A, aliases: [7]}\n", "aliases of a must be a list of words"),
        ("subjects.yml", "- {key: a, name: A, part_of: b}\n", "part of an unknown subject"),
        ("subjects.yml", "{}", "must be a list"),
        ("places.yml", "- {key: a, name: A}\n", "needs either lat and lon, or of"),
        ("places.yml", "- {key: a, name: A, of: [b]}\n", "made of b, which is not a town"),
        ("prospectus.yml", "levels: []\n", "needs levels, routes"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, file: str, text: str, problem: str) -> None:
    for name in ("subjects.yml", "places.yml", "prospectus.yml"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    (tmp_path / file).write_text(text)
    with pytest.raises(BadData) as error:
        Vocabulary.load(tmp_path)
    assert file in str(error.value)
    assert problem in str(error.value)
