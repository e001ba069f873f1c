"""What a service has decided about campaigns: ``data/campaigns.yml``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.yamlfile import BadData, read_yaml


@dataclass(frozen=True)
class Reserved:
    """Words that the provider acts on by itself, and how to tell that a text asks for one."""

    stop: tuple[str, ...]
    other: tuple[str, ...]
    opts_out: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True)
class CampaignRules:
    """The limits, and what a segment costs."""

    segment_pence: float | None
    """None: nobody has set it."""
    most_segments: int
    most_per_hour: int
    recent_days: int
    most_hold_out: int
    reserved: Reserved
    sensitive_facts: frozenset[str]
    """Whoever is chosen by one of these is not listed by name."""
    sensitive_codes: frozenset[str]

    @classmethod
    def load(cls, data_dir: Path) -> "CampaignRules":
        """Read the file. Raises ``BadData`` naming what is wrong."""
        return _load(data_dir / "campaigns.yml")

    def pence(self, segments: int) -> float | None:
        """What so many segments cost, in pence; None where the price is not set."""
        return None if self.segment_pence is None else self.segment_pence * segments


@lru_cache(maxsize=4)
def _load(path: Path) -> CampaignRules:
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path}: it needs limits, reserved words and what is sensitive")
    pence = content.get("segment_pence")
    if pence is not None:
        if not isinstance(pence, int | float) or isinstance(pence, bool) or not 0 <= pence <= 100:
            raise BadData(f"{path}: segment_pence is a number of pence from 0 to 100, or null")
        if not content.get("checked_on"):
            raise BadData(f"{path}: segment_pence needs checked_on, the day on which the price was read")
    reserved = _part(path, content, "reserved")
    return CampaignRules(
        segment_pence=None if pence is None else float(pence),
        most_segments=_whole(path, content, "most_segments", 1, 10),
        most_per_hour=_whole(path, content, "most_per_hour", 1, 100_000),
        recent_days=_whole(path, content, "recent_days", 0, 60),
        most_hold_out=_whole(path, content, "most_hold_out", 0, 90),
        sensitive_facts=frozenset(_words(path, _part(path, content, "sensitive"), "facts")),
        sensitive_codes=frozenset(_words(path, _part(path, content, "sensitive"), "codes")),
        reserved=Reserved(
            stop=_words(path, reserved, "stop"),
            other=_words(path, reserved, "other"),
            opts_out=_words(path, reserved, "opts_out"),
            asks=_words(path, reserved, "asks"),
        ),
    )


def _whole(path: Path, content: dict[str, Any], name: str, least: int, most: int) -> int:
    value = content.get(name)
    if type(value) is not int or not least <= value <= most:
        raise BadData(f"{path}: {name} is a whole number from {least} to {most}")
    return value


def _part(path: Path, content: dict[str, Any], name: str) -> dict[str, Any]:
    part = content.get(name)
    if not isinstance(part, dict):
        raise BadData(f"{path}: {name} is missing, or holds no lines of its own")
    return part


def _words(path: Path, content: dict[str, Any], name: str) -> tuple[str, ...]:
    words = content.get(name)
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise BadData(f"{path}: {name} is a list of words (in quotes where YAML takes them for a yes or no)")
    return tuple(words)
