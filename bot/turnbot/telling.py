"""Whether a message answers the open question about the record, or is something else. Pure Python.

The question is in the slot ``telling`` (``actions/open_question.py``). Whatever is clearly another matter is acted on
beside it, and the question stays open; everything else goes to the form, which takes what it can.
"""

import re
from datetime import datetime
from typing import Any, Dict, Optional

from turnbot.choice import Reading, sureness
from turnbot.parts import SOMEONE_ELSE
from turnbot.thread import LISTS, State, moment, old

FORM = "record_form"
CHECK = "right"
"""What was put down was said; nothing is asked, so only what puts it right, or agrees, belongs to it."""

ANSWERS = frozenset({"affirm", "deny", "skip", "dont_know", "never_mind", "acknowledge", "nlu_fallback", "more"})
NEWS = frozenset(
    {
        *("plans_share", "plans_changed", "plans_unsure", "applications_news", "activity_working", "activity_started"),
        *("activity_looking", "activity_other", "activity_left"),
    }
)
"""What they tell of themselves: the form takes it, whatever it had asked."""

LEAVES = frozenset(
    {
        *("talk_to_person", "complaint", "upset", "stop_messages", "delete_data", "wrong_number", "someone_else"),
        *("activity_thinking_of_leaving", "money_payment_problem", "bye", "insult"),
    }
)
"""What ends the asking: the question is not asked again after these."""

ADDRESSING = frozenset({"greet", "how_are_you", "thanks", "are_you_real", "who_are_you", "what_can_you_do", "privacy"})
SEARCHES = frozenset({"find_courses", "find_apprenticeships", "jobs", "course_details", "out_of_scope"})
"""What a bare name is taken for: "hair", "the army", "level 2"."""
LISTS_COURSES = frozenset({"find_courses", "find_apprenticeships"})

PASS_ON = re.compile(
    r"\b(?:pass|send)\s+(?:it|that|this)\s+(?:on|along)\b|\blet\s+(?!u\b|you\b|ya\b)\w+\s+know\b|"
    r"\btell\s+(?:(?:my\s+)?advis[eo]r|them)\b|\bpasi\w*\s+\w+\s+ymlaen\b",
    re.IGNORECASE,
)
"""They want their adviser to hear of what they told: the form sees to it."""
READS = "record_read"
WRONG = "record_wrong"
""" "What have you got down for me?" is answered beside the question; "that's wrong" is about what was put down."""

SURE = 0.6
ASIDE_FROM = 0.5
FEW_WORDS = 8
ASKS = re.compile(
    r"\?\s*$|^\W*(?:(?:and|also|but|oh|ok|so|hi|hey|um|wait)\W+)*"
    r"(?:wh?[au]t|wot|whats|when|wen|where|how|hw|who|why|which|is|are|do|does|did|can|could|will|would|any|find|show|"
    r"looking\s+for|search|tell\s+me)\b|\bcourses?\b",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:wrong|not right|anghywir|change (?:it|that)|(?:no|nah|actually|sorry)\W+(?:it'?s|its|i)\b)", re.I
)
_STRONG = re.compile(
    r"\b(?:hours?|hrs?|awr|oriau|training|hyfforddiant|nvq|qualification|since|ers|looking|fairly|sure|siwr|predicted|"
    r"accepted|took|taken|interview|cyfweliad)\b",
    re.IGNORECASE,
)
"""Words that answer us although a list of courses stands."""
_LOOKING = re.compile(
    r"^\W*(?:(?:just|still|im|i'm|i am|atm)\s+)*looking(?:\s+for\s+(?:something|anything|work|a job|stuff))?"
    r"(?:\s+(?:rn|atm|now|really|i guess))*\W*$",
    re.IGNORECASE,
)
""" "looking for something", as what they do now."""
_NOTHING = re.compile(
    r"^\W*(?:no|nah|nope|na)?\W*(?:nothing|nowt|nothin|none|that'?s (?:it|all)|just that|dim byd|dyna'r cyfan)"
    r"(?:\s+(?:else|really|arall|for now|rn|atm|thanks))*\W*$",
    re.IGNORECASE,
)
""" "nothing else" sounds like goodbye, and is the answer."""
_GRADES = re.compile(
    r"^\W*(?:(?:mostly|mainly|about|around|all|like|probs?|probably|maybe|i think|predicted)\s+)*"
    r"[1-9]'?s\b[\w\s,&/'-]{0,40}$",
    re.IGNORECASE,
)
""" "4s and 5s": grades, and no number of a list."""
_NUMBER = re.compile(r"^\W*(\d{1,2})\W*$")


def belongs(reading: Reading, state: State) -> bool:
    """Whether the message goes to the form."""
    telling: Dict[str, Any] = state["slots"].get("telling") or {}
    intent, text = reading.intent, reading.text
    if telling.get("about") == "followup":
        # what answers a question that we asked first was seen to when the message was read (turnbot/followups.py)
        return bool(reading.hints.get("answers"))
    if intent == SOMEONE_ELSE or for_the_offer(text, state):
        return False
    if intent == READS and sureness(reading.parsed) >= ASIDE_FROM:
        return False
    if intent == WRONG or passes_on(text):
        return True
    if list_stands(state):
        told = intent in NEWS and sureness(reading.parsed) >= SURE
        return told or bool(_STRONG.search(text) and not ASKS.search(text))
    if telling.get("about") == "plans" and _GRADES.match(text):
        return True
    if telling.get("ask") == "which" and intent == "choose":
        # "the samphire one" picks from the applications that were just named
        return True
    if telling.get("ask") == CHECK:
        told = intent in NEWS and sureness(reading.parsed) >= SURE
        return told or intent in ("affirm", "deny", "acknowledge") or bool(_WRONG.search(text))
    if intent in ANSWERS or intent in NEWS:
        return True
    if telling.get("about") == "activity" and telling.get("ask") == "what" and _LOOKING.match(text):
        return True
    if telling.get("ask") in ("alone", "help", "second") and _NOTHING.match(text):
        return True
    if intent in LEAVES or (intent in ADDRESSING and sureness(reading.parsed) >= SURE):
        return sureness(reading.parsed) < SURE
    if telling.get("about") == "activity" and intent in LISTS_COURSES and sureness(reading.parsed) >= SURE:
        # "something i can start now" is a search, "no training" is not
        return bool(_STRONG.search(text)) or any(character.isdigit() for character in text)
    if intent in SEARCHES or any(character.isdigit() for character in text):
        return not ASKS.search(text)
    if telling.get("ask") == "help":
        return not ASKS.search(text)
    return sureness(reading.parsed) < SURE


def passes_on(text: str) -> bool:
    """Whether they want their adviser to hear of what they told: "yh pass it on"."""
    return bool(PASS_ON.search(text)) and len(text.split()) <= FEW_WORDS


def stays_open(reading: Reading, state: State) -> bool:
    """Whether the question is still open after a message that was something else."""
    return reading.intent not in LEAVES and (state["slots"].get("telling") or {}).get("ask") != CHECK


def list_stands(state: State, now: Optional[datetime] = None) -> bool:
    """Whether a list was shown after the question was asked: then numbers and names pick from that.

    With ``now``, a list that was shown too long ago stands no more.
    """
    offered, telling = state["slots"].get("offered"), state["slots"].get("telling") or {}
    listed = isinstance(offered, dict) and offered.get("kind") in LISTS and not old(offered.get("at"), now)
    return listed and _later((offered or {}).get("at"), telling.get("at"))


def for_the_offer(text: str, state: State) -> bool:
    """Whether a bare number picks from what was offered after the question was asked."""
    offered, telling = state["slots"].get("offered"), state["slots"].get("telling") or {}
    match = _NUMBER.match(text)
    if not match or not isinstance(offered, dict) or telling.get("ask") == "which":
        return False
    return int(match[1]) <= len(offered.get("items") or []) and _later(offered.get("at"), telling.get("at"))


def _later(one: Optional[str], other: Optional[str]) -> bool:
    first, second = moment(one), moment(other)
    return first is not None and second is not None and first >= second
