"""`onward parse`: what is understood in each text, line by line, by the same parts that a turn uses."""

import json
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from casework.language import Languages
from casework.safeguarding import Rules
from casework.yamlfile import BadData, read_yaml
from channels.bot import BotClient, BotError
from onward.problems import Problem

BATCH = 100
"""Texts in one request to the bot: well under half a second."""

LONGEST = 8_000
"""Characters; the bot takes no more (docs/protocols.md)."""


@dataclass(frozen=True)
class BadLine:
    """A line of input that holds no text to understand."""

    line: int
    error: str

    def as_json(self) -> dict[str, Any]:
        """What is answered in its place."""
        return {"line": self.line, "error": self.error}


def topics(data_dir: Path) -> dict[str, str]:
    """Intents with the topic each belongs to, from data/nlu/topics.yml. Raises ``BadData``."""
    path = data_dir / "nlu" / "topics.yml"
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path} must name a topic for each intent")
    return {str(intent): str(topic) for intent, topic in content.items()}


class Understanding:
    """Understands texts through the bot, and adds language, risk and topic as the application sees them."""

    def __init__(self, bot: BotClient, data_dir: Path) -> None:
        self._bot = bot
        self._topics = topics(data_dir)
        self._languages = Languages.load(data_dir)
        self._rules = Rules.load(data_dir)

    def of(self, texts: list[str]) -> list[dict[str, Any]]:
        """One answer for each text, in order. Raises ``Problem`` when the bot does not answer."""
        if not texts:
            return []
        try:
            understood = self._bot.parse(texts)
        except BotError as error:
            raise Problem(f"The bot did not answer: {error.code}.", "Run: onward doctor") from None
        return [self._one(text, answer) for text, answer in zip(texts, understood, strict=True)]

    def _one(self, text: str, understood: dict[str, Any]) -> dict[str, Any]:
        risk = self._rules.check(text)
        intent = understood.get("intent")
        return {
            "text": text,
            "intent": intent,
            "topic": self._topics.get(str(intent), "out_of_scope"),
            "confidence": understood.get("confidence"),
            "entities": [
                {"type": entity["type"], "value": entity["value"], "text": entity["text"]}
                for entity in understood.get("entities") or []
            ],
            "language": self._languages.decide(text, None).language,
            "risk": {"level": risk.level, "kind": risk.kind},
        }


def read_line(number: int, raw: bytes) -> str | BadLine:
    """The text of one line of input."""
    try:
        value = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return BadLine(number, "not UTF-8")
    except (ValueError, RecursionError):
        return BadLine(number, "not JSON")
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str):
        return BadLine(number, 'not an object with a "text"')
    if len(text) > LONGEST:
        return BadLine(number, f"longer than {LONGEST} characters")
    return text


def understand_lines(stream: BinaryIO, understanding: Understanding) -> Iterator[dict[str, Any]]:
    """An answer for every line that is not blank, in order: an understanding, or ``{"line", "error"}``.

    Lines that have come are taken together, but none waits for another: a program may write one and read its answer.
    """
    for batch in _batches(stream):
        read = [read_line(number, raw) for number, raw in batch]
        understood = iter(understanding.of([text for text in read if isinstance(text, str)]))
        for item in read:
            yield item.as_json() if isinstance(item, BadLine) else next(understood)


def _batches(stream: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    lines: queue.Queue[tuple[int, bytes] | None] = queue.Queue(maxsize=4 * BATCH)
    threading.Thread(target=_feed, args=(stream, lines), name="input", daemon=True).start()
    ended = False
    while not ended:
        item = lines.get()
        batch: list[tuple[int, bytes]] = []
        while item is not None:
            batch.append(item)
            if len(batch) == BATCH:
                break
            try:
                item = lines.get_nowait()
            except queue.Empty:
                break
        ended = item is None
        if batch:
            yield batch


def _feed(stream: Iterable[bytes], lines: "queue.Queue[tuple[int, bytes] | None]") -> None:
    try:
        for number, raw in enumerate(stream, 1):
            if raw.strip():
                lines.put((number, raw))
    finally:
        lines.put(None)
