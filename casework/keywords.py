"""STOP, START and HELP, before anything else is understood. The words are data: data/keywords.yml."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from casework.phrases import BadPhrase, PhraseBook
from casework.reading import BREAK
from casework.yamlfile import BadData, read_yaml

Keyword = Literal["stop", "start", "help"]

DATA = Path(__file__).parents[1] / "data"
SHORT_MESSAGE = 8
"""Words up to which a later sentence that says just "stop" is meant for us and not part of a story."""

_AGAIN = re.compile(r"([^.\n])\1+")
_PROVIDERS: dict[str, Keyword] = {"STOP": "stop", "START": "start", "HELP": "help"}


class Keywords:
    """The keywords, compiled."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        stop, start, help_ = data["stop"], data["start"], data["help"]
        alone = {
            "stop": [f"^ <lead>? <lead>? {word} <tail>? <tail>? $" for word in stop["alone"]],
            "start": [f"^ <lead>? {word} <tail>? $" for word in start["alone"]],
            "again": [f"^ {word} <tail>? $" for word in start["alone_when_stopped"]],
            "help": [f"^ {word} $" for word in help_["alone"]],
            "sentence": [f"^ <lead>? <lead>? {word} <tail>? <tail>? $" for word in stop["sentences"]],
        }
        opening = {
            "stop": [f"^ <lead>? <lead>? {phrase}" for phrase in stop["openings"]],
            "start": [f"^ <lead>? {phrase}" for phrase in start["openings"]],
        }
        groups = {f"alone {name}": phrases for name, phrases in alone.items()}
        groups |= {f"opening {name}": phrases for name, phrases in opening.items()}
        self._book = PhraseBook(
            (phrase for phrases in groups.values() for phrase in phrases), data["classes"], data["spellings"]
        )
        self._patterns = {name: self._book.any_of(phrases) for name, phrases in groups.items()}

    @classmethod
    def load(cls, data_dir: Path | str) -> "Keywords":
        """Read ``data_dir/keywords.yml``. Raises ``BadData`` that says what is wrong with it."""
        path = Path(data_dir) / "keywords.yml"
        try:
            return cls(read_yaml(path))
        except (KeyError, TypeError, AttributeError, BadPhrase) as error:
            raise BadData(f"{path}: {error}") from None

    def keyword(self, text: str, opt_out_type: str | None = None, stopped: bool = False) -> Keyword | None:
        """The keyword that this message is, if it is one.

        ``opt_out_type`` is Twilio's own finding, which it has already acted on and which therefore counts. A bare
        YES is an opt-in only from somebody who has ``stopped``: to anybody else it is an answer.
        """
        if opt_out_type and opt_out_type.upper() in _PROVIDERS:
            return _PROVIDERS[opt_out_type.upper()]
        code = _AGAIN.sub(r"\1", self._book.encode(text).strip(BREAK))
        if not code.strip("."):
            return None
        one_sentence = BREAK not in code
        if (one_sentence and self._found("alone stop", code)) or self._found("opening stop", code):
            return "stop"
        sentences = code.split(BREAK)
        if len(code) > SHORT_MESSAGE:
            sentences = sentences[:1]
        if any(self._found("alone sentence", sentence) for sentence in sentences):
            return "stop"
        if (one_sentence and self._found("alone start", code)) or self._found("opening start", code):
            return "start"
        if one_sentence and stopped and self._found("alone again", code):
            return "start"
        return "help" if one_sentence and self._found("alone help", code) else None

    def _found(self, name: str, code: str) -> bool:
        pattern = self._patterns[name]
        return pattern is not None and pattern.search(code) is not None


@lru_cache(maxsize=1)
def _built_in() -> Keywords:
    return Keywords.load(DATA)


def keyword(text: str, opt_out_type: str | None = None, stopped: bool = False) -> Keyword | None:
    """The keyword that a message is, by the data that comes with the project. See ``Keywords.keyword``."""
    return _built_in().keyword(text, opt_out_type, stopped)
