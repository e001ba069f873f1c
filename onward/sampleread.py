"""Reading the sample area as a whole, and checking what one file says of another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from onward.sampleentries import (
    AdviserEntry,
    CourseEntry,
    ProviderEntry,
    SchoolEntry,
    YoungPersonEntry,
)
from onward.samplefile import Row, SampleError, entries, read_rows, wrong
from prospectus.vocabulary import Vocabulary

Where = tuple[Path, Row]


@dataclass(frozen=True)
class SampleArea:
    """The files of the sample area, read and checked."""

    name: str
    source: str
    advisers: dict[str, AdviserEntry]
    schools: dict[str, SchoolEntry]
    providers: dict[str, ProviderEntry]
    courses: dict[str, tuple[str, CourseEntry]]
    """By ref, with the provider's ref."""
    young_people: dict[str, tuple[str, YoungPersonEntry]]
    """By ref, with the adviser's ref."""


def read_sample(data_dir: Path) -> SampleArea:
    """Read and check the sample area. Raises ``SampleError``."""
    return _Reading(data_dir).run()


class _Reading:
    """Reads the files, and checks what one says of another."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "sample"
        self.vocabulary = Vocabulary.load(data_dir)
        self.towns = {name for place in self.vocabulary.places.values() for name in place.names}
        self.refs: set[str] = set()
        codes = read_rows(data_dir / "nccis.yml")
        self.activity_codes = {row["code"] for row in codes["activities"]}
        self.characteristics = {row["code"] for row in codes["characteristics"]}

    def run(self) -> SampleArea:
        path = self.folder / "area.yml"
        about = read_rows(path)
        if not isinstance(about, Row) or not all(isinstance(about.get(k), str) for k in ("name", "source", "about")):
            raise SampleError(f"{path}: it needs name, source and about")
        area = SampleArea(about["name"], about["source"], {}, {}, {}, {}, {})
        path = self.folder / "advisers.yml"
        advisers = entries(path, read_rows(path), AdviserEntry)
        for row, adviser in advisers:
            self.known_once((path, row), adviser.ref)
            area.advisers[adviser.ref] = adviser
        for row, adviser in advisers:
            for number, away in enumerate(adviser.away):
                if away.by not in area.advisers or away.by == adviser.ref:
                    raise wrong(path, row, ("away", number, "by"), "is no other adviser of the sample")
                self.in_order((path, row), ("away", number), away.first_day, away.last_day)
        path = self.folder / "schools.yml"
        for row, school in entries(path, read_rows(path), SchoolEntry):
            self.known_once((path, row), school.ref)
            self.in_kent((path, row), ("town",), school.town)
            area.schools[school.ref] = school
        path = self.folder / "providers.yml"
        for row, provider in entries(path, read_rows(path), ProviderEntry):
            self.known_once((path, row), provider.ref)
            self.in_kent((path, row), ("town",), provider.town)
            area.providers[provider.ref] = provider
        for path in self.files("courses"):
            ref, rows = self.of_one(path, "provider", area.providers, "courses")
            for row, course in entries(path, rows, CourseEntry):
                self.course((path, row), course)
                area.courses[course.ref] = (ref, course)
        for path in self.files("young_people"):
            ref, rows = self.of_one(path, "adviser", area.advisers, "young_people")
            for row, person in entries(path, rows, YoungPersonEntry):
                self.young_person((path, row), person, area)
                area.young_people[person.ref] = (ref, person)
        return area

    def files(self, folder: str) -> list[Path]:
        found = sorted((self.folder / folder).glob("*.yml"))
        if not found:
            raise SampleError(f"{self.folder / folder} has no .yml files")
        return found

    def of_one(self, path: Path, key: str, known: dict[str, Any], what: str) -> tuple[str, Any]:
        data = read_rows(path)
        if not isinstance(data, Row) or data.get(key) not in known:
            raise SampleError(f"{path}: {key} must be the ref of a known {key}")
        return data[key], data.get(what)

    def known_once(self, where: Where, ref: str) -> None:
        if ref in self.refs:
            raise wrong(*where, ("ref",), "is there twice")
        self.refs.add(ref)

    def in_kent(self, where: Where, field: tuple[str | int, ...], town: str) -> None:
        if town.lower() not in self.towns:
            raise wrong(*where, field, f"{town} is not in places.yml")

    def in_order(self, where: Where, field: tuple[str | int, ...], first: date | None, last: date | None) -> None:
        if first and last and last < first:
            raise wrong(*where, field, "ends before it begins")

    def one_of(self, where: Where, field: tuple[str | int, ...], value: str | None, known: Iterable[str]) -> None:
        if value is not None and value not in known:
            raise wrong(*where, field, f"{value} is not known")

    def course(self, where: Where, course: CourseEntry) -> None:
        self.known_once(where, course.ref)
        self.one_of(where, ("subject",), course.subject, self.vocabulary.subjects)
        for number, run in enumerate(course.runs):
            at = ("runs", number)
            if run.ref in self.refs:
                raise wrong(*where, (*at, "ref"), "is there twice")
            self.refs.add(run.ref)
            if run.latitude is None or run.longitude is None:
                self.in_kent(where, (*at, "town"), run.town)
            self.in_order(where, at, run.start, run.end)
            if run.places == "full" and run.places_left:
                raise wrong(*where, (*at, "places_left"), "a full run has no places left")

    def young_person(self, where: Where, person: YoungPersonEntry, area: SampleArea) -> None:
        self.known_once(where, person.ref)
        self.one_of(where, ("school",), person.school, area.schools)
        for code in person.characteristics:
            self.one_of(where, ("characteristics",), code, self.characteristics)
        if person.nation == "england":
            self.in_kent(where, ("town",), person.town)
        for number, activity in enumerate(person.activities):
            at: tuple[str | int, ...] = ("activities", number)
            self.one_of(where, (*at, "code"), activity.code, self.activity_codes)
            self.one_of(where, (*at, "provider"), activity.provider, area.providers)
            self.in_order(where, at, activity.start, activity.end)
        for number, destination in enumerate(person.destinations):
            at = ("destinations", number)
            self.one_of(where, (*at, "provider"), destination.provider, area.providers)
            self.one_of(where, (*at, "course"), destination.course, area.courses)
            self.one_of(where, (*at, "subject"), destination.subject, self.vocabulary.subjects)
