"""The component that finds subjects, levels, places, providers, numbers, routes and starts in a message."""

import json
from pathlib import Path
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from turnbot import sources
from turnbot.text import Word, words
from turnbot.vocabulary import Found, Phrase, Vocabulary

MAX_DIGITS = 2
"""Longer numbers are years, phone numbers or money, not choices."""


class EntityFinder(GraphComponent):
    """Looks phrases of the prospectus up in the message; values are the record's own keys."""

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, vocabulary: Vocabulary
    ) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._vocabulary = vocabulary

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """``data`` is where the files with the phrases are, seen from the working directory of the training."""
        return {"data": "../data"}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EntityFinder":
        return cls(config, model_storage, resource, Vocabulary({}, (), ()))

    def train(self, training_data: TrainingData) -> Resource:
        """Collect the phrases, and the ordinary words that must not be taken for slips of them."""
        data = Path(self._config["data"])
        phrases = sources.phrases(data)
        said = {w.norm for e in training_data.intent_examples for w in words(e.get(TEXT) or "")}
        known = sorted(said | set(sources.filler(data)) | set(sources.shorthand(data)))
        content = {
            "phrases": {key: list(phrase) for key, phrase in phrases.items()},
            "cues": sources.cues(data),
            "known": known,
        }
        with self._storage.write_to(self._resource) as folder:
            (folder / "vocabulary.json").write_text(json.dumps(content), encoding="utf-8")
        self._vocabulary = _vocabulary(content)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "EntityFinder":
        with model_storage.read_from(resource) as folder:
            content = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, _vocabulary(content))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Mark the examples as messages will be marked: the classifier learns from both alike."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add what is found to each message's entities."""
        for message in messages:
            text = message.get(TEXT)
            if not isinstance(text, str):
                continue
            found = [
                {
                    "entity": f.type,
                    "value": f.value,
                    "start": f.start,
                    "end": f.end,
                    "extractor": "EntityFinder",
                }
                for f in self.find(words(text))
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def find(self, message: List[Word]) -> List[Found]:
        """The entities of a message: phrases first, then numbers standing by themselves."""
        found = self._vocabulary.find(message)
        taken = [(f.start, f.end) for f in found]
        for word in message:
            free = not any(start <= word.start < end for start, end in taken)
            if free and word.norm.isdecimal() and len(word.norm) <= MAX_DIGITS and int(word.norm):
                found.append(Found("number", str(int(word.norm)), word.start, word.end))
        return sorted(found, key=lambda f: f.start)


def _vocabulary(content: Dict[str, Any]) -> Vocabulary:
    phrases = {key: Phrase(*value) for key, value in content["phrases"].items()}
    return Vocabulary(phrases, content["cues"], content["known"])
