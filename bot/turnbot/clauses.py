"""Where one message may be two: cutting at sentences, and where a second question begins. Pure Python.

Cutting decides nothing: whether the pieces are questions of their own is seen when they are understood
(``turnbot.parts``). So it may cut once too often, but "health and social care" or "hair and beauty" it never cuts:
what follows "and" must begin like a question or a statement.
"""

import re
from typing import List

MOST = 4
"""Pieces of one message that are looked at; the last takes the rest."""
FEWEST_WORDS = 2
"""Words of the whole message below which there is nothing to cut."""

_STARTS = (
    r"(?:wh?[au]ts?|wots?|wens?|whens?|wheres?|wher|how|hows|hw|who|whos|hu|why|which|wich|is|iz|are|r|was|do|does|duz|"
    r"did|can|cn|could|cud|will|wud|would|should|shud|am|im|i'm|i|ive|i've|id|i'd|ill|i'll|any|got|have|has|tell|also|"
    r"oes|ydy|ydw|faint|pryd|sut|ble|beth|pwy|alla|ga)\b"
)
"""Words that a question or a statement of one's own begins with."""

_LINK = r"(?:and|n|nd|an|&|also|plus|but|bt|oh|then|ac|hefyd)\b"

_STRONG = (
    r"(?:how (?:much|long|far|do|does|can)|h(?:o)?w much|when (?:do|does|is|can)|wh?en (?:duz|does|do|is)|"
    r"where (?:is|do|are)|what time|what days|do i (?:get|need|have)|can i (?:get|still|have|apply|do)|is there|"
    r"are there|iz der|who is my|whos my|will i (?:get|need|have))\b"
)
"""Beginnings that start a new question even with nothing before them."""

_SENTENCE = re.compile(r"(?<=[.?!;\n])\s+(?=\S)|(?<=[?!])(?=[A-Za-z])|\n+(?=\S)")
_LINKED = re.compile(rf"\s+(?={_LINK}(?:\s+(?:also|then|so|is|was))?\s+{_STARTS})|,\s*(?={_STARTS})", re.IGNORECASE)
_BARE = re.compile(rf"\s+(?={_STRONG})", re.IGNORECASE)
_AMPERSAND = re.compile(rf"\s+(?=&\s*{_STARTS})", re.IGNORECASE)
_LEADS_IN = re.compile(
    r"(?:&|\b(?:know|no|kno|knw|me|us|wondering|wonder|sure|ask|asking|see|if|tell|out|about|abt|say|and|n|or|but|so|then|"
    r"also|plus|wanna|want|to|like|is|of|on|for|that|what|wat|wot|how|when|where|who|why|which|course|courses|hi|hey|hello|pls|please|sorry))\W*$",
    re.IGNORECASE,
)
"""What a question leans on: "do you know how much it is" is one."""
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|mr|mrs|ms|dr|st|no|nr|vs|approx|\d+)|^\W*)\.$", re.IGNORECASE)
_SAYS = re.compile(r"[^\W_]")
_BARE_NEEDS = 4
"""Words that must stand before a question with nothing to mark its beginning."""


def plausible(text: str) -> bool:
    """Whether it is worth looking: a cheap test that lets every message pass which ``pieces`` would cut."""
    return bool(
        _SENTENCE.search(text)
        or _LINKED.search(text)
        or _BARE.search(text)
        or ("&" in text and _AMPERSAND.search(text))
    )


def pieces(text: str) -> List[str]:
    """The message cut into at most ``MOST`` pieces. Put together again they are the message, character by character."""
    if len(text.split()) <= FEWEST_WORDS:
        return [text]
    cuts: List[int] = []
    for mark in (_SENTENCE, _LINKED, _AMPERSAND):
        cuts += [found.start() for found in mark.finditer(text) if _is_cut(text, found.start())]
    cuts += [
        found.start()
        for found in _BARE.finditer(text)
        if len(text[: found.start()].split()) >= _BARE_NEEDS and not _LEADS_IN.search(text[: found.start()])
    ]
    made: List[str] = []
    begun = 0
    for cut in sorted(set(cuts)):
        if len(made) == MOST - 1:
            break
        if _SAYS.search(text, begun, cut) and _SAYS.search(text, cut):
            made.append(text[begun:cut])
            begun = cut
    return [*made, text[begun:]]


def _is_cut(text: str, at: int) -> bool:
    before = text[:at]
    return not _ABBREVIATION.search(before) and not (text[at : at + 1] != "\n" and before.rstrip()[-1:] == ",")
