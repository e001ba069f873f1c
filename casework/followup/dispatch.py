"""Taking what is due: each planned contact becomes a message in the outbox, a task for an adviser, or an outcome.

A claim, all that is decided and all that is written are one transaction: whatever is killed, a contact happened whole
or not at all, and happens once. On PostgreSQL any number of dispatchers work side by side; each skips what others hold.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, Table, bindparam, exists, func, literal_column, or_, select
from sqlmodel import Session, col

from casework.db import reading, writing
from casework.delivery import OPEN
from casework.followup.desk import Desk, Naming
from casework.followup.hook import planned_for
from casework.followup.people import Reader
from casework.followup.planfile import Book
from casework.followup.replan import BY_HAND, replan
from casework.followup.versions import superseded
from casework.hours import SendingPolicy
from casework.tables import Campaign, FollowUp, Message, YoungPerson
from casework.tables.base import UTCDateTime
from casework.voice import Voice

BANDS = range(10)
"""Every importance, the first one first: each is asked for by itself, so that a claim reads only what it takes."""

_f: Table = FollowUp.__table__  # type: ignore[attr-defined]
_m: Table = Message.__table__  # type: ignore[attr-defined]
_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]
_k: Table = Campaign.__table__  # type: ignore[attr-defined]

# written out, not bound: a database uses a partial index only where it can read the index's own condition
_PLANNED = _f.c.status == literal_column("'planned'")
_DUE = (
    select(FollowUp)
    .join(_p, _p.c.id == _f.c.young_person_id)
    .where(
        _PLANNED,
        _f.c.importance == bindparam("band"),
        _f.c.due_at <= bindparam("now", type_=UTCDateTime()),
        or_(_f.c.campaign_id.is_(None), _f.c.campaign_id.in_(bindparam("running", expanding=True))),
        _f.c.plan.not_in(bindparam("not_ours", expanding=True)),
    )
    .order_by(_f.c.due_at)
    .limit(bindparam("most"))
    # the person too: two contacts of one person are never decided side by side
    .with_for_update(of=[_f, _p], skip_locked=True, key_share=True)
)
# one question for all bands, each of which the index answers by itself
_ANY_DUE = select(
    or_(
        *(
            exists().where(_PLANNED, _f.c.importance == band, _f.c.due_at <= bindparam("now", type_=UTCDateTime()))
            for band in BANDS
        )
    )
)
_OPEN_PROMPTS = select(func.count()).select_from(
    select(_m.c.id)
    .where(
        _m.c.direction == literal_column("'out'"),
        _m.c.status.in_([literal_column(f"'{status}'") for status in OPEN]),
        _m.c.priority >= 10,
    )
    .limit(bindparam("most"))
    .subquery()
)


@dataclass(frozen=True)
class Limits:
    """How much is done at a time."""

    outbox: int = 2_000
    """Prompts that may wait in the outbox at once: with more, dispatching pauses until some have gone."""
    chunk: int = 200
    """Contacts in one transaction: replies wait no longer than one of these takes."""


@dataclass(frozen=True)
class Dispatcher:
    """Dispatches for one database. It keeps nothing: any number of these may run, in any number of processes."""

    engine: Engine
    reader: Callable[[], Reader]
    voice: Voice
    naming: Naming
    policy: SendingPolicy = field(default_factory=SendingPolicy)
    limits: Limits = Limits()
    service: str = "Onward"

    def run(self, now: datetime, *, most: int | None = None) -> Counter[str]:
        """Take what is due by ``now``, at most ``most``; answers how many contacts ended or waited how."""
        done: Counter[str] = Counter()
        reader = self.reader()
        with reading(self.engine) as session:
            if not any_due(session, now):
                return done
        not_ours = superseded(self.engine, reader.book)
        room, counted = 0, -1
        while most is None or done.total() < most:
            # counted again after each tenth of what may wait: others fill the outbox too
            if counted < 0 or done["queued"] - counted >= self.limits.outbox // 10:
                room, counted = self._room(), done["queued"]
            left = min(self.limits.chunk, room - (done["queued"] - counted))
            left = left if most is None else min(left, most - done.total())
            found = self._chunk(reader, now, left, not_ours) if left > 0 else Counter()
            if not found:
                break
            done += found
        return done

    def _room(self) -> int:
        """How many prompts the outbox can take."""
        with reading(self.engine) as session:
            waiting = session.execute(_OPEN_PROMPTS, {"most": self.limits.outbox}).scalar_one()
        return int(self.limits.outbox - waiting)

    def _chunk(self, reader: Reader, now: datetime, most: int, not_ours: Collection[str]) -> Counter[str]:
        with writing(self.engine) as session:
            rows = claim(session, now, most, not_ours)
            if not rows:
                return Counter()
            desk = Desk(session, reader, self.voice, self.naming, self.policy, self.service, now)
            done = desk.take(rows, stale=stale(rows, reader.book))
            session.flush()
            replan(session, reader, desk.ended, now)
            planned_for(session)
        return done


def any_due(session: Session, now: datetime) -> bool:
    """Whether anything is due at all: a cheap look that takes no lock."""
    return bool(session.connection().execute(_ANY_DUE, {"now": now}).scalar_one())


def claim(session: Session, now: datetime, most: int, not_ours: Collection[str] = ()) -> list[FollowUp]:
    """Take hold of up to ``most`` due contacts in the open transaction, the most important and longest due first."""
    running = list(session.execute(select(_k.c.id).where(col(Campaign.status) == "running")).scalars())
    found: list[FollowUp] = []
    for band in BANDS:
        given = {"band": band, "now": now, "most": most - len(found), "running": running, "not_ours": list(not_ours)}
        found += session.execute(_DUE, given).scalars()
        if len(found) >= most:
            break
    return found


def stale(rows: list[FollowUp], book: Book) -> set[int]:
    """The ids of rows whose plan is another version now, or none: they do nothing."""
    versions = book.versions
    return {
        row.id or 0 for row in rows if not row.plan.startswith(BY_HAND) and versions.get(row.plan) != row.plan_version
    }
