"""Where and whether somebody can be written to now: what the dispatcher must know of many people at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Table, func, or_, select
from sqlmodel import Session

from casework.activities.years import year_group
from casework.among import among
from casework.clock import LONDON
from casework.delivery import OPEN
from casework.identity.addresses import UNREACHABLE
from casework.sending import NEVER_WENT, Known, SendingPolicy
from casework.tables import AddressNote, ConsentEvent, Conversation, Message, YoungPerson

WEB_WITHIN = timedelta(days=30)
"""Whoever was in a web chat so recently may come back to it: without a number, they are written to there."""

_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_m: Table = Message.__table__  # type: ignore[attr-defined]
_e: Table = ConsentEvent.__table__  # type: ignore[attr-defined]
_n: Table = AddressNote.__table__  # type: ignore[attr-defined]


class Person(NamedTuple):
    """The columns of a young person that writing to them needs."""

    id: int
    first_name: str
    known_as: str | None
    born: Any
    phone: str | None
    language: str
    nation: str | None
    year_group: int | None
    adviser_id: int | None
    left_area_on: Any

    @property
    def called(self) -> str:
        """The name to greet them by."""
        return self.known_as or self.first_name


class Thread(NamedTuple):
    """A conversation of theirs, as it stands."""

    id: int
    channel: str
    address: str
    young_person_id: int | None
    language: str | None
    mode: str
    state: dict[str, Any] | None
    lease_until: datetime | None
    last_inbound_at: datetime | None


@dataclass
class Face:
    """One young person, as they can be reached now."""

    person: Person
    threads: list[Thread] = field(default_factory=list)
    stopped: bool = False
    address: str | None = None
    """The last word about their number."""
    shared: bool = False
    """Whether somebody else in the record has the same number: nobody knows who reads it."""
    prompts: list[datetime] = field(default_factory=list)
    """When the last prompts went, the latest first."""
    waiting: bool = False
    """Whether a prompt to them is in the outbox already."""
    unread: bool = False
    """Whether a message of theirs waits for its turn."""

    @property
    def text_thread(self) -> Thread | None:
        """Their conversation by text, where there has been one with their number."""
        return next((one for one in self.threads if one.channel == "sms" and one.address == self.person.phone), None)

    def web_thread(self, now: datetime) -> Thread | None:
        """The web chat that they were in lately."""
        found = [
            one
            for one in self.threads
            if one.channel == "web" and one.last_inbound_at is not None and now - one.last_inbound_at <= WEB_WITHIN
        ]
        return max(found, key=lambda one: one.last_inbound_at or now, default=None)

    @property
    def last_inbound(self) -> datetime | None:
        """When they last wrote, on any channel."""
        return max((one.last_inbound_at for one in self.threads if one.last_inbound_at), default=None)

    def channel(self, now: datetime) -> str | None:
        """sms, web, or None where nothing can be sent."""
        if self.stopped:
            return None
        if self.person.phone and not self.shared and self.address not in UNREACHABLE:
            return "sms"
        return "web" if self.web_thread(now) else None

    def unreachable(self) -> str:
        """Why nothing can be sent."""
        if self.stopped:
            return "stopped"
        if not self.person.phone:
            return "no_number"
        return "shared_number" if self.shared else str(self.address or "no_number")

    def busy(self, now: datetime) -> bool:
        """Whether a turn of theirs is being taken, or waits to be."""
        return self.unread or any(one.lease_until is not None and one.lease_until > now for one in self.threads)

    def known(self, now: datetime, rules: dict[str, Any], late_at: datetime | None) -> Known:
        """What the rule for sending looks at."""
        born = self.person.born
        today = now.astimezone(LONDON).date()
        return Known(
            stopped=self.stopped,
            address=self.address if self.channel(now) == "sms" else None,
            handed_over=any(one.mode == "adviser" for one in self.threads),
            nation=self.person.nation or "england",
            prompts=self.prompts,
            school_year=year_group(born, today) if born else self.person.year_group,
            rules=rules,
            late_at=late_at,
        )


def faces(
    session: Session, ids: Sequence[int], now: datetime, policy: SendingPolicy, *, lock: bool = True
) -> dict[int, Face]:
    """Everybody with these ids. Their conversations are locked; whose cannot be locked now counts as busy.

    Without ``lock`` it is only a look, for nothing that is then written.
    """
    columns = (
        _p.c.id,
        _p.c.first_name,
        _p.c.known_as,
        _p.c.date_of_birth,
        _p.c.phone,
        _p.c.language,
        _p.c.nation,
        _p.c.year_group,
        _p.c.adviser_id,
        _p.c.left_area_on,
    )
    found = {row[0]: Face(Person(*row)) for row in session.execute(select(*columns).where(among(_p.c.id, ids)))}
    phones = {face.person.phone for face in found.values() if face.person.phone}
    _threads(session, found, phones, lock)
    _consent(session, found)
    _addresses(session, found, phones)
    _messages(session, found, now, policy)
    return found


def _threads(session: Session, found: dict[int, Face], phones: Iterable[str], lock: bool) -> None:
    columns = [_c.c[name] for name in Thread._fields]
    theirs = or_(among(_c.c.young_person_id, found), (_c.c.channel == "sms") & among(_c.c.address, phones))
    query = select(*columns).where(theirs)
    query = query.with_for_update(skip_locked=True) if lock else query
    locked = {row[0]: Thread(*row) for row in session.execute(query)}
    by_number = {one.address: one for one in locked.values() if one.channel == "sms"}
    for one in locked.values():
        if one.young_person_id in found:
            found[one.young_person_id].threads.append(one)
    for face in found.values():
        there = by_number.get(face.person.phone or "")
        if there is None or there.young_person_id == face.person.id:
            continue
        if there.young_person_id is None:
            # a number that wrote before it was in the record: its conversation is nobody's yet
            face.threads.append(there)
        else:
            face.shared = True
    if lock and session.get_bind().dialect.name == "postgresql":
        every = session.execute(select(_c.c.id, _c.c.young_person_id, _c.c.address).where(theirs))
        others = [(id_, address) for thread_id, id_, address in every if thread_id not in locked]
        ids, addresses = {id_ for id_, _ in others}, {address for _, address in others}
        for face in found.values():
            face.unread = face.unread or face.person.id in ids or face.person.phone in addresses


def _consent(session: Session, found: dict[int, Face]) -> None:
    addresses = {(one.channel, one.address): face for face in found.values() for one in face.threads}
    addresses |= {("sms", face.person.phone): face for face in found.values() if face.person.phone}
    query = (
        select(_e.c.channel, _e.c.address, _e.c.young_person_id, _e.c.event)
        .where(or_(among(_e.c.young_person_id, found), among(_e.c.address, {address for _, address in addresses})))
        .order_by(_e.c.recorded_at, _e.c.id)
    )
    for channel, address, person_id, event in session.execute(query):
        for face in (found.get(person_id), addresses.get((channel, address))):
            if face is not None:
                face.stopped = event == "stop"


def _addresses(session: Session, found: dict[int, Face], phones: Iterable[str]) -> None:
    notes = select(_n.c.address, _n.c.kind).where(_n.c.channel == "sms", among(_n.c.address, phones)).order_by(_n.c.id)
    latest: dict[str, str] = {row[0]: row[1] for row in session.execute(notes)}
    several = select(_p.c.phone).where(among(_p.c.phone, phones)).group_by(_p.c.phone).having(func.count() > 1)
    shared = set(session.execute(several).scalars())
    for face in found.values():
        face.address = latest.get(face.person.phone or "")
        face.shared = face.shared or face.person.phone in shared


def _messages(session: Session, found: dict[int, Face], now: datetime, policy: SendingPolicy) -> None:
    of_thread = {one.id: face for face in found.values() for one in face.threads}
    if not of_thread:
        return
    unhandled = select(_m.c.conversation_id).where(
        _m.c.direction == "in", _m.c.handled_at.is_(None), among(_m.c.conversation_id, of_thread)
    )
    for id_ in session.execute(unhandled).scalars():
        of_thread[id_].unread = True
    went = func.coalesce(_m.c.send_started_at, _m.c.sent_at, _m.c.created_at)
    prompts = (
        select(_m.c.conversation_id, _m.c.status, went)
        .where(
            among(_m.c.conversation_id, of_thread),
            _m.c.purpose == "prompt",
            _m.c.created_at > now - policy.prompts_within - timedelta(days=7),
        )
        .order_by(went.desc())
    )
    for id_, status, at in session.execute(prompts):
        face = of_thread[id_]
        if status in OPEN:
            face.waiting = True
        elif status not in NEVER_WENT:
            face.prompts.append(at)
