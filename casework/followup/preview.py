"""What would go on a day: from what is planned, and from the plans of whoever would be looked at by then.

Nothing is sent and nothing is changed. It is worked out from the record as it stands: every answer until then, and
everything that is recorded, changes it. Whether something may go is decided when it is due; here it is said how that
would stand now.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Table, literal_column, or_, select
from sqlmodel import Session

from casework.clock import LONDON
from casework.followup.faces import Face, faces
from casework.followup.people import CHUNK, Reader
from casework.followup.planning import wanted
from casework.followup.replan import BY_HAND
from casework.followup.subject import Contact, Subject
from casework.hours import SendingPolicy
from casework.sending import decide
from casework.tables import FollowUp, Outlook, YoungPerson

GOES, TASK, CLOSES = "goes", "task", "closes"
"""What would become of a contact, beside the reasons for which it would not go or would wait."""

_f: Table = FollowUp.__table__  # type: ignore[attr-defined]
_o: Table = Outlook.__table__  # type: ignore[attr-defined]
_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]
HELD_FOR = timedelta(days=6)
"""The longest run of days on which nothing is started: over Christmas, with a weekend beside it."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_PLANNED = _f.c.status == literal_column("'planned'")


@dataclass(frozen=True)
class Would:
    """One contact of the day."""

    person_id: int
    plan: str
    kind: str
    asks: str | None
    due_at: datetime
    why: str
    rules: dict[str, Any]
    planned: bool
    """Whether it is put down already; if not, it would be by then."""
    early: bool = False
    """Whether it is due before the day: it counts only where it is held until then."""
    becomes: str = GOES


@dataclass
class OfPlan:
    """One plan's contacts of the day."""

    plan: str
    importance: int
    total: int = 0
    planned: int = 0
    becomes: Counter[str] = field(default_factory=Counter)
    people: list[tuple[str, Would]] = field(default_factory=list)
    """The first few, with their refs."""


@dataclass
class Preview:
    """The whole day."""

    on: date
    plans: dict[str, OfPlan] = field(default_factory=dict)
    people: int = 0
    """How many young people something is planned for."""
    not_any_more: int = 0
    """Contacts that are put down for the day and would be taken off before it, as things stand."""

    @property
    def total(self) -> int:
        """All contacts."""
        return sum(one.total for one in self.plans.values())

    @property
    def in_order(self) -> list[OfPlan]:
        """The plans, the most important first."""
        return sorted(self.plans.values(), key=lambda one: (one.importance, one.plan))

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "on": self.on.isoformat(),
            "total": self.total,
            "people": self.people,
            "not_any_more": self.not_any_more,
            "plans": [
                {
                    "plan": one.plan,
                    "importance": one.importance,
                    "total": one.total,
                    "planned": one.planned,
                    "becomes": dict(sorted(one.becomes.items())),
                    "people": [
                        {
                            "ref": ref,
                            "kind": would.kind,
                            "asks": would.asks,
                            "due_at": would.due_at.isoformat(),
                            "why": would.why,
                            "planned": would.planned,
                            "becomes": would.becomes,
                        }
                        for ref, would in one.people
                    ],
                }
                for one in self.in_order
            ],
        }


def preview(
    session: Session, reader: Reader, on: date, now: datetime, *, most: int = 10, policy: SendingPolicy | None = None
) -> Preview:
    """Work a day out. ``most``: people named for each plan. Raises ``ValueError`` for a day that has passed.

    For today, what is overdue counts too.
    """
    today = now.astimezone(LONDON).date()
    if on < today:
        raise ValueError("that day has passed")
    found = Preview(on)
    importance = {plan.key: plan.importance for plan in reader.book.plans}
    for ids in _chunks(_concerned(session, reader, on, today)):
        refs = {row.id: row.ref for row in session.execute(select(_p.c.id, _p.c.ref).where(_p.c.id.in_(ids)))}
        would = list(_of_chunk(session, reader, ids, on, now, found))
        stood = faces(session, sorted({one.person_id for one in would}), now, policy or SendingPolicy(), lock=False)
        concerned = set()
        for one in would:
            becomes, until = _becomes(one, stood[one.person_id], reader, now, policy or SendingPolicy())
            if one.early:
                if until is None or until.astimezone(LONDON).date() != on:
                    continue
                becomes = GOES
            concerned.add(one.person_id)
            key = "campaign" if one.plan.startswith("campaign:") else one.plan
            of = found.plans.setdefault(key, OfPlan(key, importance.get(key, 3)))
            of.total += 1
            of.planned += one.planned
            of.becomes[becomes] += 1
            if len(of.people) < most:
                of.people.append((refs[one.person_id], replace(one, becomes=becomes)))
        found.people += len(concerned)
    return found


def _concerned(session: Session, reader: Reader, on: date, today: date) -> list[int]:
    """Whoever has something down for the day, or whose plans are read by then."""
    first, last = _held_from(on, today), _midnight(on + timedelta(days=1))
    down = select(_f.c.young_person_id).where(_PLANNED, _f.c.due_at >= first, _f.c.due_at < last)
    settled = select(_o.c.young_person_id).where(_o.c.look_on > on, _o.c.book == reader.book.digest[:16])
    query = select(_p.c.id).where(or_(_p.c.id.in_(down), _p.c.id.not_in(settled))).order_by(_p.c.id)
    return list(session.execute(query).scalars())


def _of_chunk(
    session: Session, reader: Reader, ids: list[int], on: date, now: datetime, found: Preview
) -> Iterator[Would]:
    today = now.astimezone(LONDON).date()
    first, last = _span(on, today)
    versions = reader.book.versions
    looked = select(_o.c.young_person_id, _o.c.look_on).where(
        _o.c.young_person_id.in_(ids), _o.c.book == reader.book.digest[:16]
    )
    looks: dict[int, date] = {row[0]: row[1] for row in session.execute(looked)}
    held = _held_from(on, today)
    query = select(FollowUp).where(_f.c.young_person_id.in_(ids), _PLANNED, _f.c.due_at >= held, _f.c.due_at < last)
    rows: dict[int, list[FollowUp]] = {}
    for row in session.execute(query.order_by(_f.c.due_at, _f.c.id)).scalars():
        rows.setdefault(row.young_person_id, []).append(row)
    read = [id_ for id_ in ids if looks.get(id_, today) <= on]
    by_then = {subject.who.id: subject for subject in reader.subjects(session, on, ids=read)} if read else {}
    for id_ in ids:
        subject = by_then.get(id_)
        should = {} if subject is None else {one.key: one for one in wanted(subject, reader.book, max(first, now))}
        for row in rows.get(id_, []):
            by_plan = not row.plan.startswith(BY_HAND)
            key = (row.plan, row.occasion, row.step)
            if by_plan and (versions.get(row.plan) != row.plan_version or (subject is not None and key not in should)):
                found.not_any_more += row.due_at >= first
                continue
            should.pop(key, None)
            early = row.due_at < first
            yield Would(id_, row.plan, row.kind, row.asks, row.due_at, row.why, row.rules or {}, True, early)
        # what is down for another day, or waits, is not counted here a second time
        down = {(row.plan, row.occasion, row.step) for row in _standing(subject)}
        # looked at on the very day: what became due in the meantime goes then
        late = looks.get(id_, today) == on
        for one in should.values():
            if one.key not in down and one.due_at < last and (late or one.due_at >= first):
                yield Would(id_, one.plan.key, one.what.kind, one.what.asks, one.due_at, one.why, one.plan.rules, False)


def _standing(subject: Subject | None) -> list[Contact]:
    return [row for row in subject.contacts if row.status == "planned"] if subject else []


def _becomes(
    one: Would, face: Face, reader: Reader, now: datetime, policy: SendingPolicy
) -> tuple[str, datetime | None]:
    """What would become of it when it is due, as far as that can be known now; and until when it would be held."""
    if one.kind != "text":
        return (CLOSES if one.kind == "close" else TASK), None
    at = max(one.due_at, now)
    if face.channel(now) is None:
        return face.unreachable(), None
    days = one.rules.get("in_touch_days")
    if days is not None and face.last_inbound is not None and face.last_inbound > at - timedelta(days=int(days)):
        return "recently_in_touch", None
    decision = decide("prompt", face.known(at, one.rules, None), at, policy, reader.book.calendar)
    if decision.action == "send":
        return GOES, None
    return decision.reason, decision.until


def _span(on: date, today: date) -> tuple[datetime, datetime]:
    """The moments between which a contact is the day's; all that is overdue is today's."""
    first = _LONG_AGO if on == today else _midnight(on)
    return first, _midnight(on + timedelta(days=1))


def _held_from(on: date, today: date) -> datetime:
    """From when on a contact may be due that is held until the day."""
    return _LONG_AGO if on - today <= HELD_FOR else _midnight(on) - HELD_FOR


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])
