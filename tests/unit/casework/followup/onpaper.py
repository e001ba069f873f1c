"""Young people for tests of plans, without a database: what is recorded of them, read as plans read it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from casework.activities.currency import Currency
from casework.activities.known import position_of
from casework.activities.timeline import Codebook, Fact
from casework.activities.timeline import Who as Ages
from casework.destinations.applications import applications
from casework.destinations.facts import Fact as Destination
from casework.destinations.picture import Picture
from casework.destinations.plans import plans
from casework.followup.need import Need
from casework.followup.plan import Plan
from casework.followup.planfile import Book
from casework.followup.subject import Subject, Who
from casework.nccis import Nccis

DATA = Path(__file__).resolve().parents[4] / "data"
TODAY = date(2026, 11, 30)


@dataclass
class OnPaper:
    """What is recorded of somebody. Activities are (code, recorded and verified on, planned end)."""

    born: date = date(2009, 12, 10)
    activities: list[tuple[str, date, date | None]] = field(default_factory=list)
    destinations: list[tuple[str, date, dict[str, object]]] = field(default_factory=list)
    characteristics: list[str] = field(default_factory=list)
    agreed: date | None = None

    def subject(self, today: date = TODAY) -> Subject:
        """The same as plans see it."""
        facts = [
            Fact(id=n, code=code, start=on, end=end, verified_on=on, review_on=None, expires_on=None, recorded_on=on,
                 source="adviser", provider_ref="coast")
            for n, (code, on, end) in enumerate(self.activities, 1)
        ]  # fmt: skip
        told = [
            Destination(stage=stage, source="young_person", recorded_at=datetime.combine(on, time(10), UTC), **more)  # type: ignore[arg-type]
            for stage, on, more in self.destinations
        ]
        book = Codebook(Nccis.load(DATA), Currency.load(DATA))
        return Subject(
            who=Who(1, self.born, None, "england", "en", False, self.characteristics, "+447700900001", 1, None, None),
            today=today,
            position=position_of(book, 1, Ages(self.born), facts, today),
            activities=facts,
            picture=Picture(plans(told), tuple(applications(told)), ()),
            money={},
            contacts=[],
            last_inbound=None,
            web_chat=False,
            need_rules=Need.load(DATA),
            agreed={facts[-1].id: self.agreed} if self.agreed and facts else {},
        )


def dues(plan: Plan, subject: Subject, book: Book) -> list[date]:
    """The days on which a plan's first contacts with somebody fall; none where it is not for them."""
    if not plan.who(subject):
        return []
    found = []
    for occasion in plan.occasions(subject, book.calendar):
        if plan.before is not None:
            found.append(plan.before.day_before(occasion.on, subject.nation))
        elif plan.after is not None:
            found.append(plan.after.day_after(occasion.on, subject.nation))
        else:
            found.append(occasion.on)
    return [day for day in found if day >= subject.today - timedelta(days=21)]
