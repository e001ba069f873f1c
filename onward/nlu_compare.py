"""Two results side by side: by how much they differ, how sure that is, and which messages changed."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import comb
from typing import Any

from onward.nlu_rows import NOT_UNDERSTOOD, OUT_OF_SCOPE, Result, Row
from onward.nlu_scores import macro_f1, score, topic_of
from onward.problems import Problem

RESAMPLES = 2_000
SEED = 20_240
SURE = 0.95
"""Share of the resamples that lie between ``low`` and ``high``."""

Measure = Callable[[Sequence[Row]], float]


@dataclass(frozen=True)
class Difference:
    """One figure of both, and the second less the first with its paired bootstrap interval."""

    figure: str
    first: float
    second: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """Above zero: the second is better."""
        return self.second - self.first


@dataclass(frozen=True)
class Change:
    """A message that one read rightly and the other did not."""

    text: str
    intent: str
    first: str
    second: str


@dataclass(frozen=True)
class Comparison:
    """Both on the messages of one set that both have read."""

    messages: int
    differences: tuple[Difference, ...]
    mended: tuple[Change, ...]
    broken: tuple[Change, ...]
    p_value: float
    """McNemar's exact test on intents: how likely a difference as large as this is by chance alone."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        plain = asdict(self)
        for one, difference in zip(plain["differences"], self.differences, strict=True):
            one["difference"] = difference.difference
        return plain


def compare(first: Result, second: Result, topics: Mapping[str, str]) -> dict[str, Comparison]:
    """By set, for the sets that both have. Raises ``Problem`` where they have no message in common."""
    found = {}
    for name in first.sets:
        if name in second.sets:
            theirs = {row.text: row for row in second.sets[name]}
            pairs = [(row, theirs[row.text]) for row in first.sets[name] if row.text in theirs]
            if pairs:
                found[name] = _compared(pairs, topics)
    if not found:
        raise Problem("The two have read no message in common.", "Measure both on the same messages: --held-out FILE")
    return found


def _compared(pairs: Sequence[tuple[Row, Row]], topics: Mapping[str, str]) -> Comparison:
    differences = [
        _difference(figure, pairs, measure)
        for figure, measure in _measures(topics, labelled=any(a.wanted is not None for a, _ in pairs))
    ]
    changes = [
        Change(a.text, a.intent, a.said, b.said) for a, b in pairs if (a.said == a.intent) != (b.said == b.intent)
    ]
    mended = tuple(change for change in changes if change.second == change.intent)
    broken = tuple(change for change in changes if change.first == change.intent)
    return Comparison(len(pairs), tuple(differences), mended, broken, mcnemar(len(mended), len(broken)))


def _measures(topics: Mapping[str, str], *, labelled: bool) -> list[tuple[str, Measure]]:
    topic = topic_of(topics)

    def topic_accuracy(rows: Sequence[Row]) -> float:
        return sum(topic(row.intent) == topic(row.said) for row in rows) / len(rows)

    def intent_accuracy(rows: Sequence[Row]) -> float:
        return sum(row.intent == row.said for row in rows) / len(rows)

    def not_understood(rows: Sequence[Row]) -> float:
        said = sum(row.said in NOT_UNDERSTOOD for row in rows)
        there = sum(row.intent == OUT_OF_SCOPE for row in rows)
        right = sum(row.intent == OUT_OF_SCOPE and row.said in NOT_UNDERSTOOD for row in rows)
        return 2 * right / (said + there) if said + there else 0.0

    measures: list[tuple[str, Measure]] = [
        ("topic accuracy", topic_accuracy),
        ("intent accuracy", intent_accuracy),
        ("intent macro-F1", macro_f1),
        ("not understood F1", not_understood),
    ]
    if labelled:
        measures.append(("entity F1", _entity_f1))
    return measures


def _entity_f1(rows: Sequence[Row]) -> float:
    pairs = [(set(row.wanted), set(row.found)) for row in rows if row.wanted is not None]
    both = sum(len(wanted) + len(found) for wanted, found in pairs)
    return 2 * sum(len(wanted & found) for wanted, found in pairs) / both if both else 0.0


def _difference(figure: str, pairs: Sequence[tuple[Row, Row]], measure: Measure) -> Difference:
    chance = random.Random(SEED)
    resampled = []
    for _ in range(RESAMPLES):
        # the same messages of both: what is hard for one is hard for the other too
        drawn = chance.choices(pairs, k=len(pairs))
        resampled.append(measure([b for _, b in drawn]) - measure([a for a, _ in drawn]))
    resampled.sort()
    edge = int(RESAMPLES * (1 - SURE) / 2)
    return Difference(
        figure,
        measure([a for a, _ in pairs]),
        measure([b for _, b in pairs]),
        resampled[edge],
        resampled[-1 - edge],
    )


def mcnemar(mended: int, broken: int) -> float:
    """The exact two-sided p-value for that many changes in each direction."""
    changed, fewer = mended + broken, min(mended, broken)
    if not changed:
        return 1.0
    tail = sum(comb(changed, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / int(2**changed))


def summary(result: Result, topics: Mapping[str, str]) -> dict[str, Any]:
    """The figures of each set of a result, for a program."""
    return {name: score(rows, topics).as_json() for name, rows in result.sets.items()}
