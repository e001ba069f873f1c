"""Ranks the intents of a message: sparse features and, where there is an encoder, a sentence vector, times weights.

Answering needs numpy only; how the weights come about is in ``turnbot.learning``.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import numpy as np

RANKING = 10
"""Intents in an answer, the likeliest first."""


class Vectors:
    """Turns counted features into weighted places: tf-idf, each group of features of length one."""

    def __init__(self, names: List[str], idf: np.ndarray) -> None:
        """``idf`` is how telling each of ``names`` is."""
        self.names = names
        self.idf = idf
        self._index = {name: i for i, name in enumerate(names)}
        self._unseen = float(idf.max()) if len(idf) else 1.0

    @classmethod
    def of(cls, counted: List[Counter], min_count: int) -> "Vectors":
        """Learn the names that are in at least ``min_count`` messages, and how telling they are."""
        seen = Counter(name for counts in counted for name in counts)
        names = sorted(name for name, count in seen.items() if count >= min_count)
        idf = [1.0 + np.log((1 + len(counted)) / (1 + seen[name])) for name in names]
        return cls(names, np.array(idf, dtype=np.float32))

    def places(self, counts: Counter) -> Tuple[List[int], np.ndarray]:
        """Known features by place and weight. Each group has length one, so that no group drowns another."""
        found: List[Tuple[str, int, float]] = []
        total: Dict[str, float] = {}
        for name, count in counts.items():
            place = self._index.get(name)
            # unknown features count in the length: a message of mostly unknown words gets a low confidence
            weight = float(self.idf[place]) if place is not None else self._unseen
            value = weight * (1.0 + np.log(count)) if count > 1 else weight
            total[name[0]] = total.get(name[0], 0.0) + value * value
            if place is not None:
                found.append((name[0], place, value))
        values = [value / total[group] ** 0.5 for group, _, value in found]
        return [place for _, place, _ in found], np.array(values, dtype=np.float32)


_NEIGHBOURS = ("centre", "axes", "points", "starts")


class Neighbours:
    """The examples themselves, as shortened sentence vectors: how near is the nearest of each intent?

    Weights draw straight lines between intents; an intent that is many small things (what is out of scope above all)
    is told better by what it is near to.
    """

    def __init__(self, centre: np.ndarray, axes: np.ndarray, points: np.ndarray, starts: np.ndarray) -> None:
        """``points`` are of length one, one intent after another; ``starts`` is where each intent begins."""
        self.centre, self.axes, self.starts = centre, axes, starts
        self.points = points.astype(np.float32)

    @classmethod
    def of(cls, vectors: np.ndarray, labels: List[str], intents: List[str], size: int) -> "Neighbours":
        """Shorten the vectors of the examples to their ``size`` main directions. Every intent needs an example."""
        centre = vectors.mean(axis=0)
        _, _, directions = np.linalg.svd(vectors - centre, full_matrices=False)
        place = {name: i for i, name in enumerate(intents)}
        order = sorted(range(len(labels)), key=lambda i: place[labels[i]])
        axes = np.ascontiguousarray(directions[:size].T.astype(np.float32))
        points = _of_length_one((vectors[order] - centre) @ axes)
        first = {label: n for n, label in reversed(list(enumerate(labels[i] for i in order)))}
        starts = np.array([first[name] for name in intents])
        return cls(centre.astype(np.float32), axes, points.astype(np.float16), starts)

    def nearness(self, sentence: np.ndarray) -> np.ndarray:
        """For each intent the cosine with its nearest example."""
        point = _of_length_one(((sentence - self.centre) @ self.axes)[np.newaxis, :])[0]
        return np.asarray(np.maximum.reduceat(self.points @ point, self.starts))


def _of_length_one(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


class IntentModel(NamedTuple):
    """What was learnt. ``dense`` and ``neighbours`` are None where no sentence vectors were learnt from."""

    intents: List[str]
    vectors: Vectors
    sparse: np.ndarray
    dense: Optional[np.ndarray]
    bias: np.ndarray
    temperature: float
    neighbours: Optional[Neighbours] = None
    near: float = 0.0
    """How much the nearest example weighs beside the scores."""
    topics: Optional[np.ndarray] = None
    """The number of each intent's topic; None where intents have none."""
    topic_weight: float = 0.0
    """How much the share of its whole topic counts for an intent: wrong in the same topic is wrong by less."""

    def shares(self, counts: Counter, sentence: Optional[np.ndarray]) -> np.ndarray:
        """How likely each intent is; they sum to one."""
        places, values = self.vectors.places(counts)
        scores = self.bias + values @ self.sparse[places].astype(np.float32)
        if self.dense is not None and sentence is not None:
            scores = scores + sentence @ self.dense
        if self.neighbours is not None and sentence is not None:
            scores = scores + self.near * self.neighbours.nearness(sentence)
        scores = scores / self.temperature
        shares = np.exp(scores - scores.max())
        if self.topics is not None and self.topic_weight:
            shares = shares * np.bincount(self.topics, shares)[self.topics] ** self.topic_weight
        return np.asarray(shares / shares.sum())

    def rank(self, counts: Counter, sentence: Optional[np.ndarray], top: int = RANKING) -> List[Dict[str, Any]]:
        """The likeliest intents with their confidence, best first."""
        shares = self.shares(counts, sentence)
        # a stable order, so that equals come out alike on every machine
        best = np.argsort(-shares, kind="stable")[:top]
        return [{"name": self.intents[i], "confidence": float(shares[i])} for i in best]

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        content = {"intents": self.intents, "names": self.vectors.names, "temperature": self.temperature}
        content.update(near=self.near, topic_weight=self.topic_weight)
        (folder / "intents.json").write_text(json.dumps(content), encoding="utf-8")
        arrays = {"idf": self.vectors.idf, "sparse": self.sparse, "bias": self.bias}
        if self.dense is not None:
            arrays["dense"] = self.dense
        if self.neighbours is not None:
            found = self.neighbours
            arrays.update(centre=found.centre, axes=found.axes, starts=found.starts)
            arrays["points"] = found.points.astype(np.float16)
        if self.topics is not None:
            arrays["topics"] = self.topics
        np.savez(folder / "intents.npz", **arrays)

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """Read what ``save`` wrote."""
        content = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        with np.load(folder / "intents.npz", allow_pickle=False) as arrays:
            return cls(
                intents=content["intents"],
                vectors=Vectors(content["names"], arrays["idf"]),
                sparse=arrays["sparse"],
                dense=arrays["dense"] if "dense" in arrays.files else None,
                bias=arrays["bias"],
                temperature=float(content["temperature"]),
                neighbours=Neighbours(*(arrays[name] for name in _NEIGHBOURS)) if "points" in arrays.files else None,
                near=float(content["near"]),
                topics=arrays["topics"] if "topics" in arrays.files else None,
                topic_weight=float(content["topic_weight"]),
            )


def understood(ranking: List[Dict[str, Any]], threshold: float, ambiguity: float) -> bool:
    """Whether the best intent is sure enough: the same question as Rasa's FallbackClassifier asks."""
    best = ranking[0]["confidence"]
    second = ranking[1]["confidence"] if len(ranking) > 1 else 0.0
    return bool(best >= threshold and best - second >= ambiguity)
