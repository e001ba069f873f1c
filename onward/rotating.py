"""A log file that never grows without end."""

import threading
from pathlib import Path

MAX_BYTES = 5_000_000
KEPT = 3
"""Older files that are kept beside the current one: worker.log.1 to worker.log.3."""


class RotatingFile:
    """Lines of bytes appended to a file, which is set aside when it is full. Safe to use from several threads."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._max_bytes = max_bytes
        self._kept = kept
        self._lock = threading.Lock()
        self._file = path.open("ab", buffering=0)

    def write(self, line: bytes) -> None:
        """Append one line. A disk that is full loses the line, not the program."""
        with self._lock:
            try:
                if self._file.tell() + len(line) > self._max_bytes:
                    self._turn_over()
                self._file.write(line)
            except OSError:
                return

    def _turn_over(self) -> None:
        self._file.close()
        for number in range(self._kept, 0, -1):
            newer = self._aged(number - 1)
            if newer.exists():
                newer.replace(self._aged(number))
        self._file = self.path.open("ab", buffering=0)

    def _aged(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()
