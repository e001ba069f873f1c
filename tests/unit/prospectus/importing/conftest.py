"""Feeds written in a line or two, read into a catalogue of the test's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

import casework.tables  # noqa: F401
from casework.clock import FixedClock
from casework.db import reading, writing
from prospectus.importing.importer import Options, import_feed
from prospectus.importing.limits import DEFAULT, Limits
from prospectus.importing.report import Report
from prospectus.tables import Course, CourseChange, Provider, Run
from prospectus.vocabulary import Vocabulary
from tests.databases import on_sqlite

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


class Feeds:
    """Writes files and imports them."""

    def __init__(self, engine: Engine, folder: Path, vocabulary: Vocabulary) -> None:
        self.engine = engine
        self.folder = folder
        self.vocabulary = vocabulary
        self.clock = FixedClock(NOW)
        self.limits: Limits = DEFAULT

    def take(self, content: str | bytes | Path, name: str = "feed", **options: Any) -> Report:
        path = content if isinstance(content, Path) else self.folder / name
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_feed(self.engine, path, self.vocabulary, Options(**options), clock=self.clock, limits=self.limits)

    def courses(self) -> dict[str, Course]:
        """Every course by title."""
        with reading(self.engine) as session:
            return {course.title: course for course in session.exec(select(Course).order_by(Course.title))}

    def course(self) -> Course:
        (course,) = self.courses().values()
        return course

    def runs(self, course: Course | None = None) -> list[Run]:
        with reading(self.engine) as session:
            statement = select(Run).order_by(col(Run.start), col(Run.ref))
            if course is not None:
                statement = statement.where(Run.course_id == course.id)
            return list(session.exec(statement))

    def run(self) -> Run:
        (run,) = self.runs()
        return run

    def providers(self) -> list[Provider]:
        with reading(self.engine) as session:
            return list(session.exec(select(Provider).order_by(Provider.name)))

    def history(self) -> list[CourseChange]:
        with reading(self.engine) as session:
            return list(session.exec(select(CourseChange).order_by(col(CourseChange.id))))

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All that a later import might touch, to compare."""
        with reading(self.engine) as session:
            return {
                table.__name__: [row.model_dump() for row in session.exec(select(table).order_by(table.id))]
                for table in (Provider, Course, Run, CourseChange)
            }

    def writing(self) -> Any:
        return writing(self.engine)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = on_sqlite(tmp_path / "feeds.db")
    yield engine
    engine.dispose()


@pytest.fixture
def feeds(engine: Engine, tmp_path: Path, vocabulary: Vocabulary) -> Feeds:
    return Feeds(engine, tmp_path, vocabulary)


def xcri(*courses: str, provider: str = "Brightwater College", head: str = "", before: str = "") -> str:
    """An XCRI-CAP 1.2 feed of one provider. ``head``: attributes of the first element."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
{before}<catalog xmlns="http://xcri.org/profiles/1.2/catalog" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:mlo="http://purl.org/net/mlo" xmlns:dcterms="http://purl.org/dc/terms/"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {head}>
<provider>
<dc:identifier xsi:type="ukrlp:ukprn">10099901</dc:identifier>
<dc:title>{provider}</dc:title>
{"".join(courses)}
<mlo:location><mlo:postcode>CT9 1AA</mlo:postcode><mlo:address>High Street
Margate
Kent</mlo:address><mlo:phone>01632 960100</mlo:phone></mlo:location>
</provider>
</catalog>
"""


def course(number: int, title: str = "Plumbing level 2", inside: str = "", runs: str = "") -> str:
    """One course of such a feed."""
    return (
        f"<course><dc:identifier>https://brightwater.example/{number}</dc:identifier><dc:title>{title}</dc:title>"
        f"{inside}{runs}</course>\n"
    )


def presentation(key: str = "r1", inside: str = "") -> str:
    return f"<presentation><dc:identifier>{key}</dc:identifier>{inside}</presentation>"


def sheet(*rows: str, head: str = "Course ID,Title,Provider,Start date,Town") -> str:
    return "\n".join([head, *rows, ""])


def session_of(engine: Engine) -> Session:
    return Session(engine)
