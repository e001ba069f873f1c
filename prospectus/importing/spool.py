"""Where a feed's records wait, on disk, until the whole of it has been read: memory does not grow with the feed."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from prospectus.importing.records import (
    PLACE_UNKNOWN,
    CourseRecord,
    ProviderRecord,
    RunRecord,
    dumped,
    fingerprint,
)

_TABLES = """
CREATE TABLE provider (key TEXT PRIMARY KEY, body TEXT NOT NULL, fingerprint TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE course (seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, line INTEGER NOT NULL, body TEXT NOT NULL,
                     fingerprint TEXT);
CREATE TABLE run (course INTEGER NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (course, key))
    WITHOUT ROWID;
CREATE TABLE refused (seq INTEGER PRIMARY KEY, line INTEGER NOT NULL, reason TEXT NOT NULL, key TEXT);
CREATE TABLE node (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE queued (seq INTEGER PRIMARY KEY, line INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE page (seq INTEGER PRIMARY KEY);
CREATE TABLE change (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE standing (key TEXT PRIMARY KEY, id INTEGER NOT NULL, ref TEXT NOT NULL, fingerprint TEXT,
                       retired INTEGER NOT NULL, held INTEGER NOT NULL) WITHOUT ROWID;
"""


_PAGE = """
SELECT c.seq, c.body, r.key, r.body, p.body FROM page n JOIN course c ON c.seq = n.seq
    LEFT JOIN run r ON r.course = c.seq JOIN provider p ON p.key = json_extract(c.body, '$.provider')
    WHERE n.seq > ? AND n.seq <= (SELECT max(seq) FROM (SELECT seq FROM page WHERE seq > ? ORDER BY seq LIMIT 1000))
    ORDER BY n.seq, r.key
"""


@dataclass(slots=True)
class Whole:
    """A course with its runs, each run with a place."""

    record: CourseRecord
    runs: list[RunRecord]
    fingerprint: str


class Spool:
    """A temporary SQLite file; use it in a ``with`` block, after which it is gone."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="onward-import-")
        self.db = sqlite3.connect(Path(self._folder.name) / "spool.db", isolation_level=None)
        self.db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;" + _TABLES)
        self.db.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.db.close()
        self._folder.cleanup()

    def add_provider(self, record: ProviderRecord) -> None:
        """Keep a provider; said again, the later word counts."""
        body = dumped(record.as_json())
        self.db.execute(
            "INSERT OR REPLACE INTO provider VALUES (?, ?, ?)", (record.source_ref, body, fingerprint(body))
        )

    def add_course(self, record: CourseRecord, line: int) -> int | None:
        """Keep a course and answer its number here; None where its ``source_ref`` is there already."""
        cursor = self.db.execute(
            "INSERT OR IGNORE INTO course (key, line, body) VALUES (?, ?, ?)",
            (record.source_ref, line, dumped(record.as_json())),
        )
        return cursor.lastrowid if cursor.rowcount else None

    def add_run(self, course: int, record: RunRecord) -> bool:
        """Keep a run of a course; False where the course has one with its ``source_ref`` already."""
        row = (course, record.source_ref, dumped(record.as_json()))
        return bool(self.db.execute("INSERT OR IGNORE INTO run VALUES (?, ?, ?)", row).rowcount)

    def course(self, key: str) -> tuple[int, int, CourseRecord] | None:
        """A course's number here, the line it began on, and the course."""
        row = self.db.execute("SELECT seq, line, body FROM course WHERE key = ?", (key,)).fetchone()
        return (row[0], row[1], CourseRecord.from_json(json.loads(row[2]))) if row else None

    def change_course(self, number: int, record: CourseRecord) -> None:
        """Put a course in the place of the one that was kept."""
        self.db.execute("UPDATE course SET body = ? WHERE seq = ?", (dumped(record.as_json()), number))

    def refuse(self, line: int, reason: str, key: str | None) -> None:
        """Keep what was refused and why."""
        self.db.execute("INSERT INTO refused (line, reason, key) VALUES (?, ?, ?)", (line, reason, key))

    def refusals(self, most: int) -> list[dict[str, Any]]:
        """The first of what was refused, as ``{"line", "reason"}``."""
        rows = self.db.execute("SELECT line, reason FROM refused ORDER BY seq LIMIT ?", (most,))
        return [{"line": line, "reason": reason} for line, reason in rows]

    def providers(self) -> Iterator[tuple[ProviderRecord, str]]:
        """Every provider with its fingerprint, in the order of their keys."""
        for body, print_ in self.db.execute("SELECT body, fingerprint FROM provider ORDER BY key").fetchall():
            yield ProviderRecord.from_json(json.loads(body)), print_

    def count(self, table: str) -> int:
        """How many rows one of the tables has."""
        return int(self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 -- our own names

    def settle(self) -> None:
        """Take every course's fingerprint, and give every run a place, once all that belongs to them has been read."""
        prints, placed = [], []
        for number, course, runs in self._groups(""):
            facts = dumped({name: value for name, value in course.items() if name != "checked_on"})
            whole = []
            for key, run, provider in runs:
                unplaced = "town" not in run
                whole.append(dumped(_placed(run, _body(provider)) if unplaced else run))
                if unplaced:
                    placed.append((whole[-1], number, key))
            prints.append((fingerprint(facts, *whole), number))
            if len(prints) >= 5_000:
                self._settle(prints, placed)
                prints, placed = [], []
        self._settle(prints, placed)

    def _settle(self, prints: list[tuple[str, int]], placed: list[tuple[str, int, str]]) -> None:
        self.db.executemany("UPDATE course SET fingerprint = ? WHERE seq = ?", prints)
        self.db.executemany("UPDATE run SET body = ? WHERE course = ? AND key = ?", placed)

    def wholes(self, where: str) -> Iterator[Whole]:
        """Settled courses with their runs, in the order of the feed. ``where``: SQL after ``FROM course c``."""
        for number, course, runs in self._groups(where):
            (print_,) = self.db.execute("SELECT fingerprint FROM course WHERE seq = ?", (number,)).fetchone()
            records = [RunRecord.from_json(run) for _, run, _ in runs]
            yield Whole(CourseRecord.from_json(course), records, print_)

    def _groups(self, where: str) -> Iterator[tuple[int, dict[str, Any], list[tuple[str, dict[str, Any], str]]]]:
        # a page at a time, by number: what is read here is changed while it is being read
        numbers = f"SELECT c.seq FROM course c {where} ORDER BY c.seq"  # noqa: S608 -- our own words
        self.db.execute("DELETE FROM page")
        self.db.execute(f"INSERT INTO page (seq) {numbers}")
        last = 0
        while rows := self.db.execute(_PAGE, (last, last)).fetchall():
            last = rows[-1][0]
            for number, group in groupby(rows, key=lambda row: row[0]):
                together = list(group)
                runs = [(key, _body(body), provider) for _, _, key, body, provider in together if body is not None]
                yield number, _body(together[0][1]), runs


def _body(text: str) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(text))


def _placed(run: dict[str, Any], provider: dict[str, Any]) -> dict[str, Any]:
    """A run with a town: its own, else its provider's where it may be there."""
    if "town" in run:
        return run
    elsewhere = "postcode" in run and run["postcode"] != provider.get("postcode")
    if not elsewhere:
        for name in ("postcode", "latitude", "longitude"):
            if name in provider and name not in run:
                run[name] = provider[name]
    run["town"] = PLACE_UNKNOWN if elsewhere else provider.get("town", PLACE_UNKNOWN)
    return run
