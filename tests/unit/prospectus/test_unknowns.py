"""What is not known of a course: it is found, after those that are known, and said."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from prospectus.search import Query, Result, search
from tests.unit.prospectus.conftest import TODAY, Builder

Read = Callable[[], Session]


def find(read: Read, rotation: int = 0, **wishes: object) -> Result:
    return search(read(), replace(Query(limit=50), **wishes), today=TODAY, rotation=rotation)  # type: ignore[arg-type]


def test_a_level_that_is_not_known(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("KNOWN", runs=[{"places": "full"}])
    build.course("UNKNOWN", level="unknown", runs=[{"places": "available"}])
    build.course("OTHER", level="1")
    assert {hit.course_ref for hit in find(read).hits} == {"KNOWN", "UNKNOWN", "OTHER"}
    for rotation in range(3):
        hits = find(read, rotation, level="2").hits
        assert [hit.course_ref for hit in hits] == ["KNOWN", "UNKNOWN"]
    assert [hit.unknown for hit in hits] == [[], ["level"]]
    assert [hit.matches for hit in hits] == [["level:2"], []]
    assert find(read).hits[0].unknown == []


def test_days_that_are_not_known(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("FRIDAYS", runs=[{"days": "Mon to Fri"}])
    build.course("UNKNOWN", runs=[{}])
    build.course("FITS", runs=[{"days": "Mon to Thu", "places": "full"}])
    build.course("EITHER", runs=[{"days": "Fri"}, {"days": "Mon"}])
    hits = find(read, days="-fri").hits
    assert {hit.course_ref for hit in hits[:2]} == {"FITS", "EITHER"}
    assert (hits[2].course_ref, hits[2].unknown) == ("UNKNOWN", ["days"])
    assert len(hits) == 3
    assert hits[0].matches == ["days:-fri"]
    assert hits[2].matches == []


def test_other_days_come_near(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("FRIDAYS", runs=[{"days": "Mon to Fri"}])
    result = find(read, days="evening,-fri")
    assert (result.total, result.relaxed) == (0, ["days"])
    assert [hit.course_ref for hit in result.near] == ["FRIDAYS"]


def test_an_age_leaves_out_only_what_is_for_others(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("ADULTS", min_age=19)
    build.course("TEENS", min_age=16, max_age=18)
    build.course("ANYBODY")
    hits = {hit.course_ref: hit for hit in find(read, age=16).hits}
    assert set(hits) == {"TEENS", "ANYBODY"}
    assert (hits["TEENS"].unknown, hits["ANYBODY"].unknown) == ([], ["age"])
    assert {hit.course_ref for hit in find(read, age=19).hits} == {"ADULTS", "ANYBODY"}
    result = find(read, age=15, provider="P1", subject="plumbing")
    assert {hit.course_ref for hit in result.hits} == {"ANYBODY"}


def test_hits_say_whom_it_cannot_take_and_that_it_is_old(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", exclusions="Not for those with a driving ban", checked_on=date(2026, 1, 5))
    build.course("B")
    hits = {hit.course_ref: hit for hit in find(read).hits}
    assert (hits["A"].barred, hits["A"].stale, hits["A"].checked_on) == (True, True, date(2026, 1, 5))
    assert (hits["B"].barred, hits["B"].stale) == (False, False)


def test_retired_runs_are_not_offered(build: Builder, read: Read) -> None:
    build.provider("P1")
    build.course("A", runs=[{"town": "Dover", "retired": True}, {"town": "Margate"}])
    assert find(read, place="dover", words="course").total == 0
    (hit,) = find(read).hits
    assert hit.town == "Margate"
