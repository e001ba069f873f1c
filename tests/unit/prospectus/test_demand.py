"""Unmet demand: what may be kept, and how it is counted."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from casework.db import writing
from casework.tables import Adviser, UnmetDemand, YoungPerson
from prospectus.demand import demanded, report
from prospectus.vocabulary import Vocabulary
from tests.unit.prospectus.conftest import Builder

Read = Callable[[], Session]


@pytest.fixture(autouse=True)
def record(engine: Engine, build: Builder) -> None:
    build.provider("P1")
    build.course("A", title="Narrowboat steering")
    with writing(engine) as session:
        session.add(Adviser(ref="A1", name="Kit Browning", email="kit@example.org", working_pattern={}))
        session.add(YoungPerson(ref="Y1", first_name="Zanthe", last_name="Fletching", known_as="Weaving",
                                created_at=datetime(2026, 1, 1, tzinfo=UTC)))  # fmt: skip


@pytest.mark.parametrize(
    ("words", "text", "kept"),
    [
        ("falconry", "falconry courses", "falconry"),
        ("dog agility", "any dog agility", "dog agility"),
        ("glass blowing", "can i do glass blowing", "glass blowing"),
        ("narrowboat", "narrowboats", "narrowboat"),
        ("zumba", "ZUMBA", "zumba"),
        # names: in the record, first names, written with a capital
        ("fletching", "fletching", None),
        ("weaving", "weaving", None),
        ("browning", "is it with browning", None),
        ("chloe pottery", "chloe pottery", None),
        ("bowling", "something with Jack Bowling", None),
        # about themselves
        ("mum dying", "my mum is dying", None),
        ("cutting", "cutting", None),
        # nothing that looks like a subject, too much, digits
        ("xqzzt", "xqzzt", None),
        ("purple window", "purple window", None),
        ("one two three four", "", None),
        ("m4x gaming", "m4x gaming", None),
        ("07700900123", "07700900123", None),
        (None, "", None),
    ],
)
def test_what_is_kept_of_free_words(
    vocabulary: Vocabulary, read: Read, words: str | None, text: str, kept: str | None
) -> None:
    assert demanded(read(), vocabulary, words, text) == kept


def add(engine: Engine, count: int, on: date = date(2026, 11, 3), **asked: str) -> None:
    with writing(engine) as session:
        session.add_all([UnmetDemand(on_date=on, **asked) for _ in range(count)])


def test_the_report_counts_and_leaves_small_numbers_out(engine: Engine, vocabulary: Vocabulary, read: Read) -> None:
    add(engine, 7, subject="plumbing", level="3", place="dover")
    add(engine, 5, subject="falconry", place="thanet")
    add(engine, 4, on=date(2026, 10, 30), subject="music", route="apprenticeship")
    found = report(read(), vocabulary)
    assert [(line["name"], line["count"]) for line in found.subjects] == [
        ("Plumbing and heating", 7),
        ("“falconry”", 5),
    ]
    assert [(line["name"], line["count"]) for line in found.areas] == [("Dover", 7), ("Thanet", 5)]
    assert [(line["name"], line["count"]) for line in found.levels] == [("any level", 9), ("Level 3", 7)]
    assert [(line["month"], line["count"]) for line in found.months] == [("2026-11", 12)]
    assert found.together[0]["name"] == "Plumbing and heating, Level 3, Dover"
    assert (found.total, found.hidden) == (15, True), "sixteen would say how many the missing are"
    inside = report(read(), vocabulary, internal=True)
    assert (inside.total, inside.hidden) == (16, False)
    assert [line["count"] for line in inside.subjects] == [7, 5, 4]


def test_the_report_of_some_days(engine: Engine, vocabulary: Vocabulary, read: Read) -> None:
    for day in (1, 2, 3):
        add(engine, 5, on=date(2026, 11, day), subject="plumbing")
    found = report(read(), vocabulary, since=date(2026, 11, 2), until=date(2026, 11, 2))
    assert (found.total, found.subjects[0]["count"], found.hidden) == (5, 5, False)
    assert found.as_json()["since"] == "2026-11-02"


def test_an_empty_report(vocabulary: Vocabulary, read: Read) -> None:
    found = report(read(), vocabulary)
    assert (found.total, found.subjects, found.hidden) == (0, [], False)
