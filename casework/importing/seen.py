"""What a file has said already, so that two rows of one person are found, however far apart.

Kept in a scratch database on disk, so that memory does not grow, and as keyed digests, so that nobody's name or date of
birth lies about in it. It is gone when the import ends.
"""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path


class Seen:
    """The keys of earlier rows, each with the line it was first on."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="onward-import-")
        self._key = os.urandom(32)
        self._rows = sqlite3.connect(Path(self._folder.name) / "seen.db", isolation_level=None)
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000;"
            "CREATE TABLE seen (digest BLOB PRIMARY KEY, line INTEGER, numbered INTEGER) WITHOUT ROWID;"
            "BEGIN"
        )

    def first(
        self, kind: str, parts: Iterable[object], line: int, *, numbered: bool = False
    ) -> tuple[int, bool] | None:
        """The line that had the same key before, and whether that row had a number of its own.

        None: this is the first, and only the first is kept.
        """
        told = "\x1f".join((kind, *(str(part) for part in parts)))
        digest = hashlib.blake2b(told.encode(), key=self._key, digest_size=16).digest()
        done = self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (digest, line, numbered))
        if done.rowcount:
            return None
        row = self._rows.execute("SELECT line, numbered FROM seen WHERE digest = ?", (digest,)).fetchone()
        return int(row[0]), bool(row[1])

    def close(self) -> None:
        """Throw it away."""
        self._rows.close()
        self._folder.cleanup()

    def __enter__(self) -> "Seen":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
