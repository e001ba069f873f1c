"""Why somebody is, or is not, to be contacted: every plan, line by line, with what is planned and what came of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from casework.activities.years import academic_year
from casework.clock import LONDON
from casework.followup.anchors import CALENDAR, Occasion
from casework.followup.conditions import Tested, explain
from casework.followup.history import History, Line, Telling, history
from casework.followup.people import Reader
from casework.followup.plan import Plan
from casework.followup.planfile import Book
from casework.followup.planning import HORIZON, NOT_DONE, wanted
from casework.followup.subject import Subject


@dataclass(frozen=True)
class OccasionSeen:
    """One thing that contacts of a plan hang on."""

    key: str
    on: date
    tested: list[Tested]
    """The plan's conditions, for this occasion."""
    due_at: datetime | None
    """When the next contact of it is due; None: there is none."""
    says: str
    """What that means, in words."""

    @property
    def for_them(self) -> bool:
        """Whether every line holds."""
        return all(line.holds for line in self.tested)


@dataclass(frozen=True)
class PlanSeen:
    """One plan, for one young person."""

    plan: Plan
    tested: list[Tested]
    occasions: list[OccasionSeen]

    @property
    def for_them(self) -> bool:
        """Whether it is for them: as they are now, or on a day of the calendar."""
        if self.plan.start.startswith(CALENDAR) and self.occasions:
            return any(one.for_them for one in self.occasions)
        return all(line.holds for line in self.tested)

    @property
    def hangs(self) -> bool:
        """Whether there is anything on record that it hangs on."""
        return bool(self.occasions)

    @property
    def fails(self) -> list[Tested]:
        """The lines that do not hold."""
        lines = self.tested
        if self.plan.start.startswith(CALENDAR) and self.occasions:
            lines = self.occasions[0].tested
        return [line for line in lines if not line.holds]


@dataclass(frozen=True)
class Explained:
    """Everything that there is to say."""

    plans: list[PlanSeen]
    contacts: History
    here: bool
    """Whether they are of the area: nobody else is contacted."""


def explained(session: Session, reader: Reader, person_id: int, now: datetime, telling: Telling) -> Explained:
    """Explain for one young person; reads only. Raises ``LookupError`` when there is none."""
    today = now.astimezone(LONDON).date()
    subject = next(iter(reader.subjects(session, today, ids=[person_id])), None)
    if subject is None:
        raise LookupError(f"no young person {person_id}")
    seen = [plan_for(subject, plan, reader.book, now) for plan in reader.book.plans]
    return Explained(seen, history(session, person_id, telling), subject.here)


def plan_for(subject: Subject, plan: Plan, book: Book, now: datetime) -> PlanSeen:
    """One plan, line by line."""
    who = plan.content.get("who") or {}
    nexts = wanted(subject, replace(book, plans=(plan,)), now)
    occasions = []
    for occasion in plan.occasions(subject, book.calendar):
        tested = explain(who, as_of(subject, plan, occasion.on))
        due = next((one.due_at for one in nexts if one.occasion.partition("#")[0] == occasion.key), None)
        occasions.append(
            OccasionSeen(occasion.key, occasion.on, tested, due, _says(subject, plan, occasion, due, tested))
        )
    return PlanSeen(plan, explain(who, subject), occasions)


def as_of(subject: Subject, plan: Plan, day: date) -> Subject:
    """Somebody as the conditions of a plan see them: for a day of the calendar, as they will be in its school year."""
    if not plan.start.startswith(CALENDAR) or academic_year(day) == academic_year(subject.today):
        return subject
    return replace(subject, today=day)


def _says(subject: Subject, plan: Plan, occasion: Occasion, due: datetime | None, tested: list[Tested]) -> str:
    """Why there is, or is not, a next contact of an occasion."""
    if not subject.here:
        return "They have left the area"
    if not all(line.holds for line in tested):
        return "Not for them"
    rows = [row for row in subject.contacts if row.plan == plan.key and row.occasion.partition("#")[0] == occasion.key]
    if due is not None:
        return "The next contact is due"
    if any(row.stops_plan for row in rows):
        return "They asked for no more of this"
    if any(row.status == "queued" for row in rows):
        return "A message is on its way"
    if any(row.reason == "adviser_skipped" for row in rows):
        return "An adviser took it off"
    if any(row.answered_at is not None for row in rows):
        return "They have answered"
    if any(row.reason == "recently_in_touch" for row in rows):
        return "They had been in touch anyway"
    if any(row.outcome == "handed_over" for row in rows):
        return "An adviser has it in hand"
    if any(row.status == "ended" and row.reason not in NOT_DONE for row in rows):
        return "Every step has been taken"
    span = plan.after or plan.before
    shift = timedelta(days=0 if span is None else span.days if plan.after else -span.days)
    far = occasion.on + shift - subject.today > HORIZON
    return f"More than {HORIZON.days} days ahead, so not put down yet" if far else "Too late to begin"


def as_json(found: Explained) -> dict[str, Any]:
    """The same for a program. No names, numbers or words of anybody are in it."""
    return {
        "here": found.here,
        "plans": [
            {
                "plan": one.plan.key,
                "version": one.plan.version,
                "for_them": one.for_them,
                "conditions": [tested_json(line) for line in one.tested],
                "occasions": [
                    {
                        "key": occasion.key,
                        "on": occasion.on.isoformat(),
                        "for_them": occasion.for_them,
                        "due_at": occasion.due_at.isoformat() if occasion.due_at else None,
                        "says": occasion.says,
                    }
                    for occasion in one.occasions
                ],
            }
            for one in found.plans
        ],
        "coming": [line_json(line) for line in found.contacts.coming],
        "past": [line_json(line) for line in found.contacts.past],
    }


def tested_json(line: Tested) -> dict[str, Any]:
    """One condition for a program."""
    found: dict[str, Any] = {"line": line.line, "holds": line.holds}
    if line.parts:
        return found | {"parts": [tested_json(part) for part in line.parts]}
    return found | {"found": line.found}


def line_json(line: Line) -> dict[str, Any]:
    """One contact for a program."""
    row = line.row
    return {
        "id": row.id,
        "plan": row.plan,
        "version": row.plan_version,
        "occasion": row.occasion,
        "step": row.step,
        "kind": row.kind,
        "status": row.status,
        "due_at": row.due_at.isoformat(),
        "why": row.why,
        "waits_for": row.hold_reason if row.status == "planned" else None,
        "outcome": row.outcome,
        "reason": row.reason,
        "answer": row.answer,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }
