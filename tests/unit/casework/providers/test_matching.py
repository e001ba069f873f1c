"""Who a report is about: by the rules, never by name alone, and never one of two."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from casework.db import reading
from casework.providers.likeness import About, compare, letters, slip
from casework.providers.matching import Shortlist, candidates, choose, match, rank, rule_for
from casework.tables import YoungPerson
from tests.casebook import JO
from tests.unit.casework.providers.conftest import ULN

BORN = date(2010, 3, 4)
ABOUT = About("Samuel", "O'Neil-Smith", None, BORN, "1000000043", "CT9 1AA", "+447700900123")


def person(number: int = 1, **more: Any) -> YoungPerson:
    values: dict[str, Any] = {
        "id": number,
        "ref": f"Y{number}",
        "first_name": "Samuel",
        "last_name": "O'Neil-Smith",
        "date_of_birth": BORN,
        "uln": "1000000043",
        "postcode": "CT9 1AA",
        "phone": "+447700900123",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return YoungPerson(**values | more)


def only(**given: Any) -> About:
    """What is given, and nothing else."""
    return About(**given)


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        (ABOUT, "uln"),
        (only(uln=ABOUT.uln, last_name="oneil smith"), "uln"),
        (only(uln=ABOUT.uln, date_of_birth=BORN), "uln"),
        (only(uln=ABOUT.uln, date_of_birth=BORN, last_name="Jones", first_name="Samuel"), "uln"),
        (replace(ABOUT, uln=None), "name_and_birth"),
        (only(first_name="SAMUEL", last_name="O\u2019NEIL SMITH", date_of_birth=BORN), "name_and_birth"),
        (only(first_name="Sam", last_name="O'Neil-Smith", date_of_birth=BORN, postcode="CT9 1AA"), "birth_and_address"),
        (only(first_name="S", last_name="O'Neil-Smith", date_of_birth=BORN, phone=ABOUT.phone), "birth_and_address"),
        (only(last_name="O'Neil-Smith", date_of_birth=BORN, postcode="CT9 1AA"), "birth_and_address"),
        # and these are not enough
        (only(uln=ABOUT.uln), None),
        (only(uln=ABOUT.uln, last_name="Jones", first_name="Samuel"), None),
        (only(uln=ABOUT.uln, date_of_birth=BORN, last_name="Jones", first_name="Ruth"), None),
        (replace(ABOUT, first_name="Ruth", date_of_birth=date(2009, 1, 1)), None),
        (only(first_name="Samuel", last_name="O'Neil-Smith"), None),
        (only(first_name="Samuel", last_name="O'Neil-Smith", postcode="CT9 1AA", phone=ABOUT.phone), None),
        (only(last_name="O'Neil-Smith", date_of_birth=BORN), None),
        (only(first_name="Sam", last_name="O'Neil-Smith", date_of_birth=BORN), None),
        (only(first_name="Ruth", last_name="O'Neil-Smith", date_of_birth=BORN, postcode="CT9 1AA"), None),
        (only(first_name="Samuel", last_name="O'Neil-Smyth", date_of_birth=BORN, postcode="CT9 1AA"), None),
        (only(first_name="Samuel", last_name="Smith", date_of_birth=BORN), None),
        (only(first_name="O'Neil-Smith", last_name="Samuel", date_of_birth=BORN), None),
        (replace(ABOUT, uln="1000000051"), None),
        (replace(ABOUT, uln=None, date_of_birth=date(2010, 4, 3)), None),
    ],
)
def test_the_rules(about: About, rule: str | None) -> None:
    assert rule_for(compare(about, person())) == rule


def test_the_name_they_go_by_is_their_name_too() -> None:
    about = only(first_name="Frankie", last_name="O'Neil-Smith", date_of_birth=BORN)
    assert rule_for(compare(about, person(known_as="Frankie"))) == "name_and_birth"
    said = replace(about, first_name="Francesca", known_as="Samuel")
    assert rule_for(compare(said, person())) == "name_and_birth"


def test_nobody_is_chosen_from_two() -> None:
    about = replace(ABOUT, uln=None)
    found = choose(about, [person(1, uln=None), person(2, uln=None, postcode=None)])
    assert (found.person, found.fitting) == (None, 2)
    # one has the number, the other the name and the day
    found = choose(ABOUT, [person(1), person(2, uln=None)])
    assert found.person is None


def test_a_twin_is_not_taken_for_the_other() -> None:
    ruth = person(2, first_name="Ruth", uln="1000000051")
    about = replace(ABOUT, first_name="Ruth", uln=None)
    chosen = choose(about, [person(1), ruth])
    assert chosen.person is ruth
    # the twin who is not in the record is nobody in it
    assert choose(about, [person(1)]).person is None


names = st.text(alphabet="abcdeo' -", min_size=1, max_size=8)
maybe_names = st.one_of(st.none(), names)
people = st.lists(
    st.builds(
        person,
        number=st.integers(1, 5),
        first_name=names,
        last_name=names,
        known_as=maybe_names,
        date_of_birth=st.sampled_from([None, BORN, date(2010, 4, 3)]),
        uln=st.sampled_from([None, "1000000043", "1000000051"]),
        postcode=st.sampled_from([None, "CT9 1AA"]),
        phone=st.sampled_from([None, "+447700900123"]),
    ),
    max_size=4,
)


@given(people, maybe_names, maybe_names, maybe_names, st.sampled_from([None, "CT9 1AA"]))
def test_a_name_alone_never_matches(
    record: list[YoungPerson], first: str | None, last: str | None, known_as: str | None, postcode: str | None
) -> None:
    # not even with a postcode and a phone: whoever shares both is often a brother, a sister or a parent
    about = About(first, last, known_as, None, None, postcode, "+447700900123")
    assert choose(about, record).person is None


@given(people, st.data())
def test_whoever_is_chosen_is_the_only_one_that_fits(record: list[YoungPerson], data: st.DataObject) -> None:
    if not record:
        return
    them = data.draw(st.sampled_from(record))
    about = About(
        them.first_name, them.last_name, None, them.date_of_birth, data.draw(st.sampled_from([None, them.uln])),
    )  # fmt: skip
    found = choose(about, record)
    fitting = [one for one in record if rule_for(compare(about, one))]
    assert found.fitting == len(fitting)
    assert (found.person is not None) == (len(fitting) == 1)
    if found.person is not None:
        same = compare(about, found.person)
        assert same.born == "same" or same.uln == "same"
        assert same.last == "same" or same.uln == "same"


@given(people)
def test_a_date_of_birth_and_a_first_name_without_the_last_one_never_match(record: list[YoungPerson]) -> None:
    about = About("abc", None, None, BORN, None, "CT9 1AA", "+447700900123")
    assert choose(about, record).person is None


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        (replace(ABOUT, uln=None, last_name="O'Neil-Smyth"), "The last name is nearly the same"),
        (replace(ABOUT, uln=None, last_name="Smith"), "The last name is nearly the same"),
        (replace(ABOUT, uln="1000000034"), "The ULN differs by one slip"),
        (replace(ABOUT, uln=None, date_of_birth=date(2010, 4, 3)), "The date of birth is nearly the same"),
        (
            replace(ABOUT, uln=None, first_name="O'Neil-Smith", last_name="Samuel"),
            "First and last name stand in each other's place",
        ),
        (only(first_name="Samuel", last_name="O'Neil-Smith"), "The first name is the same"),
    ],
)
def test_what_is_merely_alike_is_for_a_person_to_judge(about: About, reason: str) -> None:
    assert choose(about, [person()]).person is None
    [found] = rank(about, [person()])
    assert reason in found.reasons


def test_likelier_people_come_first_and_strangers_not_at_all() -> None:
    about = replace(ABOUT, uln=None, last_name="ONeil-Smyth")
    exact = person(1, last_name="ONeil-Smyth", first_name="Sam", postcode=None, phone=None)
    near = person(2)
    stranger = person(3, first_name="Ada", last_name="Byron", postcode=None, phone=None, uln=None)
    same_name = person(
        4, first_name="Samuel", last_name="Oneil-Smyth", date_of_birth=date(1999, 1, 1), postcode=None, phone=None
    )
    found = [one.person.id for one in rank(about, [stranger, same_name, near, exact])]
    assert found[:2] == [2, 1]
    assert 3 not in found
    assert 4 not in found
    assert {one.person.id for one in Shortlist([exact, near, stranger, same_name]).rank(about)} == {1, 2}


def test_the_record_is_asked_by_number_and_by_day(engine: Engine) -> None:
    with reading(engine) as session:
        by_number = match(session, About("X", "reed", None, None, ULN))
        assert by_number.person is not None
        assert (by_number.person.id, by_number.rule) == (JO, "uln")
        by_day = match(session, About("jo", "REED", None, date(2009, 9, 2)))
        assert by_day.person is not None
        assert match(session, About("Joanna", "Reed")).person is None
        assert match(session, About("Joanna", "Reed", None, date(2009, 2, 9))).person is None
        for swapped in (
            About("Joanna", "Reed", None, date(2009, 2, 9)),
            About("Reed", "Joanna", None, date(2009, 9, 2)),
            About("Joanna", "REED"),
        ):
            assert [one.person.id for one in candidates(session, swapped)][:1] == [JO]
        assert candidates(session, About()) == []


@given(st.text(alphabet="abc", max_size=6), st.text(alphabet="abc", max_size=6))
def test_a_slip_goes_both_ways_and_is_never_nothing(one: str, other: str) -> None:
    assert slip(one, other) == slip(other, one)
    assert not slip(one, one)


def test_letters_are_compared_and_nothing_else() -> None:
    assert letters("Zoë-Mae O\u2019Brien ") == letters("ZOE MAE OBRIEN")
