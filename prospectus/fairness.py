"""An order among equals that favours nobody."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def fair(
    equals: Sequence[T], rotation: int, most: int, provider: Callable[[T], str], route: Callable[[T], str]
) -> list[T]:
    """The first ``most`` of ``equals``, taking turns.

    Providers take turns at the first place, each as often as any other however many courses it has: over as many
    consecutive ``rotation`` values as there are providers, each is first once. After it, the route shown least so
    far comes next, and of that route the provider shown least so far. The same arguments answer the same order.
    """
    courses: dict[str, list[T]] = {}
    for item in equals:
        courses.setdefault(provider(item), []).append(item)
    names = sorted(courses)
    turn, first = divmod(rotation, len(names)) if names else (0, 0)
    names = names[first:] + names[:first]
    queues: dict[tuple[int, str], list[T]] = {}
    for place, name in enumerate(names):
        own = courses[name]
        shift = turn % len(own)
        # reversed, so that the next one is taken from the end
        for item in reversed(own[shift:] + own[:shift]):
            queues.setdefault((place, route(item)), []).append(item)
    # what the first course of the rotation is decides which route is first, not the alphabet
    lead = courses[names[0]][turn % len(courses[names[0]])] if names else None
    shown_route: Counter[str] = Counter()
    shown_provider: Counter[int] = Counter()
    chosen: list[T] = []
    while queues and len(chosen) < most:
        if not chosen and lead is not None:
            key = (0, route(lead))
        else:
            key = min(queues, key=lambda k: (shown_route[k[1]], shown_provider[k[0]], k[0], k[1]))
        chosen.append(queues[key].pop())
        if not queues[key]:
            del queues[key]
        shown_provider[key[0]] += 1
        shown_route[key[1]] += 1
    return chosen
