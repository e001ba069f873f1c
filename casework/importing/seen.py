"""What a file has said already, and who of the record has which name and date of birth.

Two rows of one person are found however far apart, and people alike are found past capitals, accents and apostrophes.
Kept in a scratch database on disk, so that memory does not grow, and as keyed digests, so that nobody's name or date of
birth lies about in it. It is gone when the import ends.
"""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from casework.reading import fold
from casework.tables import YoungPerson


class Seen:
    """The keys of earlier rows, each with the line it was first on."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="onward-import-")
        self._key = os.urandom(32)
        self._rows = sqlite3.connect(Path(self._folder.name) / "seen.db", isolation_level=None)
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000;"
            "CREATE TABLE seen (digest BLOB PRIMARY KEY, line INTEGER, numbered INTEGER) WITHOUT ROWID;"
            "CREATE TABLE people (digest BLOB, id INTEGER, PRIMARY KEY (digest, id)) WITHOUT ROWID;"
            "BEGIN"
        )

    def first(
        self, kind: str, parts: Iterable[object], line: int, *, numbered: bool = False
    ) -> tuple[int, bool] | None:
        """The line that had the same key before, and whether that row had a number of its own.

        None: this is the first, and only the first is kept.
        """
        digest = self._digest(kind, parts)
        done = self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (digest, line, numbered))
        if done.rowcount:
            return None
        row = self._rows.execute("SELECT line, numbered FROM seen WHERE digest = ?", (digest,)).fetchone()
        return int(row[0]), bool(row[1])

    def learn(self, session: Session) -> None:
        """Read who is in the record, by last name and date of birth. Whoever is added later is not here."""
        query = select(col(YoungPerson.id), col(YoungPerson.last_name), col(YoungPerson.date_of_birth)).where(
            col(YoungPerson.date_of_birth).is_not(None)
        )
        rows = session.execute(query, execution_options={"yield_per": 5_000})
        people = ((self._digest("person", (fold(row[1]), row[2])), row[0]) for row in rows)
        self._rows.executemany("INSERT OR IGNORE INTO people VALUES (?, ?)", people)

    def alike(self, last_name: str, born: date) -> list[int]:
        """The ids of people of the record with this last name and date of birth."""
        digest = self._digest("person", (fold(last_name), born))
        return [row[0] for row in self._rows.execute("SELECT id FROM people WHERE digest = ?", (digest,))]

    def _digest(self, kind: str, parts: Iterable[object]) -> bytes:
        told = "\x1f".join((kind, *(str(part) for part in parts)))
        return hashlib.blake2b(told.encode(), key=self._key, digest_size=16).digest()

    def close(self) -> None:
        """Throw it away."""
        self._rows.close()
        self._folder.cleanup()

    def __enter__(self) -> "Seen":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
