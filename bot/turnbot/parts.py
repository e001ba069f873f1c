"""Whether the pieces of a message are questions of their own, and how many of them are answered. Pure Python."""

import re
from typing import FrozenSet, List, NamedTuple, Optional, Set, Tuple

from turnbot.choice import Parsed, intent_of, sureness

SURE = 0.5
"""Confidence that each piece must be understood with: below it, the message stays whole."""

NOT_QUESTIONS = frozenset(
    {
        *("greet", "bye", "thanks", "affirm", "deny", "never_mind", "skip", "dont_know", "how_are_you", "acknowledge"),
        *("insult", "out_of_scope", "nlu_fallback", "choose", "more"),
    }
)
"""Intents that ask and tell nothing by themselves; a piece of these leans on its neighbour."""

ADDRESSING = frozenset({"greet", "bye", "thanks", "how_are_you", "acknowledge", "never_mind", "deny", "affirm"})
"""Pieces that go with the next one, unless they answer what stands."""

SOMEONE_ELSE = "someone_else"
SOMEONE_ELSE_FROM = 0.4

LISTS = frozenset({"find_courses", "find_apprenticeships"})
"""Questions that are answered by a numbered list: two of them in one turn, and a number would mean two things."""

SHORT = frozenset(
    {
        *("course_start", "course_cost", "course_days", "course_where", "course_places", "course_kit", "course_taster"),
        *("are_you_real", "who_are_you", "who_is_my_adviser", "activity_working", "activity_started"),
    }
)
"""Questions with short answers: three of them make one easy read."""

TOLD = frozenset({"activity_working", "activity_started", "activity_left", "applications_news"})
SURE_OF_TOLD = 0.8
"""News that is worth an answer even where only a question follows it, with nothing between: and how sure it must be."""

MOST = 2
MOST_SHORT = 3

ASKING = re.compile(
    r"\?|^\W*(?:(?:and|n|&|also|plus|but|oh|then|or|hi|hey|hiya|hello|ok|so|pls|please|sorry|um|wait)\W+)*"
    r"(?:wh?[au]t|wot|whats|wots|when|wen|whens|wher|where|wheres|"
    r"how|hw|hows|who|whos|why|which|is|are|r|do|does|did|can|cn|could|cud|will|wud|would|should|any|got|have|has)\b",
    re.IGNORECASE,
)
"""How a question begins."""


class Part(NamedTuple):
    """One question of a message: its words, what was understood, and where it stands."""

    text: str
    parsed: Parsed
    start: int
    end: int
    answers: bool = False
    """It answers what stands (a number, a yes): it is read in context when its turn comes."""
    begins: bool = True
    """A mark stands before it: it begins a sentence."""

    @property
    def intent(self) -> str:
        """What it asks."""
        return intent_of(self.parsed)


def decide(found: List[Part], whole: Parsed) -> Optional[List[Part]]:
    """The questions of a message that was cut into ``found``, or None: it is one, and is taken whole.

    Every piece must be understood surely as a question, or address somebody ("hi", "thanks"); the questions must
    differ, or ask the same of different things.
    """
    kept: List[Part] = []
    abused = False
    for part in found:
        if (part.answers and not kept) or _is_question(part):
            kept.append(part)
        elif part.intent == "insult":
            abused = True
        elif part.intent not in ADDRESSING:
            return None
    drowned = ("insult", "upset", "nlu_fallback") if abused else ADDRESSING
    if len(kept) == 1 and not kept[0].answers and intent_of(whole) in drowned:
        # a message with a question in it is no insult, and no mere hello: the question is answered
        return kept
    made: List[Part] = []
    for part in kept:
        if made and not (_differ(made[-1], part) and _stand_apart(made[-1], part)):
            return None
        made.append(part)
    return made if len(made) > 1 else None


def is_someone_else(part: Part) -> bool:
    """Whether this piece says that somebody else is writing: then nothing asked beside it is answered."""
    return part.intent == SOMEONE_ELSE and sureness(part.parsed) >= SOMEONE_ELSE_FROM


def room(parts: List[Part]) -> int:
    """How many of these questions are answered in one turn; the others are kept for next."""
    return MOST_SHORT if all(part.intent in SHORT for part in parts[:MOST_SHORT]) else MOST


def _is_question(part: Part) -> bool:
    return part.intent not in NOT_QUESTIONS and sureness(part.parsed) >= SURE


def _differ(one: Part, other: Part) -> bool:
    if one.answers or one.intent != other.intent:
        return not (one.intent in LISTS and other.intent in LISTS) or _other_things(one, other)
    return bool(ASKING.search(one.text) and ASKING.search(other.text)) and _other_things(one, other)


def _stand_apart(one: Part, other: Part) -> bool:
    """Whether what comes first is more than the reason for the question: "my bus is £5, is there any help" is one."""
    if one.answers:
        return True
    if not ASKING.search(other.text):
        return False
    told = one.intent in TOLD and sureness(one.parsed) >= SURE_OF_TOLD
    return bool(ASKING.search(one.text)) or other.begins or told


def _other_things(one: Part, other: Part) -> bool:
    """Whether both name a thing of one kind, and not the same."""
    ours, theirs = _named(one), _named(other)
    shared: Set[str] = {kind for kind, _ in ours} & {kind for kind, _ in theirs}
    return any({v for k, v in ours if k == kind} != {v for k, v in theirs if k == kind} for kind in shared)


def _named(part: Part) -> FrozenSet[Tuple[str, str]]:
    return frozenset((e["entity"], str(e["value"])) for e in part.parsed.get("entities") or [])
