"""The component that finds subjects, levels, places, dates, money, people and the like in a message."""

import json
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from turnbot.finder import Content, Finder
from turnbot.learning import finder_content
from turnbot.reader import plain_words


class EntityFinder(GraphComponent):
    """Looks phrases of the prospectus up in the message; values are the record's own keys."""

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, finder: Optional[Finder]
    ) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._finder = finder

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
        return cls(config, model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        """Collect the phrases, and the ordinary words that must not be taken for slips of them."""
        texts = [e.get(TEXT) for e in training_data.intent_examples if e.get(TEXT)]
        content = finder_content(Path(self._config["data"]), texts)
        with self._storage.write_to(self._resource) as folder:
            (folder / "vocabulary.json").write_text(json.dumps(content._asdict()), encoding="utf-8")
        self._finder = Finder(content)
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
        return cls(config, model_storage, resource, Finder(Content(**content)))

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
                for f in (self._finder.find(text, plain_words(message)) if self._finder is not None else ())
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
