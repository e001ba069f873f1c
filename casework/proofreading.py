"""Reading the texts over before anybody else does: missing translations, long messages, dangerous words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from casework.gsm7 import is_gsm7, measure
from casework.voice import DEFAULT, MAX_SEGMENTS, BadArguments, BadTexts, Text, Voice, placeholders

ALWAYS = {"name": "Jade", "service": "Onward"}
"""Arguments that every reply is given."""

# the network acts on these by itself when they stand alone; STOP and START are the two that people are told of
NETWORK_WORDS = frozenset({"stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout", "yes", "unstop"})
_ANSWERS = re.compile(
    r"\b(?:reply|text|send|say|answer|type|tecstia|anfona|dweud|ateba?)\s+(?:with\s+|just\s+)?[\"'(]?(\w+)",
    re.IGNORECASE,
)


def check_texts(data_dir: Path | str) -> list[str]:
    """What is wrong with the text files, one plain line each; nothing for files that are in order.

    Texts are worded with the ``example`` arguments of their key, where it has some, or with none at all where it
    takes none. Welsh may cost more than GSM-7; nothing may pass two segments.
    """
    try:
        voice = Voice.load(data_dir)
    except BadTexts as error:
        return [str(error)]
    found: list[str] = []
    for language in voice.languages:
        for key, text in voice.texts[language].items():
            english = voice.texts[DEFAULT].get(key)
            if english is None:
                found.append(f"{language}.yml: {key}: English has no such key")
                continue
            if language != DEFAULT:
                found += _compared(text, english, language)
            found += (f"{language}.yml: {key}: {problem}" for problem in _words(text))
            found += (
                f"{language}.yml: {key}: {problem}" for problem in _worded(voice, text, english.examples, language)
            )
        for key in voice.texts[DEFAULT]:
            if key not in voice.texts[language]:
                found.append(f"{language}.yml: {key}: missing, and said in English")
    return found


def _compared(text: Text, english: Text, language: str) -> Iterator[str]:
    ours, theirs = placeholders(text, language), placeholders(english, DEFAULT)
    if ours != theirs:
        different = ", ".join(sorted(ours ^ theirs))
        yield f"{language}.yml: {text.key}: arguments differ from the English: {different}"
    if len(text.quick_replies) != len(english.quick_replies):
        yield f"{language}.yml: {text.key}: a different number of quick replies from the English"


def _words(text: Text) -> Iterator[str]:
    buttons = len(text.quick_replies)
    sources = text.sources[: len(text.sources) - 2 * buttons]
    for source in dict.fromkeys(sources):
        for word in _ANSWERS.findall(source):
            if word.casefold() in NETWORK_WORDS:
                yield f"asks for the bare word {word.upper()}, which the network acts on"
    for sent in text.sources[len(sources) + 1 :: 2]:
        if sent.strip().casefold() in NETWORK_WORDS | {"stop", "start"}:
            yield f"a quick reply sends the bare word {sent.strip().upper()}, which the network acts on"


def _worded(voice: Voice, text: Text, english: tuple[dict[str, Any], ...], language: str) -> Iterator[str]:
    examples = text.examples or english
    if not examples and placeholders(text, language) - set(ALWAYS):
        return
    for example in examples or ({},):
        args = ALWAYS | example
        try:
            sms = voice.render(text.key, args, language=language, channel="sms").text
            voice.render(text.key, args, language=language, channel="web")
        except BadArguments as error:
            yield str(error).split(": ", 2)[-1]
            continue
        measured = measure(sms)
        if measured.segments > MAX_SEGMENTS:
            yield f"{measured.segments} segments as an SMS ({measured.units} of {measured.encoding}), with its example"
        if language == DEFAULT and "holding" not in args and not is_gsm7(sms):
            odd = "".join(sorted({character for character in sms if not is_gsm7(character)}))
            yield f"not GSM-7 as an SMS: {odd}"
