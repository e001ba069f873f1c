"""Finding courses in a catalogue made by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from prospectus.search import Query, Result, search
from tests.unit.prospectus.conftest import CHECKED, TODAY, Builder

Read = Callable[[], Session]
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def find(read: Read, rotation: int = 0, **wishes: object) -> Result:
    return search(read(), replace(Query(limit=50), **wishes), today=TODAY, rotation=rotation)  # type: ignore[arg-type]


def refs(result: Result) -> list[str]:
    return [hit.course_ref for hit in result.hits]


def test_an_empty_catalogue_has_nothing(read: Read) -> None:
    assert find(read) == Result([], 0)


def test_each_filter_filters(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.provider("P2", town="Dover")
    build.course("A")
    build.course("B", subject="music", level="1", title="Beats")
    build.course("C", provider="P2", route="apprenticeship")
    assert set(refs(find(read))) == {"A", "B", "C"}
    assert refs(find(read, subject="music")) == ["B"]
    assert refs(find(read, level="1")) == ["B"]
    assert refs(find(read, provider="P2")) == ["C"]
    assert refs(find(read, route="apprenticeship")) == ["C"]
    assert refs(find(read, words="BEATS!")) == ["B"]
    assert refs(find(read, place="dover")) == ["C"]
    assert refs(find(read, place="thanet", subject="plumbing")) == ["A"]


def test_a_broad_subject_finds_what_is_part_of_it(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", subject="bricklaying")
    build.course("B", subject="construction")
    build.course("C", subject="music")
    assert set(refs(find(read, subject="construction"))) == {"A", "B"}
    assert refs(find(read, subject="bricklaying")) == ["A"]


def test_distance_is_in_miles_from_the_place_asked(build: Builder, read: Read) -> None:
    build.provider("P1", town="Margate")
    build.provider("P2", town="Ramsgate")
    build.course("A")
    build.course("B", provider="P2")
    hits = find(read, place="margate").hits
    assert [(hit.course_ref, hit.distance_miles) for hit in hits] == [("A", 0.0), ("B", pytest.approx(3.6, abs=0.2))]
    # in a district the nearest of its towns counts
    assert {hit.distance_miles for hit in find(read, place="thanet").hits} == {0.0}
    # to the whole of Kent no distance means anything
    assert {hit.distance_miles for hit in find(read, place="kent").hits} == {None}


def test_a_run_in_the_town_counts_even_where_its_position_is_not_known(build: Builder, read: Read) -> None:
    build.provider("P1", town="Hythe")
    build.course("A")
    (hit,) = find(read, place="hythe").hits
    assert (hit.town, hit.distance_miles) == ("Hythe", None)
    assert find(read, place="dover").near[0].distance_miles is None


def test_past_runs_are_not_offered_and_roll_on_runs_are(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("PAST", runs=[{"start": YESTERDAY}])
    build.course("TODAY", runs=[{"start": TODAY}])
    build.course("ROLL", runs=[{"roll_on": True, "start": YESTERDAY}])
    build.course("OVER", runs=[{"roll_on": True, "start": YESTERDAY, "end": TODAY}])
    build.course("NEXT", runs=[{"start": YESTERDAY, "places": "available"}, {"start": TOMORROW, "places": "few"}])
    build.course("UNKNOWN", runs=[{"start": None}])
    build.course("NONE", runs=[])
    found = {hit.course_ref: hit for hit in find(read).hits}
    assert set(found) == {"TODAY", "ROLL", "NEXT", "UNKNOWN", "NONE"}
    assert found["ROLL"].start is None
    assert found["ROLL"].roll_on
    assert (found["NEXT"].start, found["NEXT"].places) == (TOMORROW, "few")
    assert (found["UNKNOWN"].start, found["UNKNOWN"].roll_on) == (None, False)
    assert (found["NONE"].town, found["NONE"].places) == ("Margate", "unknown")


def test_retired_courses_are_not_found(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", retired=True)
    assert find(read).total == 0


def test_full_ones_are_shown_as_full_after_those_with_places(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("FULL", runs=[{"places": "full"}])
    build.course("ZERO", runs=[{"places": "available", "places_left": 0}])
    build.course("WAIT", runs=[{"places": "waiting_list"}])
    build.course("LATE", runs=[{"places": "available", "apply_by": YESTERDAY}])
    build.course("FEW", runs=[{"places": "few"}])
    build.course("UNKNOWN", runs=[{"places": "unknown"}])
    for rotation in range(8):
        hits = find(read, rotation).hits
        assert {hit.course_ref for hit in hits[:2]} == {"FEW", "UNKNOWN"}
        assert [hit.course_ref for hit in hits[2:4]] == ["WAIT", "LATE"]
        assert {hit.course_ref for hit in hits[4:]} == {"FULL", "ZERO"}
    shown = {hit.course_ref: hit.places for hit in hits}
    assert shown == {
        "FEW": "few", "UNKNOWN": "unknown", "WAIT": "waiting_list", "LATE": "closed", "FULL": "full", "ZERO": "full",
    }  # fmt: skip


def test_of_a_course_the_run_with_places_is_shown(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", runs=[{"start": TOMORROW, "places": "full"}, {"start": date(2027, 1, 11), "places": "few"}])
    (hit,) = find(read).hits
    assert (hit.start, hit.places) == (date(2027, 1, 11), "few")


def test_of_a_course_the_run_in_the_place_asked_is_shown(build: Builder, read: Read) -> None:
    build.provider("P1", town="Dartford")
    here = {"town": "Dover", "latitude": 51.128, "longitude": 1.313, "places": "full"}
    build.course("A", runs=[{"places": "available"}, here])
    (hit,) = find(read, place="dover").hits
    assert (hit.town, hit.places) == ("Dover", "full")


def test_starting_now_or_about_a_day(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("SOON", runs=[{"start": TODAY + timedelta(days=28)}])
    build.course("JANUARY", runs=[{"start": date(2027, 1, 11)}])
    build.course("ROLL", runs=[{"roll_on": True}])
    build.course("UNKNOWN", runs=[{"start": None}])
    assert set(refs(find(read, start="now"))) == {"SOON", "ROLL"}
    assert set(refs(find(read, start="2027-01-01"))) == {"JANUARY", "ROLL"}
    assert set(refs(find(read, start="2026-01-01"))) == {"SOON", "ROLL"}
    assert find(read, start="soonish").total == 0


def test_words_in_the_title_come_before_words_elsewhere(build: Builder, read: Read) -> None:
    build.provider("P1", name="Vans College")
    build.course("PROVIDER", title="Course one")
    build.course("SUMMARY", title="Course two", summary="We mend vans")
    build.course("KEYWORD", title="Course three", keywords=["vans"])
    build.course("TITLE", title="Van maintenance")
    for rotation in range(6):
        assert refs(find(read, rotation, words="vans"))[:2] == ["TITLE", "KEYWORD"]


def test_all_words_are_needed_and_filler_is_not(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", title="Boat building")
    build.course("B", title="Boat painting")
    assert refs(find(read, words="the boat building course please")) == ["A"]
    result = find(read, words="boat welding")
    assert result.total == 0
    assert {hit.course_ref for hit in result.near} == {"A", "B"}
    assert result.relaxed == ["words"]


def test_words_of_the_subject_choose_the_order_and_leave_nothing_out(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", subject="science", title="A level Chemistry")
    build.course("B", subject="science", title="A level Biology")
    for rotation in range(4):
        assert refs(find(read, rotation, subject="science", words="biology")) == ["B", "A"]


def test_matches_say_why(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", title="Bathrooms", runs=[{"roll_on": True}])
    asked = {"level": "2", "place": "thanet", "provider": "P1", "route": "college", "start": "now"}
    (hit,) = find(read, subject="construction", words="bathrooms", **asked).hits
    assert hit.matches == [
        "subject:plumbing", "words:bathrooms", "level:2", "place:thanet", "provider:P1", "route:college", "start:now",
    ]  # fmt: skip


def test_pages_follow_each_other(build: Builder, read: Read) -> None:
    for number in range(3):
        build.provider(f"P{number}")
        for course in range(4):
            build.course(f"C{number}{course}", provider=f"P{number}")
    everything = refs(find(read, rotation=5))
    paged = [ref for offset in range(0, 12, 5) for ref in refs(find(read, rotation=5, limit=5, offset=offset))]
    assert paged == everything
    assert sorted(paged) == sorted(set(paged))
    assert find(read, limit=2).total == 12
    assert find(read, offset=12).hits == []
    assert len(find(read, limit=-3).hits) == 1
    assert len(find(read, limit=3, offset=-1).hits) == 3


def test_a_hit_is_plain_data(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", qualification="Diploma", runs=[{"start": TOMORROW, "places": "few"}])
    args = find(read, place="margate").hits[0].as_args()
    assert json.loads(json.dumps(args)) == args == {
        "course_ref": "A", "title": "Course A", "provider_name": "P1 College", "provider_ref": "P1", "town": "Margate",
        "level": "2", "route": "college", "qualification": "Diploma", "distance_miles": 0.0,
        "start": TOMORROW.isoformat(), "roll_on": False, "places": "few", "matches": ["place:margate"],
        "unknown": [], "barred": False, "checked_on": CHECKED.isoformat(), "stale": False,
    }  # fmt: skip


class TestNearMisses:
    """What comes near when nothing fits."""

    @pytest.fixture(autouse=True)
    def catalogue(self, build: Builder) -> None:
        build.provider("P1", town="Margate")
        build.provider("P2", town="Dover")
        build.provider("P3", town="Dartford")

    def test_the_place_goes_first_and_the_nearest_comes_first(self, build: Builder, read: Read) -> None:
        build.course("FAR", provider="P3", runs=[{"places": "available"}])
        build.course("NEAR", provider="P2", runs=[{"places": "few"}])
        build.course("HERE", level="1")
        result = find(read, subject="plumbing", level="2", place="margate")
        assert (result.hits, result.total) == ([], 0)
        assert result.relaxed == ["place"]
        assert [hit.course_ref for hit in result.near] == ["NEAR"]
        assert result.near[0].distance_miles == pytest.approx(17.7, abs=0.2)

    def test_a_neighbouring_level_here_comes_before_another_end_of_the_county(self, build: Builder, read: Read) -> None:
        build.course("FAR", provider="P3")
        build.course("HERE", level="1")
        result = find(read, subject="plumbing", level="2", place="margate")
        assert (result.relaxed, [hit.course_ref for hit in result.near]) == (["level"], ["HERE"])

    def test_a_level_that_is_no_neighbour_comes_after_a_place_far_away(self, build: Builder, read: Read) -> None:
        build.course("FAR", provider="P3", level="3")
        build.course("HERE", level="entry")
        result = find(read, subject="plumbing", level="3", place="margate")
        assert (result.relaxed, [hit.course_ref for hit in result.near]) == (["place"], ["FAR"])

    def test_then_the_start(self, build: Builder, read: Read) -> None:
        build.course("HERE")
        result = find(read, subject="plumbing", level="2", place="margate", start="now")
        assert (result.relaxed, [hit.course_ref for hit in result.near]) == (["start"], ["HERE"])

    def test_as_little_as_possible_goes(self, build: Builder, read: Read) -> None:
        build.course("BOTH", provider="P2", level="1")
        build.course("START", route="college")
        result = find(read, subject="plumbing", level="2", place="margate", start="now")
        assert result.relaxed == ["start"]
        result = find(read, subject="plumbing", level="2", place="dover")
        assert (result.relaxed, [hit.course_ref for hit in result.near]) == (["place"], ["START"])

    def test_the_subject_never_goes(self, build: Builder, read: Read) -> None:
        build.course("A", subject="music")
        assert find(read, subject="plumbing", place="margate") == Result([], 0)

    def test_words_that_nothing_has_find_nothing(self, build: Builder, read: Read) -> None:
        build.course("A")
        assert find(read, words="submarine") == Result([], 0)

    def test_what_did_not_match_is_not_among_the_reasons(self, build: Builder, read: Read) -> None:
        build.course("NEAR", provider="P2")
        (hit,) = find(read, subject="plumbing", level="2", place="margate").near
        assert hit.matches == ["subject:plumbing", "level:2"]

    def test_a_place_nobody_knows_is_let_go(self, build: Builder, read: Read) -> None:
        build.course("A")
        result = find(read, place="atlantis")
        assert (result.total, result.relaxed) == (0, ["place"])
        assert [hit.course_ref for hit in result.near] == ["A"]
