"""What people call subjects, places, levels, routes and providers, and what the record calls them.

The words are in ``data/subjects.yml``, ``data/places.yml`` and ``data/prospectus.yml``, for anybody to edit.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from sqlmodel import Session

from casework.yamlfile import BadData, read_yaml
from prospectus import starts
from prospectus.catalogue import current
from prospectus.columns import ProviderFacts
from prospectus.geo import TOWN_MILES, Place
from prospectus.index import Catalogue
from prospectus.ordinary import first_names, ordinary_words
from prospectus.week import WEEK_WORDS
from prospectus.words import Found, PhraseBook, stem, stems, tokens

LEVELS = ("entry", "1", "2", "3")
"""The levels of the prospectus, lowest first."""

_LEVEL_NAMES = {"unknown": "Level not known"} | {str(number): f"Level {number}" for number in range(4, 9)}

ROUTES = ("school", "college", "apprenticeship", "training", "re_engagement")
"""The ways of learning in the prospectus, in no order of worth."""

BEFORE_A_PLACE = frozenset(
    {"in", "near", "nearer", "nr", "at", "around", "from", "to", "by", "towards", "outside", "round"}
)
"""Words that show that an everyday word ("deal", "sandwich") is meant as a place."""

_AFTER_A_SUBJECT = ("course", "class", "apprenticeship", "college", "lesson", "work", "job")
_OUTWARD = re.compile(r"\b([a-z]{1,2}\d{1,2}[a-z]?)(\s*\d[a-z]{2})?\b", re.IGNORECASE)
_OTHER_LEVEL = re.compile(r"\b(?:level|lvl|l)\s*-?\s*(?:[04-9]|1\d)\b", re.IGNORECASE)
# names that many providers share tell none of them apart
_SHARED_BY_PROVIDERS = frozenset(
    {"academy", "centre", "college", "school", "sixth", "form", "training", "project", "farm", "community", "skills"}
    | {"and", "the", "of", "ltd", "limited", "kent", "for", "young", "people"}
)


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject of the prospectus."""

    key: str
    name: str
    ssa: str | None
    part_of: str | None
    words: frozenset[str]
    """Stems of every word in its name and aliases."""
    generic: frozenset[str]
    """Stems of the words in its name: they tell none of its courses from another."""


@dataclass(frozen=True, slots=True)
class _ProviderNames:
    """How the providers of one catalogue are told apart."""

    facts: Mapping[str, ProviderFacts]
    names: dict[str, frozenset[str]]
    by_rarest: dict[str, list[str]]
    """Providers by the word of their name that the fewest have."""
    by_word: PhraseBook


class Vocabulary:
    """Everyday words to keys, and keys to names; make it with ``load``."""

    def __init__(
        self,
        subjects: list[Mapping[str, Any]],
        places: list[Mapping[str, Any]],
        general: Mapping[str, Any],
        *,
        ordinary: frozenset[str] = frozenset(),
        people: frozenset[str] = frozenset(),
    ) -> None:
        """``ordinary``: words that are right as they are. ``people``: first names, in small letters."""
        self.people = people
        self.sought, self.not_a_wish = (
            frozenset(token for word in general.get(name, ()) for token in tokens(word))
            for name in ("sought", "not_a_wish")
        )
        self.filler = frozenset(token for word in general["filler"] for token in tokens(word))
        self.subjects = {entry["key"]: _subject(entry) for entry in subjects}
        self.subjects_by_word: dict[str, list[str]] = {}
        """For each stem that people know subjects by, their keys."""
        for one in self.subjects.values():
            for word in one.words:
                self.subjects_by_word.setdefault(word, []).append(one.key)
        self.places = _places(places)
        self._names = {
            "level": {entry["key"]: entry["name"] for entry in general["levels"]},
            "route": {entry["key"]: entry["name"] for entry in general["routes"]},
        }
        alone = [(phrase, entry["key"]) for entry in subjects for phrase in entry.get("alone", ())]
        # "is it far" is not about IT, but "it courses" is
        followed = [(f"{phrase} {word}", key) for phrase, key in alone for word in _AFTER_A_SUBJECT]
        # words that are right as they are, never a slip of the finger for something else
        real = self.filler | ordinary | {token for word in general.get("real_words", ()) for token in tokens(word)}
        self.ordinary = real
        """Words that are nobody's slip of the finger."""
        self._by_subject = PhraseBook([*_phrases(subjects), *followed], guard=real)
        self._alone = PhraseBook(alone)
        self._by_place = PhraseBook(_phrases(places), loose=False, guard=real)
        self._by_level = PhraseBook(_phrases(general["levels"]))
        self._by_route = PhraseBook(_phrases(general["routes"]))
        self._postcodes: dict[str, str] = {
            code.lower(): entry["key"] for entry in reversed(places) for code in entry.get("postcodes", ())
        }
        self._everyday = frozenset(entry["key"] for entry in places if entry.get("word"))
        self._starts = starts.Starts(general["now"], general["times"])
        self._providers: _ProviderNames | None = None

    @classmethod
    def load(cls, data_dir: Path) -> Self:
        """Read the three files, and the lists of ordinary words and first names where there are any.

        Raises ``casework.yamlfile.BadData``, which names the file and what is wrong.
        """
        subjects = _entries(data_dir / "subjects.yml", ("key", "name"))
        places = _entries(data_dir / "places.yml", ("key", "name"))
        path = data_dir / "prospectus.yml"
        general = read_yaml(path)
        if not isinstance(general, dict) or {"levels", "routes", "now", "times", "filler"} - general.keys():
            raise BadData(f"{path}: it needs levels, routes, now, times and filler")
        _check_parts(data_dir, subjects, places)
        return cls(subjects, places, general, ordinary=ordinary_words(data_dir), people=first_names(data_dir))

    def subject(self, text: str) -> str | None:
        """The key of the subject that the text speaks of, if any.

        >>> shipped().subject("summit with kids")
        'childcare'
        """
        alone = self._alone.whole(text)
        return alone or self._by_subject.first(text)

    def subjects_in(self, text: str) -> list[str]:
        """The keys of every subject that the text speaks of, the surest first."""
        whole = self._alone.whole(text)
        found = [span.key for span in self._by_subject.find(tokens(text))]
        return list(dict.fromkeys([whole, *found] if whole else found))

    def is_subject_word(self, word: str) -> bool:
        """Whether a word is among those that speak of a subject."""
        return stem(word) in self._by_subject.words

    def subject_name(self, key: str) -> str:
        """What people are shown for a subject; a key that nobody knows is shown as it is, in plain letters."""
        subject = self.subjects.get(key)
        return subject.name if subject else key.replace("_", " ")

    def subjects_within(self, key: str) -> frozenset[str]:
        """The subject and those that are part of it."""
        return frozenset({key, *(s.key for s in self.subjects.values() if s.part_of == key)})

    def place(self, text: str, catalogue: Catalogue | None = None) -> str | None:
        """The key of the place that the text speaks of, by name, nickname or postcode.

        The area's own words for places (data/places.yml) come before those of the catalogue's gazetteer.
        """
        words = tokens(text)
        for found in self._by_place.find(words):
            if self._means_place(words, found.key, found.first, found.end):
                return found.key
        if catalogue is not None:
            for found in self._in_gazetteer(words, catalogue):
                return found.key
        for match in _OUTWARD.finditer(text[:200]):
            code = match.group(1).lower()
            if (key := self._postcodes.get(code)) is not None:
                return key
            if catalogue is not None and (key := catalogue.gazetteer.outcodes.get(code)) is not None:
                return key
        return None

    def _means_place(self, words: list[str], key: str, first: int, end: int) -> bool:
        if key not in self._everyday or end - first == len(words):
            return True
        return end - first > 1 or (first > 0 and words[first - 1] in BEFORE_A_PLACE)

    def _in_gazetteer(self, words: list[str], catalogue: Catalogue) -> Iterator[Found]:
        """Places of the gazetteer, towns first. An ordinary word or a village's name needs "in" or the like."""
        gazetteer = catalogue.gazetteer
        for book, careful in ((gazetteer.towns, False), (gazetteer.villages, True)):
            for found in book.find(words):
                said = words[found.first : found.end]
                placed = len(said) == len(words) or (found.first > 0 and words[found.first - 1] in BEFORE_A_PLACE)
                plain = any(self._everyday_word(word) for word in said)
                if placed or (found.exact and not careful and (len(said) > 1 or not plain)):
                    if not found.exact and plain:
                        continue
                    yield found

    def _everyday_word(self, word: str) -> bool:
        return word in self.ordinary or self.is_subject_word(word)

    def place_of(self, key: str, catalogue: Catalogue) -> Place | None:
        """The place with a key, of data/places.yml or of the gazetteer; None for one that nobody knows."""
        return self.places.get(key) or catalogue.gazetteer.places.get(key)

    def place_name(self, key: str, catalogue: Catalogue | None = None) -> str:
        """What people are shown for a place; a key that nobody knows is shown as it is."""
        place = self.places.get(key)
        if place is None and catalogue is not None:
            place = catalogue.gazetteer.places.get(key)
        return place.name if place else key.replace("_", " ").title()

    def level(self, text: str) -> str | None:
        """``entry``, ``1``, ``2`` or ``3`` when the text names a level; None for one that is not in the prospectus."""
        words = tokens(text)
        if words in (["1"], ["2"], ["3"], ["one"], ["two"], ["three"]):
            return {"one": "1", "two": "2", "three": "3"}.get(words[0], words[0])
        if _OTHER_LEVEL.search(text[:1000]):
            return None
        found = self._by_level.find(words)
        # "at a level 2" has "a level" in it too: a level said by number is meant by number
        numbered = [f for f in found if words[f.end - 1] in ("1", "2", "3", "one", "two", "three")]
        return (numbered or found)[0].key if found else None

    def level_name(self, key: str) -> str:
        """What people are shown for a level, those above our own and one that is not known too."""
        return str(self._names["level"].get(key) or _LEVEL_NAMES.get(key, key))

    def route(self, text: str) -> str | None:
        """The route (as in ``Course.route``) that the text speaks of."""
        return self._by_route.first(text)

    def route_name(self, key: str) -> str:
        """What people are shown for a route."""
        return str(self._names["route"].get(key, key))

    def start(self, text: str, *, today: date) -> str | None:
        """``now`` or an ISO date, as ``prospectus.search.Query.start`` takes it, when the text speaks of a start."""
        return self._starts.find(text, today=today)

    def provider(self, session: Session, text: str) -> str | None:
        """The ref of the provider that the text names: by all of its name, or by a word that only it has."""
        return self.provider_in(current(session), text)

    def provider_in(self, catalogue: Catalogue, text: str) -> str | None:
        """The same, of a catalogue."""
        known = self._providers
        if known is None or known.facts is not catalogue.facts:
            known = self._providers = _provider_names(catalogue, self._everyday_words())
        words = tokens(text)
        said = set(words)
        named = {ref for word in said for ref in known.by_rarest.get(word, ())}
        whole = [(len(known.names[ref]), ref) for ref in named if known.names[ref] <= said]
        if whole:
            longest = max(whole)
            return longest[1] if [length for length, _ in whole].count(longest[0]) == 1 else None
        found = {span.key for span in known.by_word.find(words)}
        return found.pop() if len(found) == 1 else None

    def _everyday_words(self) -> frozenset[str]:
        """Words that say something else than whose course it is: "builders" and "coast" name no provider."""
        return self.filler | self._by_subject.words | self._by_place.words

    def provider_words(self, session: Session, ref: str) -> frozenset[str]:
        """The stems of a provider's name; none for a provider that nobody knows."""
        return frozenset(stems(current(session).providers.get(ref, "")))

    def subject_words(self, text: str) -> list[str]:
        """The words by which the text speaks of its subject, without slips: "cabin crew" of travel."""
        words = tokens(text)
        found = self._by_subject.find(words)
        own = [word for span in found if span.key == found[0].key for word in words[span.first : span.end]]
        return [self._by_subject.corrected(word) for word in own]

    def leftover(self, text: str, catalogue: Catalogue | None = None) -> list[str]:
        """The words of a text that are neither filler nor speak of a subject, place, level, route, start or day."""
        words = tokens(text)
        used: set[int] = set()
        for book in (self._by_subject, self._by_level, self._by_route, self._starts.book):
            for found in book.find(words):
                used.update(range(found.first, found.end))
        places = [f for f in self._by_place.find(words) if self._means_place(words, f.key, f.first, f.end)]
        for found in (*places, *(self._in_gazetteer(words, catalogue) if catalogue is not None else ())):
            used.update(range(found.first, found.end))
        kept = [w for at, w in enumerate(words) if at not in used and w not in self.filler and w not in WEEK_WORDS]
        postcodes = {part for match in _OUTWARD.finditer(text[:1000]) for part in tokens(match.group(0))}
        return [w for w in kept if w not in self._postcodes and w not in postcodes and not w.isdigit() and len(w) > 1]


def _provider_names(catalogue: Catalogue, everyday: frozenset[str]) -> _ProviderNames:
    names = {ref: frozenset(tokens(name)) for ref, name in catalogue.providers.items()}
    telling = [
        (word, ref)
        for ref, name in names.items()
        for word in sorted(name)
        if len(word) > 2 and not {word, stem(word)} & (everyday | _SHARED_BY_PROVIDERS)
    ]
    owners = Counter(word for word, _ in telling)
    book = PhraseBook((entry for entry in telling if owners[entry[0]] == 1), loose=False, guard=everyday)
    shared = Counter(word for name in names.values() for word in name)
    by_rarest: dict[str, list[str]] = {}
    for ref, name in names.items():
        if name:
            by_rarest.setdefault(min(name, key=lambda word: (shared[word], word)), []).append(ref)
    return _ProviderNames(catalogue.facts, names, by_rarest, book)


def _phrases(entries: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(p, e["key"]) for e in entries for p in (e["name"], e["key"].replace("_", " "), *e.get("aliases", ()))]


def _subject(entry: Mapping[str, Any]) -> Subject:
    said = [entry["name"], *entry.get("aliases", ()), *entry.get("alone", ())]
    words = frozenset(word for phrase in said for word in stems(phrase))
    generic = frozenset(stems(entry["name"]))
    return Subject(entry["key"], entry["name"], entry.get("ssa"), entry.get("part_of"), words, generic)


def _places(entries: list[Mapping[str, Any]]) -> dict[str, Place]:
    points = {e["key"]: (float(e["lat"]), float(e["lon"])) for e in entries if "lat" in e}
    names = {e["key"]: e["name"].lower() for e in entries if "lat" in e}
    places = {}
    for entry in entries:
        key, parts = entry["key"], entry.get("of")
        members = list(points) if parts == "everywhere" else parts or [key]
        places[key] = Place(
            key=key,
            name=entry["name"],
            points=tuple(points[member] for member in members),
            names=frozenset(names[member] for member in members),
            within=float(entry.get("miles", TOWN_MILES)),
            everywhere=parts == "everywhere",
        )
    return places


def _entries(path: Path, needed: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """The list in a file, each entry with the needed text and its lists being lists of text."""
    data = read_yaml(path)
    if not isinstance(data, list) or not data:
        raise BadData(f"{path}: it must be a list")
    keys: set[str] = set()
    for number, entry in enumerate(data, 1):
        if not isinstance(entry, dict) or not all(isinstance(entry.get(n), str) for n in needed):
            raise BadData(f"{path}: entry {number} needs {' and '.join(needed)}")
        for field in ("aliases", "alone", "postcodes"):
            values = entry.get(field, [])
            if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
                raise BadData(f"{path}: {field} of {entry['key']} must be a list of words")
        if entry["key"] in keys:
            raise BadData(f"{path}: {entry['key']} is there twice")
        keys.add(entry["key"])
    return data


def _check_parts(data_dir: Path, subjects: list[Mapping[str, Any]], places: list[Mapping[str, Any]]) -> None:
    known = {entry["key"] for entry in subjects}
    for entry in subjects:
        if entry.get("part_of") not in {None, *known} or entry.get("part_of") == entry["key"]:
            raise BadData(f"{data_dir / 'subjects.yml'}: {entry['key']} is part of an unknown subject")
    path = data_dir / "places.yml"
    towns = {entry["key"] for entry in places if "lat" in entry}
    for entry in places:
        parts = entry.get("of")
        if (parts is None) != ("lat" in entry and "lon" in entry):
            raise BadData(f"{path}: {entry['key']} needs either lat and lon, or of")
        if isinstance(parts, list) and (missing := [part for part in parts if part not in towns]):
            raise BadData(f"{path}: {entry['key']} is made of {missing[0]}, which is not a town in the file")


@lru_cache(maxsize=1)
def shipped() -> Vocabulary:
    """The vocabulary in the ``data`` folder beside this package, read once."""
    return Vocabulary.load(Path(__file__).resolve().parent.parent / "data")
