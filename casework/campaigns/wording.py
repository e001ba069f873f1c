"""An officer's words: cleaned, measured and checked before anybody is sent them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from casework import gsm7
from casework.campaigns.rules import CampaignRules, Reserved

LANGUAGES = ("en", "cy")
"""The languages that a service writes its texts in."""
LONG_NAME = "Christopher"
"""A first name to measure with where there is nobody yet."""
NAME = "{name}"
_PLACE = re.compile(r"\{[^{}]*\}|[{}]")
_SENTENCE = re.compile(r"[.!?\n]+")


class Named(Protocol):
    """Somebody to be written to."""

    @property
    def called(self) -> str:
        """The name to greet them by."""
        ...

    @property
    def language(self) -> str:
        """The language they chose."""
        ...


def tidy(text: str) -> str:
    """As it will be sent: plain line ends, GSM-7 typography, nothing at either end."""
    return gsm7.clean(text.replace("\r\n", "\n").strip())


def filled(text: str, name: str) -> str:
    """The words for one person."""
    return gsm7.clean(text.replace(NAME, name))


def problems(text: str, service: str, rules: CampaignRules) -> list[str]:
    """What is wrong with a wording, in plain words for the officer. ``text`` is tidy already."""
    found = []
    unknown = sorted({place for place in _PLACE.findall(text) if place != NAME})
    if unknown:
        found.append(f"Only {NAME} is filled in. Take {', '.join(unknown)} out")
    if service.casefold() not in text.casefold():
        found.append(f"Say who is writing: the words {service} must be in it")
    measured = gsm7.measure(filled(text, LONG_NAME))
    if measured.segments > rules.most_segments:
        found.append(f"It takes {measured.segments} texts. Make it shorter: {rules.most_segments} at most")
    asked = reserved_answer(text, rules.reserved)
    if asked:
        found.append(
            f"It asks for {asked} as an answer, which the network acts on by itself: "
            "such an answer opts people out or in and never arrives. Ask for a number or other words"
        )
    return found


def reserved_answer(text: str, reserved: Reserved) -> str | None:
    """The first word that the provider acts on and that this text asks for as an answer; None where there is none.

    In capitals or in quotation marks it is taken to be asked for, and so it is after a verb such as *reply*. STOP is
    let be where its sentence says that it stops the texts.
    """
    words = "|".join(map(re.escape, (*reserved.stop, *reserved.other)))
    verbs = "|".join(map(re.escape, reserved.asks))
    capitals = re.compile(rf"\b({words})\b")
    quoted = re.compile(rf"[\"']({words})[\"']", re.IGNORECASE)
    after = re.compile(
        rf"\b(?:{verbs})\b(?:\s+(?:with|back|us|me|just|the word|gyda|yn ol))*\s+({words})\b", re.IGNORECASE
    )
    either = re.compile(r"\b(yes)\s*(?:/|,|or|neu)\s*no\b", re.IGNORECASE)
    for sentence in _SENTENCE.split(text):
        for pattern in (capitals, quoted, after, either):
            for match in pattern.finditer(sentence):
                word = match[1].upper()
                rest = sentence[match.end() :].lower()
                if word in reserved.stop and any(sign in rest for sign in reserved.opts_out):
                    continue
                return word
    return None


@dataclass(frozen=True)
class Measure:
    """What a wording takes for the people it goes to."""

    segments: int
    """All of them together."""
    most: int
    """The longest for one person."""
    people: int
    unicode: int
    """People whose text is not in the plain alphabet, and so takes more."""

    @cached_property
    def each(self) -> float:
        """Segments a person, on average."""
        return self.segments / self.people if self.people else 0.0


def measure(wording: dict[str, str], people: Iterable[Named]) -> Measure:
    """Segments for these people, each with their own name and in their own language."""
    # names are few beside people: each text is measured once
    counts = Counter((language_of(one.language, wording), one.called) for one in people)
    segments = most = everybody = wide = 0
    for (language, name), many in counts.items():
        measured = gsm7.measure(filled(wording.get(language, ""), name))
        segments += measured.segments * many
        most = max(most, measured.segments)
        everybody += many
        wide += many if measured.encoding == "ucs2" else 0
    return Measure(segments, most, everybody, wide)


def language_of(language: str, wording: dict[str, str]) -> str:
    """The language of the wording that somebody gets: their own where there is one, else English."""
    return language if wording.get(language) else "en"


def missing(wording: dict[str, str], people: Iterable[Named]) -> dict[str, int]:
    """Languages that the service writes and these people chose, and that there is no wording in: how many of each."""
    found = Counter(one.language for one in people if one.language in LANGUAGES and not wording.get(one.language))
    return dict(found)
