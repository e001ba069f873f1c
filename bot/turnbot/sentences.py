"""The component that adds a sentence vector to each message: a dense feature that any classifier of Rasa can use."""

from typing import Any, Dict, List, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from turnbot.encoder import Encoder
from turnbot.reader import in_english, plain_words

ORIGIN = "SentenceFeaturizer"


def sentence_vector(message: Message) -> Optional[np.ndarray]:
    """The vector that the component added, or None."""
    for features in message.features:
        if features.origin == ORIGIN and features.attribute == TEXT:
            return np.asarray(features.features)[0]
    return None


def _read(message: Message) -> str:
    return " ".join(in_english(message) or [word.norm for word in plain_words(message)])


class SentenceFeaturizer(GraphComponent):
    """Encodes the plain words of each message. It learns nothing; its weights are in the package."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceFeaturizer":
        # loaded before the first message comes, so that it waits no longer than the others
        return cls(Encoder().load())

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add vectors to the examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add a vector to each message that has a text."""
        told = [message for message in messages if isinstance(message.get(TEXT), str)]
        texts = [_read(message) or message.get(TEXT) for message in told]
        for message, vector in zip(told, self._encoder.encode(texts)):
            message.add_features(Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, ORIGIN))
        return messages
