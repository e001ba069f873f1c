"""People in a message: "miss patel", "my mum", "sam" in "is sam there". The value is as it was said. Pure Python.

Precision goes first: a word that no list knows is a name only where the words around it can stand round nothing else.
"""

import re
from typing import Any, Dict, Iterable, List

from turnbot.text import Word
from turnbot.vocabulary import Found

_HERE = frozenset(
    "there here in around about available free working still off back today my gone your ill away".split()
)
_TALK = frozenset("speak talk chat talked spoke speaking talking spoken".split())
_TO = frozenset("to with".split())
_ADDRESS = frozenset("hi hello hey thanks cheers bye dear".split())


SHORTEST_OWNER = 4
"""Letters of a name with the "s" of whose it is."""


class People:
    """Finds people, by lists and by what is said round them."""

    def __init__(self, lists: Dict[str, Any], ordinary: Iterable[str]) -> None:
        """``ordinary`` are words that are never a name by themselves: those of the vocabulary and the examples."""
        self._relations = {tuple(str(r).split()): False for r in lists.get("relations", ())}
        self._relations.update({tuple(str(r).split()): True for r in lists.get("relations_of", ())})
        self._whose = frozenset(lists.get("whose", ()))
        self._not_after = frozenset(lists.get("not_after", ()))
        self._titles = frozenset(lists.get("titles", ()))
        self._names = frozenset(lists.get("first_names", ()))
        self._careful = frozenset(lists.get("careful_names", ()))
        self._ordinary = frozenset(ordinary) - self._names - self._careful

    def find(self, text: str, message: List[Word]) -> List[Found]:
        """The people in a message, given its words as they were written (``text.words``)."""
        found: List[Found] = []
        norms = [word.norm for word in message]
        at = 0
        while at < len(message):
            length = self._titled(text, message, at) or self._relation(norms, at) or self._named(text, message, at)
            if length:
                start, end = message[at].start, message[at + length - 1].end
                found.append(
                    Found(
                        "person",
                        self._value(text[start:end], owner=length == 1 and self._is_owner(norms, at)),
                        start,
                        end,
                    )
                )
            at += length or 1
        return found

    def _value(self, said: str, *, owner: bool) -> str:
        """As it was said, in small letters, without the "s" of "my mums phone"."""
        plain = " ".join(_plain(said).split())
        parts = tuple(plain.split())
        singular = (*parts[:-1], _singular(parts[-1]))
        named = singular[0] in self._names or singular[0] in self._careful or owner
        of_somebody = parts not in self._relations and (singular in self._relations or named)
        return " ".join(singular) if of_somebody else plain

    def _titled(self, text: str, message: List[Word], at: int) -> int:
        if message[at].norm not in self._titles or at + 1 == len(message):
            return 0
        title, name = message[at].norm, message[at + 1]
        if not name.norm.isalpha() or len(name.norm) < 2:
            return 0
        between = text[message[at].end : name.start].strip()
        if between not in ("", "."):
            return 0
        written = text[name.start : name.end]
        # "miss college" and "dr appointment" are no people; "Miss Green" is
        careful = title in ("miss", "dr", "sir", "ms")
        proper = written[:1].isupper() and not written.isupper() and text[message[at].start].isupper()
        return 2 if proper or not careful or name.norm not in self._ordinary else 0

    def _relation(self, norms: List[str], at: int) -> int:
        for length in (3, 2, 1):
            part = tuple(norms[at : at + length])
            needs_whose = self._relations.get(part)
            plain = (*part[:-1], _singular(part[-1])) if part else part
            if needs_whose is None or len(part) < length:
                needs_whose = self._relations.get(plain) if len(part) == length else None
            if needs_whose is None:
                continue
            before = norms[at - 1] if at else ""
            if before in self._not_after or (needs_whose and before not in self._whose):
                return 0
            return length
        return 0

    def _named(self, text: str, message: List[Word], at: int) -> int:
        norms = [word.norm for word in message]
        norm = _singular(norms[at]) if norms[at] not in self._names else norms[at]
        if not norm.isalpha() or len(norm) < 2:
            return 0
        listed, careful = norm in self._names, norm in self._careful
        if not listed and not self._asked_for(norms, at, sure=careful):
            return 0
        if not listed and not careful and (not self._ordinary.isdisjoint((norm, norms[at])) or len(norm) < 3):
            return 0
        # a second name: "sam okafor"; not an ordinary word, and nothing stands between
        if at + 1 < len(message) and not self._relation(["my", *norms[at + 1 : at + 4]], 1):
            following = message[at + 1]
            alpha = following.norm.isalpha() and len(following.norm) > 2
            unknown = following.norm not in self._ordinary and following.norm not in self._names | self._careful
            # "Chloe Smith", though a smith is somebody too
            written = text[message[at].start].isupper() and text[following.start].isupper() and not text.isupper()
            joined = text[message[at].end : following.start] == " "
            if alpha and joined and (written or (unknown and _proper(text, following))):
                return 2
        return 1

    def _is_owner(self, norms: List[str], at: int) -> bool:
        """Whether somebody's relation follows, as in "rheas step mum"."""
        if not norms[at].endswith("s") or len(norms[at]) < SHORTEST_OWNER or norms[at] in self._whose:
            return False
        return bool(self._relation(["my", *norms[at + 1 : at + 4]], 1))

    def _asked_for(self, norms: List[str], at: int, *, sure: bool) -> bool:
        """Whether a name is what must stand there: "speak to ... ", "is ... there", "my name is ... "."""
        one, two = (norms[at - 1] if at else ""), (norms[at - 2] if at > 1 else "")
        after = norms[at + 1] if at + 1 < len(norms) else ""
        last = at + 1 == len(norms)
        if two in _TALK and one in _TO:
            return True
        if self._is_owner(norms, at):
            return True
        if one in ("is", "was") and at == 1 and after in _HERE and len(norms) <= 6:
            return True
        if (two == "name" and one in ("is", "was")) or (two, one) == ("my", "names") or one == "names":
            return True
        if one in ("called", "named") and two not in ("i", "u", "you", "they", "he", "she", "have", "just", "been"):
            return True
        if sure and two in ("adviser", "advisor", "worker", "tutor") and one in ("is", "was"):
            return True
        if one in ("adviser", "advisor", "mister") and sure:
            return True
        if sure and one in ("is", "its", "this") and last and at <= 2:
            return True
        return bool(sure and last and at == 1 and one in _ADDRESS)


def _singular(norm: str) -> str:
    """Without the "s" of "mum's", whose apostrophe is folded away."""
    return norm[:-1] if norm.endswith("s") and len(norm) > 3 else norm


def _proper(text: str, word: Word) -> bool:
    return text[word.start].isupper() or text.islower()


def _plain(text: str) -> str:
    text = re.sub(r"['’]s$", "", text.lower())
    return re.sub(r"[.]", "", text)
