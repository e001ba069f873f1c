"""Reading the catalogue from the database: all of it, or what changed."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, select

from prospectus.columns import Columns, Loading, Names, ProviderFacts
from prospectus.gazetteer import Gazetteer, gazetteer_of
from prospectus.index import Catalogue, Part
from prospectus.tables import CatalogueTouch, Course, GazetteerPlace, Provider, Run

AT_ONCE = 500
"""Rows fetched, and ids asked for, at once."""

_course, _run, _provider, _place, _touch = (
    model.__table__  # type: ignore[union-attr]
    for model in (Course, Run, Provider, GazetteerPlace, CatalogueTouch)
)
_COURSES = select(
    *(_course.c[name] for name in (
        "id", "ref", "provider_id", "title", "subject", "level", "route", "qualification", "summary", "exclusions",
        "keywords", "checked_on", "min_age", "max_age",
    ))
).where(_course.c.retired.is_(False)).order_by(_course.c.id)  # fmt: skip
_RUNS = select(
    *(_run.c[name] for name in (
        "course_id", "ref", "start", "roll_on", "end", "apply_by", "places", "places_left", "town", "postcode",
        "latitude", "longitude", "days", "hours",
    ))
).where(_run.c.retired.is_(False)).order_by(_run.c.course_id, _run.c.id)  # fmt: skip


def read_all(connection: Connection, token: str | None) -> Catalogue:
    """The whole catalogue. ``token``: its version, read before."""
    providers = _providers(connection)
    points = [facts.point for facts in providers.values() if facts.point]
    gazetteer = gazetteer_of(connection.execute(select(_place)), points)
    names = Names()
    columns = _columns(names, providers, gazetteer, _stream(connection, _COURSES), _stream(connection, _RUNS))
    touched = connection.execute(select(_touch.c.id).where(_touch.c.token == token)).scalar() or 0
    facts = {one.ref: one for one in providers.values()}
    return Catalogue(names, (Part(columns, _ranks(columns.refs)),), facts, gazetteer, token, touched)


def read_changed(connection: Connection, old: Catalogue, courses: Collection[int], touch: tuple[int, str],
                 *, providers: bool) -> Catalogue:  # fmt: skip
    """The catalogue with some courses read again. ``providers``: some of these changed too."""
    changed = old.changed | frozenset(courses)
    known = _providers(connection)
    facts = {one.ref: one for one in known.values()} if providers else old.facts
    ids = sorted(changed)
    columns = _columns(
        old.names, known, old.gazetteer,
        _some(connection, _COURSES, _course.c.id, ids), _some(connection, _RUNS, _run.c.course_id, ids),
    )  # fmt: skip
    main = old.parts[0]
    alive = ~np.isin(main.columns.ids, np.array(ids, dtype=np.int64))
    parts = (main.narrowed(alive), Part(columns, _ranks_among(main.columns.sorted_refs, columns.refs)))
    touched, token = touch
    return Catalogue(old.names, parts, facts, old.gazetteer, token, touched, changed)


def _providers(connection: Connection) -> dict[int, ProviderFacts]:
    found = connection.execute(
        select(*(_provider.c[name] for name in ("id", "ref", "name", "town", "latitude", "longitude")))
    )
    return {
        row.id: ProviderFacts(
            row.ref, row.name, row.town,
            None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude),
        )
        for row in found
    }  # fmt: skip


def _stream(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    return iter(connection.execute(query, execution_options={"yield_per": AT_ONCE}))


def _some(connection: Connection, query: Select[Any], column: Any, ids: list[int]) -> Iterator[Row[Any]]:
    for at in range(0, len(ids), AT_ONCE):
        yield from connection.execute(query.where(column.in_(ids[at : at + AT_ONCE])))


def _columns(
    names: Names, providers: dict[int, ProviderFacts], gazetteer: Gazetteer,
    courses: Iterable[Row[Any]], runs: Iterable[Row[Any]],
) -> Columns:  # fmt: skip
    """Columns of courses and runs that both come in the order of the courses' ids."""
    loading = Loading(names)
    points = gazetteer.points
    groups = groupby(runs, key=lambda run: run.course_id)
    group = next(groups, None)
    for course in courses:
        # runs of courses that are retired are passed over
        while group is not None and group[0] < course.id:
            group = next(groups, None)
        own: list[Row[Any]] = []
        if group is not None and group[0] == course.id:
            own = sorted(group[1], key=lambda run: run.ref)
            group = next(groups, None)
        loading.add(course, providers[course.provider_id], own, points)
    return loading.done()


def _ranks(refs: list[str]) -> Any:
    rank = np.zeros(len(refs))
    rank[np.array(sorted(range(len(refs)), key=refs.__getitem__), dtype=np.int64)] = np.arange(len(refs))
    return rank


def _ranks_among(others: list[str], refs: list[str]) -> Any:
    """Ranks between those of others: before the one that comes after it, and in order among themselves."""
    own = _ranks(refs)
    return np.array([bisect_left(others, ref) - 0.5 for ref in refs]) + own / (2 * len(refs) + 2)
