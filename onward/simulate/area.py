"""The whole area: its parts side by side on every core, put together into one result."""

import hashlib
import logging
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from multiprocessing.managers import DictProxy
from pathlib import Path
from typing import Any

from onward.simulate.shard import Result, Setup, run

PART = 5_000
"""Young people of one part at most. How an area is cut depends on its size alone, so its result does not on cores."""


@dataclass
class Area:
    """What the simulated time came to."""

    people: int
    first: date
    last: date
    seed: str
    contacts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    log: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    tasks: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    crashes: int = 0
    became_neet: int = 0

    @property
    def digest(self) -> str:
        """The same for the same result: who was contacted when, why, and what came of it."""
        lines = "\n".join("\t".join(line) for line in self.log)
        return hashlib.sha256(lines.encode()).hexdigest()[:16]

    def add(self, part: Result) -> None:
        """Put one part's result to the others."""
        self.contacts += part.contacts
        self.log += part.log
        self.tasks += part.tasks
        self.texts += part.texts
        self.broken += part.broken
        self.answers += part.answers
        self.crashes += part.crashes
        self.became_neet += part.became_neet


def simulate(
    people: int,
    first: date,
    last: date,
    seed: str,
    data_dir: Path,
    *,
    faults: bool = True,
    progress: Callable[[float], None] | None = None,
) -> Area:
    """Live through the time with so many young people. ``progress`` is told the share that is done, 0 to 1."""
    area = Area(people, first, last, seed)
    setups = [
        Setup(number, size, first, last, seed, data_dir, faults, offset)
        for number, (size, offset) in enumerate(_parts(people), 1)
    ]
    if len(setups) == 1:
        days = (last - first).days + 1
        one = run(setups[0], (lambda day: progress(((day - first).days + 1) / days)) if progress else None)
        area.add(one)
        return area
    context = get_context("spawn")
    with context.Manager() as manager:
        seen: DictProxy[int, Any] = manager.dict()
        with ProcessPoolExecutor(min(len(setups), os.cpu_count() or 1), mp_context=context) as pool:
            waiting = {pool.submit(_part, setup, seen): setup for setup in setups}
            results: dict[int, Result] = {}
            while waiting:
                for done in _some(waiting):
                    results[waiting.pop(done).number] = done.result()
                if progress:
                    progress(sum(seen.values()) / len(setups))
    for number in sorted(results):
        area.add(results[number])
    area.log.sort()
    return area


def _parts(people: int) -> list[tuple[int, int]]:
    count = max(1, -(-people // PART))
    sizes = [people // count + (number < people % count) for number in range(count)]
    offsets = [sum(sizes[:number]) for number in range(count)]
    return list(zip(sizes, offsets, strict=True))


def _some(waiting: dict[Any, Setup]) -> list[Any]:
    try:
        return [next(as_completed(waiting, timeout=1))]
    except TimeoutError:
        return []


def _part(setup: Setup, seen: "DictProxy[int, Any]") -> Result:
    days = (setup.last - setup.first).days + 1
    # lost answers and refused numbers are part of it, and counted
    logging.getLogger("channels").setLevel(logging.CRITICAL)

    def progress(day: date) -> None:
        seen[setup.number] = ((day - setup.first).days + 1) / days

    return run(setup, progress)
