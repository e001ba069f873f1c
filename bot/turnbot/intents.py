"""The component that says what a message wants: logistic regression over words, word pairs and letter groups.

Subjects, places and the like are replaced by their type first, so that "any plumbing near Margate" teaches all
subjects and all towns. Training uses scikit-learn; answering is one small matrix product.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from turnbot import sources
from turnbot.text import expand, words

RANKING = 10
LONG_NUMBER = "<digits>"


def features(text: str, entities: List[Dict[str, Any]], shorthand: Dict[str, str]) -> Counter:
    """What the classifier sees of a message, counted. Groups begin w (words), p (pairs), c (letters), e (entities)."""
    masked: List[str] = []
    raw: List[str] = []
    shown = set()
    for word in words(text):
        cover = next((e for e in entities if e["start"] <= word.start < e["end"]), None)
        if cover is None:
            # long numbers are all alike: a phone number says no more than that it is one
            norm = LONG_NUMBER if word.norm.isdecimal() and len(word.norm) > 2 else word.norm
            masked.extend(expand([norm], shorthand))
            raw.append(norm)
            continue
        if cover["start"] not in shown:
            shown.add(cover["start"])
            masked.append(f"<{cover['entity']}>")
        raw.append(word.norm)
    return Counter(_names(masked, raw))


def _names(masked: List[str], raw: List[str]) -> Iterator[str]:
    for word in masked:
        yield f"w {word}"
    for word in raw:
        yield f"r {word}"
    for first, second in zip(["^", *masked], [*masked, "$"]):
        yield f"p {first} {second}"
    for first, _, third in zip(masked, masked[1:], masked[2:]):
        yield f"s {first} {third}"
    for word in masked:
        if word[0] != "<":
            edged = f" {word} "
            for size in (3, 4):
                for i in range(len(edged) - size + 1):
                    yield f"c{edged[i : i + size]}"
    yield f"n {min(len(masked), 8)}"


class IntentClassifier(GraphComponent):
    """Ranks the intents of a message."""

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._intents: List[str] = []
        self._index: Dict[str, int] = {}
        self._shorthand: Dict[str, str] = {}
        self._idf = np.zeros(0, dtype=np.float32)
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """``c`` is the inverse of the regularisation; a feature must be in ``min_count`` examples to count."""
        return {"data": "../data", "c": 12.0, "min_count": 1, "seed": 20240, "max_iter": 400}

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
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression

        self._shorthand = sources.shorthand(Path(self._config["data"]))
        examples = [e for e in training_data.intent_examples if e.get(TEXT) and e.get(INTENT)]
        counted = [features(e.get(TEXT), e.get(ENTITIES, []), self._shorthand) for e in examples]
        seen = Counter(name for c in counted for name in c)
        names = sorted(name for name, count in seen.items() if count >= self._config["min_count"])
        self._index = {name: i for i, name in enumerate(names)}
        self._idf = np.array([1.0 + np.log((1 + len(counted)) / (1 + seen[name])) for name in names], dtype=np.float32)
        rows, columns, values = [], [], []
        for row, counts in enumerate(counted):
            ids, weights = self._vector(counts)
            rows += [row] * len(ids)
            columns += ids
            values += weights.tolist()
        matrix = csr_matrix((values, (rows, columns)), shape=(len(counted), len(names)))
        model = LogisticRegression(
            C=self._config["c"], max_iter=self._config["max_iter"], random_state=self._config["seed"]
        )
        model.fit(matrix, [e.get(INTENT) for e in examples])
        self._intents = [str(c) for c in model.classes_]
        self._weights = model.coef_.T.astype(np.float32).copy()
        self._bias = model.intercept_.astype(np.float32)
        self._persist(names)
        return self._resource

    def _persist(self, names: List[str]) -> None:
        with self._storage.write_to(self._resource) as folder:
            content = {"intents": self._intents, "names": names, "shorthand": self._shorthand}
            (folder / "intents.json").write_text(json.dumps(content), encoding="utf-8")
            np.savez(folder / "intents.npz", idf=self._idf, weights=self._weights, bias=self._bias)

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
            content = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
            with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
                self._idf, self._weights, self._bias = arrays["idf"], arrays["weights"], arrays["bias"]
        self._intents, self._shorthand = content["intents"], content["shorthand"]
        self._index = {name: i for i, name in enumerate(content["names"])}
        return self

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking of each message."""
        for message in messages:
            text = message.get(TEXT)
            # "/" commands never get here: the channel neutralises them, and Rasa's own handler took the rest
            if isinstance(text, str) and not message.get(INTENT):
                ranking = self.rank(text, message.get(ENTITIES, []))
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def rank(self, text: str, entities: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
        """The likeliest intents with their confidence, best first."""
        ids, values = self._vector(features(text, entities, self._shorthand))
        scores = values @ self._weights[ids] + self._bias
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        best = np.argsort(-shares)[:RANKING]
        return [{"name": self._intents[i], "confidence": float(shares[i])} for i in best]

    def _vector(self, counts: Counter) -> Tuple[List[int], np.ndarray]:
        """Known features by place and weight. Each group has length one, so that no group drowns another."""
        groups: Dict[str, List[Tuple[int, float]]] = {}
        total: Dict[str, float] = {}
        for name, count in counts.items():
            group = name[0]
            place = self._index.get(name)
            # unknown features count in the length: a message of mostly unknown words gets a low confidence
            weight = float(self._idf[place]) if place is not None else float(self._idf.max())
            value = weight * (1.0 + np.log(count))
            total[group] = total.get(group, 0.0) + value * value
            if place is not None:
                groups.setdefault(group, []).append((place, value))
        ids: List[int] = []
        values: List[float] = []
        for group, entries in groups.items():
            length = total[group] ** 0.5
            for place, value in entries:
                ids.append(place)
                values.append(value / length)
        return ids, np.array(values, dtype=np.float32)
