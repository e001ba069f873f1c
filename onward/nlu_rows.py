"""Messages with what was wanted and what was understood: what every figure on understanding is counted from."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from onward.problems import Problem

OUT_OF_SCOPE = "out_of_scope"
FALLBACK = "nlu_fallback"
NOT_UNDERSTOOD = frozenset({OUT_OF_SCOPE, FALLBACK})
"""Intents after which the assistant says that it did not understand, or that it cannot help with that."""

FORMAT = 1


@dataclass(frozen=True)
class Entity:
    """Something named in a message: its type and normalised value."""

    type: str
    value: str


@dataclass(frozen=True)
class Row:
    """One message. ``ranking`` are the likeliest intents with their confidence, best first."""

    text: str
    intent: str
    said: str
    ranking: tuple[tuple[str, float], ...]
    wanted: tuple[Entity, ...] | None
    """Entities that are in it; None where nobody labelled them."""
    found: tuple[Entity, ...]
    language: str = "en"

    @property
    def confidence(self) -> float:
        """How sure the classifier is of its best intent, 0 to 1."""
        return self.ranking[0][1] if self.ranking else 0.0


@dataclass(frozen=True)
class Result:
    """Rows by the set they belong to (``cross_validation``, ``held_out``), and what they cost."""

    name: str
    sets: dict[str, tuple[Row, ...]]
    facts: dict[str, Any] = field(default_factory=dict)
    """What it was measured with and what it cost, as the bot's environment told it."""

    def save(self, path: Path) -> None:
        """Write it, for ``onward nlu compare``."""
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"format": FORMAT, "name": self.name, "facts": self.facts}
        content["sets"] = {name: [_plain(row) for row in rows] for name, rows in self.sets.items()}
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Result":
        """Read what ``save`` wrote. Raises ``Problem``."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise Problem(f"{path} was written by another version.", "Measure again: onward nlu evaluate")
            sets = {name: tuple(row_of(row) for row in rows) for name, rows in content["sets"].items()}
            return cls(content["name"], sets, content.get("facts", {}))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Problem(f"{path} holds no result of an evaluation: {error}") from None


def row_of(raw: Mapping[str, Any], fallback: Mapping[str, float] | None = None) -> Row:
    """A row as the bot's environment tells it. ``fallback``: the thresholds to apply where it did not do so itself."""
    ranking = tuple((str(name), float(confidence)) for name, confidence in raw["ranking"])
    said = raw.get("said")
    if said is None:
        said = ranking[0][0] if ranking and is_sure(ranking, fallback or {}) else FALLBACK
    wanted = raw.get("entities")
    return Row(
        text=str(raw["text"]),
        intent=str(raw["intent"]),
        said=str(said),
        ranking=ranking,
        wanted=None if wanted is None else _entities(wanted),
        found=_entities(raw.get("found") or ()),
        language=str(raw.get("language", "en")),
    )


def is_sure(ranking: tuple[tuple[str, float], ...], fallback: Mapping[str, float]) -> bool:
    """Whether the best intent is taken: the same two questions as Rasa's FallbackClassifier asks."""
    second = ranking[1][1] if len(ranking) > 1 else 0.0
    best = ranking[0][1]
    return best >= fallback.get("threshold", 0.0) and best - second >= fallback.get("ambiguity", 0.0)


def read_messages(path: Path) -> list[dict[str, Any]]:
    """Labelled messages, one JSON object a line. Raises ``Problem`` that names the first bad line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{path} cannot be read: {error}") from None
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row["text"], str) or not isinstance(row["intent"], str):
                raise TypeError
            _entities(row.get("entities") or ())
        except (ValueError, KeyError, TypeError):
            raise Problem(
                f'{path}, line {number}: not an object with "text" and "intent" (and "entities" of type and value).'
            ) from None
        rows.append(row)
    if not rows:
        raise Problem(f"{path} holds no messages.")
    return rows


def _entities(raw: Iterable[Mapping[str, Any]]) -> tuple[Entity, ...]:
    return tuple(Entity(str(entity["type"]), str(entity["value"])) for entity in raw)


def _plain(row: Row) -> dict[str, Any]:
    plain = asdict(row)
    plain["entities"] = plain.pop("wanted")
    return plain
