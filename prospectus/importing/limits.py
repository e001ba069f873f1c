"""How much a feed may hold. A file that goes beyond is refused, in plain words, before it costs memory or time."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


class FeedRefused(Exception):
    """A file that cannot be used at all. Nothing of it is taken.

    ``line`` is where it goes wrong, 0 where that is no one line.
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class RowRefused(Exception):
    """One course or row that cannot be used; the rest can.

    ``key`` is its ``source_ref`` where that is known: a course that is in a feed, however badly, is not retired.
    """

    def __init__(self, reason: str, key: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.key = key


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a feed. The shipped ones are far above any real feed of one area."""

    file_bytes: int = 2_000 * MEGABYTE
    """Largest file."""
    head_characters: int = 200_000
    """How far into an XML file its first element must begin and end."""
    item_bytes: int = 8 * MEGABYTE
    """Most of a file that one course, with all its starts, may take up."""
    text_characters: int = 1_000_000
    """Longest single text or cell."""
    depth: int = 60
    """Most elements, objects or lists inside one another."""
    courses: int = 1_000_000
    runs_of_a_course: int = 2_000
    columns: int = 400
    record_lines: int = 2_000
    """Most lines that one row of a CSV file may run over."""
    workbook_bytes: int = 400 * MEGABYTE
    """Most that a workbook may unpack to."""
    workbook_ratio: int = 200
    """How many times larger than it is packed a large part of a workbook may be."""
    page_bytes: int = 30 * MEGABYTE
    """Largest web page that is looked through for JSON-LD."""
    nodes: int = 2_000_000
    """Most JSON-LD objects in one file."""


DEFAULT = Limits()
