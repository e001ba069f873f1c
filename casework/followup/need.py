"""How much somebody needs to be kept in touch with: ``data/plans/need.yml``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.yamlfile import BadData, read_yaml

if TYPE_CHECKING:
    from casework.followup.subject import Subject

LEVELS = ("high", "medium", "low")


@dataclass(frozen=True)
class Need:
    """Points for what makes contact more needful, and how many points make which level."""

    characteristics: dict[str, int]
    ehc_plan: int
    days_neet: tuple[tuple[int, int], ...]
    """After so many days, so many points: the highest that is reached counts."""
    under_18: int
    high: int
    medium: int

    @classmethod
    def load(cls, data_dir: Path) -> "Need":
        """Read the file. Raises ``BadData`` naming what is wrong."""
        return _load(data_dir)

    def of(self, subject: "Subject") -> str:
        """high, medium or low."""
        points = sum(self.characteristics.get(code, 0) for code in subject.who.characteristics or [])
        points += self.ehc_plan if subject.who.ehc_plan else 0
        if subject.age is not None and subject.age < 18:
            points += self.under_18
        days = subject.spell.days if subject.spell else 0
        points += max((worth for after, worth in self.days_neet if days >= after), default=0)
        return "high" if points >= self.high else "medium" if points >= self.medium else "low"


@lru_cache(maxsize=4)
def _load(data_dir: Path) -> Need:
    path = data_dir / "plans" / "need.yml"
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path}: it needs points and levels")
    points, levels = content.get("points") or {}, content.get("levels") or {}
    try:
        rows = points.get("days_neet") or []
        need = Need(
            characteristics={str(code): _whole(worth) for code, worth in (points.get("characteristics") or {}).items()},
            ehc_plan=_whole(points.get("ehc_plan", 0)),
            days_neet=tuple((_whole(row["after"]), _whole(row["points"])) for row in rows),
            under_18=_whole(points.get("under_18", 0)),
            high=_whole(levels["high"]),
            medium=_whole(levels["medium"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadData(f"{path}: points and levels are whole numbers; {error}") from None
    if not 0 < need.medium <= need.high:
        raise BadData(f"{path}: levels: medium must be above 0 and not above high")
    return need


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is not a whole number")
    return value
