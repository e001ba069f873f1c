"""Writers of one SQLite database take turns, in whatever process they are, and the most urgent goes first.

SQLite lets one writer in at a time, and those who wait sleep for up to a tenth of a second between looks: a webhook
could wait through many short turns. Locks on three small files beside the database wake the next writer at once, and
the system lets go of them when a process dies. SQLite's own lock stays the one that protects the data.

The three make two lines. Ordinary writers stand in the first for as long as they write, so that only one of them at a
time comes to the second, where the urgent ones stand: an urgent writer waits for one ordinary writer at most.
"""

import fcntl
import os
import sqlite3
from typing import Any

SUFFIX = "-line"
"""What the lock files' names add to the database's; a digit follows."""

_ORDINARY, _NEXT, _WRITING = "012"


class QueueingConnection(sqlite3.Connection):
    """A connection whose ``begin_write`` waits in line; commit, rollback and close let the next one in."""

    def __init__(self, database: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(database, *args, **kwargs)
        in_file = bool(database) and not str(database).startswith((":memory:", "file:"))
        self._line = f"{database}{SUFFIX}" if in_file else None
        self._held: list[int] = []

    def begin_write(self, *, first: bool = False) -> None:
        """Begin a transaction that writes; ``first`` goes before all those that did not ask to.

        Raises ``sqlite3.OperationalError`` as ``BEGIN IMMEDIATE`` does, ``OSError`` where a lock file cannot be made.
        """
        try:
            if self._line is not None and not self._held:
                if not first:
                    self._wait(_ORDINARY)
                self._wait(_NEXT)
                self._wait(_WRITING)
                os.close(self._held.pop(-2))  # no longer next
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._let_go()
            raise

    def commit(self) -> None:
        """Commit, and let the next writer in; a commit that fails keeps its place for the rollback."""
        super().commit()
        self._let_go()

    def rollback(self) -> None:
        """Roll back, and let the next writer in."""
        try:
            super().rollback()
        finally:
            self._let_go()

    def close(self) -> None:
        """Close, and let the next writer in."""
        try:
            super().close()
        finally:
            self._let_go()

    def _wait(self, lock: str) -> None:
        descriptor = os.open(f"{self._line}{lock}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._held.append(descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _let_go(self) -> None:
        while self._held:
            os.close(self._held.pop())  # closing the only descriptor lets go of the lock
