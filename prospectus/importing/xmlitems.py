"""Elements of an XML feed, one course at a time, from a parser that fetches nothing and expands nothing."""

from collections.abc import Iterator
from typing import Literal

from lxml import etree

from prospectus.importing.feedfile import FeedFile
from prospectus.importing.intake import Intake
from prospectus.importing.limits import FeedRefused
from prospectus.importing.xmltext import xml_text

Element = etree._Element
Event = tuple[Literal["start", "end"], Element, int]
"""What happened, to which element, at which depth: 1 for the first element of the file."""

_INCLUDE = "{http://www.w3.org/2001/XInclude}"
_CUT_OFF = ("premature end", "document is empty", "extra content", "not properly balanced")
_TOO_DEEP = ("depth", "too deep")
_TOO_LARGE = ("resource limit", "huge", "too long", "buffer size", "amplification")


def local(element: Element) -> str:
    """An element's name without its namespace, which feeds of every version write differently."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: Element) -> int:
    """The line on which an element begins; 0 where the parser does not know."""
    line = element.sourceline
    return line if isinstance(line, int) else 0


class XmlItems:
    """The elements of a feed as they begin and end.

    Whoever reads must ``drop`` what it is done with: what is not dropped stays in memory, and the feed is refused once
    ``limits.item_bytes`` of it have been read since something was. Raises ``FeedRefused`` for XML that breaks off, does
    not fit together, or tries to do harm.
    """

    def __init__(self, feed: FeedFile, intake: Intake) -> None:
        self._feed = feed
        self._intake = intake
        self._since = 0

    def drop(self, element: Element) -> None:
        """Free an element that has been read, and what stands before it."""
        element.clear()
        parent = element.getparent()
        if parent is not None:
            while element.getprevious() is not None:
                del parent[0]
        self._since = 0

    def __iter__(self) -> Iterator[Event]:
        limits = self._intake.limits
        parser = etree.XMLPullParser(
            events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        depth, lines = 0, 1
        try:
            for piece in xml_text(self._feed, self._intake):
                self._since += len(piece)
                lines += piece.count("\n")
                parser.feed(piece.encode())
                for action, element in parser.read_events():
                    if not isinstance(element, etree._Element):
                        continue
                    if action == "start":
                        depth += 1
                        if depth > limits.depth:
                            raise FeedRefused(f"Its elements are more than {limits.depth} deep.", line_of(element))
                        if isinstance(element.tag, str) and element.tag.startswith(_INCLUDE):
                            raise FeedRefused("It asks for another file to be read into it.", line_of(element))
                        yield "start", element, depth
                    else:
                        yield "end", element, depth
                        depth -= 1
                if self._since > limits.item_bytes:
                    much = f"{limits.item_bytes // 1_000_000:,} MB"
                    raise FeedRefused(f"One part of it takes up more than {much}, which no course does.", lines)
            parser.close()
        except etree.XMLSyntaxError as error:
            raise FeedRefused(_why(error), error.lineno or 0) from None


def _why(error: etree.XMLSyntaxError) -> str:
    said = (error.msg or "").split(", line ")[0].strip()[:160]
    low = said.lower()
    if any(word in low for word in _CUT_OFF):
        return f"It is cut off or goes on after its end ({said})."
    if any(word in low for word in _TOO_DEEP):
        return "Its elements are too deep inside one another."
    if any(word in low for word in _TOO_LARGE):
        return f"It holds something far larger than a course feed does ({said})."
    return f"It is not well-formed XML, and what was meant cannot be told ({said})."
