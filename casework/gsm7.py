"""What a text message costs: GSM 03.38 septets or UTF-16 units, and how many segments they make.

Sources: 3GPP TS 23.038 section 6.2.1 (the alphabet and its extension table); 3GPP TS 23.040 (a concatenated
message gives 6 of each segment's 140 octets to a header: 153 septets or 67 UTF-16 units are left).
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet, in code order, without the escape at 0x1B: one septet each."""

EXTENSION = "\f^{}\\[~]|€"
"""The extension table: an escape and a septet each."""

SINGLE_GSM7, PART_GSM7 = 160, 153
SINGLE_UCS2, PART_UCS2 = 70, 67

_ALPHABET = frozenset(BASIC + EXTENSION)
_EXTENSION = frozenset(EXTENSION)

_TYPOGRAPHY: dict[str, str] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u0060\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022\u2023\u2043\u25e6\u25cf\u00b7", "-"),
    **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\t", " "),
    # zero width joiner and non-joiner stay: Persian and emoji need them
    **dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""),
    **dict.fromkeys("\u2028\u2029", "\n"),
    "\u2026": "...",
    "\u00d7": "x",
    "\u2192": "->",
    "\u00bd": "1/2",
    "\u00bc": "1/4",
    "\u00be": "3/4",
    "\ufb01": "fi",
    "\ufb02": "fl",
}
_TABLE = str.maketrans(_TYPOGRAPHY)


@dataclass(frozen=True)
class Measured:
    """What a text takes on the air: its encoding, its units in it, and the segments that are billed."""

    encoding: Literal["gsm7", "ucs2"]
    units: int
    segments: int


def clean(text: str) -> str:
    """The text with its typography (curly quotes, long dashes, ellipses, odd spaces, bullets) as GSM-7 has it.

    Letters are never changed: Welsh keeps its circumflexes, at the price of a shorter message.

    >>> clean("It\u2019s on \u2013 see you at the t\u0177\u2026")
    "It's on - see you at the tŷ..."
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text.replace("\t", " ").replace("`", "'")
    return unicodedata.normalize("NFC", text).translate(_TABLE)


def is_gsm7(text: str) -> bool:
    """Whether every character is in the alphabet or its extension table."""
    return _ALPHABET.issuperset(text)


def measure(text: str) -> Measured:
    """Count units and segments. A character of two units is never cut in half. Nothing takes no segment.

    >>> measure("a" * 161)
    Measured(encoding='gsm7', units=161, segments=2)
    """
    if is_gsm7(text):
        doubles = sum(map(text.count, _EXTENSION))
        units = len(text) + doubles
        return Measured("gsm7", units, _segments(text, units, doubles, SINGLE_GSM7, PART_GSM7, _EXTENSION))
    astral = frozenset(character for character in text if character > "\uffff")
    doubles = sum(map(text.count, astral))
    units = len(text) + doubles
    return Measured("ucs2", units, _segments(text, units, doubles, SINGLE_UCS2, PART_UCS2, astral))


def _segments(text: str, units: int, doubles: int, single: int, part: int, wide: frozenset[str]) -> int:
    """Whole characters are laid into parts one after the other; a wide one that does not fit opens the next."""
    if units <= single:
        return 1 if units else 0
    if not doubles:
        return -(-units // part)
    segments, used = 1, 0
    for character in text:
        size = 2 if character in wide else 1
        if used + size > part:
            segments, used = segments + 1, 0
        used += size
    return segments
