"""The whole of what is known of one young person's destinations, out of facts in any order."""

from collections.abc import Iterable
from dataclasses import dataclass

from casework.destinations.applications import Application, applications
from casework.destinations.facts import Fact, told_once
from casework.destinations.plans import Plan, plans, standing
from casework.destinations.stages import NO_OFFER_NEEDED


@dataclass(frozen=True)
class Picture:
    """Plans and applications as they stand."""

    choices: dict[int, Plan]
    """Every choice that was ever named, by number, with its history."""
    applications: tuple[Application, ...]
    """The one that was last spoken of first."""
    not_needed: tuple[Fact, ...]
    """When an adviser said that an offer is not appropriate, earliest first."""

    @property
    def plans(self) -> list[Plan]:
        """The choices that stand, first choice first."""
        return standing(self.choices)

    @property
    def first(self) -> Plan | None:
        """The first choice, or that they are undecided; None: nobody has asked or they have not said."""
        return self.choices.get(1) or next(iter(self.choices.values()), None)

    @property
    def no_offer_needed(self) -> Fact | None:
        """An adviser's last word that an offer is not appropriate."""
        return self.not_needed[-1] if self.not_needed else None

    @property
    def undecided(self) -> bool:
        """Whether they said that they have not made up their mind."""
        return self.first is not None and self.first.undecided

    @property
    def nothing_known(self) -> bool:
        """Whether there is neither a plan nor an application."""
        return not self.choices and not self.applications

    @property
    def open(self) -> tuple[Application, ...]:
        """The applications that may still lead somewhere."""
        return tuple(one for one in self.applications if one.open)

    @property
    def history(self) -> list[Fact]:
        """Everything, earliest first."""
        rows = [fact for plan in self.choices.values() for fact in plan.history]
        rows += [fact for one in self.applications for fact in one.history]
        rows += self.not_needed
        return sorted(rows, key=lambda one: one.order)


def picture(facts: Iterable[Fact]) -> Picture:
    """What these facts show. Pure: any order, and any fact twice, gives the same."""
    rows = told_once(facts)
    not_needed = [fact for fact in rows if fact.stage == NO_OFFER_NEEDED]
    return Picture(
        choices=plans(rows),
        applications=tuple(applications(rows)),
        not_needed=tuple(not_needed),
    )
