"""The component that drops what was found and cannot be meant, once it is known what the whole message wants."""

import json
from pathlib import Path
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from turnbot import sources
from turnbot.meaning import Meaning, Rules
from turnbot.reader import plain_words


class EntityJudge(GraphComponent):
    """Looks at the entities of a message again. It stands after the classifier."""

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, rules: Rules) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._meaning = Meaning(rules)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """``data`` is where the data files are, seen from the working directory of the training."""
        return {"data": "../data"}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EntityJudge":
        return cls(config, model_storage, resource, {})

    def train(self, training_data: TrainingData) -> Resource:
        """Keep the rules with the model."""
        rules = sources.meant(Path(self._config["data"]))
        with self._storage.write_to(self._resource) as folder:
            (folder / "meant.json").write_text(json.dumps(rules), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "EntityJudge":
        with model_storage.read_from(resource) as folder:
            rules = json.loads((folder / "meant.json").read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, rules)

    def process(self, messages: List[Message]) -> List[Message]:
        """Keep the entities that can be meant."""
        for message in messages:
            intent = (message.get(INTENT) or {}).get("name") or ""
            read = plain_words(message)
            kept = [
                entity
                for entity in message.get(ENTITIES) or []
                if self._meaning.is_meant(entity["entity"], str(entity["value"]), intent, read)
            ]
            message.set(ENTITIES, kept, add_to_output=True)
        return messages
