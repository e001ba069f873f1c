"""Short answers by themselves: "2", "the 2nd 1", "yh", "nah not rly", "both". Pure Python.

What an answer is *to* is decided in ``turnbot.reading``; here it is only told apart from other messages. The words are
in ``data/replies.yml``, where anybody may add one.
"""

from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from turnbot.sources import load
from turnbot.text import words

FILE = Path(__file__).resolve().parents[2] / "data" / "replies.yml"
KINDS = ("yes", "ok", "no", "neither", "both", "all", "any", "unsure", "that", "other")
LONGEST = 60
"""Characters of the longest message that may be nothing but an answer."""
MOST_WORDS = 9
LAST = -1
THUMBS = {"\U0001f44d": "yes", "\U0001f44e": "no", "\u2705": "yes", "\u274c": "no"}
_BETWEEN = frozenset({"and", "n", "&", "a", "plus", "then", "ac"})


class Answer(NamedTuple):
    """One answer: a kind of ``KINDS``, or "number" with the numbers said, in order (-1 is the last one).

    ``ordinal``: said as a place in a list ("2nd"), which a level never is.
    """

    kind: str
    numbers: Tuple[int, ...] = ()
    ordinal: bool = False


class Answers:
    """The words of ``data/replies.yml``, ready to compare."""

    def __init__(self, content: Dict[str, Any]) -> None:
        """Raises ``KeyError`` when a part of the file is missing."""
        self._whole: Dict[str, str] = {}
        for kind in KINDS:
            for phrase in content[kind]:
                self._whole.setdefault(_key(phrase), kind)
        self._filler = _phrases(content["filler"])
        self._around = frozenset(part for phrase in content["around_numbers"] for part in _key(phrase).split())
        self._numbers = {
            _key(word): LAST if number == "last" else int(number)
            for number, listed in content["numbers"].items()
            for word in listed
        }
        self._change = {_key(phrase): what for what, listed in content["change"].items() for phrase in listed}

    @classmethod
    def load(cls, file: Path = FILE) -> "Answers":
        """Read the words. Raises ``OSError`` or ``KeyError`` for a file that is missing or not whole."""
        return cls(load(file))

    def read(self, text: str) -> Optional[Answer]:
        """What short answer this is, None when it is none or says more than that."""
        if len(text) > LONGEST:
            return None
        said = [word.norm for word in words(text) if word.norm != "?"]
        if not said:
            return _thumb(text)
        if len(said) > MOST_WORDS:
            return None
        kind = self._kind(said)
        # "1" may be the number or stand for "one": by itself it is a number
        return Answer(kind) if kind else self._number(said)

    def change(self, text: str) -> Optional[str]:
        """What they want to change, of level, place, start and subject; None when it is not said in just a word."""
        said = [word.norm for word in words(text) if word.norm != "?"] if len(text) <= LONGEST else []
        return self._change.get(" ".join(said)) or self._change.get(" ".join(_stripped(said, self._filler)))

    def _kind(self, said: List[str]) -> Optional[str]:
        whole = self._whole.get(" ".join(said))
        if whole:
            return whole
        rest = _stripped(said, self._filler)
        return self._whole.get(" ".join(rest)) if rest else None

    def _number(self, said: List[str]) -> Optional[Answer]:
        found: List[int] = []
        ordinal = False
        rest = _stripped(said, self._filler)
        for at, word in enumerate(rest):
            after_ordinal = at > 0 and rest[at - 1] in self._numbers and not rest[at - 1].isdecimal()
            if word in ("1", "one", "un") and after_ordinal:
                continue  # "the 2nd 1"
            if word.isdecimal() and len(word) <= 2 and int(word):
                found.append(int(word))
            elif word in self._numbers and not (word == "one" and len(rest) > 1 and not _counts(rest, at)):
                found.append(self._numbers[word])
                ordinal = ordinal or word not in ("one", "two", "three", "four", "five", "six", "seven", "eight")
            elif word not in self._around and word not in _BETWEEN:
                return None
        if not found or len(found) > 3 or (LAST in found and len(found) > 1):
            return None
        return Answer("number", tuple(dict.fromkeys(found)), ordinal)


def _counts(rest: List[str], at: int) -> bool:
    """Whether "one" is a number here ("number one", "one and three") and not a thing ("that one")."""
    return at == 0 or rest[at - 1] in ("number", "num", "no", "option", "choice", "and", "n", "rhif")


def _thumb(text: str) -> Optional[Answer]:
    for mark, kind in THUMBS.items():
        if mark in text:
            return Answer(kind)
    return None


def _key(phrase: Any) -> str:
    return " ".join(word.norm for word in words(str(phrase)))


def _phrases(listed: List[Any]) -> List[Tuple[str, ...]]:
    """Phrases as words, the longest first, so that it is taken before a part of it."""
    return sorted((tuple(_key(phrase).split()) for phrase in listed), key=len, reverse=True)


def _stripped(said: List[str], filler: List[Tuple[str, ...]]) -> List[str]:
    """Without the filler at either end."""
    rest = list(said)
    going = True
    while going and rest:
        going = False
        for phrase in filler:
            size = len(phrase)
            if len(rest) > size and tuple(rest[:size]) == phrase:
                rest, going = rest[size:], True
            elif len(rest) > size and tuple(rest[-size:]) == phrase:
                rest, going = rest[:-size], True
    return rest
