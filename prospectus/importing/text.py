"""Plain text out of what feeds hold: HTML, entities, CDATA, wrongly read characters, stray spaces."""

import html
import re
import unicodedata

SUMMARY = 4_000
"""Most characters kept of a long text."""

SHORT = 300
"""Most characters kept of a title, name or other short text."""

_SCRIPTS = ("script", "style")
_BREAKS = re.compile(r"<\s*(?:br\s*/?|/p|/div|/h[1-6]|/tr|/ul|/ol|/table|hr\s*/?)\s*>", re.IGNORECASE)
_ITEM = re.compile(r"<\s*li\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,4000}>")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\n{3,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]")
# what UTF-8 looks like when it was read as Windows-1252: a lead byte, then one to three continuation bytes
_HIGH = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xC0))
_WRONG = re.compile(f"[\u00c2-\u00f4][{re.escape(_HIGH)}]{{1,3}}")
_BYTES = {character: 0x80 + at for at, character in enumerate(_HIGH)}


def clean(text: str | None, most: int = SUMMARY) -> str | None:
    """A text as a person would write it down: no markup, lines kept, at most ``most`` characters. None when empty.

    >>> clean("<p>Caf&eacute; &amp; bar<br>Level&nbsp;2</p>")
    'Café & bar\\nLevel 2'
    """
    if not text:
        return None
    if "<" in text or "&" in text:
        text = _without_markup(text)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text.replace("\t", " ").replace("\r", "\n")))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    text = _LINES.sub("\n\n", "\n".join(lines)).strip()
    return _cut(text, most) or None


def one_line(text: str | None, most: int = SHORT) -> str | None:
    """As ``clean``, on one line."""
    cleaned = clean(text, most * 4)
    return _cut(" ".join(cleaned.split()), most) if cleaned else None


def mended(text: str) -> str:
    """A text whose characters were read with the wrong encoding somewhere on their way, put right.

    >>> mended("students\u00e2\u20ac\u2122 fees \u00c2\u00a320")
    'students\u2019 fees \u00a320'
    """
    for _ in range(2):
        better = _WRONG.sub(_read_again, text)
        if better == text:
            break
        text = better
    return text


def undoubled(text: str) -> str:
    """A text that was written twice in a row, once: some systems do that to a subject.

    >>> undoubled("Arts & MediaArts & Media")
    'Arts & Media'
    """
    half, odd = divmod(len(text), 2)
    return text[:half] if half > 3 and not odd and text[:half] == text[half:] else text


def _without_markup(text: str) -> str:
    # a text inside CDATA is often escaped a second time
    for _ in range(3):
        plain = html.unescape(text)
        if "<" in plain:
            plain = _untagged(plain)
        if plain == text:
            break
        text = plain
    return text


def _untagged(text: str) -> str:
    for name in _SCRIPTS:
        text = _without_element(text, name)
    text = _without_comments(text)
    text = _BREAKS.sub("\n", text)
    text = _ITEM.sub("\n- ", text)
    return _TAG.sub("", text)


def _without_element(text: str, name: str) -> str:
    low = text.lower()
    if len(low) != len(text) or f"<{name}" not in low:
        return text
    kept, at = [], 0
    while (begin := low.find(f"<{name}", at)) >= 0:
        kept.append(text[at:begin])
        end = low.find(f"</{name}", begin)
        close = low.find(">", end) if end >= 0 else -1
        if close < 0:
            return "".join(kept)
        at = close + 1
    return "".join([*kept, text[at:]])


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (begin := text.find("<!--", at)) >= 0:
        kept.append(text[at:begin])
        end = text.find("-->", begin)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])


def _read_again(match: re.Match[str]) -> str:
    said = match.group()
    raw = bytes([ord(said[0]), *(_BYTES[character] for character in said[1:])])
    # the run may be longer than the one character it begins with
    for length in range(len(raw), 1, -1):
        try:
            return raw[:length].decode("utf-8") + said[length:]
        except UnicodeDecodeError:
            continue
    return said


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    short = text[: most - 3]
    space = short.rfind(" ")
    return (short[:space] if space > most // 2 else short).rstrip() + "..."
