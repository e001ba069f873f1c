"""The one voice: what the assistant says, worded from data/texts/<language>.yml for the channel it goes out on.

A text is a template, or a mapping of ``text``, ``sms`` (instead of text, on SMS), ``short`` (one or several shorter
wordings, tried in turn when an SMS would pass two segments), ``quick_replies``, ``labels`` (names of things, which its
wordings find as ``labels``), ``example`` (arguments to check it with) and ``note`` (for whoever edits it). Templates
are sandboxed Jinja2 with the filters of ``casework.wording``; an argument that is missing is an error, one that is
None says nothing.
"""

import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from casework import gsm7
from casework.wording import filters
from casework.yamlfile import BadData, read_yaml

DEFAULT = "en"
MAX_SEGMENTS = 2
MAX_SMS = 1600
"""Characters that Twilio takes in one message at most."""

_FIELDS = {"text", "sms", "short", "quick_replies", "labels", "example", "note"}
_LOOP = {"index", "index0", "first", "last", "length"}
_SPACES = re.compile(r"[ \t]{2,}")
_EDGES = re.compile(r"[ \t]*\n[ \t]*")
_LINES = re.compile(r"\n{3,}")


class VoiceError(Exception):
    """Something is wrong with a text. The message names the file and the key, never what was being said."""


class UnknownText(VoiceError):
    """No language has this key."""


class BadTexts(VoiceError):
    """A text file cannot be used."""


class BadArguments(VoiceError):
    """A text was asked for without the arguments it needs."""


@dataclass(frozen=True)
class Rendered:
    """Words ready to go out. ``language`` is the one they are really in: English where a translation is missing."""

    text: str
    quick_replies: list[dict[str, str]]
    language: str


class Plain:
    """A wording without arguments: nothing to compile, nothing to fill in."""

    def __init__(self, source: str) -> None:
        self._source = source

    def render(self, _args: Mapping[str, Any]) -> str:
        """The words themselves."""
        return self._source


@dataclass(frozen=True)
class Text:
    """One key of one language, compiled."""

    key: str
    text: Template | Plain
    sms: Template | Plain
    short: tuple[Template | Plain, ...]
    quick_replies: tuple[tuple[Template | Plain, Template | Plain], ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    examples: tuple[dict[str, Any], ...] = ()
    sources: tuple[str, ...] = field(default=(), repr=False)


class Voice:
    """Every text of every language, read and compiled once."""

    def __init__(self, texts: dict[str, dict[str, Text]]) -> None:
        self.texts = texts

    @classmethod
    def load(cls, data_dir: Path | str) -> "Voice":
        """Read ``data_dir/texts/*.yml``. Raises ``BadTexts`` that names the file, and the key where there is one."""
        folder = Path(data_dir) / "texts"
        texts = {path.stem: _read_language(path) for path in sorted(folder.glob("*.yml"))}
        if DEFAULT not in texts:
            raise BadTexts(f"{folder / (DEFAULT + '.yml')} is missing: the assistant has nothing to say")
        return cls(texts)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a file, English first."""
        return (DEFAULT, *(language for language in self.texts if language != DEFAULT))

    def find(self, key: str, language: str) -> tuple[Text, str]:
        """The text for a key and the language it is in. Raises ``UnknownText``."""
        for candidate in (language, DEFAULT):
            text = self.texts.get(candidate, {}).get(key)
            if text is not None:
                return text, candidate
        raise UnknownText(f"there is no text {key!r} in data/texts/{DEFAULT}.yml")

    def render(self, key: str, args: Mapping[str, Any], *, language: str, channel: str) -> Rendered:
        """Word one reply.

        On ``sms`` the wording is GSM-7 clean and, where a short form allows it, at most two segments; there are no
        quick replies. Raises ``UnknownText`` for a key that no language has and ``BadArguments`` when the text
        needs an argument that is not there.
        """
        text, found = self.find(key, language)
        if text.labels:
            args = {**args, "labels": text.labels}
        try:
            if channel == "sms":
                return Rendered(_as_sms(text, args), [], found)
            # a title that comes out empty is a button that makes no sense this time: "3" beside two courses
            replies = [
                {"title": shown, "text": _tidy(say.render(args))}
                for title, say in text.quick_replies
                if (shown := _tidy(title.render(args)))
            ]
            return Rendered(_tidy(text.text.render(args)), replies, found)
        except (TemplateError, TypeError, ValueError, LookupError, AttributeError) as error:
            # the cause may quote an argument, which may be somebody's words: name the text only
            raise BadArguments(f"{found}.yml: {key}: {_harmless(error)}") from None


def _harmless(error: Exception) -> str:
    if isinstance(error, TemplateError) and "is undefined" in str(error):
        return str(error)
    return f"an argument does not fit ({type(error).__name__})"


def _tidy(text: str) -> str:
    """Without the gaps that an absent argument leaves."""
    text = text.strip()
    if "  " in text or "\t" in text:
        text = _SPACES.sub(" ", text)
    if " \n" in text or "\n " in text:
        text = _EDGES.sub("\n", text)
    if "\n\n\n" in text:
        text = _LINES.sub("\n\n", text)
    return text


def _as_sms(text: Text, args: Mapping[str, Any]) -> str:
    best, least = "", (0, 0)
    for template in (text.sms, *text.short):
        wording = gsm7.clean(_tidy(template.render(args)))
        measured = gsm7.measure(wording)
        if measured.segments <= MAX_SEGMENTS:
            return wording
        size = (measured.segments, measured.units)
        if not best or size < least:
            best, least = wording, size
    return best if len(best) <= MAX_SMS else best[: MAX_SMS - 3].rsplit(" ", 1)[0] + "..."


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, quick with JSON: a mapping's own key first, so that ``hit.title`` costs one look-up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: dict[str, Template | Plain] = {}

    def wording(self, source: str) -> Template | Plain:
        """A source, compiled once however many texts share it."""
        if source not in self._compiled:
            self._compiled[source] = self.from_string(source) if "{" in source else Plain(source)
        return self._compiled[source]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every text knows. A plain mapping: Jinja's own is slow to copy, which each rendering does."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The key of a mapping, or whatever the sandbox lets through."""
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
        elif type(obj) is LoopContext and attribute in _LOOP:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The item of a mapping or list, or whatever the sandbox lets through."""
        try:
            return obj[argument]
        except (LookupError, TypeError, AttributeError):
            return super().getitem(obj, argument)


def environment(language: str) -> Sandbox:
    """A sandbox with the filters of one language."""
    sandbox = Sandbox(
        undefined=StrictUndefined,
        finalize=lambda value: "" if value is None else value,
        trim_blocks=True,
        lstrip_blocks=True,
        # plain text goes out; pages escape it themselves
        autoescape=False,
    )
    sandbox.filters.update(filters(language))
    return sandbox


def _read_language(path: Path) -> dict[str, Text]:
    try:
        content = read_yaml(path)
    except BadData as error:
        raise BadTexts(str(error)) from None
    if not isinstance(content, dict):
        raise BadTexts(f"{path}: it should hold keys with their texts")
    sandbox = environment(path.stem)
    texts: dict[str, Text] = {}
    for key, entry in content.items():
        if isinstance(key, str) and key.startswith("_"):
            continue  # remarks about the file, such as who has reviewed it
        try:
            texts[key] = _compile(sandbox, key, entry)
        except TemplateError as error:
            raise BadTexts(f"{path}: {key}: {error}") from None
        except ValueError as error:
            raise BadTexts(f"{path}: {key}: {error}") from None
    return texts


def _compile(sandbox: Sandbox, key: Any, entry: Any) -> Text:
    if not isinstance(key, str):
        raise ValueError("a key is a word; put quotes around it")
    if isinstance(entry, str):
        entry = {"text": entry}
    if not isinstance(entry, dict):
        raise ValueError("should be a text in quotes, or a mapping with a text")
    unknown = set(entry) - _FIELDS
    if unknown:
        raise ValueError(f"unknown part {sorted(map(str, unknown))[0]!r}; known: {', '.join(sorted(_FIELDS))}")
    text = _words(entry.get("text"), "text")
    sms = _words(entry.get("sms", text), "sms")
    short = entry.get("short", [])
    shorts = [_words(one, "short") for one in (short if isinstance(short, list) else [short])]
    replies = entry.get("quick_replies", [])
    if not isinstance(replies, list):
        raise ValueError("quick_replies should be a list")
    pairs = [_quick_reply(reply) for reply in replies]
    labels = entry.get("labels", {})
    if not isinstance(labels, dict) or not all(isinstance(words, str) for item in labels.items() for words in item):
        raise ValueError("labels should be a mapping of words to words")
    examples = entry.get("example", [])
    examples = examples if isinstance(examples, list) else [examples]
    if not all(isinstance(example, dict) for example in examples):
        raise ValueError("example should be a mapping of arguments, or a list of them")
    sources = (text, sms, *shorts, *(part for pair in pairs for part in pair))
    return Text(
        key=key,
        text=sandbox.wording(text),
        sms=sandbox.wording(sms),
        short=tuple(map(sandbox.wording, shorts)),
        quick_replies=tuple((sandbox.wording(a), sandbox.wording(b)) for a, b in pairs),
        labels=labels,
        examples=tuple(examples),
        sources=sources,
    )


def _words(value: Any, part: str) -> str:
    if not isinstance(value, str) or not value.strip():
        # yes, no and numbers without quotes are not words to YAML
        raise ValueError(f"{part} should be words; put quotes around them")
    return value


def _quick_reply(reply: Any) -> tuple[str, str]:
    if not isinstance(reply, dict) or set(reply) != {"title", "text"}:
        raise ValueError("a quick reply has a title and a text, and nothing else")
    return _words(reply["title"], "title"), _words(reply["text"], "text")


def placeholders(text: Text, language: str) -> set[str]:
    """The names of the arguments that any wording of a text uses."""
    sandbox = environment(language)
    names: set[str] = set()
    for source in text.sources:
        names |= meta.find_undeclared_variables(sandbox.parse(source))
    return names


def keys(voice: Voice) -> Iterator[str]:
    """Every key that English has, in the order of its file."""
    yield from voice.texts[DEFAULT]
