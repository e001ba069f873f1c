"""What the classifier of intents sees of a message. Pure Python.

Subjects, places and the like are replaced by their type first, so that "any plumbing near Margate" teaches all
subjects and all towns.
"""

from collections import Counter
from typing import Iterable, Iterator, List, Sequence

from turnbot.text import Word
from turnbot.vocabulary import Found

LONG_NUMBER = "<digits>"
"""Long numbers are all alike: a phone number says no more than that it is one."""

SIZES = (3, 4, 5)
"""Lengths of the groups of letters."""


def masked(read: List[Word], found: Iterable[Found]) -> List[str]:
    """The plain words of a message with each entity as its type in angle brackets."""
    entities = list(found)
    tokens: List[str] = []
    shown = set()
    for word in read:
        cover = next((e for e in entities if e.start <= word.start < e.end), None)
        if cover is None:
            tokens.append(LONG_NUMBER if word.norm.isdecimal() and len(word.norm) > 2 else word.norm)
        elif cover.start not in shown:
            shown.add(cover.start)
            tokens.append(f"<{cover.type}>")
    return tokens


def counted(read: List[Word], found: Iterable[Found], english: Sequence[str] = ()) -> Counter:
    """Features with how often each is there. Groups: w and r words, p, q and s pairs, c letters, n.

    ``english``: the plain words of a message that is Welsh or half Welsh, in English.
    """
    counts = Counter(_names(masked(read, found), [word.norm for word in read]))
    counts.update(f"r {word}" for word in english)
    counts.update(f"q {first} {second}" for first, second in zip(["^", *english], [*english, "$"]) if english)
    return counts


def _names(tokens: List[str], plain: List[str]) -> Iterator[str]:
    for word in tokens:
        yield f"w {word}"
    for word in plain:
        yield f"r {word}"
    for first, second in zip(["^", *tokens], [*tokens, "$"]):
        yield f"p {first} {second}"
    for first, second in zip(["^", *plain], [*plain, "$"]):
        yield f"q {first} {second}"
    for first, _, third in zip(tokens, tokens[1:], tokens[2:]):
        yield f"s {first} {third}"
    for word in tokens:
        if word[0] != "<":
            edged = f" {word} "
            for size in SIZES:
                for i in range(len(edged) - size + 1):
                    yield f"c{edged[i : i + size]}"
    yield f"n {min(len(tokens), 8)}"
