"""What is learnt from the examples and the data files, apart from Rasa, so that it can be measured without it."""

from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set

import numpy as np

from turnbot import features, softmax, sources
from turnbot.classifier import IntentModel, Neighbours, Vectors
from turnbot.encoder import Encoder
from turnbot.finder import Content, Finder
from turnbot.meaning import Meaning
from turnbot.normal import Normaliser, Spellings
from turnbot.text import Word, words
from turnbot.vocabulary import Found

SHORTEST_NAME = 4
"""Letters of a name that no list knows."""


class Settings(NamedTuple):
    """How the classifier of intents learns; ``bot/config.yml`` says what is used and docs/understanding.md why."""

    c: float = 12.0
    """Inverse of the regularisation."""
    min_count: int = 2
    """Examples that a feature must be in to count."""
    dense_scale: float = 3.0
    """How much a sentence vector weighs beside a group of sparse features, which has length one."""
    temperature: float = 1.0
    """Scores are divided by it: above 1 the confidences come out lower."""
    near: float = 0.0
    """How much the nearest example of an intent weighs beside its score; 0 does without."""
    near_size: int = 128
    """Directions of the sentence vectors that are kept for it."""
    topic_weight: float = 0.0
    """How much the share of its whole topic counts for an intent; 0 does without."""
    seed: int = 20240
    max_iter: int = 200
    tolerance: float = 1e-3

    def changed(self, given: Mapping[str, Any]) -> "Settings":
        """These, with what ``given`` says otherwise; what is no setting of ours is passed over."""
        known = self._asdict()
        return self._replace(**{name: type(known[name])(given[name]) for name in known if name in given})


class Seen(NamedTuple):
    """A message as the classifier sees it: its features, its plain words, and what was found in it."""

    counts: Counter
    read: List[Word]
    found: List[Found]
    english: List[str]
    """Its plain words with the Welsh ones in English; empty when none is Welsh."""

    @property
    def plain(self) -> str:
        """Its plain words as one line, in English: what the sentence encoder reads."""
        return " ".join(self.english or [word.norm for word in self.read])


def known_spellings(data: Path, texts: Sequence[str]) -> Spellings:
    """The spellings, with the words of the examples and of the prospectus as what other words may be slips of."""
    spoken = {word.norm for text in texts for word in words(text)}
    named = {word for phrase in sources.phrases(data) for word in phrase.split()}
    spellings = sources.spellings(data).with_endings(spoken | named, sources.ordinary_words(data))
    reader = Normaliser(spellings)
    said = Counter(word.norm for text in texts for word in reader.words(text))
    said.update(word for phrase in sources.phrases(data) for word in phrase.split())
    lists = sources.people(data)
    names = [str(name) for kind in ("first_names", "careful_names", "titles") for name in lists[kind]]
    welsh, welsh_too = sources.welsh_words(data)
    more = [*names, *sources.filler(data), *sources.ordinary_words(data), *welsh]
    targets = {word: count for word, count in sorted(said.items()) if word.isalpha()}
    return spellings.knowing(more, targets).knowing_welsh(welsh, welsh_too, sources.glosses(data))


def finder_content(data: Path, texts: Sequence[str]) -> Content:
    """The phrases, and the ordinary words (those of the examples) that must not be taken for slips of them."""
    said = {w.norm for text in texts for w in words(text)}
    spellings = sources.spellings(data)
    plain = {w for meaning in spellings.words.values() for w in meaning.split()}
    return Content(
        phrases={key: list(phrase) for key, phrase in sources.phrases(data).items()},
        cues=sources.cues(data),
        known=sorted(said | plain | set(sources.filler(data)) | set(spellings.words)),
        never_names=sorted(_never_names(data, said, spellings)),
        people=sources.people(data),
    )


def _never_names(data: Path, said: Set[str], spellings: Spellings) -> Set[str]:
    """Words that no name is. Those of the examples hold names too, so only their shortest count."""
    short = {word for word in said if len(word) < SHORTEST_NAME}
    listed = {str(word) for word in sources.people(data)["no_names"]}
    return short | listed | set(spellings.words) | set(sources.filler(data)) | set(sources.ordinary_words(data))


def seen(reader: Normaliser, finder: Finder, text: str) -> Seen:
    """A message as the classifier sees it."""
    read = reader.words(text)
    found = finder.find(text, read)
    english = reader.in_english(read)
    return Seen(features.counted(read, found, english), read, found, english)


def fit(
    counted: List[Counter],
    vectors: Optional[np.ndarray],
    labels: Sequence[str],
    settings: Settings,
    topics: Mapping[str, str],
) -> IntentModel:
    """Learn intents from features and sentence vectors (None: from features alone). The same input, the same model.

    ``topics`` has the topic of each intent; an intent that it does not name is a topic of its own.
    """
    from scipy.sparse import csr_matrix

    names = Vectors.of(counted, settings.min_count)
    pointers, places, values = [0], [], []
    for counts in counted:
        ids, found = names.places(counts)
        places += ids
        values += found.tolist()
        pointers.append(len(places))
    intents, sparse, dense, bias = softmax.learn(
        csr_matrix((values, places, pointers), shape=(len(counted), len(names.names))),
        None if vectors is None else vectors * settings.dense_scale,
        labels,
        c=settings.c,
        max_iter=settings.max_iter,
        tolerance=settings.tolerance,
    )
    return IntentModel(
        intents=intents,
        vectors=names,
        # half precision halves the model and moves no answer
        sparse=sparse.astype(np.float16),
        dense=None if dense is None else dense * np.float32(settings.dense_scale),
        bias=bias,
        temperature=settings.temperature,
        neighbours=None
        if vectors is None or not settings.near
        else Neighbours.of(vectors, list(labels), intents, settings.near_size),
        near=settings.near,
        topics=np.unique([topics.get(name, name) for name in intents], return_inverse=True)[1],
        topic_weight=settings.topic_weight,
    )


class Understander:
    """The pipeline without Rasa around it: for measuring, and for data that is not ours."""

    def __init__(
        self, reader: Normaliser, finder: Finder, model: IntentModel, encoder: Optional[Encoder], meaning: Meaning
    ) -> None:
        self._reader, self._finder, self._model = reader, finder, model
        self._encoder, self._meaning = encoder, meaning

    @classmethod
    def of(cls, data: Path, rows: Sequence[Mapping[str, str]], settings: Settings, *, dense: bool) -> "Understander":
        """Learn from rows with ``text`` and ``intent``. ``dense``: with sentence vectors."""
        topics = sources.load(data / "nlu" / "topics.yml")
        texts = [row["text"] for row in rows]
        reader, finder = Normaliser(known_spellings(data, texts)), Finder(finder_content(data, texts))
        encoder = Encoder() if dense else None
        messages = [seen(reader, finder, text) for text in texts]
        vectors = encoder.encode([m.plain for m in messages]) if encoder else None
        model = fit([m.counts for m in messages], vectors, [row["intent"] for row in rows], settings, topics)
        return cls(reader, finder, model, encoder, Meaning(sources.meant(data)))

    def parse_all(self, texts: Sequence[str], top: int = 5) -> List[Dict[str, Any]]:
        """For each text the likeliest intents (``ranking``) and what was found in it (``found``)."""
        messages = [seen(self._reader, self._finder, text) for text in texts]
        vectors = self._encoder.encode([m.plain for m in messages]) if self._encoder else [None] * len(texts)
        answers = []
        for text, message, vector in zip(texts, messages, vectors):
            ranking = self._model.rank(message.counts, vector, top)
            answers.append(
                {
                    "ranking": [[r["name"], round(r["confidence"], 5)] for r in ranking],
                    "found": [
                        {"type": f.type, "value": f.value, "text": text[f.start : f.end]}
                        for f in message.found
                        if self._meaning.is_meant(f.type, f.value, ranking[0]["name"], message.read)
                    ],
                }
            )
        return answers
