"""Rasa's message processor as a pure function: no storage, no lock, keys in place of wording, errors that surface."""

from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Tuple, Union

from rasa.core.actions.action import Action, ActionExecutionRejection, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from turnbot import state
from turnbot.endpoint import CallerEndpoint
from turnbot.runner import StraightGraphRunner
from turnbot.turn import CURRENT, ActionFailed, TurnFailed

UTTER = "utter_"


class KeyNLG(NaturalLanguageGenerator):
    """Answers which text to say, never the wording: ``utter_greet`` becomes the key ``greet``."""

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **_: Any
    ) -> Dict[str, Any]:
        return {"custom": {"say": utter_action[len(UTTER) :], "args": {}}}


def _event(plain: Dict[str, Any]) -> Event:
    """Rasa's event for one of ``turnbot.state``'s; Rasa's own reading of dicts searches all its classes each time."""
    kind = plain["event"]
    if kind == "slot":
        return SlotSet(plain["name"], plain["value"])
    if kind == "action":
        return ActionExecuted(plain["name"])
    if kind == "active_loop":
        return ActiveLoop(plain["name"])
    return SessionStarted()


class TurnStore(TrackerStore):
    """Reads the tracker from the request and leaves it there; nothing is kept."""

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        domain = self.domain
        events = state.to_events(
            CURRENT.get().state,
            slots={slot.name for slot in domain.slots},
            forms=set(domain.form_names),
        )
        return DialogueStateTracker.from_events(sender_id, [_event(e) for e in events], domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        CURRENT.get().tracker = tracker

    async def keys(self) -> Iterable[str]:
        return []


class TurnOutput(OutputChannel):
    """Collects what is said and what should happen, into the turn."""

    @classmethod
    def name(cls) -> str:
        return "turn"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        custom = message.get("custom")
        if not isinstance(custom, dict) or not isinstance(custom.get("say", ""), str):
            raise TurnFailed("malformed_reply")
        if ("say" in custom) == ("effect" in custom):
            raise TurnFailed("malformed_reply")
        CURRENT.get().said.append(custom)


def _stuck(*_: Any) -> None:
    raise TurnFailed("too_many_actions")


class TurnProcessor(MessageProcessor):
    """The processor without its habit of carrying on: a failed action fails the turn."""

    @staticmethod
    def _load_model(model_path: Union[str, Path]) -> Tuple[str, ModelMetadata, GraphRunner]:
        # as the original, with a runner that wastes no time; the path is a file, checked before
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = load_predict_graph_runner(
                Path(folder), Path(model_path), LocalModelStorage, StraightGraphRunner
            )
        return Path(model_path).name, metadata, runner

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        # as the original, which logs any exception (message text and all) and answers as if nothing had happened
        try:
            trial = tracker.copy()
            trial.update_with_events(prediction.events, self.domain)
            events = await action.run(output_channel, nlg, trial, self.domain)
        except ActionExecutionRejection:
            tracker.update(ActionExecutionRejected(action.name(), prediction.policy_name, prediction.max_confidence))
            return self.should_predict_another_action(action.name())
        except RasaException as error:
            raise ActionFailed("action_failed") from error
        self._log_action_on_tracker(tracker, action, events, prediction)
        await self._send_bot_messages(events, tracker, output_channel)
        return self.should_predict_another_action(action.name())


EVENTS = frozenset({"slot", "followup", "action_execution_rejected", "reset_slots", "active_loop"})
"""Events that our actions may answer with; whatever else turns up is a mistake of theirs."""


def result_problem(result: Any) -> Optional[str]:
    """What is wrong with an action's result, or None.

    Rasa builds a JSON Schema validator for each result (15 ms) and holds every event against two dozen alternatives
    (10 ms for an action that sets ten slots). This asks the same of the few shapes that our own actions send.
    """
    if not isinstance(result, dict):
        return "not an object"
    events, responses = result.get("events", []), result.get("responses", [])
    if not isinstance(events, list) or not isinstance(responses, list):
        return "no lists"
    for event in events:
        if not isinstance(event, dict) or event.get("event") not in EVENTS:
            return "not an event"
        if event["event"] == "slot" and not isinstance(event.get("name"), str):
            return "a slot without a name"
    if not all(isinstance(response, dict) for response in responses):
        return "not a response"
    return None


def check_results_quickly() -> None:
    """Put ``result_problem`` in the place of Rasa's own validation."""

    def validate(self: RemoteAction, result: Any) -> bool:
        problem = result_problem(result)
        if problem is not None:
            raise ActionFailed("action_result")
        return True

    RemoteAction._validate_action_result = validate


def build_processor(model: str, secret: str) -> TurnProcessor:
    """Load the model at ``model`` (already checked) behind a processor that keeps nothing between turns.

    ``secret`` is what actions are called with.
    """
    check_results_quickly()
    store = TurnStore(domain=None)
    processor = TurnProcessor(
        model_path=model,
        tracker_store=store,
        lock_store=InMemoryLockStore(),
        generator=KeyNLG(),
        action_endpoint=CallerEndpoint(secret),
        on_circuit_break=_stuck,
    )
    store.domain = processor.domain
    return processor


def understanding(parsed: Dict[str, Any], *, top: int = 5) -> Dict[str, Any]:
    """Rasa's parse as the protocol words it: intent, confidence, entities and the ``top`` of the ranking.

    ``alone`` and ``parts`` go with it where a message was read in context, or was several questions.
    """
    intent = parsed.get("intent") or {}
    text = parsed.get("text") or ""
    entities: List[Dict[str, Any]] = [
        {"type": e["entity"], "value": e["value"], "text": text[e["start"] : e["end"]]}
        for e in parsed.get("entities") or []
    ]
    known = {
        "intent": intent.get("name"),
        "confidence": round(float(intent.get("confidence") or 0.0), 4),
        "entities": entities,
        "ranking": [
            {"intent": r["name"], "confidence": round(float(r["confidence"]), 4)}
            for r in (parsed.get("intent_ranking") or [])[:top]
        ],
    }
    return known | {name: parsed[name] for name in ("alone", "parts") if parsed.get(name)}
