"""What a conversation is in the middle of: the question just asked, and what is to come back to. Pure Python.

It travels in the state as ``thread``, only while there is something in it. Keys: ``asked`` (the reply key of the open
question) and ``at`` (when); ``again`` (it was asked a second time); ``choice`` (readings that a number picks from);
``kept`` (readings of questions to be answered next); ``earlier`` (the list that stood before what is offered now);
``same`` (both were offered in one turn); ``beside`` (what was offered in
the same turn before the list that stands); ``guest`` (somebody else has just been writing).
"""

from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional

LASTS = timedelta(hours=24)
"""How long a question or a list stands, as in ``actions/offers.py``."""

Thread = Dict[str, Any]
State = Dict[str, Any]

ANSWERED = ("person", "money_check")
"""Kinds of offers that yes and no answer."""

LISTS = ("courses", "subjects")
"""Kinds of offers that are worth going back to."""

AGAIN = {
    "ask_wanted": "ask_wanted_again",
    "ask_matter": "ask_matter_again",
    "ask_where": "ask_where_again",
    "ask_level": "ask_level_again",
    "ask_start": "ask_start_again",
    "money_question": "money_question_again",
    "link_question": "link_question_again",
}
"""The open questions, and how each is asked again in short after an aside."""

FORM_QUESTIONS = {
    "course_form": "ask_wanted",
    "person_form": "ask_matter",
    "money_form": "money_question",
    "link_form": "link_question",
}
FORM_KEEPS = {"money_form": ("money_check", "money_answer"), "link_form": ("link", "link_answer")}
"""Slots that are private to a form: they go when it is left, however it is left."""
QUESTIONS = frozenset({*AGAIN, "none_of_these", "kept_questions"})


def moment(value: Any) -> Optional[datetime]:
    """A time as the state and the context hold it; None for what is none."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def old(at: Any, now: Optional[datetime]) -> bool:
    """Whether something of this time has lapsed. Without a clock nothing lapses."""
    then = moment(at)
    if now is None or then is None or (then.tzinfo is None) != (now.tzinfo is None):
        return False
    return now - then > LASTS


def lapsed(state: State, now: Optional[datetime]) -> State:
    """The state without the questions that were asked too long ago.

    An unanswered "what is it about?" stays: they wanted a person, and still may say why.
    """
    thread = state.get("thread")
    if not thread:
        return state
    kept = dict(thread)
    if old(kept.get("at"), now):
        kept = {name: value for name, value in kept.items() if name == "earlier"}
        if state["loop"] in ("course_form", *FORM_KEEPS):
            state = without_answers({**state, "loop": None, "requested": None})
    if old((kept.get("earlier") or {}).get("at"), now):
        kept.pop("earlier", None)
    return {**state, "thread": kept}


def without_answers(state: State) -> State:
    """The state without what forms that are not open any more have kept for themselves."""
    gone = {slot for form, slots in FORM_KEEPS.items() if form != state["loop"] for slot in slots}
    if not gone & set(state["slots"]):
        return state
    return {**state, "slots": {name: value for name, value in state["slots"].items() if name not in gone}}


def standing(state: State, now: Optional[datetime]) -> Optional[Dict[str, Any]]:
    """What is on offer now, as ``actions/offers.py`` wrote it; None when nothing is, or it was too long ago."""
    offered = state["slots"].get("offered")
    if not isinstance(offered, dict) or not isinstance(offered.get("items"), list) or old(offered.get("at"), now):
        return None
    return offered


def after(
    before: State,
    now_state: State,
    *,
    keys: List[str],
    lists: List[Dict[str, Any]],
    at: Any,
    more: Thread,
) -> Thread:
    """The thread after a turn.

    ``keys`` are the replies' keys in order; ``lists`` the lists that were offered in the course of this turn; ``more``
    what the turn itself wants kept (choice, kept, again).
    """
    thread = {name: value for name, value in more.items() if value}
    if keys and (keys[-1] in QUESTIONS or keys[-1] in AGAIN.values()):
        asked = next((plain for plain, short in AGAIN.items() if short == keys[-1]), keys[-1])
        thread["asked"] = asked
    elif now_state["loop"] in FORM_QUESTIONS:
        thread["asked"] = FORM_QUESTIONS[now_state["loop"]]
    offered = now_state["slots"].get("offered")
    kind = offered.get("kind") if isinstance(offered, dict) else None
    # nobody else may page through what was found for a young person
    if kind not in LISTS and not more.get("guest"):
        old_list = before["slots"].get("offered")
        old_thread = before.get("thread") or {}
        if lists:
            thread["earlier"], thread["same"] = lists[-1], True
        elif isinstance(old_list, dict) and old_list.get("kind") in LISTS:
            thread["earlier"] = old_list
        elif old_thread.get("earlier"):
            thread["earlier"] = old_thread["earlier"]
            if old_thread.get("same") and offered == old_list:
                thread["same"] = True
    if thread and isinstance(at, str):
        thread["at"] = at
    return thread
