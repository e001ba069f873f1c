"""Our own questions ("do you mean the list, or level 2?"), and what is put by until they are answered. Pure Python."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple, Union

from turnbot.thread import LISTS, Thread

Parsed = Dict[str, Any]
Hints = Dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """A message, or a part of one, as it is to be acted on.

    ``hints`` travel to the actions as ``context.reading``. ``offered`` is put back as what stands. ``alone`` is the
    intent that the words have by themselves, where the context made another of it. ``outside``: it answers an offer
    although a form is open.
    """

    intent: str
    text: str
    parsed: Parsed = field(repr=False)
    entities: Optional[List[Dict[str, Any]]] = None
    hints: Hints = field(default_factory=dict)
    offered: Optional[Dict[str, Any]] = None
    alone: Optional[str] = None
    message_id: Any = None
    outside: bool = False


@dataclass(frozen=True)
class Ask:
    """A question of our own, asked without acting: which of two was meant, or what to change to."""

    key: str
    args: Dict[str, Any]
    more: Thread = field(default_factory=dict)
    misses: Optional[int] = None


Read = Union[Reading, Ask, None]

NAMED = {
    "list": ("list", "the list", "course", "the course", "courses", "on the list", "number", "rhestr", "y rhestr"),
    "level": ("level", "the level", "lvl", "lefel", "y lefel"),
    "money": (
        "money",
        "the money",
        "the money one",
        "ema",
        "the money questions",
        "money questions",
        "arian",
        "yr arian",
    ),
    "person": ("adviser", "advisor", "an adviser", "the adviser", "person", "a person", "the person", "cynghorydd"),
}
"""How each side of "do you mean the list, or the level?" is said."""


def level(number: int, text: str, parsed: Parsed, alone: Optional[str] = None) -> Reading:
    """A level, said as a bare number."""
    words = f"level {number}"
    entity = {"entity": "level", "value": str(number), "start": 0, "end": len(words)}
    return Reading("find_courses", words, parsed, entities=[entity], alone=alone or intent_of(parsed))


def which(text: str, parsed: Parsed, number: int, other: str, beside: Optional[Dict[str, Any]] = None) -> Ask:
    """Ask whether a number means the list, or ``other``: a level, a person, or what was offered about money.

    ``beside`` is that offer, where the list stands now and not it.
    """
    first = {"name": "list", "intent": "choose", "pick": [number]}
    second: Dict[str, Any] = {"name": "person", "intent": "affirm"}
    if other == "level":
        second = {"name": "level", "level": number}
    elif other == "money":
        # yes begins the check, no is the other line of that offer
        second = {"name": "money", "intent": "choose", "stands": [number]}
    if beside is not None:
        second = {"name": other, "intent": "choose", "stands": [number], "offered": beside}
    return Ask("which_meant", {"number": number, "other": other}, {"choice": {"readings": [first, second]}})


def packed(intent: str, entities: List[Dict[str, Any]], message_id: Any, span: Tuple[int, int]) -> Dict[str, Any]:
    """A question put by for later: its place in the stored message, never its words, and no names of people."""
    plain = [
        {name: e[name] for name in ("entity", "value", "start", "end")} for e in entities if e["entity"] != "person"
    ]
    return {"intent": intent, "entities": plain, "message": message_id, "span": list(span)}


def unpacked(
    kept: Dict[str, Any], text: str, parsed: Parsed, thread: Thread, offered: Optional[Dict[str, Any]]
) -> Reading:
    """A question that was put by, as it is to be acted on now."""
    if "level" in kept:
        return level(int(kept["level"]), text, parsed)
    if "stands" in kept:
        return pick(text, parsed, list(kept["stands"]), offered=kept.get("offered"))
    if "pick" in kept:
        put_back = None if offered and offered.get("kind") in LISTS else thread.get("earlier")
        return pick(text, parsed, list(kept["pick"]), offered=put_back)
    if "span" not in kept:
        return Reading(kept["intent"], text, parsed, entities=[], alone=intent_of(parsed))
    words = {"message_id": kept["message"], "span": kept["span"]}
    return Reading(
        kept["intent"],
        text,
        parsed,
        entities=kept["entities"],
        hints={"words": words},
        alone=intent_of(parsed),
        message_id=kept["message"],
    )


def pick(
    text: str,
    parsed: Parsed,
    numbers: List[int],
    *,
    offered: Optional[Dict[str, Any]] = None,
    hints: Optional[Hints] = None,
    outside: bool = False,
) -> Reading:
    """Lines of a list by their numbers; ``offered`` is the list, where another stands now."""
    alone = intent_of(parsed)
    return Reading("choose", text, parsed, [], {**(hints or {}), "pick": numbers}, offered, alone, outside=outside)


def intent_of(parsed: Parsed) -> str:
    """The intent that was understood."""
    return str((parsed.get("intent") or {}).get("name"))


def sureness(parsed: Parsed) -> float:
    """The confidence it was understood with, 0 to 1."""
    return float((parsed.get("intent") or {}).get("confidence") or 0.0)


def ranked(parsed: Parsed) -> List[str]:
    """The likeliest intents by themselves, best first."""
    return [str(e["name"]) for e in parsed.get("intent_ranking") or [] if e["name"] != "nlu_fallback"]
