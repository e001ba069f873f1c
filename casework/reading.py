"""Reading a message as plain words, past capitals, accents, text-speak, leet letters and spaced-out letters.

Linear in the length of the text: every step is one pass, and no pattern here can backtrack over more than a word.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

MAX_READ = 4_000
"""Characters that are looked at; channels keep at most 1,600."""

BREAK = "\n"
"""Stands between sentences in a reading."""

_APOSTROPHES = str.maketrans(dict.fromkeys("'\u2018\u2019\u02bc\u0060\u00b4", "") | {"\u2026": "..."})
_LEET = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "5": "s", "$": "s", "7": "t"})
_LAUGHS = re.compile("[\U0001f602\U0001f923\U0001f480\U0001f605\U0001f606\U0001f639]+")
_DOTS = re.compile(r"\.{2,}")
_ENDS = re.compile(r"[.!?;]+(?=\s|$)|\n")
_SPACED = re.compile(r"(?<![a-z0-9])(?:[a-z0-9][ .\-_/*]{1,2}){2,}[a-z0-9](?![a-z0-9])")
_INITIALS = re.compile(r"(?<![a-z0-9./])([a-z])[./]([a-z])(?![a-z0-9/])")
_WORD = re.compile(r"[a-z]/[a-z](?![a-z0-9])|[a-z0-9@$!*]+|\n")
_RUN = re.compile(r"(.)\1{2,}")
_PAIR = re.compile(r"(.)\1+")
_TO = re.compile(r"([a-z]{3,})2([a-z]{2,})")


def fold(text: str) -> str:
    """Small letters without accents or apostrophes; styled letters become plain ones.

    >>> fold("DON\u2019T t\u0177")
    'dont ty'
    """
    text = text[:MAX_READ]
    if not text.isascii():
        text = _LAUGHS.sub(" lol ", text)
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return text.translate(_APOSTROPHES).casefold()


class Reader:
    """Reads with a list of spellings: each way of writing stands for one or several plain words.

    ``known`` are the words that rules ask for: only towards them are stretched or spaced-out words bent.
    """

    def __init__(self, spellings: Mapping[str, str], known: Collection[str] = ()) -> None:
        self._spellings = {form: tuple(plain.split()) for form, plain in spellings.items()}
        self.learn(known)

    def learn(self, known: Collection[str]) -> None:
        """Take ``known`` as the words that matter."""
        self._known = set(known) | set(self._spellings)
        self._squeezed = {_PAIR.sub(r"\1", word): word for word in sorted(self._known, reverse=True) if len(word) > 2}

    def read(self, text: str) -> list[str]:
        """The words of a message, with ``BREAK`` between its sentences."""
        text = _DOTS.sub(" ", fold(text))
        text = _INITIALS.sub(r"\1/\2 ", _SPACED.sub(self._join, text))
        words: list[str] = []
        for word in _WORD.findall(_ENDS.sub(" \n ", text)):
            if word in self._spellings:
                words += self._spellings[word]
            elif word == BREAK or word in self._known:
                words.append(word)
            else:
                words += self._bend(word)
        return words

    def plain(self, words: Iterable[str]) -> list[str]:
        """Words of a rule, spelt as a reading would spell them."""
        return [plain for word in words for plain in self._spellings.get(word, (word,))]

    def _join(self, match: re.Match[str]) -> str:
        """k m s, or k.m.s, as one word; a leading word of one letter (i k m s) may stay apart."""
        letters = [letter for letter in match.group() if letter.isalnum()]
        for start in range(min(3, len(letters) - 2)):
            joined = "".join(letters[start:])
            if joined in self._known or joined in self._squeezed:
                return " ".join([*letters[:start], joined])
        return match.group()

    def _bend(self, word: str) -> list[str]:
        word = word.strip("*!")
        if not word.isalpha():
            halves = _TO.fullmatch(word)
            if halves and self._known.issuperset(halves.groups()):
                return self.plain([halves[1], "to", halves[2]])
            if any(c.isalpha() for c in word):
                # a star hides a letter: the spellings list what is left of the word
                word = word.replace("*", "").translate(_LEET)
        if word in self._known:
            return self.plain([word])
        if _RUN.search(word):
            for shorter in (_RUN.sub(r"\1\1", word), _RUN.sub(r"\1", word)):
                if shorter in self._known:
                    return self.plain([shorter])
            squeezed = self._squeezed.get(_PAIR.sub(r"\1", word))
            if squeezed:
                return self.plain([squeezed])
        return [word] if word else []
