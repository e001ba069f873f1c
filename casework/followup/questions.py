"""The questions that follow-up asks, and what becomes of each answer: ``data/plans/questions.yml``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from casework.destinations.stages import Stage
from casework.followup.doing import wrong_with
from casework.yamlfile import BadData, read_yaml

ABOUT = ("activity", "plans", "application", "money", "nothing")
"""What free words in an answer are read as."""


@dataclass(frozen=True)
class Option:
    """One answer that is offered by number and may be given in words."""

    key: str
    means: frozenset[str]
    """Intents that pick it."""
    words: tuple[str, ...]
    does: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Question:
    """One question."""

    key: str
    text: str
    about: str
    options: tuple[Option, ...]
    unclear: str | None
    stage: str | None = None
    """Of an application: what naming a place says of it."""

    def option(self, key: str) -> Option | None:
        """An option by its key."""
        return next((option for option in self.options if option.key == key), None)


@dataclass(frozen=True)
class Questions:
    """All of them."""

    by_key: dict[str, Question]

    @classmethod
    def load(cls, data_dir: Path) -> "Questions":
        """Read the file. Raises ``BadData`` naming what is wrong."""
        return _load(data_dir)

    def get(self, key: str | None) -> Question | None:
        """A question by its key."""
        return self.by_key.get(key) if key else None

    def about(self, about: str) -> list[str]:
        """The keys of the questions that are about something."""
        return [key for key, question in self.by_key.items() if question.about == about]


@lru_cache(maxsize=4)
def _load(data_dir: Path) -> Questions:
    path = data_dir / "plans" / "questions.yml"
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path}: it needs questions by their keys")
    questions = {str(key): _question(path, str(key), entry) for key, entry in content.items()}
    for question in questions.values():
        for option in question.options:
            for name, value in option.does:
                if name == "ask" and value not in questions:
                    raise BadData(f"{path}: {question.key}: {option.key}: ask: {value} is no question")
    return Questions(questions)


def _question(path: Path, key: str, entry: Any) -> Question:
    if not isinstance(entry, dict) or set(entry) - {"text", "about", "options", "unclear", "stage", "note"}:
        raise BadData(f"{path}: {key} has text, about, options, unclear and stage")
    about = entry.get("about", "nothing")
    if about not in ABOUT:
        raise BadData(f"{path}: {key}: about is one of {', '.join(ABOUT)}")
    if not isinstance(entry.get("text"), str):
        raise BadData(f"{path}: {key} needs text, a key of data/texts")
    options = tuple(_option(path, key, row) for row in entry.get("options") or [])
    if len({option.key for option in options}) != len(options):
        raise BadData(f"{path}: {key}: two options have the same key")
    stage = entry.get("stage")
    if stage is not None and (stage not in get_args(Stage) or about != "application"):
        raise BadData(f"{path}: {key}: stage is a stage of an application, of a question about one")
    return Question(key, entry["text"], about, options, entry.get("unclear"), stage)


def _option(path: Path, question: str, row: Any) -> Option:
    if not isinstance(row, dict) or not row.get("key") or set(row) - {"key", "means", "words", "do"}:
        raise BadData(f"{path}: {question}: an option has key, means, words and do")
    does = []
    for item in row.get("do") or []:
        name, value = next(iter(item.items())) if isinstance(item, dict) and len(item) == 1 else (item, None)
        wrong = wrong_with(str(name), value)
        if wrong:
            raise BadData(f"{path}: {question}: {row['key']}: {wrong}")
        does.append((str(name), value))
    means, words = row.get("means") or [], row.get("words") or []
    if not isinstance(means, list) or not isinstance(words, list):
        raise BadData(f"{path}: {question}: {row['key']}: means and words are lists")
    return Option(str(row["key"]), frozenset(map(str, means)), tuple(str(word).lower() for word in words), tuple(does))
