"""Words of a message, as the two components that understand see them. Pure Python."""

import re
import unicodedata
from typing import Dict, Iterable, List, NamedTuple

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
    return [Word(folded(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def expand(norms: Iterable[str], shorthand: Dict[str, str]) -> List[str]:
    """Text-speak in full: one word may become several. Letters drawn out ("heyyyy") are first drawn in."""
    full: List[str] = []
    for norm in norms:
        if norm in shorthand:
            full.extend(shorthand[norm].split())
            continue
        drawn_in = re.sub(r"([a-z])\1{2,}", r"\1\1", norm)
        full.extend(shorthand.get(drawn_in, shorthand.get(re.sub(r"(.)\1+$", r"\1", drawn_in), drawn_in)).split())
    return full
