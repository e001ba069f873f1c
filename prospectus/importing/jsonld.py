"""schema.org Course in JSON-LD: one, a list, a graph, or a web page with any of them inside.

Everything is put aside on disk first: a course may point at a provider, a place or a start that comes after it.
"""

import json
import re
from typing import Any

from prospectus.importing.feedfile import FeedFile
from prospectus.importing.intake import Intake
from prospectus.importing.jsoncourse import read_course
from prospectus.importing.jsonparts import types
from prospectus.importing.jsonstream import JsonItems
from prospectus.importing.limits import FeedRefused, RowRefused
from prospectus.importing.records import dumped

COURSES = frozenset({"course", "educationaloccupationalprogram", "workbasedprogram"})

_SCRIPT = re.compile(r"<script\b([^>]{0,2000})>", re.IGNORECASE)
_TYPE = re.compile(r"""type\s*=\s*["']?\s*application/ld\+json""", re.IGNORECASE)


def read_jsonld(feed: FeedFile, intake: Intake) -> None:
    """Read a file of JSON-LD. Raises ``FeedRefused``."""
    aside = _Aside(intake)
    JsonItems(aside.take, intake.limits).read(feed.text())
    aside.courses()


def read_page(feed: FeedFile, intake: Intake) -> None:
    """Read the JSON-LD of a web page. Raises ``FeedRefused`` where the page has none."""
    if feed.size > intake.limits.page_bytes:
        raise FeedRefused(f"It is a web page of more than {intake.limits.page_bytes // 1_000_000:,} MB.")
    page = "".join(feed.text())
    aside, found, at = _Aside(intake), 0, 0
    while (script := _SCRIPT.search(page, at)) is not None:
        end = page.find("</script", script.end())
        if end < 0:
            raise FeedRefused("It is cut off inside a script.", page.count("\n", 0, script.end()) + 1)
        at = end
        if not _TYPE.search(script[1]):
            continue
        found += 1
        line = page.count("\n", 0, script.end()) + 1
        try:
            JsonItems(aside.take, intake.limits, line).read([page[script.end() : end]])
        except FeedRefused as refused:
            intake.refuse(refused.line, f"a block of JSON-LD in the page: {refused.reason}")
    if not found:
        raise FeedRefused("It is a web page with no course data in it (no JSON-LD).")
    aside.courses()


class _Aside:
    """Courses in their order, and everything else that has an id, waiting on disk."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._db = intake.spool.db

    def take(self, node: dict[str, Any], line: int) -> None:
        """Put an object aside, with whatever courses it holds."""
        own = node.get("item")
        if isinstance(own, dict) and not types(node) & COURSES:
            # an entry of a list
            node = own
        if types(node) & COURSES:
            self._db.execute("INSERT INTO queued (line, body) VALUES (?, ?)", (line, json.dumps(node, default=str)))
        for key in ("@graph", "itemListElement", "hasCourse", "makesOffer", "mainEntity"):
            held = node.get(key)
            for inner in held if isinstance(held, list) else [held]:
                if isinstance(inner, dict):
                    self.take(inner, line)
        if isinstance(node.get("@id"), str):
            self._db.execute(
                "INSERT OR IGNORE INTO node VALUES (?, ?)",
                (node["@id"], dumped(json.loads(json.dumps(node, default=str)))),
            )

    def courses(self) -> None:
        """Hand over every course, with what it points at in its place."""
        names: set[str] = set()
        last = 0
        while True:
            # nothing else reads through this cursor while courses are being kept
            rows = self._db.execute("SELECT seq, line, body FROM queued WHERE seq > ? LIMIT 500", (last,)).fetchall()
            if not rows:
                break
            last = rows[-1][0]
            for _, line, body in rows:
                try:
                    name = read_course(json.loads(body), line, self._found, self._intake)
                    if len(names) < 2:
                        names.add(name)
                except RowRefused as refused:
                    self._intake.refuse(line, refused.reason, refused.key)
        self._intake.source_name = names.pop() if len(names) == 1 else None

    def _found(self, value: Any) -> Any:
        """An object that was said elsewhere, where this only says its id."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str) and len(value) <= 2 and "name" not in value:
            row = self._db.execute("SELECT body FROM node WHERE key = ?", (value["@id"],)).fetchone()
            return json.loads(row[0]) if row else value
        if isinstance(value, str) and value.startswith(("#", "_:")):
            row = self._db.execute("SELECT body FROM node WHERE key = ?", (value,)).fetchone()
            return json.loads(row[0]) if row else value
        return value
