"""What somebody means to do: first choice, second choice, undecided, and what they meant before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from casework.destinations.facts import Fact, told_once
from casework.destinations.stages import PLAN

_TARGET = ("route", "provider_ref", "course_ref", "subject", "occupation")
_ABOUT_IT = ("level", "grades", "sure", "help_wanted")


@dataclass(frozen=True)
class Plan:
    """One choice as it stands, with everything that was said of it, earliest first."""

    choice: int
    now: Fact
    """What was said last, together with what was said of the same plan before and nobody took back."""
    history: tuple[Fact, ...]

    @property
    def undecided(self) -> bool:
        """Whether they said that they have not made up their mind: an answer like any other."""
        return self.now.undecided


def plans(facts: Iterable[Fact]) -> dict[int, Plan]:
    """Every choice that was ever named, by its number. Facts in any order; those of applications are left alone."""
    told: dict[int, list[Fact]] = {}
    for fact in told_once(facts):
        if fact.stage == PLAN:
            told.setdefault(fact.choice, []).append(fact)
    return {choice: Plan(choice, _merged(rows), tuple(rows)) for choice, rows in sorted(told.items())}


def standing(found: dict[int, Plan]) -> list[Plan]:
    """The choices that stand, first choice first.

    Whoever says that they are undecided has taken back a second choice named before; a later one stands again.
    """
    first = found.get(1)
    if first is None or not first.undecided:
        return list(found.values())
    return [plan for plan in found.values() if plan is first or plan.now.order > first.now.order]


def _merged(rows: Sequence[Fact]) -> Fact:
    """The last row, with what earlier ones add: "level 3, not 2" changes the level and leaves the plan."""
    now = rows[-1]
    if now.undecided:
        return now
    for earlier in reversed(rows[:-1]):
        if earlier.undecided or not _same_plan(now, earlier):
            break
        missing = {name: getattr(earlier, name) for name in (*_TARGET, *_ABOUT_IT) if getattr(now, name) is None}
        now = replace(now, **missing)
    return now


def _same_plan(one: Fact, other: Fact) -> bool:
    """Whether ``one`` may be said of the plan ``other``, which came before it."""
    if one.occupation and not one.subject and other.subject and not other.occupation:
        # a job or "university" in their own words is not the subject of before
        return False
    return all(
        getattr(one, name) is None or getattr(other, name) is None or getattr(one, name) == getattr(other, name)
        for name in _TARGET
    )
