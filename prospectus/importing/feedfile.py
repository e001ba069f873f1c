"""Opening a feed: its size, its digest, and its text whatever its encoding."""

import codecs
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from prospectus.importing.limits import FeedRefused, Limits

CHUNK = 65_536
"""Bytes read at a time."""

Progress = Callable[[int, int], None]
"""Told the bytes read so far and the bytes that there are."""

CONTROLS = "control characters were left out"

MOST_CONTROLS = 100_000
"""Control characters from which on a file is no text at all."""

NOT_UTF8 = "Some characters were not UTF-8; they were read as Windows-1252."

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in wrong), error.end


codecs.register_error("onward_cp1252", _as_windows)


@dataclass(slots=True)
class FeedFile:
    """A file that is about to be read."""

    path: Path
    size: int
    head: bytes
    """Its first bytes, to tell what it is."""
    progress: Progress | None = None
    not_utf8: bool = field(default=False)
    """Whether reading its text found something that is not UTF-8."""
    controls: int = field(default=0)
    """Characters that no text has, and that were left out."""

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, a piece at a time."""
        read = 0
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                read += len(chunk)
                if read > self.size:
                    raise FeedRefused("It grew while it was being read.")
                if self.progress:
                    self.progress(read, self.size)
                yield chunk

    def text(self, encoding: str | None = None) -> Iterator[str]:
        """Its text, a piece at a time, without a byte order mark and without control characters.

        ``encoding`` is what the file says of itself; a mark at its beginning, or the zeros of UTF-16, count for more.
        Bytes that are not UTF-8 are read as Windows-1252, which is what they nearly always are. Raises ``FeedRefused``
        for a file that is mostly no text.
        """
        for piece in self._pieces(encoding):
            kept, left_out = _CONTROL.subn("", piece)
            self.controls += left_out
            if self.controls > MOST_CONTROLS:
                raise FeedRefused("It is no text: it is full of control characters.")
            yield kept

    def _pieces(self, encoding: str | None) -> Iterator[str]:
        mark, found = _marked(self.head)
        name = found or encoding or "utf-8"
        if name != "utf-8":
            decoder = codecs.getincrementaldecoder(name)(errors="replace")
            yield from (decoder.decode(chunk) for chunk in self._after(mark))
            yield decoder.decode(b"", final=True)
            return
        waiting = b""
        for chunk in self._after(mark):
            data = waiting + chunk
            cut = _whole_characters(data)
            data, waiting = data[:cut], data[cut:]
            yield self._decoded(data)
        if waiting:
            yield self._decoded(waiting)

    def _after(self, mark: int) -> Iterator[bytes]:
        for chunk in self.chunks():
            if mark:
                chunk, mark = chunk[mark:], 0
            yield chunk

    def _decoded(self, data: bytes) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            self.not_utf8 = True
            return data.decode("utf-8", "onward_cp1252")

    def digest(self) -> str:
        """SHA-256 of the file, hexadecimal."""
        found = sha256()
        with self.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                found.update(chunk)
        return found.hexdigest()


def open_feed(path: Path, limits: Limits, progress: Progress | None = None) -> FeedFile:
    """Look at a file. Raises ``FeedRefused`` for one that is none, cannot be read, is empty or is too large."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise FeedRefused("It is not a file.")
        if not os.access(path, os.R_OK):
            raise FeedRefused("It may not be read by this account.")
        if found.st_size > limits.file_bytes:
            raise FeedRefused(
                f"It is larger than {limits.file_bytes // 1_000_000:,} MB, and no area has that many courses."
            )
        with path.open("rb") as file:
            head = file.read(CHUNK)
    except OSError as error:
        raise FeedRefused(f"It cannot be read: {error.strerror}.") from None
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FeedRefused("It is empty.")
    return FeedFile(path, found.st_size, head, progress)


def head_text(feed: FeedFile) -> str:
    """The beginning of a file as text, to tell what it is."""
    mark, found = _marked(feed.head)
    data = feed.head[mark:]
    return data.decode(found or "utf-8", "replace" if found else "onward_cp1252")


def _marked(head: bytes) -> tuple[int, str | None]:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return len(mark), name
    if len(head) > 3 and head[0] == 0 and head[1] != 0:
        return 0, "utf-16-be"
    if len(head) > 3 and head[1] == 0 and head[0] != 0:
        return 0, "utf-16-le"
    return 0, None


def _whole_characters(data: bytes) -> int:
    """Where to cut so that no character of UTF-8 is cut in two."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte < 0x80:
            return len(data)
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) - back if needed > back else len(data)
    return len(data)
