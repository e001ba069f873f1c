"""The text of an XML feed, made fit for a parser: its head checked and mended, its stray characters put right.

A document type declaration is refused here, before any parser sees it: no feed needs one, and it is how a few lines
turn into gigabytes or reach for other files.
"""

import html.entities
import re
from collections.abc import Iterator

from prospectus.importing.feedfile import FeedFile, head_text
from prospectus.importing.intake import Intake
from prospectus.importing.limits import FeedRefused

AMPERSANDS = "bare ampersands were read as such"
ENTITIES = "HTML entities were read as the characters they stand for"

ENCODINGS = {
    "utf-8": None, "utf8": None, "us-ascii": None, "ascii": None, "utf-16": None, "utf-16le": None, "utf-16be": None,
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso8859-1": "cp1252", "windows-1252": "cp1252",
    "cp1252": "cp1252", "iso-8859-15": "iso-8859-15",
}  # fmt: skip
"""Encodings that a feed may say it has; None: the bytes themselves tell. Others, like UTF-7, only hide something."""

_DECLARATION = re.compile(r"\s*<\?xml\s([^>]{0,500}?)\?>")
_ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ATTRIBUTE = re.compile(r"""\s*([A-Za-z_][\w.-]*(?::[\w.-]+)?)\s*=\s*("[^"<]*"|'[^'<]*')""")
_NAME = re.compile(r"<([A-Za-z_][\w.-]*(?::[\w.-]+)?)")
_JUNK = re.compile(r"""[^\s>/]+?(?=[\s>/]|[A-Za-z_][\w.:-]*\s*=)""")
_MARKUP = re.compile(r"<!\[CDATA\[|\]\]>|<!--|-->|&(?:#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?")
_BASIC = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"})
_HELD = 40
# prefixes that feeds of this kind use, sometimes without saying what they mean
_PREFIXES = {
    "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/", "mlo": "http://purl.org/net/mlo",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance", "credit": "http://purl.org/net/cm",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
}  # fmt: skip


def xml_text(feed: FeedFile, intake: Intake) -> Iterator[str]:
    """The text from the first element on, each line where it was. Raises ``FeedRefused``."""
    pieces = (piece.replace("\r\n", "\n") for piece in feed.text(_encoding(head_text(feed))))
    head = ""
    for piece in pieces:
        head += piece
        begun = _first_element(head)
        if begun is not None and (end := _end_of_tag(head, begun)) is not None:
            break
        if len(head) > intake.limits.head_characters:
            raise FeedRefused("It is not XML that can be read: its first element does not begin or end.", 1)
    else:
        raise FeedRefused("It stops before its first element ends.", head.count("\n") + 1)
    lines = "\n" * head.count("\n", 0, begun)
    tag = _mended_tag(head[begun:end], head.count("\n", 0, begun) + 1, intake)
    yield lines + tag
    yield from _mended_markup(_chain(head[end:], pieces), intake)


def _encoding(head: str) -> str | None:
    match = _DECLARATION.match(head)
    named = _ENCODING.search(match[1]) if match else None
    if named is None:
        return None
    if named[1].lower() not in ENCODINGS:
        raise FeedRefused(f"It says that its encoding is {named[1][:40]}, which is not one that feeds use.", 1)
    return ENCODINGS[named[1].lower()]


def _first_element(head: str) -> int | None:
    """Where the first element begins, past the declaration, comments and instructions; None where it is not there."""
    at = 0
    while True:
        at = len(head) - len(head[at:].lstrip("\ufeff \t\r\n"))
        rest = head[at : at + 10]
        if rest.startswith("<?"):
            end, length = head.find("?>", at), 2
        elif rest.startswith("<!--"):
            end, length = head.find("-->", at), 3
        elif rest.upper().startswith("<!"):
            if len(rest) < 10 and "<!DOCTYPE".startswith(rest.upper()):
                return None
            raise FeedRefused(
                "It begins with a document type declaration (<!DOCTYPE or the like). Feeds need none, and it can make "
                "a small file grow without end, so such files are not read.",
                head.count("\n", 0, at) + 1,
            )
        elif _NAME.match(head, at):
            return at
        elif len(rest) < 2:
            return None
        else:
            raise FeedRefused(
                "It is not XML: there is something before its first element.", head.count("\n", 0, at) + 1
            )
        if end < 0:
            return None
        at = end + length


def _end_of_tag(head: str, begun: int) -> int | None:
    """Just past the first ``>`` that ends a start tag, odd quotes or not: no attribute of ours has one inside."""
    end = head.find(">", begun)
    return end + 1 if end >= 0 else None


def _mended_tag(tag: str, line: int, intake: Intake) -> str:
    """The first start tag with its attributes apart, and with the prefixes that it forgot to declare."""
    name = _NAME.match(tag)
    if name is None:
        raise FeedRefused("Its first element has no name.", line)
    at, stray = name.end(), list[str]()
    attributes: dict[str, str] = {}
    closing = "/>" if tag.endswith("/>") else ">"
    last = len(tag) - len(closing)
    while at < last:
        if tag[at].isspace():
            at += 1
        elif match := _ATTRIBUTE.match(tag, at):
            if match[1] in attributes:
                intake.repaired(f"Line {line}: the first element said {match[1]} twice; the first counted.")
            attributes.setdefault(match[1], match[2])
            at = match.end()
        else:
            junk = _JUNK.match(tag, at)
            stray.append(junk[0] if junk else tag[at])
            at = junk.end() if junk else at + 1
    if stray:
        what = " ".join(stray)[:40]
        intake.repaired(f"Line {line}: the first element, <{name[1][:40]}>, was malformed; a stray {what} was dropped.")
    for prefix, address in _PREFIXES.items():
        attributes.setdefault(f"xmlns:{prefix}", f'"{address}"')
    said = "".join(f" {key}={_whole_entities(value)}" for key, value in attributes.items())
    # the lines of the tag are kept behind it
    return f"<{name[1]}{said}{closing}" + "\n" * tag.count("\n")


def _whole_entities(value: str) -> str:
    return _MARKUP.sub(lambda match: match[0] if len(match[0]) > 1 else "&amp;", value)


def _mended_markup(pieces: Iterator[str], intake: Intake) -> Iterator[str]:
    """Ampersands and entities put right outside CDATA and comments, where they mean themselves."""
    inside = ""

    def put_right(match: re.Match[str]) -> str:
        nonlocal inside
        said = match[0]
        if inside:
            if said == inside:
                inside = ""
            return said
        if said in ("<![CDATA[", "<!--"):
            inside = "]]>" if said == "<![CDATA[" else "-->"
            return said
        if said[0] != "&" or said in _BASIC:
            return said
        if said == "&":
            intake.counted(AMPERSANDS)
            return "&amp;"
        if said[1] == "#":
            return said if _is_character(said) else ""
        character = html.entities.html5.get(said[1:])
        if character is None:
            intake.counted(AMPERSANDS)
            return f"&amp;{said[1:]}"
        intake.counted(ENTITIES)
        return character.replace("&", "&amp;").replace("<", "&lt;")

    waiting = ""
    for piece in pieces:
        text = waiting + piece
        cut = max(text.rfind(mark, max(0, len(text) - _HELD)) for mark in "&<]-")
        text, waiting = (text[:cut], text[cut:]) if cut >= 0 else (text, "")
        yield _MARKUP.sub(put_right, text)
    yield _MARKUP.sub(put_right, waiting)


def _is_character(reference: str) -> bool:
    number = int(reference[3:-1], 16) if reference[2] in "xX" else int(reference[2:-1])
    return (
        number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or 0x10000 <= number <= 0x10FFFF
    )


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
