"""What a message is to a question that the assistant asked first, and waits to have answered. Pure Python.

The question's key is in the slot ``telling``; what may be answered is in ``data/plans/questions.yml``, read when the
bot starts. An answer may come weeks later, in any words. Whatever is clearly another matter is acted on beside it.
"""

import re
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from turnbot import telling
from turnbot.answers import Answer
from turnbot.choice import Parsed, Reading, intent_of, sureness
from turnbot.parts import SOMEONE_ELSE
from turnbot.sources import load
from turnbot.thread import State

FILE = Path(__file__).resolve().parents[2] / "data" / "plans" / "questions.yml"

SHORT = {
    "yes": "affirm",
    "ok": "acknowledge",
    "no": "deny",
    "neither": "deny",
    "unsure": "dont_know",
}
"""Short answers of ``data/replies.yml``, and the intent that each has here."""

OWN = frozenset({"activity_thinking_of_leaving", "stop_messages"})
"""What otherwise ends the asking, and here is an answer: it concerns what was asked, or that it was asked."""

WHAT = re.compile(
    r"^\W*(?:wh?at|wot|wut|huh|eh|pardon|come again|wdym|(?:what|wot) do (?:you|u|ya) mean|beth)?\W*$", re.I
)
"""They did not get it: the question is put once more."""
GO_AWAY = re.compile(
    r"\b(?:fu?c?k|piss|bugger|sod|naff|eff|clear) off\b|\b(?:jog on|do one|get lost|go away|leave me (?:alone|be))\b",
    re.I,
)
"""However it is put, it says that this was not wanted: an answer, and no insult to be met."""
ABOUT_MONEY = frozenset({"money_help", "money_status", "money_bank_account", "money_payment_problem"})
LET_BE = 2
"""Tries after which only what is clearly the answer is taken for it."""
FEW_WORDS = 4
"""Words of a message in which a word of an option is the answer, even where it looks like a question."""


class Asked(NamedTuple):
    """One question, as far as the bot must know it."""

    about: str
    means: FrozenSet[str]
    """Intents that pick one of its options."""
    words: Tuple[str, ...]
    """Words that pick one of its options."""


NOT_KNOWN = Asked("nothing", frozenset(), ())
"""A question that is in the file no more: it may still be answered."""


class FollowUps:
    """The questions that follow-up asks."""

    def __init__(self, content: Optional[Dict[str, Any]] = None) -> None:
        self._by_key = {str(key): _asked(entry) for key, entry in (content or {}).items()}

    @classmethod
    def load(cls, file: Path = FILE) -> "FollowUps":
        """Read the questions; none where there is no file. Raises ``yaml.YAMLError`` for one that cannot be read."""
        return cls(load(file)) if file.exists() else cls()

    def read(
        self, text: str, answer: Optional[Answer], parsed: Parsed, state: State, listed: bool
    ) -> Optional[Reading]:
        """The message as the answer to the open question; None where it is something else.

        ``answer`` is what it says as a short answer. ``listed``: a list was shown after the question was asked, and
        numbers and names pick from that.
        """
        kept = state["slots"].get("telling") or {}
        asked = self._by_key.get(str(kept.get("ask")), NOT_KNOWN)
        intent, sure = intent_of(parsed), sureness(parsed) >= telling.SURE
        if intent == SOMEONE_ELSE or telling.for_the_offer(text, state):
            return None
        if listed:
            return _as_answer(text, parsed) if intent in telling.NEWS and sure else None
        if answer is not None and answer.kind == "number":
            return _as_answer(text, parsed, intent="choose", pick=list(answer.numbers))
        if answer is not None:
            return _as_answer(text, parsed, intent=SHORT.get(answer.kind))
        if WHAT.match(text):
            return _as_answer(text, parsed, intent="nlu_fallback")
        if let_be(kept):
            told = intent in asked.means or intent in OWN or GO_AWAY.search(text) or (intent in telling.NEWS and sure)
            return _as_answer(text, parsed) if told else None
        return _as_answer(text, parsed) if _is_answer(asked, text, intent, sure) else None


def let_be(kept: Dict[str, Any]) -> bool:
    """Whether the question stands open, and is not asked any more."""
    return int(kept.get("tries") or 0) >= LET_BE


def is_open(state: State) -> bool:
    """Whether a question of follow-up waits for its answer."""
    kept = state["slots"].get("telling")
    return state["loop"] == telling.FORM and isinstance(kept, dict) and kept.get("about") == "followup"


def _is_answer(asked: Asked, text: str, intent: str, sure: bool) -> bool:
    asks = bool(telling.ASKS.search(text))
    if intent in asked.means or intent in OWN or GO_AWAY.search(text):
        return True
    plain = _plain(text)
    named = any(re.search(rf"\b{re.escape(word)}\b", plain, re.IGNORECASE) for word in asked.words)
    if named and (not asks or len(text.split()) <= FEW_WORDS):
        return True
    if intent in telling.ANSWERS or intent in telling.NEWS:
        return True
    if intent in ABOUT_MONEY and asked.about == "money":
        return not asks
    if intent in telling.LEAVES or intent in telling.ADDRESSING:
        return not sure
    if intent in telling.SEARCHES or any(character.isdigit() for character in text):
        return not asks
    return not sure


def _as_answer(text: str, parsed: Parsed, *, intent: Optional[str] = None, pick: Optional[List[int]] = None) -> Reading:
    alone = intent_of(parsed)
    hints: Dict[str, Any] = {"answers": True, **({"pick": pick} if pick else {})}
    return Reading(intent or alone, text, parsed, hints=hints, alone=alone if intent else None)


def _asked(entry: Dict[str, Any]) -> Asked:
    options = [option for option in entry.get("options") or [] if isinstance(option, dict)]
    return Asked(
        str(entry.get("about") or "nothing"),
        frozenset(str(intent) for option in options for intent in option.get("means") or []),
        tuple(_plain(str(word)).lower() for option in options for word in option.get("words") or []),
    )


def _plain(text: str) -> str:
    """Without apostrophes, which nobody types."""
    return re.sub("['\u2018\u2019`]", "", text)
