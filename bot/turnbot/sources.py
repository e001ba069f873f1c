"""Reads the phrases that the bot knows from the files under ``data/``. Needs PyYAML only; used when training."""

from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Tuple

import yaml

from turnbot import normal, welsh
from turnbot.dates import MONTHS
from turnbot.normal import Normaliser, Spellings
from turnbot.text import folded
from turnbot.vocabulary import Phrase

WORDS = "words/british-english.txt"
GLOSSES = "words/welsh-english.yml"
FILES = (
    "subjects.yml",
    "places.yml",
    "prospectus.yml",
    "nlu/entities.yml",
    "nlu/shorthand.yml",
    "nlu/topics.yml",
    "languages.yml",
    WORDS,
    GLOSSES,
)
"""What is read, besides the names of providers; a change of any of them means training again."""

_KINDS = frozenset("academy centre college form project school sixth skills training ltd limited".split())
WELSH_LETTERS = frozenset("a ar dan dw dy ei fe i mi na ni o os pa r ti un w y".split())
"""Short words of Welsh that are text-speak or English too, whether or not the lists of words have them."""
SHORTEST_WELSH = 4
"""Letters from which a word of the Welsh glosses counts as Welsh wherever it is, ..."""
WELSH_SHORT = frozenset(
    "byd byr byw bod caf cei cwn cyn dau dyw enw ffi fyd fyw fod fwy gaf gai gwd gyn hwy iau iep lca liw lwc mws oce"
    " oer ola oll ots pwy roi rhy rif ryw swm syn teg tri twp wyf wyt ych ym yng yno yr ywr yda".split()
)
"""... and the shorter ones that do."""
SHORTEST_ALONE = 6
"""Letters of the first word of a name that is said for the whole."""


def provider_files(data: Path) -> List[Path]:
    """Where the area's providers are named."""
    return sorted((data / "sample").glob("providers*.yml"))


def load(path: Path) -> Any:
    """A YAML file's content."""
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def phrases(data: Path) -> Dict[str, Phrase]:
    """Every phrase with its type and value. A phrase given twice keeps what it was given first.

    Phrases are kept as the normaliser reads them, which is how they are met in messages.
    """
    own = load(data / "nlu" / "entities.yml")
    reader = Normaliser(spellings(data))
    known: Dict[str, Phrase] = {}

    def add(texts: Iterable[Any], phrase: Phrase) -> None:
        for text in texts:
            if key := reader.text(str(text)):
                known.setdefault(key, phrase)

    add(own["nothing"], Phrase("", ""))
    for kind in ("scheme", "date", "number", "ordinal", "start", "route", "level"):
        for value, texts in (own.get(kind) or {}).items():
            for text in texts:
                add([text], Phrase(kind, str(value), str(text) in own["careful"]))
    catalogue = load(data / "prospectus.yml")
    for kind, entries in (("level", catalogue["levels"]), ("route", catalogue["routes"])):
        for entry in entries:
            add(entry["aliases"], Phrase(kind, str(entry["key"])))
    add(catalogue["now"], Phrase("start", "now"))
    for number, month in enumerate(MONTHS, 1):
        add([month, month[:3]], Phrase("start", month, month in own["careful"] or month[:3] in own["careful"]))
        for text, its_month in catalogue["times"].items():
            if its_month == number:
                add([text], Phrase("start", month))
    for place in load(data / "places.yml"):
        careful = bool(place.get("word"))
        add(place.get("aliases", []), Phrase("place", place["key"], False))
        add([place["name"]], Phrase("place", place["key"], careful))
        add(place.get("postcodes", []), Phrase("place", place["key"]))
    for subject in load(data / "subjects.yml"):
        add([subject["name"], *subject.get("aliases", [])], Phrase("subject", subject["key"]))
        add(subject.get("alone", []), Phrase("subject", subject["key"], True))
    ordinary = set(ordinary_words(data))
    for path in provider_files(data):
        content = load(path)
        for provider in content["providers"] if isinstance(content, dict) else content:
            phrase = Phrase("provider", str(provider["ref"]))
            add([provider["name"], *provider.get("aliases", [])], phrase)
            add((name for name in shorter_names(str(provider["name"])) if name.lower() not in ordinary), phrase)
    return known


def shorter_names(name: str) -> Iterator[str]:
    """A provider's name as people say it: without "College" or the like at its end, and the first word of what is left.

    Single words are given too: an ordinary one must not be taken for the provider.
    """
    own = name.split()
    while len(own) > 1 and own[-1].lower() in _KINDS:
        own.pop()
        yield " ".join(own)
    if len(own) > 1 and len(own[0]) >= SHORTEST_ALONE:
        yield own[0]


def spellings(data: Path) -> Spellings:
    """Text-speak, slips, regional words and pictures, and what they stand for."""
    return normal.from_file(load(data / "nlu" / "shorthand.yml"))


def ordinary_words(data: Path) -> List[str]:
    """English words of four letters and more."""
    lines = (data / WORDS).read_text(encoding="ascii").splitlines()
    return [line for line in lines if not line.startswith("#")]


def welsh_words(data: Path) -> Tuple[List[str], List[str]]:
    """Common words of Welsh: those that are no English, and those that are English or text-speak too."""
    languages = load(data / "languages.yml")
    english = {folded(word) for word in str(languages["english"]).split()} | set(ordinary_words(data))
    words = {folded(word) for word in str(languages["languages"]["cy"]["words"]).split()} | WELSH_LETTERS
    # the list of English has no short words, so most short ones of the glosses are left to what the message is
    words |= {
        word for word in glosses(data) if " " not in word and (len(word) >= SHORTEST_WELSH or word in WELSH_SHORT)
    }
    shorthand = spellings(data)
    english |= shorthand.words.keys() - shorthand.welsh_forms.keys()
    return sorted(words - english - WELSH_LETTERS), sorted(words & (english | WELSH_LETTERS))


def glosses(data: Path) -> Dict[str, str]:
    """Welsh words and phrases with their English, word for word."""
    return welsh.table({str(english): str(words) for english, words in load(data / GLOSSES).items()})


def meant(data: Path) -> Dict[str, Dict[str, List[str]]]:
    """With which intents each type of entity can be meant."""
    rules: Dict[str, Dict[str, List[str]]] = load(data / "nlu" / "entities.yml")["meant"]
    return rules


def people(data: Path) -> Dict[str, Any]:
    """Relations, titles and first names."""
    return dict(load(data / "nlu" / "entities.yml")["person"])


def cues(data: Path) -> List[str]:
    """Words after which an ordinary word may be meant as a place or a time."""
    return list(load(data / "nlu" / "entities.yml")["cues"])


def filler(data: Path) -> List[str]:
    """Ordinary words that say nothing about a course."""
    words = load(data / "prospectus.yml")
    return [folded(str(w)) for w in [*words["filler"], *words.get("real_words", [])]]
