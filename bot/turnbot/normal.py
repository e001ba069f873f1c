"""Messages as young people write them, in plain words: "wot cud i do 2moro" reads "what could i do tomorrow".

Every plain word keeps the place in the message that it was read from, so what is found in the reading can be shown in
the message. The spellings come from ``data/nlu/shorthand.yml``. Pure Python.
"""

import re
from typing import Any, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Tuple

from turnbot.slips import Index
from turnbot.text import Word, folded, words
from turnbot.welsh import in_english, stem

LONGEST = 5
"""Words in the longest phrase that is read as something else."""

ONE_SLIP_FROM, TWO_SLIPS_FROM = 4, 8
"""Letters a word needs before one slip, or two, is forgiven. Less than for the prospectus: ordinary words are known."""

SHORTEST_DROPPED = 6
"""Letters of a word whose ending may be dropped: "plumbin", and not "thin" for "thing"."""

WELSH_FROM = 2
"""Welsh words from which a message counts as Welsh."""

ROUNDS = 6
"""Reading is repeated until nothing changes; sound spellings need three rounds at most."""

_RUN = re.compile(r"[^\W_]+(?:['’*]+[^\W_]+)*|[&?]")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


class Spellings(NamedTuple):
    """What the normaliser knows. All keys are folded, as ``text.folded`` does it."""

    words: Dict[str, str]
    phrases: Dict[str, str]
    pictures: Dict[str, str]
    edges: FrozenSet[str]
    emphasis: FrozenSet[str]
    digits: Dict[str, Dict[str, Any]]
    known: FrozenSet[str]
    """Words that are right as they are."""
    targets: Dict[str, int]
    """Words that others may be slips of, with how often each is said."""
    welsh: FrozenSet[str]
    """Words of Welsh and of no English. Among them an unknown word is no slip, and "y" is no "why"."""
    welsh_too: FrozenSet[str]
    """Words of Welsh that are also English or text-speak: "y", "na"."""
    welsh_forms: Dict[str, str]
    """How Welsh is typed, and its plainest form."""
    glosses: Dict[str, str]
    """Welsh words and phrases with their English."""

    def to_json(self) -> Dict[str, Any]:
        """As JSON can keep it."""
        return {k: sorted(v) if isinstance(v, frozenset) else v for k, v in self._asdict().items()}

    @classmethod
    def from_json(cls, content: Dict[str, Any]) -> "Spellings":
        """The opposite of ``to_json``."""
        sets = {"edges", "emphasis", "known", "welsh", "welsh_too"}
        return cls(**{k: frozenset(v) if k in sets else v for k, v in content.items()})

    def knowing(self, more: Iterable[str], targets: Dict[str, int]) -> "Spellings":
        """These, with more words known. ``targets`` are those that unknown words may be slips of, with their counts."""
        return self._replace(known=self.known.union(more, targets), targets=targets)

    def with_endings(self, said: Iterable[str], ordinary: Iterable[str]) -> "Spellings":
        """These, with endings that are written as they are said or were forgotten: "bricklayin", "aprentiships".

        ``said`` are words that are used, ``ordinary`` those that are right as they are, such as "begin".
        """
        said, ordinary = frozenset(said), frozenset(ordinary)
        more = {word[:-1]: word for word in said if word.endswith("ing") and len(word) >= SHORTEST_DROPPED}
        for spelling, word in self.words.items():
            if len(spelling) >= SHORTEST_DROPPED and spelling.isalpha() and word + "s" in said:
                more[spelling + "s"] = word + "s"
        fresh = {spelling: word for spelling, word in more.items() if spelling not in ordinary}
        return self._replace(words={**fresh, **self.words})

    def knowing_welsh(self, welsh: Iterable[str], welsh_too: Iterable[str], glosses: Dict[str, str]) -> "Spellings":
        """These, with Welsh: its words, those of them that are English too, and what they are in English."""
        return self._replace(welsh=frozenset(welsh), welsh_too=frozenset(welsh_too), glosses=glosses)


def from_file(content: Dict[str, Any]) -> Spellings:
    """Spellings from the content of shorthand.yml. Raises ``ValueError`` naming an entry that contradicts another."""
    swearing = content["swearing"]
    parts = [
        content[n] for n in ("text_speak", "dropped_apostrophes", "spellings", "welsh", "voice_to_text", "phrases")
    ]
    parts += [*content["regional"].values(), swearing["spellings"]]
    single: Dict[str, str] = {}
    several: List[Tuple[List[str], str]] = []
    for form, plain in (item for part in parts for item in part.items()):
        key, value = _tokens(str(form)), str(plain)
        if len(key) > 1:
            several.append((key, value))
        elif not key:
            raise ValueError(f"{form!r} holds no word")
        elif single.setdefault(key[0], value) != value:
            raise ValueError(f"{form!r} is there twice: {single[key[0]]!r} and {value!r}")
    numbers = content["numbers_for_letters"]
    shared = {"never_after": list(map(str, numbers["never_after"])), "counted": list(map(str, numbers["counted"]))}
    digits = {str(d): {**shared, **rule} for d, rule in numbers.items() if isinstance(rule, dict)}
    known = {word for value in single.values() for word in value.split()} | set(single)
    return Spellings(
        words=single,
        # a phrase is met after its words have been read
        phrases={" ".join(p for w in key for p in single.get(w, w).split()): value for key, value in several},
        pictures={str(k): str(v) for k, v in content["emoji"].items()},
        edges=frozenset(map(str, content["to_whoever_reads"])),
        emphasis=frozenset(map(str, swearing["emphasis"])),
        digits=digits,
        known=frozenset(known),
        targets={},
        welsh=frozenset(),
        welsh_too=frozenset(),
        glosses={},
        welsh_forms={form: str(plain) for form, plain in content["welsh"].items() if len(_tokens(form)) == 1},
    )


EMPTY = Spellings({}, {}, {}, frozenset(), frozenset(), {}, frozenset(), {}, frozenset(), frozenset(), {}, {})


class Normaliser:
    """Reads messages. Immutable, quick (well under a millisecond a message), and the same for the same spellings."""

    def __init__(self, spellings: Spellings) -> None:
        self.spellings = spellings
        pictures = sorted(spellings.pictures, key=len, reverse=True)
        self._pictures = re.compile("|".join(map(re.escape, pictures)) or r"(?!)")
        self._slips = Index(spellings.targets, one_from=ONE_SLIP_FROM, two_from=TWO_SLIPS_FROM)
        self._phrase_starts = {key.split(" ", 1)[0] for key in spellings.phrases}

    def words(self, text: str) -> List[Word]:
        """The plain words of ``text``, in order, each with the place it was read from. Empty only for blank text."""
        raw = self._raw(text)
        if not raw:
            stripped = text.strip()
            start = text.find(stripped)
            norm = " ".join(stripped.split())
            return [Word(norm, start, start + len(stripped))] if stripped else []
        read = raw
        for _ in range(ROUNDS):
            before = [w.norm for w in read]
            read = self._without_edges(self._phrased(self._spelled(read)))
            if [w.norm for w in read] == before:
                break
        # all of it said nothing ("lol x"): then what was written is all there is
        return read or raw

    def text(self, text: str) -> str:
        """The reading of ``text`` as one line. Reading it again changes nothing."""
        return " ".join(word.norm for word in self.words(text))

    def in_english(self, read: List[Word]) -> List[str]:
        """A reading with its Welsh words in English, word for word; empty where no word of it is Welsh."""
        known = self.spellings
        words = [word.norm for word in read]
        return in_english(words, known.glosses, known.welsh, whole=self._is_welsh(read))

    def _raw(self, text: str) -> List[Word]:
        found: List[Word] = []
        at = 0
        for picture in self._pictures.finditer(text):
            found += self._runs(text, at, picture.start())
            plain = self.spellings.pictures[picture.group()]
            found += [Word(w, picture.start(), picture.end()) for w in plain.split()]
            at = picture.end()
        return found + self._runs(text, at, len(text))

    def _runs(self, text: str, start: int, end: int) -> List[Word]:
        found: List[Word] = []
        for run in _RUN.finditer(text, start, end):
            norm = folded(run.group())
            if norm in self.spellings.words or norm in self.spellings.emphasis:
                found.append(Word(norm, run.start(), run.end()))
            else:
                found += [Word(w.norm, run.start() + w.start, run.start() + w.end) for w in words(run.group())]
        return found

    def _spelled(self, read: List[Word]) -> List[Word]:
        is_welsh = self._is_welsh(read)
        plain: List[Word] = []
        for at, word in enumerate(read):
            if word.norm in self.spellings.emphasis and at + 1 < len(read):
                continue
            if is_welsh and word.norm in self.spellings.welsh | self.spellings.welsh_too:
                norm = self.spellings.welsh_forms.get(word.norm, word.norm)
            else:
                norm = self._as_letters(read, at) or self._plain(word.norm)
            plain += [word._replace(norm=part) for part in norm.split()]
        return plain if is_welsh else [word._replace(norm=self._without_slips(word.norm)) for word in plain]

    def _is_welsh(self, read: List[Word]) -> bool:
        forms, welsh = self.spellings.welsh_forms, self.spellings.welsh
        parts = [[stem(part, welsh) for part in forms.get(word.norm, word.norm).split()] for word in read]
        return sum(not welsh.isdisjoint(part) for part in parts) >= WELSH_FROM

    def _plain(self, norm: str) -> str:
        if norm == "&":
            return "and"
        known = self.spellings.words.get(norm)
        if known is not None:
            return known
        return self._drawn_in(norm) if _DRAWN_OUT.search(norm) else norm

    def _without_slips(self, norm: str) -> str:
        """The word that ``norm`` is a slip of: of two as near the one that is said more. An ordinary word is none."""
        if norm in self.spellings.known or not norm.isalpha() or norm in self.spellings.emphasis:
            return norm
        nearest = self._slips.nearest(norm)
        return max(nearest, key=lambda word: (self.spellings.targets[word], word)) if nearest else norm

    def _drawn_in(self, norm: str) -> str:
        """ "heyyyy" as "hey", "coool" as "cool": the known word if there is one, else each letter once or twice."""
        once, twice = _DRAWN_OUT.sub(r"\1", norm), _DRAWN_OUT.sub(r"\1\1", norm)
        candidates = (twice, once, re.sub(r"([^\W\d_])\1+", r"\1", norm))
        for candidate in candidates:
            if candidate in self.spellings.words:
                return self.spellings.words[candidate] or candidate
        known = [candidate for candidate in candidates if candidate in self.spellings.known]
        if known:
            return max(known, key=lambda word: self.spellings.targets.get(word, 0))
        # "soooo" ends in one; in the middle of a word two are as likely ("schooool")
        return re.sub(r"([^\W\d_])\1+$", r"\1", twice)

    def _as_letters(self, read: List[Word], at: int) -> Optional[str]:
        """ "2" as "to" and "4" as "for", only where they cannot be a choice, a level or a count."""
        rule = self.spellings.digits.get(read[at].norm)
        if rule is None or at == 0 or at + 1 == len(read):
            return None
        before = self._plain(read[at - 1].norm).split()[-1:]
        after = [part for word in read[at + 1 : at + 3] for part in self._plain(word.norm).split()]
        if not before or not after or before[0] in rule["never_after"] or before[0].isdecimal():
            return None
        counts = after[0] in rule["counted"] or " ".join(after[:2]) in rule["counted"]
        meant = after[0] in rule["before"] or before[0] in rule["after"]
        return str(rule["means"]) if meant and not counts and after[0] != "?" else None

    def _phrased(self, read: List[Word]) -> List[Word]:
        plain: List[Word] = []
        at = 0
        while at < len(read):
            length = self._phrase_at(read, at) if read[at].norm in self._phrase_starts else 0
            if not length:
                plain.append(read[at])
                at += 1
                continue
            part = read[at : at + length]
            meaning = self.spellings.phrases[" ".join(w.norm for w in part)]
            start, end = min(w.start for w in part), max(w.end for w in part)
            plain += [Word(w, start, end) for w in meaning.split()]
            at += length
        return plain

    def _phrase_at(self, read: List[Word], at: int) -> int:
        for length in range(min(LONGEST, len(read) - at), 0, -1):
            if " ".join(w.norm for w in read[at : at + length]) in self.spellings.phrases:
                return length
        return 0

    def _without_edges(self, read: List[Word]) -> List[Word]:
        """Without "mate", "hun" or kisses at either end; "my mate" keeps hers."""
        first, last = 0, len(read)
        edges = self.spellings.edges
        while last - first > 1 and read[first].norm in edges:
            first += 1
        while last - first > 1 and read[last - 1].norm in edges and read[last - 2].norm not in _WHOSE:
            last -= 1
        return read[first:last]


_WHOSE = frozenset({"my", "your", "his", "her", "our", "their", "a", "the", "with", "best"})


def problems(spellings: Spellings) -> List[str]:
    """What is wrong with the spellings, one plain line each: above all a reading that would be read again."""
    reader = Normaliser(spellings)
    found = []
    tables = (("", spellings.words), ("phrase ", spellings.phrases), ("picture ", spellings.pictures))
    for kind, table in tables:
        for form, plain in table.items():
            if plain and reader.text(plain) != plain:
                found.append(f"{kind}{form!r} reads {plain!r}, which would be read as {reader.text(plain)!r}")
    return found


def _tokens(text: str) -> List[str]:
    return [folded(run.group()) for run in _RUN.finditer(text)]
