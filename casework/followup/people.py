"""Reading young people out of the record as plans see them, many at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, select
from sqlmodel import Session, col

from casework.activities.known import FACT_COLUMNS, fact_of, position_of
from casework.activities.rules import Rules
from casework.activities.timeline import Codebook, Fact
from casework.activities.timeline import Who as Ages
from casework.among import among
from casework.clock import LONDON
from casework.destinations.record import pictures
from casework.followup.planfile import Book
from casework.followup.subject import Contact, Subject, Who
from casework.money.journey import standing
from casework.money.schemes import Schemes
from casework.tables import Activity, Conversation, FollowUp, MoneyApplication, YoungPerson
from casework.tables.base import UTCDateTime

CHUNK = 500
"""Young people that are read together: a handful of questions to the database for all of them."""

KEPT_DAYS = 400
"""Contacts that ended longer ago play no part in what is planned."""

STARTS_AGREED = ("615", "616", "260")
"""Codes whose detail may name the day on which something begins: agreed starts and gap years."""

LEARNS = ("210", "220", "230", "250", "270", "280")
"""Codes of learning at a school or college, which EMA is for."""

_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]
_f: Table = FollowUp.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_a: Table = Activity.__table__  # type: ignore[attr-defined]
_k: Table = MoneyApplication.__table__  # type: ignore[attr-defined]

_WHO = (
    _p.c.id,
    _p.c.date_of_birth,
    _p.c.leaves_school_on,
    _p.c.nation,
    _p.c.language,
    _p.c.ehc_plan,
    _p.c.characteristics,
    _p.c.phone,
    _p.c.adviser_id,
    _p.c.left_area_on,
    _p.c.year_group,
)
_CONTACT = (
    _f.c.id,
    _f.c.plan,
    _f.c.plan_version,
    _f.c.occasion,
    _f.c.step,
    _f.c.due_at,
    _f.c.status,
    _f.c.outcome,
    _f.c.reason,
    _f.c.ended_at,
    _f.c.answered_at,
    _f.c.stops_plan,
    _f.c.why,
    _f.c.late_at,
    _f.c.about,
    _f.c.hold_reason,
    _f.c.by_adviser_id,
)


Names = Callable[[Session], Mapping[str, str]]
"""Answers the names of providers by their refs."""


def no_names(_: Session) -> Mapping[str, str]:
    """Where nobody knows the prospectus: refs stand for names."""
    return {}


# statements are built once: putting one together costs as much as it takes to run it for one person
_PEOPLE = select(*_WHO).where(among(_p.c.id, "ids"))
_ACTIVITIES = (
    select(col(Activity.young_person_id), *FACT_COLUMNS)
    .where(among(_a.c.young_person_id, "ids"))
    .order_by(col(Activity.young_person_id), col(Activity.recorded_at), col(Activity.id))
)
_CONTACTS = (
    select(_f.c.young_person_id, *_CONTACT)
    .where(
        among(_f.c.young_person_id, "ids"),
        (_f.c.ended_at.is_(None)) | (_f.c.ended_at > bindparam("since", type_=UTCDateTime())),
    )
    .order_by(_f.c.id)
)
_CONVERSATIONS = select(_c.c.young_person_id, _c.c.channel, _c.c.last_inbound_at).where(
    among(_c.c.young_person_id, "ids")
)
_MONEY = (
    select(MoneyApplication)
    .where(among(_k.c.young_person_id, "ids"))
    .order_by(col(MoneyApplication.recorded_at), col(MoneyApplication.id))
)


@dataclass(frozen=True)
class Reader:
    """What is needed to read people: the codes, the plans and the money schemes."""

    codes: Codebook
    book: Book
    schemes: Schemes
    provider_names: Names = no_names

    @classmethod
    def load(cls, data_dir: Path, provider_names: Names | None = None) -> "Reader":
        """Read the data files. ``provider_names`` knows the prospectus. Raises ``casework.yamlfile.BadData``."""
        return cls(Rules.load(data_dir).book, Book.load(data_dir), Schemes.load(data_dir), provider_names or no_names)

    def subjects(
        self,
        session: Session,
        today: date,
        *,
        ids: Sequence[int] | None = None,
        where: ColumnElement[bool] | None = None,
    ) -> Iterator[Subject]:
        """Those with these ids, or that the condition (on columns of ``YoungPerson``) leaves, by id."""
        wanted = list(ids) if ids is not None else self._ids(session, where)
        for start in range(0, len(wanted), CHUNK):
            yield from self._chunk(session, today, sorted(wanted[start : start + CHUNK]))

    def _ids(self, session: Session, where: ColumnElement[bool] | None) -> list[int]:
        query = select(_p.c.id).order_by(_p.c.id)
        if where is not None:
            query = query.where(where)
        return list(session.execute(query).scalars())

    def _chunk(self, session: Session, today: date, ids: list[int]) -> Iterator[Subject]:
        people = {row[0]: Who(*row) for row in session.execute(_PEOPLE, {"ids": ids})}
        activities, agreed = _activities(session, ids)
        plans = pictures(session, ids)
        money = self._money(session, ids)
        contacts = _contacts(session, ids, today)
        spoke, web = _conversations(session, ids)
        names = self.provider_names(session)
        for id_ in ids:
            who = people.get(id_)
            if who is None:
                continue
            facts = activities.get(id_, [])
            yield Subject(
                who=who,
                today=today,
                position=position_of(self.codes, id_, Ages(who.born, who.leaves, who.nation), facts, today),
                activities=facts,
                picture=plans[id_],
                money=money.get(id_, {}),
                contacts=contacts.get(id_, []),
                last_inbound=spoke.get(id_),
                web_chat=id_ in web,
                need_rules=self.book.need,
                agreed=agreed.get(id_, {}),
                deadlines=self._deadlines,
                provider_names=names,
            )

    def _money(self, session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
        rows: dict[int, dict[str, list[MoneyApplication]]] = {}
        for row in session.execute(_MONEY, {"ids": ids}).scalars():
            rows.setdefault(row.young_person_id, {}).setdefault(row.scheme, []).append(row)
        found: dict[int, dict[str, Any]] = {}
        for id_, by_scheme in rows.items():
            for key, history in by_scheme.items():
                scheme = self.schemes.get(key)
                if scheme is not None:
                    now = standing(scheme, history)
                    last = history[-1].recorded_at.astimezone(LONDON).date()
                    found.setdefault(id_, {})[key] = (now, now.since or last)
        return found

    def _deadlines(self, subject: Subject) -> list[tuple[str, date]]:
        """Last days on which applying still brings payment from the start of what they learn now."""
        position = subject.position
        if position.fact is None or position.code not in LEARNS or position.since is None:
            return []
        found = []
        for scheme in self.schemes.open_in(subject.nation, "ema"):
            last = scheme.apply.backdated_until(position.since)
            sent = scheme.key in subject.money and "form_sent" in subject.money[scheme.key][0].done
            if last is not None and not sent:
                found.append((scheme.key, last))
        return found


def _activities(session: Session, ids: list[int]) -> tuple[dict[int, list[Fact]], dict[int, dict[int, date]]]:
    found: dict[int, list[Fact]] = {}
    agreed: dict[int, dict[int, date]] = {}
    for row in session.execute(_ACTIVITIES, {"ids": ids}):
        fact = fact_of(row[1:])
        found.setdefault(row[0], []).append(fact)
        if fact.code in STARTS_AGREED:
            begins = _day((row[-1] or {}).get("start_on")) or fact.end
            if begins is not None:
                agreed.setdefault(row[0], {})[fact.id] = begins
    return found, agreed


def _contacts(session: Session, ids: list[int], today: date) -> dict[int, list[Contact]]:
    since = datetime.combine(today - timedelta(days=KEPT_DAYS), datetime.min.time(), LONDON)
    found: dict[int, list[Contact]] = {}
    for row in session.execute(_CONTACTS, {"ids": ids, "since": since}):
        found.setdefault(row[0], []).append(Contact(*row[1:]))
    return found


def _conversations(session: Session, ids: list[int]) -> tuple[dict[int, datetime], set[int]]:
    spoke: dict[int, datetime] = {}
    web: set[int] = set()
    for id_, channel, at in session.execute(_CONVERSATIONS, {"ids": ids}):
        if channel == "web":
            web.add(id_)
        if at is not None and (id_ not in spoke or at > spoke[id_]):
            spoke[id_] = at
    return spoke, web


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
