"""Who is held out, so that the service can measure what writing does: by chance, the same again by the same seed."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

One = TypeVar("One")


def chance(seed: str, id_: int) -> bytes:
    """A number of somebody's own that nobody chose: the order in which chance has put them."""
    return hashlib.sha256(f"{seed}:{id_}".encode()).digest()


def assign(
    people: Sequence[One], percent: int, seed: str, *, id_of: Callable[[One], int], group: Callable[[One], str]
) -> tuple[list[One], list[One]]:
    """Whom to write to and whom to hold out, each in an order of chance.

    Everybody has the same chance to be held out. Of all, and of each group, the number is what the percentage makes of
    it, give or take one: within a group people stand in an order of chance, and along the whole line one is taken at
    even distances. ``percent`` is from 0 to 100.
    """
    line = sorted(people, key=lambda one: (group(one), chance(seed, id_of(one))))
    begins = int.from_bytes(hashlib.sha256(f"{seed}:start".encode()).digest()[:8], "big") % 100
    to: list[One] = []
    held: list[One] = []
    for place, one in enumerate(line):
        taken = ((place + 1) * percent + begins) // 100 > (place * percent + begins) // 100
        (held if taken else to).append(one)
    # no group is written to first
    to.sort(key=lambda one: chance(seed, id_of(one)))
    held.sort(key=lambda one: chance(seed, id_of(one)))
    return to, held


def least_visible(written_to: int, held_out: int) -> int | None:
    """About how large a difference must be, in people of a hundred, to stand out from chance; None where one is empty.

    The half width of a 95 % interval where the outcome is as uncertain as can be (half of the people have it).
    """
    if not written_to or not held_out:
        return None
    half: float = 1.96 * (0.25 / written_to + 0.25 / held_out) ** 0.5
    return min(100, round(half * 100))
