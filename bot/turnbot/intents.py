"""The component that says what a message wants: logistic regression over words, letters and a sentence vector.

Training uses scikit-learn; answering is two small matrix products.
"""

from pathlib import Path
from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from turnbot import features, learning, sources
from turnbot.classifier import IntentModel
from turnbot.reader import in_english, plain_words
from turnbot.sentences import sentence_vector
from turnbot.vocabulary import Found


def _counted(message: Message) -> features.Counter:
    found = [Found(e["entity"], e["value"], e["start"], e["end"]) for e in message.get(ENTITIES) or []]
    return features.counted(plain_words(message), found, in_english(message))


class IntentClassifier(GraphComponent):
    """Ranks the intents of a message. Without a ``SentenceFeaturizer`` before it, by words and letters alone."""

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._model: "IntentModel | None" = None

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """``data`` is where the data files are, seen from the working directory of the training."""
        return {"data": "../data", **learning.Settings()._asdict()}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentClassifier":
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the weights to the examples and keep them."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        vectors = [sentence_vector(e) for e in examples]
        settings = learning.Settings().changed(self._config)
        self._model = learning.fit(
            [_counted(e) for e in examples],
            None if any(v is None for v in vectors) else np.stack(vectors),
            [e.get(INTENT) for e in examples],
            settings,
            sources.load(Path(self._config["data"]) / "nlu" / "topics.yml"),
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "IntentClassifier":
        self = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            self._model = IntentModel.load(folder)
        return self

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking of each message."""
        for message in messages:
            text = message.get(TEXT)
            # "/" commands never get here: the channel neutralises them, and Rasa's own handler took the rest
            if isinstance(text, str) and not message.get(INTENT) and self._model is not None:
                ranking = self._model.rank(_counted(message), sentence_vector(message))
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
