"""The register of a school year, its counts, and tables that no spreadsheet runs."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col

from casework import csvsafe
from casework.destinations import planning
from casework.destinations.planning import SMALL, counts, masked, shown
from casework.destinations.register import STANDINGS, Row, register
from casework.tables import YoungPerson
from tests.casebook import ANN, JO, KIT, LEE, MIA, NOOR
from tests.unit.casework.destinations.conftest import born, put

NOVEMBER = date(2026, 11, 1)
ELEVEN = date(2011, 2, 1)


def rows(session: Session, **more: object) -> dict[int, Row]:
    return {row.person.id or 0: row for row in register(session, NOVEMBER, **more)}  # type: ignore[arg-type]


def test_a_year_is_known_by_the_date_of_birth_or_else_by_the_record(session: Session) -> None:
    # recorded last year as of Year 12, and of an age for Year 11
    born(session, JO, ELEVEN, year_group=12)
    born(session, KIT, None, year_group=11)
    born(session, LEE, ELEVEN, left_area_on=date(2026, 10, 1))
    assert set(rows(session)) == {JO, KIT}
    assert set(rows(session, school_id=1)) == {JO}
    assert set(rows(session, where=col(YoungPerson.adviser_id) == ANN)) == {JO, KIT}
    assert {MIA, NOOR} <= set(rows(session, year=12))


def test_each_pupil_stands_where_the_furthest_open_application_has_come(session: Session) -> None:
    for person in (JO, KIT, LEE, MIA, NOOR):
        born(session, person, ELEVEN)
    put(session, JO, "intended", NOVEMBER, undecided=True)
    put(session, KIT, "intended", NOVEMBER, subject="plumbing", route="college")
    put(session, KIT, "intended", NOVEMBER, subject="it", choice=2)
    put(session, LEE, "applied", NOVEMBER, provider_ref="P05", subject="plumbing")
    put(session, LEE, "offered", NOVEMBER, provider_ref="P04", subject="plumbing")
    put(session, MIA, "applied", NOVEMBER, provider_ref="P05", subject="plumbing")
    put(session, MIA, "rejected", date(2026, 11, 2), provider_ref="P05", subject="plumbing")
    found = rows(session)
    assert {person: row.standing for person, row in found.items()} == {
        JO: "undecided", KIT: "intended", LEE: "offered", MIA: "nothing_open", NOOR: "nothing_known",
    }  # fmt: skip
    assert set(STANDINGS) >= {row.standing for row in found.values()}
    assert (found[LEE].applied, found[LEE].offers, found[MIA].applied) == (2, 1, 0)
    assert found[KIT].second is not None
    assert found[JO].last_contact is not None
    assert [row.person.last_name for row in register(session, NOVEMBER)] == sorted(
        row.person.last_name for row in found.values()
    )


def test_the_next_interview_is_one_to_come(session: Session) -> None:
    born(session, JO, ELEVEN)
    at = datetime(2026, 11, 10, 9, tzinfo=UTC)
    put(session, JO, "interview", NOVEMBER, provider_ref="P05", at_time=at)
    row = rows(session)[JO]
    assert row.interview_after(datetime(2026, 11, 9, tzinfo=UTC)) == at
    assert row.interview_after(datetime(2026, 11, 11, tzinfo=UTC)) is None


def test_first_choices_are_counted_and_the_undecided_apart(session: Session) -> None:
    for person in (JO, KIT, LEE, MIA, NOOR):
        born(session, person, ELEVEN)
    put(session, JO, "intended", NOVEMBER, undecided=True)
    put(session, KIT, "intended", NOVEMBER, subject="plumbing", route="college", level="2")
    put(session, LEE, "intended", NOVEMBER, subject="unheard", route="college")
    put(session, MIA, "applied", NOVEMBER, provider_ref="P05")
    found = counts(register(session, NOVEMBER), {"plumbing": "Construction"}.get)
    assert (found.total, found.planned, found.undecided, found.nothing_known) == (5, 2, 1, 1)
    assert found.by_route == {"college": 2}
    assert found.by_sector == {"Construction": 1, planning.NOT_SAID: 1}
    assert found.by_level == {"2": 1, planning.NOT_SAID: 1}


def test_a_small_count_is_not_shown() -> None:
    assert [shown(number) for number in (0, 1, 4, 5)] == ["0", "fewer than 5", "fewer than 5", "5"]


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=6))
def test_no_total_gives_a_small_count_away(table: dict[str, int]) -> None:
    found = masked(table)
    small = [name for name, count in table.items() if 0 < count < SMALL]
    assert all(found[name] == "fewer than 5" for name in small)
    withheld = [name for name, words in found.items() if not words.isdigit()]
    if small and any(count >= SMALL for count in table.values()):
        assert len(withheld) >= 2


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    cell = csvsafe.safe(text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.endswith(text)


def test_a_table_opens_in_a_spreadsheet() -> None:
    made = csvsafe.table(["Name", "Plan"], [["=cmd|' /C calc'!A0", None], ['O"Neil, Jo', 2]])
    assert made.startswith("\ufeffName,Plan\r\n")
    assert "'=cmd" in made
    assert '"O""Neil, Jo",2\r\n' in made
