"""A search for the page: what was asked, in free words and in the form, put together and answered."""

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from channels.courses import words
from channels.courses.asked import Asked
from prospectus.ask import read
from prospectus.catalogue import current
from prospectus.index import Catalogue
from prospectus.links import course_path
from prospectus.search import Hit, Query, search
from prospectus.vocabulary import Vocabulary

PER_PAGE = 10


@dataclass(frozen=True)
class Line:
    """One course of a list, in words."""

    url: str
    title: str
    provider: str
    town: str
    distance: str | None
    level: str
    route: str
    start: str
    places: str
    places_kind: str
    """available, few, full, waiting_list, closed or unknown."""
    matches: list[str]
    remarks: list[str]
    """What should be known before it is opened: what nobody knows of it, whom it cannot take, that it is old."""


@dataclass(frozen=True)
class Found:
    """What a search found. ``near`` and ``differ`` are only filled where nothing fits."""

    lines: list[Line]
    total: int
    near: list[Line]
    differ: list[str]
    """How the near ones differ from what was asked, in words."""
    understood: list[str]
    """What was looked for, in the words of the prospectus."""
    unknown_place: bool
    """A place was typed that nobody knows: it was left out."""


def find(session: Session, vocabulary: Vocabulary, asked: Asked, *, today: date) -> Found:
    """Answer a search.

    What is chosen in the form goes before what the free words say. The order is that of ``prospectus.search``; whose
    turn it is comes from the day, so that it is the same for everybody, on every page, until midnight.
    """
    query = read(session, vocabulary, asked.q, today=today) if asked.q else Query()
    catalogue = current(session)
    typed = vocabulary.place(asked.place, catalogue) if asked.place else None
    query = replace(
        query,
        place=typed or query.place,
        level=asked.level or query.level,
        route=asked.route or query.route,
        start=asked.from_day or query.start,
        limit=PER_PAGE,
        offset=(asked.page - 1) * PER_PAGE,
    )
    result = search(session, query, today=today, rotation=today.toordinal(), vocabulary=vocabulary)
    hits = result.hits or result.near
    provider = next((hit.provider_name for hit in hits if hit.provider_ref == query.provider), None)
    return Found(
        lines=[line(vocabulary, catalogue, hit) for hit in result.hits],
        total=result.total,
        near=[line(vocabulary, catalogue, hit) for hit in result.near],
        differ=[words.LET_GO.get(name, "with something else") for name in result.relaxed],
        understood=_understood(vocabulary, catalogue, query, provider),
        unknown_place=bool(asked.place) and typed is None,
    )


def similar(session: Session, vocabulary: Vocabulary, ref: str, subject: str, level: str, *, today: date) -> list[Line]:
    """Up to three courses like one: of its subject, and of its level where there are any."""
    query = Query(subject=subject, level=level, limit=4)
    result = search(session, query, today=today, rotation=today.toordinal(), vocabulary=vocabulary)
    hits = [hit for hit in result.hits or result.near if hit.course_ref != ref]
    return [line(vocabulary, current(session), hit) for hit in hits[:3]]


def line(vocabulary: Vocabulary, catalogue: Catalogue, hit: Hit) -> Line:
    """A course that was found, in words."""
    return Line(
        url=course_path(hit.course_ref),
        title=hit.title,
        provider=hit.provider_name,
        town=hit.town,
        distance=words.miles(hit.distance_miles),
        level=words.level(vocabulary, hit.level),
        route=vocabulary.route_name(hit.route),
        start=words.hit_start(hit),
        places=words.PLACES.get(hit.places, words.PLACES["unknown"]),
        places_kind=hit.places,
        matches=words.reasons(vocabulary, catalogue, hit),
        remarks=words.remarks(hit),
    )


def _understood(vocabulary: Vocabulary, catalogue: Catalogue, query: Query, provider: str | None) -> list[str]:
    said = []
    if query.subject:
        said.append(words.down(vocabulary.subject_name(query.subject)))
    if query.words and not query.subject:
        said.append(f"“{query.words}”")
    if query.level:
        said.append(words.down(vocabulary.level_name(query.level)))
    if query.route:
        said.append(words.down(vocabulary.route_name(query.route)))
    if query.provider and provider:
        said.append(f"at {provider}")
    if query.place:
        said.append(f"near {vocabulary.place_name(query.place, catalogue)}")
    if query.start == "now":
        said.append("starting soon")
    elif query.start and (day := words.is_date(query.start)):
        said.append(f"starting from {day:%B %Y}")
    if query.days:
        said.append(words.days(query.days))
    if query.age is not None:
        said.append(f"for somebody of {query.age}")
    return said
