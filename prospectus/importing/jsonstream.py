"""JSON read as it comes: objects of a list one at a time, each with the line on which it begins, within bounds."""

from collections.abc import Callable, Iterable
from typing import Any

import ijson

from prospectus.importing.limits import FeedRefused, Limits

LISTS = frozenset({"@graph", "itemListElement", "item", "hasPart", "courses", "course", "hasCourse"})
"""Keys of the outermost object whose list is read one object at a time."""

_PIECE = 16_384


class JsonItems:
    """Hands every object of a JSON text to ``take``: those of the outermost list or of its ``LISTS``, else itself."""

    def __init__(self, take: Callable[[dict[str, Any], int], None], limits: Limits, first_line: int = 1) -> None:
        self._take = take
        self._limits = limits
        self._line = first_line
        self._since = 0
        self._stack: list[tuple[Any, int]] = []
        """What is being built, outermost first, each with the line on which it began."""
        self._key: list[str | None] = []
        self._nodes = 0

    def read(self, pieces: Iterable[str]) -> None:
        """Read the text. Raises ``FeedRefused``."""
        events = ijson.sendable_list()
        parser = ijson.basic_parse_coro(events)
        begun = False
        try:
            for piece in _short(pieces):
                self._since += len(piece)
                if self._since > self._limits.item_bytes:
                    much = f"{self._limits.item_bytes // 1_000_000:,} MB"
                    raise FeedRefused(f"One part of it takes up more than {much}, which no course does.", self._line)
                parser.send(piece.encode("utf-8", "replace"))
                for event, value in events:
                    begun = True
                    self._event(event, value)
                events.clear()
                self._line += piece.count("\n")
            parser.close()
        except ijson.IncompleteJSONError:
            if begun:
                raise FeedRefused("It is cut off, or is not JSON from here on.", self._line) from None
            raise FeedRefused("It is not JSON.", self._line) from None
        # the parser is written in C and wraps a number of too many digits in a SystemError
        except (ijson.JSONError, ValueError, OverflowError, RecursionError, SystemError) as error:
            raise FeedRefused(f"It is not JSON that can be read ({str(error)[:80]}).", self._line) from None
        if self._stack:
            raise FeedRefused("It is cut off.", self._line)

    def _event(self, event: str, value: Any) -> None:
        if event == "map_key":
            self._key[-1] = value
        elif event in ("start_map", "start_array"):
            if len(self._stack) >= self._limits.depth:
                raise FeedRefused(f"Its parts are more than {self._limits.depth} deep.", self._line)
            self._stack.append(({} if event == "start_map" else [], self._line))
            self._key.append(None)
        elif event in ("end_map", "end_array"):
            self._key.pop()
            built, line = self._stack.pop()
            self._ended(built, line)
        else:
            if isinstance(value, str) and len(value) > self._limits.text_characters:
                raise FeedRefused("One of its texts is far longer than a course feed's.", self._line)
            self._keep(value)

    def _ended(self, built: Any, line: int) -> None:
        if isinstance(built, dict):
            self._nodes += 1
            if self._nodes > self._limits.nodes:
                raise FeedRefused(f"It holds more than {self._limits.nodes:,} objects.", line)
            if not self._stack or self._in_list():
                self._since = 0
                self._take(built, line)
                return
        if self._stack:
            self._keep(built)

    def _in_list(self) -> bool:
        """Whether what ended was one of the outermost list, or of a list of the outermost object."""
        around = [built for built, _ in self._stack]
        if isinstance(around[0], dict):
            if self._key[0] not in LISTS:
                return False
            del around[0]
        # some write lists inside lists
        return bool(around) and all(isinstance(built, list) for built in around)

    def _keep(self, value: Any) -> None:
        if not self._stack:
            return
        around, _ = self._stack[-1]
        if isinstance(around, list):
            around.append(value)
        elif (key := self._key[-1]) is not None:
            around[key] = value


def _short(pieces: Iterable[str]) -> Iterable[str]:
    """Pieces that end where a line ends, or sooner, so that the parser is never ahead of the line that is counted."""
    for piece in pieces:
        for line in piece.splitlines(keepends=True):
            for at in range(0, len(line), _PIECE):
                yield line[at : at + _PIECE]
