"""Which language a young person writes in. Slow to change its mind: a wrong switch loses somebody, a late one does not.

In this order: an explicit request; the script; plain English and Welsh by their common words; and only then, on
enough text and with words of that language to back it, langdetect.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from casework.phrases import BadPhrase, PhraseBook
from casework.reading import fold
from casework.scripts import by_letters, main_script
from casework.yamlfile import BadData, read_yaml

DEFAULT = "en"
WELSH = "cy"
UNKNOWN = "und"
"""ISO 639-2 for a language that could not be told."""

SEED = 20_10
LONGEST = 400
"""Characters that langdetect is shown: more do not make it surer, only slower."""
SURE = 0.9
LIKELY = 0.5
"""Enough where nothing in the message is English and some of its words are that language's own."""

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = str.maketrans({"ł": "l", "ı": "i", "đ": "d", "ø": "o", "æ": "ae"})


@dataclass(frozen=True)
class Decision:
    """The language to answer in. ``heard`` is the one this very message is in, where that is clear."""

    language: str
    changed: bool
    supported: bool
    holding: str | None
    name: str = ""
    heard: str | None = None
    asked: bool = False
    """They asked for it by name."""


@dataclass(frozen=True)
class _Language:
    code: str
    name: str
    autonyms: tuple[str, ...]
    script: str
    letters: frozenset[str]
    words: frozenset[str]
    holding: str | None
    general: bool
    """Its letters are also those of others in its script."""


class Languages:
    """Every language known, ready to decide. Immutable once loaded, and so safe to share between threads."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.supported = frozenset(data["supported"])
        english = frozenset(data["english"].split()) | frozenset(str(n) for n in range(10))
        self._all = {
            code: _Language(
                code=code,
                name=entry["name"],
                autonyms=tuple(entry.get("autonyms") or ()),
                script=entry.get("script", "latin"),
                letters=frozenset(entry.get("letters", "")),
                # a word that is English too says nothing
                words=frozenset(fold(entry.get("words", "")).split()) - english
                if entry.get("script", "latin") == "latin"
                else frozenset(entry.get("words", "").split()),
                holding=entry.get("holding"),
                general=entry.get("general", False),
            )
            for code, entry in data["languages"].items()
        }
        welsh = self._all[WELSH].words
        self._welsh = welsh
        self._english = english - welsh
        for code, language in self._all.items():
            if code not in self.supported and not language.holding:
                raise BadData(f"{code}: a language that is not supported needs a holding reply")
        self._autonyms: dict[str, str] = {
            name: code for code, language in self._all.items() for name in language.autonyms if "_" not in name
        }
        self._asks: dict[str, re.Pattern[str] | None] = self._compile_asks(data["asks"])
        _factory()

    @classmethod
    def load(cls, data_dir: Path | str) -> "Languages":
        """Read ``data_dir/languages.yml``. Raises ``BadData`` that says what is wrong with it."""
        path = Path(data_dir) / "languages.yml"
        try:
            return cls(read_yaml(path))
        except (KeyError, TypeError, AttributeError, BadPhrase) as error:
            raise BadData(f"{path}: {error}") from None
        except BadData as error:
            raise BadData(str(error) if str(path) in str(error) else f"{path}: {error}") from None

    def name(self, code: str) -> str:
        """The English name of a language, for staff."""
        return self._all[code].name if code in self._all else code

    def holding(self, code: str) -> str | None:
        """What is said to somebody who writes in a language that the assistant does not; None for one it does."""
        if code in self.supported:
            return None
        return self._all.get(code, self._all[UNKNOWN]).holding

    def decide(self, text: str, remembered: str | None) -> Decision:
        """The language to answer this message in, given the one they have written in so far."""
        asked = self._asked_for(text)
        heard = asked or self._heard(text, remembered)
        language = heard or remembered or DEFAULT
        return Decision(
            language=language,
            changed=language != (remembered or DEFAULT),
            supported=language in self.supported,
            holding=self.holding(language),
            name=self.name(language),
            heard=heard,
            asked=asked is not None,
        )

    def _heard(self, text: str, remembered: str | None) -> str | None:
        """The language that this message by itself is clearly in, or None."""
        script, letters = main_script(text)
        if script != "latin":
            return self._of_script(script, text) if letters >= 2 else None
        words = _WORD.findall(fold(text).translate(_LETTERS))
        if len(words) < 3:
            return None
        english = sum(word in self._english for word in words)
        welsh = sum(word in self._welsh for word in words)
        if welsh >= 2 and welsh > english and 5 * welsh >= 2 * len(words):
            return WELSH
        if 5 * english >= 2 * len(words) and not welsh:
            enough = len(words) >= 4 and letters >= 15 and 5 * english >= 3 * len(words)
            return DEFAULT if enough or remembered in (None, DEFAULT) else None
        if letters < 15:
            return None
        return self._detected(text, frozenset(words), english, welsh)

    def _detected(self, text: str, words: frozenset[str], english: int, welsh: int) -> str | None:
        marks = set(text.casefold())
        backed = {
            code: len(words & language.words) + 2 * min(1, len(marks & language.letters))
            for code, language in self._all.items()
            if language.script == "latin"
        }
        if max(backed.values()) < 2:
            return None
        code, probability = _detect(text[:LONGEST])
        if code == WELSH and welsh and probability >= SURE and not english:
            return WELSH
        candidate = self._all.get(code)
        if candidate is None or code in self.supported or backed.get(code, 0) < 2:
            # langdetect has never met some languages; many of their own words will do without it
            best = max(backed, key=lambda one: backed[one])
            enough = len(words & self._all[best].words) >= 3 and best not in self.supported
            candidate, probability = (self._all[best], SURE) if enough else (None, 0.0)
        if candidate is None or probability < (SURE if english else LIKELY):
            return None
        # words that are English and not of that language: names of courses are borrowed, sentences are not
        borrowed = len((words & self._english) - candidate.words - _SHARED)
        return candidate.code if borrowed <= len(words) // 5 else None

    def _of_script(self, script: str, text: str) -> str:
        here = {code: language for code, language in self._all.items() if language.script == script}
        if len(here) <= 1:
            return next(iter(here), UNKNOWN)
        marks = by_letters(
            text,
            {code: language.letters for code, language in here.items()},
            {code: language.words for code, language in here.items()},
        )
        # Farsi's letters are Urdu's and Pashto's too: a language with letters of its own goes first
        own = {code: mark for code, mark in marks.items() if mark and not here[code].general}
        best = max(own or marks, key=lambda code: marks[code])
        if marks[best] == 0:
            code, probability = _detect(text[:LONGEST])
            return code if code in here and probability >= LIKELY else UNKNOWN
        return best

    def _asked_for(self, text: str) -> str | None:
        if len(text) > 80:
            return None
        said = fold(text).strip(" ?!.,")
        if said in self._autonyms:
            return self._autonyms[said]
        raw = text.strip(" ?!.,؟").casefold()
        if raw in self._autonyms:
            return self._autonyms[raw]
        if self._names.isdisjoint(_WORD.findall(said)):
            return None
        code = self._asks_book.encode(text).strip("\n")
        for language, pattern in self._asks.items():
            if pattern is not None and pattern.search(code):
                return language
        return None

    def _compile_asks(self, asks: list[str]) -> dict[str, re.Pattern[str] | None]:
        phrases: dict[str, list[str]] = {}
        # most messages name no language, and need no closer look
        self._names: set[str] = {"gymraeg", "saesneg"}
        for code, language in self._all.items():
            if code == UNKNOWN:
                continue
            english = re.sub(r"\W+", "_", language.name.split(" (")[0].split(" or ")[0].casefold())
            self._names.update(english.split("_"), *(name.split("_") for name in language.autonyms))
            names = "|".join([english, *(name for name in language.autonyms if name.isascii())])
            phrases[code] = [ask.replace("{name}", names) for ask in asks if "{name}" in ask or code in ("en", "cy")]
        for code, other in (("en", "gymraeg"), ("cy", "saesneg")):
            phrases[code] = [re.sub(rf"\|?\b{other}\b\|?", "", phrase) for phrase in phrases[code]]
        every = [phrase for some in phrases.values() for phrase in some]
        polite = {"plis": "please", "pls": "please", "plz": "please", "prosze": "please", "u": "you"}
        self._asks_book: PhraseBook = PhraseBook(every, {}, polite)
        return {code: self._asks_book.any_of(some) for code, some in phrases.items()}


_SHARED = frozenset(
    "a|i|o|de|da|me|no|in|on|an|am|as|at|is|to|do|so|mi|la|le|se|es|man|die|den|was".split("|")  # noqa: SIM905
)
"""Short words that are English and half of Europe's: no evidence either way."""


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    """langdetect's profiles, read once in a fixed order, so that the same text always gets the same answer."""
    factory = DetectorFactory()
    paths = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if path.is_file())
    factory.load_json_profile([path.read_text(encoding="utf-8") for path in paths])
    factory.set_seed(SEED)
    return factory


@lru_cache(maxsize=64)
def _detect(text: str) -> tuple[str, float]:
    """The likeliest language and its probability; ("und", 0) where there is nothing to go by.

    Each call has its own detector with its own seeded randomness: threads cannot disturb each other.
    """
    detector = _factory().create()
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return UNKNOWN, 0.0
    return (found[0].lang, found[0].prob) if found else (UNKNOWN, 0.0)
