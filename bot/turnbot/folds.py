"""Examples in parts that have every intent in like shares, the same for the same seed. Pure Python."""

import random
from typing import Iterator, List, Sequence, Tuple


def folds(labels: Sequence[str], parts: int, seed: int) -> Iterator[Tuple[List[int], List[int]]]:
    """Places to learn from and places held back, for each part in turn; every place is held back once."""
    chance = random.Random(seed)
    part_of = [0] * len(labels)
    dealt = 0
    for label in sorted(set(labels)):
        places = [i for i, one in enumerate(labels) if one == label]
        chance.shuffle(places)
        for place in places:
            # dealt like cards, going on where the last intent ended: parts come out equally large
            part_of[place] = dealt % parts
            dealt += 1
    for part in range(parts):
        yield (
            [i for i, one in enumerate(part_of) if one != part],
            [i for i, one in enumerate(part_of) if one == part],
        )
