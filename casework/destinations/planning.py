"""Intended destinations as counts, for those who plan provision. No count can be traced to a person."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from casework.destinations.register import Row

SMALL = 5
"""A count below this is not given: in a small group everybody knows who it is."""

NOT_SAID = "not_said"


@dataclass(frozen=True)
class Counts:
    """First choices, counted."""

    total: int
    planned: int
    """Those with a first choice."""
    undecided: int
    nothing_known: int
    by_route: dict[str, int]
    by_sector: dict[str, int]
    by_level: dict[str, int]


def counts(rows: Iterable[Row], sector_of: Callable[[str], str | None]) -> Counts:
    """First choices by route, sector and level. ``sector_of`` names the sector of a subject."""
    routes: Counter[str] = Counter()
    sectors: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    total = planned = undecided = nothing = 0
    for row in rows:
        total += 1
        plan = row.plan
        if plan is None:
            # whoever has applied without telling a plan is known of, and has no first choice
            nothing += row.known.picture.nothing_known
            continue
        if plan.undecided:
            undecided += 1
            continue
        planned += 1
        routes[plan.now.route or NOT_SAID] += 1
        levels[plan.now.level or NOT_SAID] += 1
        sectors[(sector_of(plan.now.subject) if plan.now.subject else None) or NOT_SAID] += 1
    return Counts(total, planned, undecided, nothing, dict(routes), dict(sectors), dict(levels))


def shown(count: int) -> str:
    """A count as it may be shown on its own."""
    return str(count) if count == 0 or count >= SMALL else f"fewer than {SMALL}"


def masked(table: dict[str, int]) -> dict[str, str]:
    """The counts of one table as they may be shown beside their total, the largest first.

    Where one alone is too small, the smallest of the others is kept back too: else the total would give it away.
    """
    ordered = sorted(table.items(), key=lambda item: (-item[1], item[0]))
    found = {name: shown(count) for name, count in ordered}
    hidden = [name for name, count in ordered if 0 < count < SMALL]
    rest = [name for name, count in ordered if count >= SMALL]
    if len(hidden) == 1 and rest:
        found[rest[-1]] = "not shown"
    return found
