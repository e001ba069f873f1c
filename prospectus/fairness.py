"""An order among equals that favours nobody."""

from collections import Counter
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[Any]
Chosen = Callable[[Whole], Whole]
"""Answers something for some places of an array: what is asked for few of many need not be there for all."""


def fair(providers: Whole, routes: Whole, rank: Chosen, rotation: int, most: int) -> list[int]:
    """Which of some equals come first, taking turns: up to ``most`` of their places in the arrays.

    ``providers`` and ``routes`` say whose each is and which way of learning, as small numbers; ``rank`` is the order
    within a provider. Providers take turns at the first place, each as often as any other however many courses it
    has: over as many consecutive ``rotation`` values as there are providers, each is first once. After it, the route
    shown least so far comes next, and of that route the provider shown least so far. The same arguments answer the
    same order, and a smaller ``most`` answers the beginning of it.
    """
    if not len(providers) or most < 1:
        return []
    ways = int(routes.max()) + 1
    lanes = np.bincount(providers * ways + routes, minlength=(int(providers.max()) + 1) * ways).reshape(-1, ways) > 0
    names = np.flatnonzero(lanes.any(axis=1))
    turn, first = divmod(rotation, len(names))
    names = np.concatenate((names[first:], names[:first]))
    return _Table(providers, routes, rank, names, lanes[names], turn, most).serve()


class _Table:
    """Providers by their place in the rotation, and what each still has to show."""

    def __init__(
        self, providers: Whole, routes: Whole, rank: Chosen, names: Whole, has: Whole, turn: int, most: int
    ) -> None:
        """``names``: the provider at each place of the rotation. ``has``: whether it has something of each route."""
        self._providers, self._names = providers, names
        self._routes, self._rank, self._turn, self._most = routes, rank, turn, most
        self._queues: dict[int, dict[int, list[int]]] = {}
        self._shown: Counter[int] = Counter()
        # of each route: those not shown yet, in the order of the rotation, and those shown before
        self._fresh: dict[int, Iterator[int]] = {
            int(route): iter(np.flatnonzero(has[:, route]).tolist()) for route in np.flatnonzero(has.any(axis=0))
        }
        self._again: dict[int, list[tuple[int, int]]] = {route: [] for route in self._fresh}
        self._next: dict[int, int | None] = {route: next(places) for route, places in self._fresh.items()}

    def serve(self) -> list[int]:
        shown: Counter[int] = Counter()
        chosen: list[int] = []
        lead = self._lead()
        while len(chosen) < self._most:
            best = (0, 0, 0, lead) if not chosen else self._best(shown)
            if best is None:
                break
            _, _, place, route = best
            chosen.append(self._take(place, route))
            shown[route] += 1
        return chosen

    def _lead(self) -> int:
        """The route of the first course of the rotation: it decides which route is first, not the alphabet."""
        own = self._own(0)
        return min(own, key=lambda route: own[route][-1] != self._first)

    def _own(self, place: int) -> dict[int, list[int]]:
        """What a provider still has of each route; the next one is the last of its list."""
        queues = self._queues.get(place)
        if queues is None:
            own = np.flatnonzero(self._providers == self._names[place])
            own = own[np.argsort(self._rank(own), kind="stable")]
            begin = self._turn % len(own)
            own = np.concatenate((own[begin:], own[:begin]))
            if place == 0:
                self._first = int(own[0])
            queues = self._queues[place] = {}
            routes = self._routes[own]
            for route in np.flatnonzero(np.bincount(routes)).tolist():
                # no more of them can come to be shown
                queues[route] = own.compress(routes == route)[: self._most][::-1].tolist()
        return queues

    def _best(self, shown: Counter[int]) -> tuple[int, int, int, int] | None:
        found = [(shown[route], *best, route) for route in self._fresh if (best := self._least(route)) is not None]
        return min(found, default=None)

    def _least(self, route: int) -> tuple[int, int] | None:
        """Of those that have something of this route: how often the least shown one was shown, and its place."""
        while (place := self._next[route]) is not None:
            if not self._shown[place]:
                return 0, place
            if self._own(place).get(route):
                heappush(self._again[route], (self._shown[place], place))
            self._next[route] = next(self._fresh[route], None)
        again = self._again[route]
        while again:
            count, place = again[0]
            if not self._own(place).get(route):
                heappop(again)
            elif count != self._shown[place]:
                # it was shown since, by another route
                heappop(again)
                heappush(again, (self._shown[place], place))
            else:
                return count, place
        return None

    def _take(self, place: int, route: int) -> int:
        self._shown[place] += 1
        return self._own(place)[route].pop()
