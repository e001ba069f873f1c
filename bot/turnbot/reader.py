"""The component that reads messages in plain words, before anything is looked for in them.

The message itself stays as it was written; the reading goes beside it, each word with its place in the message.
"""

import json
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from turnbot.learning import known_spellings
from turnbot.normal import Normaliser, Spellings
from turnbot.text import Word

PLAIN = "plain_words"
"""Where a message keeps its reading: ``[word, start, end]`` for each plain word."""


ENGLISH = "plain_english"
"""Where a message keeps its reading in English, when some of it is Welsh: a list of words."""


def in_english(message: Message) -> List[str]:
    """The plain words of a message with the Welsh ones in English; empty where none is Welsh."""
    return list(message.get(ENGLISH) or [])


def plain_words(message: Message) -> List[Word]:
    """The reading of a message that went through the component."""
    return [Word(*entry) for entry in message.get(PLAIN) or []]


class MessageNormaliser(GraphComponent):
    """Reads each message with the spellings of ``nlu/shorthand.yml``."""

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, normaliser: Optional[Normaliser]
    ) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._normaliser = normaliser

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
    ) -> "MessageNormaliser":
        return cls(config, model_storage, resource, None)

    def train(self, training_data: TrainingData) -> Resource:
        """Collect the spellings, and the words of the examples, towards which letters drawn out are drawn in."""
        texts = [e.get(TEXT) for e in training_data.intent_examples if e.get(TEXT)]
        spellings = known_spellings(Path(self._config["data"]), texts)
        with self._storage.write_to(self._resource) as folder:
            (folder / "spellings.json").write_text(json.dumps(spellings.to_json()), encoding="utf-8")
        self._normaliser = Normaliser(spellings)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "MessageNormaliser":
        with model_storage.read_from(resource) as folder:
            content = json.loads((folder / "spellings.json").read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, Normaliser(Spellings.from_json(content)))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Read the examples as messages will be read."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Put the reading beside each message."""
        for message in messages:
            text = message.get(TEXT)
            if isinstance(text, str) and self._normaliser is not None:
                read = self._normaliser.words(text)
                message.set(PLAIN, [list(word) for word in read])
                message.set(ENGLISH, self._normaliser.in_english(read))
        return messages
