"""The register that a school keeps of its Year 11: plans, applications, offers, and those of whom nothing is known."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col

from casework.destinations.people import Known, here, in_year, known
from casework.destinations.picture import Picture
from casework.destinations.plans import Plan
from casework.destinations.stages import LADDER
from casework.tables import School, YoungPerson

STANDINGS = (
    "started", "enrolled", "accepted", "offered", "interview", "applied",
    "nothing_open", "intended", "undecided", "nothing_known",
)  # fmt: skip
"""How far somebody has come, the furthest first. nothing_open: they applied, and no application is open any more."""


def standing_of(picture: Picture) -> str:
    """The furthest that any open application has come; else what is known of their plans."""
    reached = [one.stage if one.stage in LADDER else one.reached for one in picture.open]
    ladder = [stage for stage in reached if stage is not None]
    if ladder:
        return max(ladder, key=LADDER.index)
    if picture.applications:
        return "nothing_open"
    if picture.nothing_known:
        return "nothing_known"
    return "undecided" if picture.undecided else "intended"


@dataclass(frozen=True)
class Row:
    """One pupil of the register."""

    known: Known

    @property
    def person(self) -> YoungPerson:
        """Who it is."""
        return self.known.person

    @property
    def school(self) -> School | None:
        """Their school, where the record has one."""
        return self.known.school

    @property
    def standing(self) -> str:
        """One of ``STANDINGS``."""
        return standing_of(self.known.picture)

    @property
    def plan(self) -> Plan | None:
        """Their first choice (or that they are undecided)."""
        return self.known.picture.first

    @property
    def second(self) -> Plan | None:
        """Their second choice, where it stands."""
        return next((plan for plan in self.known.picture.plans if plan.choice == 2), None)

    @property
    def applied(self) -> int:
        """How many applications are open."""
        return len(self.known.picture.open)

    @property
    def offers(self) -> int:
        """How many places they hold an offer of, answered or not."""
        return sum(one.place for one in self.known.picture.applications)

    @property
    def last_contact(self) -> datetime | None:
        """When they last wrote."""
        return self.known.last_contact

    def interview_after(self, now: datetime) -> datetime | None:
        """Their next interview."""
        coming = [one.interview_at for one in self.known.picture.open if one.interview_at and one.interview_at >= now]
        return min(coming, default=None)


def register(
    session: Session,
    on: date,
    *,
    year: int = 11,
    school_id: int | None = None,
    where: ColumnElement[bool] | None = None,
) -> list[Row]:
    """Everybody of a school year on a day, by name; of one school, where ``school_id`` names it."""
    conditions = [in_year(year, on), here(on)]
    if school_id is not None:
        conditions.append(col(YoungPerson.school_id) == school_id)
    if where is not None:
        conditions.append(where)
    return [Row(one) for one in known(session, *conditions)]
