"""Figures on understanding, counted from rows. Shares are between 0 and 1; an undefined share is 0."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from onward.nlu_rows import NOT_UNDERSTOOD, OUT_OF_SCOPE, Entity, Row

BINS = 10
"""Rows of the reliability table, each a tenth of confidence."""


@dataclass(frozen=True)
class Score:
    """How well one thing was told from the others. ``support`` is how often it was there."""

    precision: float
    recall: float
    f1: float
    support: int

    @classmethod
    def of(cls, right: int, said: int, there: int) -> "Score":
        """From how often it was said rightly, said at all, and there."""
        return cls(_share(right, said), _share(right, there), _share(2 * right, said + there), there)


@dataclass(frozen=True)
class Bin:
    """Messages whose confidence lay between ``low`` and ``high``: how sure on average, and how often right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Scores:
    """All figures of a set of rows."""

    messages: int
    topic_accuracy: float
    intent_accuracy: float
    intent_macro_f1: float
    not_understood: Score
    """Out of scope as what was there; "not understood" and "out of scope" alike as what was said."""
    entities: Score | None
    """All types together; None where no row has its entities labelled."""
    calibration_error: float
    """Expected calibration error: the mean distance between confidence and accuracy, by tenths of confidence."""
    topics: dict[str, Score]
    intents: dict[str, Score]
    entity_types: dict[str, Score]
    reliability: tuple[Bin, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded to four places."""
        plain: dict[str, Any] = _rounded(asdict(self))
        return plain


def score(rows: Sequence[Row], topics: Mapping[str, str]) -> Scores:
    """Count everything. ``topics`` names the topic of each intent."""
    topic = topic_of(topics)
    intents = _by_class([(row.intent, row.said) for row in rows])
    real = [row for row in rows if row.intent == OUT_OF_SCOPE]
    said = [row for row in rows if row.said in NOT_UNDERSTOOD]
    labelled = [row for row in rows if row.wanted is not None]
    reliability = _reliability(rows)
    return Scores(
        messages=len(rows),
        topic_accuracy=_share(sum(topic(row.intent) == topic(row.said) for row in rows), len(rows)),
        intent_accuracy=_share(sum(row.intent == row.said for row in rows), len(rows)),
        intent_macro_f1=macro_f1(rows),
        not_understood=Score.of(sum(row.intent == OUT_OF_SCOPE for row in said), len(said), len(real)),
        entities=_entity_score(labelled, None) if labelled else None,
        calibration_error=sum(b.count * abs(b.confidence - b.accuracy) for b in reliability) / max(1, len(rows)),
        topics=_by_class([(topic(row.intent), topic(row.said)) for row in rows]),
        intents=intents,
        entity_types={kind: _entity_score(labelled, kind) for kind in _kinds(labelled)},
        reliability=reliability,
    )


def topic_of(topics: Mapping[str, str]) -> Callable[[str], str]:
    """A function from intent to topic; one that has none is out of scope."""
    return lambda intent: topics.get(intent, OUT_OF_SCOPE)


def macro_f1(rows: Sequence[Row]) -> float:
    """The mean F1 of the intents that are there."""
    there, said, right = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        there[row.intent] += 1
        said[row.said] += 1
        right[row.intent] += row.intent == row.said
    return sum(2 * right[name] / (there[name] + said[name]) for name in there) / max(1, len(there))


def confusions(rows: Iterable[Row], key: Callable[[str], str] = str) -> Counter[tuple[str, str]]:
    """How often what was there was taken for something else, most often first by ``most_common``."""
    pairs = ((key(row.intent), key(row.said)) for row in rows)
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def worst(rows: Iterable[Row], count: int) -> list[Row]:
    """The wrong answers that were surest of themselves."""
    wrong = [row for row in rows if row.said != row.intent]
    return sorted(wrong, key=lambda row: (-row.confidence, row.text))[:count]


def _by_class(pairs: Sequence[tuple[str, str]]) -> dict[str, Score]:
    there, said = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    right = Counter(a for a, b in pairs if a == b)
    return {name: Score.of(right[name], said[name], there[name]) for name in sorted(there | said)}


def _entity_score(rows: Sequence[Row], kind: str | None) -> Score:
    right = said = there = 0
    for row in rows:
        # once for each value, as they are labelled
        wanted, found = (_of_kind(entities, kind) for entities in (row.wanted or (), row.found))
        right += len(wanted & found)
        said += len(found)
        there += len(wanted)
    return Score.of(right, said, there)


def _of_kind(entities: Iterable[Entity], kind: str | None) -> set[Entity]:
    return {entity for entity in entities if kind in (None, entity.type)}


def _kinds(rows: Iterable[Row]) -> list[str]:
    return sorted({entity.type for row in rows for entity in (*(row.wanted or ()), *row.found)})


def _reliability(rows: Sequence[Row]) -> tuple[Bin, ...]:
    bins = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        inside = [row for row in rows if low <= row.confidence < high or (number == BINS - 1 and row.confidence >= 1)]
        if inside:
            sure = sum(row.confidence for row in inside) / len(inside)
            right = sum(row.ranking[0][0] == row.intent for row in inside if row.ranking) / len(inside)
            bins.append(Bin(low, high, len(inside), sure, right))
    return tuple(bins)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value
