"""Which script a message is written in, and which of a script's languages: known from a few letters already."""

from collections import Counter
from collections.abc import Iterable, Mapping

_RANGES: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x024F, "latin"),
    (0x1E00, 0x1EFF, "latin"),
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFF, "arabic"),
    (0x0900, 0x097F, "devanagari"),
    (0x0980, 0x09FF, "bengali"),
    (0x0A00, 0x0A7F, "gurmukhi"),
    (0x0A80, 0x0AFF, "gujarati"),
    (0x0B80, 0x0BFF, "tamil"),
    (0x0C00, 0x0DFF, "south_indian"),
    (0x0E00, 0x0EFF, "thai"),
    (0x1000, 0x109F, "burmese"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1200, 0x139F, "ethiopic"),
    (0x1780, 0x17FF, "khmer"),
    (0x3040, 0x30FF, "kana"),
    (0x3400, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "hangul"),
)


def script_of(character: str) -> str | None:
    """The script of a letter, or None for one of a script that is not listed."""
    code = ord(character)
    return next((script for first, last, script in _RANGES if first <= code <= last), None)


def main_script(text: str) -> tuple[str, int]:
    """The script of most letters, and how many letters it has; Latin for a text without letters."""
    if text.isascii():
        return "latin", sum(map(str.isalpha, text))
    counts = Counter(script_of(c) for c in text if c.isalpha())
    counts.pop(None, None)
    if not counts:
        return "latin", 0
    # kana decides for Japanese, which writes most words in Han
    script, letters = counts.most_common(1)[0]
    return ("kana" if counts["kana"] else script) or "latin", letters


def by_letters(text: str, letters: Mapping[str, Iterable[str]], words: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """How much speaks for each language: two for each of its own letters, three for each of its own words."""
    present = Counter(text.casefold())
    said = set(text.casefold().split())
    return {
        language: 2 * sum(present[letter] for letter in own) + 3 * len(said.intersection(words.get(language, ())))
        for language, own in letters.items()
    }
