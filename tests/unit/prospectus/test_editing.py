"""Editing a course: what changed is changed, nobody is written over unawares, and all of it is in the history."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.db import open_engine, reading, writing
from prospectus import editing, formtexts
from prospectus.coursefields import course_facts, read_date, run_facts, said_date
from prospectus.details import details
from prospectus.editing import NotSaved, Officer
from prospectus.search import Query, search
from prospectus.tables import Course, CourseChange, Run
from prospectus.vocabulary import Vocabulary
from tests.unit.prospectus.conftest import TODAY, Builder

BY = Officer("Ann Ames", datetime(2026, 11, 23, 9, tzinfo=UTC), TODAY)
BOB = Officer("Bob Bell", datetime(2026, 11, 23, 10, tzinfo=UTC), TODAY)
OFFICERS = {"source": "officer", "checked_on": "2026-11-23"}

Edit = Callable[..., list[str]]


@pytest.fixture
def plumbing(build: Builder) -> Builder:
    build.provider("P1")
    build.course("A", title="Plumbing", cost="Free", runs=[{"start": date(2027, 1, 11), "places": "available"}])
    return build


def form(engine: Engine, vocabulary: Vocabulary) -> tuple[dict[str, str], str]:
    with reading(engine) as session:
        texts = formtexts.shown(editing.course_of(session, "A"), course_facts(vocabulary))
    return texts, formtexts.seen(texts)


def run_form(engine: Engine) -> tuple[dict[str, str], str]:
    with reading(engine) as session:
        run = editing.run_of(session, editing.course_of(session, "A"), "A-1")
        texts = formtexts.shown(run, run_facts())
    return texts, formtexts.seen(texts)


@pytest.fixture
def edit(engine: Engine, vocabulary: Vocabulary) -> Edit:
    """Edits course A as though its form had just been opened; ``opened`` is a form that was opened before."""

    def change(by: Officer = BY, opened: tuple[dict[str, str], str] | None = None, **texts: str) -> list[str]:
        before, seen = opened or form(engine, vocabulary)
        with writing(engine) as session:
            return editing.edit_course(session, "A", before | texts, seen, by, vocabulary)

    return change


@pytest.fixture
def edit_run(engine: Engine, vocabulary: Vocabulary) -> Edit:
    def change(by: Officer = BY, opened: tuple[dict[str, str], str] | None = None, **texts: str) -> list[str]:
        before, seen = opened or run_form(engine)
        with writing(engine) as session:
            return editing.edit_run(session, "A", "A-1", before | texts, seen, by, vocabulary)

    return change


def course(engine: Engine) -> Course:
    with reading(engine) as session:
        return session.exec(select(Course).where(Course.ref == "A")).one()


def changes(engine: Engine) -> list[tuple[str, str | None, str | None, dict[str, Any]]]:
    with reading(engine) as session:
        rows = reversed(editing.history(session, "A"))
        return [(row.action, row.by, row.run_ref, row.changes) for row in rows]


def refused(edit: Edit, **texts: str) -> dict[str, str]:
    with pytest.raises(NotSaved) as caught:
        edit(**texts)
    return caught.value.problems


def test_what_was_typed_is_kept_with_its_source_and_its_history(plumbing: Builder, engine: Engine, edit: Edit) -> None:
    assert edit(cost="£20 ", kit="Boots\r\n and gloves") == ["cost", "kit"]
    row = course(engine)
    assert (row.cost, row.kit, row.title) == ("£20", "Boots\nand gloves", "Plumbing")
    assert row.facts == {"cost": OFFICERS, "kit": OFFICERS}
    assert changes(engine) == [
        ("changed", "Ann Ames", None, {"cost": ["Free", "£20"], "kit": [None, "Boots\nand gloves"]})
    ]


def test_an_emptied_fact_is_not_known(plumbing: Builder, engine: Engine, edit: Edit) -> None:
    assert edit(cost="") == ["cost"]
    assert course(engine).cost is None


def test_a_form_sent_as_it_was_changes_nothing(plumbing: Builder, engine: Engine, edit: Edit) -> None:
    assert edit() == []
    assert course(engine).facts == {}
    assert changes(engine) == []


def test_every_fact_of_the_form_can_be_changed(plumbing: Builder, engine: Engine, edit: Edit) -> None:
    given = {
        "title": "Gas", "subject": "electrical", "level": "1", "route": "training", "qualification": "Diploma",
        "summary": "Pipes.", "entry_requirements": "None", "exclusions": "Nobody on bail", "min_age": "16",
        "max_age": "24", "cost": "£5", "kit": "Boots", "kit_paid_by": "We do", "travel_help": "A pass",
        "how_to_apply": "Ring", "url": "www.samphirecoast.example/gas", "leads_to": "Work", "taster": "In May",
        "keywords": "gas, boilers\npipes",
    }  # fmt: skip
    assert set(edit(**given)) == set(given)
    row = course(engine)
    assert (row.subject, row.min_age, row.keywords) == ("electrical", 16, ["gas", "boilers", "pipes"])
    assert row.url == "https://www.samphirecoast.example/gas"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("title", "", "Enter the title"),
        ("title", "x" * 201, "200 characters or fewer"),
        ("title", "a\nb", "one line"),
        ("summary", "a\x07b", "cannot be shown"),
        ("subject", "magic", "Choose the subject"),
        ("level", "9", "Choose the level"),
        ("route", "", "Choose the route"),
        ("min_age", "old", "whole number from 10 to 99"),
        ("min_age", "²", "whole number"),
        ("max_age", "400", "whole number"),
        ("url", "javascript:alert(1)", "https:// or http://"),
        ("keywords", "x" * 51, "50 characters"),
    ],
)
def test_what_cannot_be_is_refused(
    plumbing: Builder, engine: Engine, edit: Edit, field: str, text: str, said: str
) -> None:
    assert said in refused(edit, **{field: text, "cost": "£20"})[field]
    assert course(engine).cost == "Free", "nothing is changed"
    assert changes(engine) == []


def test_ages_that_do_not_go_together_are_refused(plumbing: Builder, edit: Edit) -> None:
    assert "max_age" in refused(edit, min_age="19", max_age="16")


def test_two_officers_change_different_facts(
    plumbing: Builder, engine: Engine, vocabulary: Vocabulary, edit: Edit
) -> None:
    opened = form(engine, vocabulary)
    edit(cost="£20")
    assert edit(BOB, opened, kit="Boots") == ["kit"]
    assert (course(engine).cost, course(engine).kit) == ("£20", "Boots")


def test_nobody_writes_over_a_colleague_unawares(
    plumbing: Builder, engine: Engine, vocabulary: Vocabulary, edit: Edit
) -> None:
    opened = form(engine, vocabulary)
    edit(cost="£20")
    with pytest.raises(NotSaved) as caught:
        edit(BOB, opened, cost="£30", kit="Boots")
    assert caught.value.clashes == {"cost": "£20"}
    assert (course(engine).cost, course(engine).kit) == ("£20", None), "nothing is changed"
    # shown what it is now, they may
    assert edit(BOB, cost="£30") == ["cost"]


def test_the_same_change_twice_is_no_clash(
    plumbing: Builder, engine: Engine, vocabulary: Vocabulary, edit: Edit
) -> None:
    opened = form(engine, vocabulary)
    edit(cost="£20")
    assert edit(BOB, opened, cost="£20") == []
    assert len(changes(engine)) == 1


def test_a_form_without_its_digests_writes_nothing_over(plumbing: Builder, engine: Engine, edit: Edit) -> None:
    with pytest.raises(NotSaved) as caught:
        edit(BY, ({}, "nonsense"), cost="£30")
    assert caught.value.clashes == {"cost": "Free"}


def test_a_fact_that_was_too_long_already_does_not_stop_others(plumbing: Builder, engine: Engine, edit: Edit) -> None:
    with writing(engine) as session:
        editing.course_of(session, "A").title = "x" * 300
    assert edit(cost="£20") == ["cost"]


def test_a_run_is_full_or_moves(plumbing: Builder, engine: Engine, edit_run: Edit) -> None:
    assert set(edit_run(places="full", places_left="0")) == {"places", "places_left"}
    assert edit_run(town="Dover") == ["town"]
    with reading(engine) as session:
        run = session.exec(select(Run)).one()
        found = details(session, "A", today=TODAY)
    assert (run.places, run.town) == ("full", "Dover")
    assert run.latitude == pytest.approx(51.13, abs=0.05), "it is found near Dover now"
    assert found is not None
    assert found.checked("places", "A-1").source == "officer"
    assert changes(engine)[0] == (
        "changed",
        "Ann Ames",
        "A-1",
        {"places": ["available", "full"], "places_left": [None, 0]},
    )


def test_a_run_in_a_place_nobody_knows_has_no_position(plumbing: Builder, engine: Engine, edit_run: Edit) -> None:
    edit_run(town="Atlantis")
    with reading(engine) as session:
        assert session.exec(select(Run.latitude)).one() is None


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"start": "31 February 2027"}, "start"),
        ({"start": "11 Jan 27"}, "start"),
        ({"end": "1 January 2027"}, "end"),
        ({"end": "1 June 2027", "apply_by": "2 June 2027"}, "apply_by"),
        ({"places": "full", "places_left": "3"}, "places_left"),
        ({"places_left": "0"}, "places"),
        ({"places_left": "-1"}, "places_left"),
        ({"places": "lots"}, "places"),
        ({"roll_on": "maybe"}, "roll_on"),
        ({"town": ""}, "town"),
        ({"postcode": "nowhere"}, "postcode"),
    ],
)
def test_what_a_run_cannot_be_is_refused(
    plumbing: Builder, engine: Engine, edit_run: Edit, texts: dict[str, str], field: str
) -> None:
    assert field in refused(edit_run, **texts)
    assert changes(engine) == []


def test_a_search_sees_a_change_at_once(
    plumbing: Builder, engine: Engine, vocabulary: Vocabulary, edit_run: Edit
) -> None:
    def places() -> str:
        with reading(engine) as session:
            return search(session, Query(subject="plumbing"), today=TODAY, vocabulary=vocabulary).hits[0].places

    assert places() == "available"
    edit_run(places="full")
    assert places() == "full"


def test_checked_today(plumbing: Builder, engine: Engine, edit: Edit) -> None:
    with writing(engine) as session:
        row = editing.course_of(session, "A")
        row.checked_on, row.facts = date(2026, 1, 5), {"cost": {"source": "feed", "checked_on": "2026-01-01"}}
    with writing(engine) as session:
        assert editing.confirm(session, "A", BY)
    assert course(engine).checked_on == TODAY
    assert course(engine).facts == {"cost": {"source": "feed", "checked_on": "2026-11-23"}}
    assert changes(engine) == [("changed", "Ann Ames", None, {"checked_on": ["2026-01-05", "2026-11-23"]})]
    with writing(engine) as session:
        assert not editing.confirm(session, "A", BOB), "once a day is enough"


def test_retired_and_restored(plumbing: Builder, engine: Engine, vocabulary: Vocabulary) -> None:
    def found() -> int:
        with reading(engine) as session:
            return search(session, Query(subject="plumbing"), today=TODAY, vocabulary=vocabulary).total

    with writing(engine) as session:
        assert editing.retire(session, "A", BY)
        assert not editing.retire(session, "A", BOB)
    assert found() == 0
    assert course(engine).facts["retired"] == OFFICERS, "no import brings it back"
    with writing(engine) as session:
        assert editing.restore(session, "A", BY)
    assert found() == 1
    assert [action for action, *_ in changes(engine)] == ["retired", "restored"]


def test_a_start_that_will_not_take_place(plumbing: Builder, engine: Engine) -> None:
    def starts() -> list[str]:
        with reading(engine) as session:
            found = details(session, "A", today=TODAY)
            return [run.ref for run in found.runs] if found else []

    with writing(engine) as session:
        editing.retire_run(session, "A", "A-1", BY)
    assert starts() == []
    assert course(engine).facts["A-1.retired"] == OFFICERS, "no import brings it back"
    with writing(engine) as session:
        assert [run.ref for run in editing.retired_runs(session, editing.course_of(session, "A"))] == ["A-1"]
        with pytest.raises(editing.NotFound):
            editing.retire_run(session, "A", "A-1", BY)
        editing.restore_run(session, "A", "A-1", BY)
        with pytest.raises(editing.NotFound):
            editing.restore_run(session, "A", "A-1", BY)
    assert starts() == ["A-1"]
    assert [(action, run) for action, _, run, _ in changes(engine)] == [("retired", "A-1"), ("restored", "A-1")]


def test_a_fact_can_be_given_back_to_the_feed(plumbing: Builder, engine: Engine, edit: Edit, edit_run: Edit) -> None:
    edit(cost="£20")
    edit_run(places="full")
    with writing(engine) as session:
        editing.course_of(session, "A").fingerprint = "abc"
    with writing(engine) as session:
        assert editing.give_back(session, "A", "cost", BY)
        assert editing.give_back(session, "A", "A-1.places", BY)
        assert not editing.give_back(session, "A", "title", BY)
    assert course(engine).facts == {}
    assert course(engine).fingerprint is None, "the next import looks at it again"
    assert changes(engine)[-2:] == [
        ("changed", "Ann Ames", None, {"cost.source": ["officer", "test"]}),
        ("changed", "Ann Ames", "A-1", {"places.source": ["officer", "test"]}),
    ]


def test_history_has_pages(plumbing: Builder, engine: Engine, edit: Edit) -> None:
    for number in range(5):
        edit(cost=f"£{number}")
    with reading(engine) as session:
        first = editing.history(session, "A", limit=2)
        assert [row.changes["cost"][1] for row in first] == ["£4", "£3"]
        rest = editing.history(session, "A", limit=50, before=first[-1].id)
        assert [row.changes["cost"][1] for row in rest] == ["£2", "£1", "£0"]


def test_no_such_course_and_no_such_run(plumbing: Builder, engine: Engine, vocabulary: Vocabulary) -> None:
    plumbing.course("B", runs=[{"retired": True}])
    with writing(engine) as session:
        for ref, run in (("NO", "A-1"), ("A", "NO"), ("A", "B-1"), ("B", "B-1")):
            with pytest.raises(editing.NotFound):
                editing.edit_run(session, ref, run, {}, "", BY, vocabulary)
        with pytest.raises(editing.NotFound):
            editing.edit_course(session, "NO", {}, "", BY, vocabulary)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 September 2027", date(2027, 9, 6)),
        ("6th sept 2027", date(2027, 9, 6)),
        ("06/09/2027", date(2027, 9, 6)),
        ("6.9.2027", date(2027, 9, 6)),
        ("2027-09-06", date(2027, 9, 6)),
        ("September 2027", None),
        ("6 ma 2027", None),
        ("6 j 2027", None),
        ("6 September 1027", None),
        ("6 13 2027", None),
        ("6 September " + "9" * 5000, None),
        ("", None),
    ],
)
def test_dates_as_people_type_them(text: str, expected: date | None) -> None:
    assert read_date(text) == expected
    if expected:
        assert read_date(said_date(expected)) == expected


@pytest.mark.postgres
def test_two_at_once_on_postgresql(postgres_url: str, vocabulary: Vocabulary) -> None:
    """The second writer waits for the first, and then sees what it did."""
    from concurrent.futures import ThreadPoolExecutor

    from sqlmodel import SQLModel

    engine = open_engine(postgres_url)
    SQLModel.metadata.create_all(engine)
    builder = Builder(engine)
    builder.provider("P1")
    builder.course("A", cost="Free")
    texts, seen = form(engine, vocabulary)

    def change(number: int) -> bool:
        try:
            with writing(engine) as session:
                editing.edit_course(session, "A", texts | {"cost": f"£{number}"}, seen, BY, vocabulary)
        except NotSaved:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(change, range(6))) == 1
    with reading(engine) as session:
        assert len(session.exec(select(CourseChange)).all()) == 1
    engine.dispose()
