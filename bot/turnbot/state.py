"""The conversation's state: a small dict on the wire, a list of Rasa events inside. No Rasa import, only plain data.

A state is ``{"v": 1, "slots": {...}, "loop": form or None, "requested": slot or None}``, and ``"thread"`` while the
conversation is in the middle of something (``turnbot.thread``). It holds what the conversation must remember and
nothing else, so it does not grow.
"""

from typing import Any, Collection, Dict, List, Mapping, Optional

VERSION = 1

INTERNAL_SLOTS = frozenset({"session_started_metadata", "requested_slot"})
"""Slots of Rasa's own: the first holds the first message's context, the second travels as ``requested``."""

State = Dict[str, Any]
EventDict = Dict[str, Any]


class BadState(ValueError):
    """What was handed in is not a state."""


def checked(state: Any) -> State:
    """A complete state from what the caller sent: ``None`` and ``{}`` are a new conversation.

    Raises ``BadState`` for anything that is not a state, or is one of another version.
    """
    if state is None or state == {}:
        return {"v": VERSION, "slots": {}, "loop": None, "requested": None}
    if not isinstance(state, dict) or state.get("v") != VERSION:
        raise BadState("not a state of version 1")
    slots, loop, requested = state.get("slots", {}), state.get("loop"), state.get("requested")
    if not isinstance(slots, dict):
        raise BadState("slots is not an object")
    if not all(isinstance(value, (str, type(None))) for value in (loop, requested)):
        raise BadState("loop and requested are names or null")
    checked_state = {"v": VERSION, "slots": slots, "loop": loop, "requested": requested if loop else None}
    thread = state.get("thread")
    if thread is not None and not isinstance(thread, dict):
        raise BadState("thread is not an object")
    return {**checked_state, "thread": thread} if thread else checked_state


def to_events(state: State, *, slots: Collection[str], forms: Collection[str]) -> List[EventDict]:
    """The events that put a fresh tracker into this state, in the only order in which Rasa answers inside a form.

    Slots and forms that the loaded model does not know are left out: a new model meets old conversations.
    """
    events: List[EventDict] = [
        {"event": "action", "name": "action_session_start"},
        {"event": "session_started"},
    ]
    events += [
        {"event": "slot", "name": name, "value": value}
        for name, value in state["slots"].items()
        if name in slots and name not in INTERNAL_SLOTS
    ]
    if state["loop"] in forms:
        events += [
            {"event": "action", "name": state["loop"]},
            {"event": "active_loop", "name": state["loop"]},
            {"event": "slot", "name": "requested_slot", "value": state["requested"]},
        ]
    # without a last listen the next message would not be taken as an answer
    events.append({"event": "action", "name": "action_listen"})
    return events


def from_values(slots: Mapping[str, Any], loop: Optional[str]) -> State:
    """The state to hand back, from a tracker's slot values and its active form."""
    kept = {name: value for name, value in slots.items() if value is not None and name not in INTERNAL_SLOTS}
    return {
        "v": VERSION,
        "slots": kept,
        "loop": loop,
        "requested": slots.get("requested_slot") if loop else None,
    }
