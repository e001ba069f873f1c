"""What was just offered: it decides what "2", "yes" or "more" mean. Kept in the slot ``offered``.

Kinds: ``courses`` (items are course refs), ``subjects`` (items are subject keys), ``menu`` (items are names of
``MENU``), ``person`` (1 or yes: an adviser will be in touch; 2 or no: not now), ``money_check`` (1 or yes: the check of
money for learning; 2: an adviser).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from actions.base import Talk

Kind = Literal["courses", "subjects", "menu", "person", "money_check"]
KINDS = get_args(Kind)

LASTS = timedelta(hours=24)
"""How long an offer stands. A number that comes later is asked about, not guessed at."""

MENU = ("courses", "apprenticeships", "money", "travel", "applications", "plans", "adviser", "person")
"""What a menu may list; the wording is in data/texts."""

BROAD = (
    *("construction", "hair_beauty", "motor_vehicle", "health_social_care", "computing", "sport"),
    *("childcare", "animal_care"),
)
"""Subjects offered to somebody who has no idea: broad, far apart, and few enough for a text message."""


@dataclass(frozen=True)
class Offered:
    """One offer. ``more`` holds what belongs to its kind."""

    kind: Kind
    items: list[str]
    more: dict[str, Any]

    def pick(self, number: int) -> str | None:
        """The item with this number, from 1; -1 is the last one; None when there is none."""
        at = len(self.items) - 1 if number == -1 else number - 1
        return self.items[at] if 0 <= at < len(self.items) else None


def offer(talk: Talk, kind: Kind, items: list[str], **more: Any) -> None:
    """Remember what is being offered now; it takes the place of what was offered before."""
    talk.remember(offered={"kind": kind, "items": items, "at": talk.now.isoformat(timespec="minutes")} | more)


def forget(talk: Talk) -> None:
    """Nothing is on offer any more."""
    talk.remember(offered=None)


def offered(talk: Talk) -> Offered | None:
    """What a number or a yes means now; None when nothing is offered, or it was too long ago."""
    kept = talk.slot("offered")
    if not isinstance(kept, dict) or kept.get("kind") not in KINDS:
        return None
    if talk.now - datetime.fromisoformat(kept["at"]) > LASTS:
        return None
    more = {name: value for name, value in kept.items() if name not in ("kind", "items", "at")}
    return Offered(kept["kind"], [str(item) for item in kept["items"]], more)


def number_in(talk: Talk) -> int | None:
    """The number they chose; -1 for "the last one". "2nd 1" is the second, not the first."""
    for kind in ("ordinal", "number"):
        value = talk.value(kind)
        if value is not None:
            return -1 if value == "last" else int(value)
    return None
