"""Words of a message as they were written, each with its place. Pure Python."""

import re
import unicodedata
from typing import List, NamedTuple

_WORD = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+(?:['’][^\W\d_]+)*\d*|[&?]")


class Word(NamedTuple):
    """One word: as it is compared, and where it stands in the message."""

    norm: str
    start: int
    end: int


def folded(text: str) -> str:
    """Small letters without accents or apostrophes: how two spellings are compared."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.lower().replace("'", "").replace("’", "")


def words(text: str) -> List[Word]:
    """The words of ``text`` with their places. "&" and a question mark count; other marks do not."""
    found: List[Word] = []
    for match in _WORD.finditer(text):
        norm = folded(match.group())
        # folding can make several words of one: "²a" is "2" and "a"
        parts = [norm] if norm.isascii() and match.group().isascii() else _WORD.findall(norm)
        found += [Word(folded(part), match.start(), match.end()) for part in parts]
    return found
