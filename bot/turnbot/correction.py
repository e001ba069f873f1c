"""Corrections: "no i meant level 2", "not margate, ramsgate", "sorry wrong 1 i meant 3". Pure Python."""

import re
from typing import Any, Dict, Optional

from turnbot.answers import Answers
from turnbot.choice import Parsed, Read, Reading, intent_of, pick, sureness, which
from turnbot.thread import State, Thread

SEARCHED_BY = ("subject", "level", "place", "provider", "route", "start")
"""Entities that change a search."""

PICKS = ("courses", "subjects", "menu")
"""Kinds of offers that a number picks from."""

LEVELS = (1, 2, 3)
MOST_WORDS = 12
FEW_WORDS = 4
"""Words that may follow a bare "no" or "not" and still change the last search only."""
SURE = 0.6

LOOKS_LIKE = frozenset(
    {
        *("deny", "affirm", "choose", "acknowledge", "find_courses", "find_apprenticeships", "nlu_fallback"),
        *("out_of_scope", "plans_changed", "course_details", "insult", "more", "course_where", "never_mind"),
    }
)
"""What a correction may look like by itself; a confident question of another kind is that question."""

_CUE = re.compile(
    r"\b(?:i\s+)?(?:meant|ment|mean)\b(?:\s+to\s+(?:say|put))?|\bwrong\s+(?:one|1|number|thing|place|town|level)\b|"
    r"\bactually\b|\bactualy\b|\brather\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"^\W*(?:no|nah|nope|na|sorry|soz|sry|oops|wait|not|o|oh no|scrap that|scratch that)\b[\s,.:]*", re.IGNORECASE
)

_ASKS = re.compile(r"^\W*(?:any|is|are|do|does|can|could|what|wot|how|where|when|who|have|got)\b", re.IGNORECASE)


def correction(
    answers: Answers,
    text: str,
    parsed: Parsed,
    state: State,
    offered: Optional[Dict[str, Any]],
    thread: Thread,
) -> Read:
    """The last search or choice with this changed; None when the message corrects nothing.

    A number that could be a line of the list or a level is asked about.
    """
    if len(text.split()) > MOST_WORDS or state["loop"]:
        return None
    cues = list(_CUE.finditer(text))
    cue = cues[-1] if cues else None  # "wrong 1 i meant 3"
    against = _AGAINST.match(text)
    if cue is None and against is None:
        return None
    confident = sureness(parsed) >= SURE
    if confident and intent_of(parsed) not in LOOKS_LIKE:
        return None
    begins = cue.end() if cue else (against.end() if against else 0)
    rest = text[begins:] if text[begins:].strip(" ,.!?") else text
    listed = offered if offered and offered.get("kind") in PICKS else thread.get("earlier")
    answer = answers.read(rest)
    if answer and answer.kind in ("number", "other") and listed:
        number = answer.numbers[0] if len(answer.numbers) == 1 else 0
        could_be_level = number in LEVELS and not answer.ordinal and state["slots"].get("level")
        if answer.kind == "number" and could_be_level and not state["slots"].get("course"):
            return which(text, parsed, number, "level")
        put_back = None if listed is offered else listed
        hints = {"same": True, "correction": True}
        if answer.kind == "other":
            return Reading("choose", text, parsed, [], {**hints, "pick": "other"}, put_back, intent_of(parsed))
        return pick(text, parsed, list(answer.numbers), offered=put_back, hints=hints)
    if cue is None and (len(rest.split()) > FEW_WORDS or _ASKS.match(rest)):
        return None  # "sorry. any games design courses?" begins anew
    entities = [e for e in parsed.get("entities") or [] if e["entity"] in SEARCHED_BY]
    if entities and state["slots"].get("searched"):
        return Reading("find_courses", text, parsed, hints={"correction": True}, alone=intent_of(parsed))
    return None
