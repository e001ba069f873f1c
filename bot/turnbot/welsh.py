"""Welsh in plain English, word for word: what was learnt from English examples then helps with Welsh messages too.

The sentence encoder knows no Welsh, and Welsh examples are few. The words come from ``data/words/welsh-english.yml``;
mutations and the endings "'n" and "'r" are found by rule. It translates for the classifier, never for people. Pure
Python.
"""

from typing import AbstractSet, Dict, Iterator, List, Mapping, Sequence

LONGEST = 5
"""Words in the longest phrase."""

SHORTEST_MUTATED = 3
"""Letters of the shortest mutated form: shorter ones are too often other words."""

_MUTATIONS = (
    ("c", ("g", "ngh", "ch")),
    ("p", ("b", "mh", "ph")),
    ("t", ("d", "nh", "th")),
    ("g", ("", "ng")),
    ("b", ("f", "m")),
    ("d", ("dd", "n")),
    ("ll", ("l",)),
    ("m", ("f",)),
    ("rh", ("r",)),
)
_NEVER = ("ch", "dd", "ff", "ng", "ph", "th")
"""Letters of Welsh that begin with another and do not mutate."""
_ENDINGS = "nr"
_WITH_ENDING = 5


def table(meanings: Mapping[str, str]) -> Dict[str, str]:
    """Welsh words, mutated ones too, and phrases with their English, from English meanings with their Welsh words."""
    plain = {word.replace("_", " "): english for english, words in meanings.items() for word in words.split()}
    mutated = {form: english for word, english in plain.items() if " " not in word for form in _mutated(word)}
    return {**mutated, **plain}


def _mutated(word: str) -> Iterator[str]:
    if word.startswith(_NEVER):
        return
    for first, others in _MUTATIONS:
        if word.startswith(first):
            forms = (other + word[len(first) :] for other in others)
            yield from (form for form in forms if len(form) >= SHORTEST_MUTATED)
    if word[0] in "aeiouwy" and len(word) >= SHORTEST_MUTATED:
        yield "h" + word


def stem(word: str, known: "AbstractSet[str]") -> str:
    """The word in ``known`` that this one is, without "'n" or "'r" at its end where need be; else the word itself."""
    if word not in known and len(word) >= _WITH_ENDING and word[-1] in _ENDINGS and word[:-1] in known:
        return word[:-1]
    return word


def in_english(
    words: Sequence[str], glosses: Mapping[str, str], welsh: "AbstractSet[str]", *, whole: bool
) -> List[str]:
    """``words`` with the Welsh ones in English; empty when there is none.

    ``welsh`` are the words that are no English too; the others are taken for Welsh only where the ``whole`` is Welsh.
    """
    said: List[str] = []
    changed = False
    at = 0
    while at < len(words):
        length, meaning = _gloss(words, at, glosses, welsh, whole)
        if length:
            said += meaning.split()
            changed = True
        else:
            said.append(words[at])
        at += length or 1
    return said if changed else []


def _gloss(
    words: Sequence[str], at: int, glosses: Mapping[str, str], welsh: "AbstractSet[str]", whole: bool
) -> "tuple[int, str]":
    for length in range(min(LONGEST, len(words) - at), 0, -1):
        part = words[at : at + length]
        key = " ".join(part) if length > 1 else stem(part[0], glosses.keys())
        if key in glosses and (whole or any(stem(word, welsh) in welsh for word in part)):
            return length, glosses[key]
    return 0, ""
