"""A stand-in for the bot: it reads the numbers that invented people answer with, and does what the question says.

The guard, the turn, its one commit and its effects are real; only the understanding of words is not part of this.
"""

from typing import Any

from casework.followup.questions import Option, Questions
from channels.bot import Thought

EMPTY: dict[str, Any] = {"v": 1, "slots": {}, "loop": None, "requested": None}
NEWS = {"college": "college", "job": "job", "looking": "looking"}
"""What invented people tell of themselves without being asked, by the one word that they use for it."""


class NumbersBot:
    """Takes a turn by the number in the message and the question that stands in the state."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    def think(self, conversation: str, text: str, state: dict[str, Any], context: dict[str, Any]) -> Thought:
        """What to do about an answer. Anything that is no answer is thanked for."""
        telling = (state.get("slots") or {}).get("telling") or {}
        question = self._questions.get(telling.get("ask"))
        word = text.strip().lower()
        effects: list[dict[str, Any]] = []
        if question is not None and word.isdigit() and 0 < int(word) <= len(question.options):
            effects = _effects(question.options[int(word) - 1], telling.get("more") or {})
        elif word in NEWS:
            effects = [{"kind": "record_activity", "facts": {"kind": NEWS[word]}}]
        understanding: dict[str, Any] = {
            "intent": "choose" if word.isdigit() else "thanks",
            "confidence": 1.0,
            "entities": [],
        }
        return Thought([("thanks", {})], effects, understanding, EMPTY)


def _effects(option: Option, more: dict[str, Any]) -> list[dict[str, Any]]:
    about = more.get("about") or {}
    marked: dict[str, Any] = {
        "kind": "answer_follow_up",
        "followup_id": more.get("followup"),
        "answer": option.key,
        "stop": False,
    }
    effects: list[dict[str, Any]] = []
    for name, value in option.does:
        if name == "verify":
            effects.append({"kind": "verify_activity"})
        elif name == "record_activity":
            effects.append({"kind": "record_activity", "facts": dict(value)})
        elif name == "record_destination":
            place = {key: about[key] for key in ("provider_ref", "subject", "route", "course_ref") if key in about}
            effects.append({"kind": "record_destination"} | place | dict(value))
        elif name == "money_step" and about.get("scheme"):
            effects.append({"kind": "record_money_step", "scheme": about["scheme"], "step": value["step"]})
        elif name == "hand_over":
            effects.append(
                {
                    "kind": "open_escalation",
                    "about": value.get("about") or "follow_up",
                    "urgency": value.get("urgency") or "soon",
                    "reason": value.get("reason") or "Asked for a person.",
                }
            )
        elif name == "stop_plan":
            marked["stop"] = True
        elif name == "snooze":
            count, unit = str(value).split()
            marked["snooze_days"] = int(count) * (
                7 if unit.startswith("week") else 30 if unit.startswith("month") else 1
            )
    return [marked, *effects]
