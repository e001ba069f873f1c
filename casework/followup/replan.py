"""Bringing the planned contacts of young people into line with their record, in the transaction that changed it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, text, update
from sqlalchemy.dialects import sqlite
from sqlmodel import Session

from casework.among import among
from casework.bulk import FEW, insert_new_rows
from casework.clock import LONDON
from casework.db import by_index
from casework.followup.people import CHUNK, Reader
from casework.followup.planning import NOT_DONE, Wanted, look_on, wanted
from casework.followup.subject import Contact, Subject
from casework.tables import FollowUp, Outlook, YoungPerson
from casework.tables.base import UTCDateTime

_f: Table = FollowUp.__table__  # type: ignore[attr-defined]
_o: Table = Outlook.__table__  # type: ignore[attr-defined]
_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]

BY_HAND = ("campaign:", "reminder")
"""How the plans of rows begin that people made: the record does not move those."""

_into_outlook = sqlite.insert(_o)
_OUTLOOK = _into_outlook.on_conflict_do_update(
    index_elements=["young_person_id"],
    set_={"look_on": _into_outlook.excluded.look_on, "book": _into_outlook.excluded.book},
)
_OUTLOOK_AT_ONCE = text(
    "INSERT INTO follow_up_outlook (young_person_id, look_on, book) "
    "SELECT * FROM unnest(CAST(:young_person_id AS bigint[]), CAST(:look_on AS date[]), CAST(:book AS text[])) "
    "ON CONFLICT (young_person_id) DO UPDATE SET look_on = excluded.look_on, book = excluded.book"
)
_END = (
    update(_f)
    .where(_f.c.id == bindparam("the_id"), _f.c.status == "planned")
    .values(
        status="ended",
        outcome="skipped",
        reason=bindparam("the_reason"),
        ended_at=bindparam("at", type_=UTCDateTime()),
    )
)
_MOVE = (
    update(_f)
    .where(_f.c.id == bindparam("the_id"), _f.c.status == "planned")
    .values(
        due_at=bindparam("due", type_=UTCDateTime()),
        late_at=bindparam("late", type_=UTCDateTime()),
        why=bindparam("the_why"),
        about=bindparam("the_about", type_=_f.c.about.type),
        hold_reason=None,
    )
)
_REVIVE = (
    update(_f)
    .where(_f.c.id == bindparam("the_id"), _f.c.status == "ended", _f.c.outcome == "skipped")
    .values(
        status="planned",
        outcome=None,
        reason=None,
        ended_at=None,
        hold_reason=None,
        due_at=bindparam("due", type_=UTCDateTime()),
        late_at=bindparam("late", type_=UTCDateTime()),
        why=bindparam("the_why"),
        about=bindparam("the_about", type_=_f.c.about.type),
    )
)


@dataclass
class Changes:
    """What reconciling changed, as rows for the database."""

    new: list[dict[str, Any]]
    moved: list[dict[str, Any]]
    revived: list[dict[str, Any]]
    ended: list[dict[str, Any]]
    outlook: list[dict[str, Any]]

    @property
    def any(self) -> bool:
        """Whether any contact changed."""
        return bool(self.new or self.moved or self.revived or self.ended)


def replan(session: Session, reader: Reader, ids: Iterable[int], now: datetime) -> int:
    """Reconcile the planned contacts of these people in the open transaction; answers how many people were read.

    Doing it again changes nothing. On PostgreSQL each person is locked first, so that two transactions that both
    changed somebody leave what the later one sees.
    """
    wanted_ids = sorted(set(ids))
    today = now.astimezone(LONDON).date()
    done = 0
    for start in range(0, len(wanted_ids), CHUNK):
        chunk = wanted_ids[start : start + CHUNK]
        if len(chunk) > FEW:
            by_index(session)
        if session.get_bind().dialect.name == "postgresql":
            lock = select(_p.c.id).where(among(_p.c.id, chunk)).order_by(_p.c.id).with_for_update(key_share=True)
            session.execute(lock).all()
        done += _reconcile(session, reader, chunk, today, now)
    return done


def look_again(session: Session, ids: Iterable[int], now: datetime) -> None:
    """Have the plans of these people read again by the next sweep."""
    today = now.astimezone(LONDON).date()
    rows = [{"young_person_id": id_, "look_on": today, "book": ""} for id_ in sorted(set(ids))]
    _put_outlook(session.connection(), rows)


def _put_outlook(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_OUTLOOK_AT_ONCE, {name: [row[name] for row in rows] for name in rows[0]})
    else:
        connection.execute(_OUTLOOK, rows)


def _reconcile(session: Session, reader: Reader, ids: Sequence[int], today: date, now: datetime) -> int:
    changes, done = Changes([], [], [], [], []), 0
    for subject in reader.subjects(session, today, ids=ids):
        compare(subject, reader, now, changes)
        done += 1
    write(session, changes)
    return done


def compare(subject: Subject, reader: Reader, now: datetime, changes: Changes) -> None:
    """Add to ``changes`` what must change for one person."""
    book = reader.book
    versions = book.versions
    should = {one.key: one for one in wanted(subject, book, now)}
    planned: set[tuple[str, str, int]] = set()
    undone: dict[tuple[str, str, int], Contact] = {}
    for row in subject.contacts:
        key = (row.plan, row.occasion, row.step)
        if row.status == "ended" and row.reason in NOT_DONE and row.version == versions.get(row.plan):
            undone[key] = row
        if row.status != "planned" or row.plan.startswith(BY_HAND):
            continue
        if row.version != versions.get(row.plan):
            changes.ended.append({"the_id": row.id, "the_reason": "plan_changed", "at": now})
        elif key not in should:
            changes.ended.append({"the_id": row.id, "the_reason": "record_changed", "at": now})
        else:
            planned.add(key)
            if _differs(row, should[key]):
                changes.moved.append(_placed(row.id, should[key]))
    for key, one in should.items():
        if key in planned:
            continue
        if key in undone:
            changes.revived.append(_placed(undone[key].id, one))
        else:
            changes.new.append(_row(subject, one, now))
    changes.outlook.append({"young_person_id": subject.who.id, "look_on": look_on(subject), "book": book.digest[:16]})


def write(session: Session, changes: Changes) -> None:
    """Write them in the open transaction."""
    connection = session.connection()
    for statement, rows in (
        (_END, changes.ended),
        (_MOVE, changes.moved),
        (_REVIVE, changes.revived),
    ):
        if rows:
            connection.execute(statement, rows)
    _put_outlook(connection, changes.outlook)
    insert_new_rows(connection, _f, changes.new)


def _differs(row: Contact, one: Wanted) -> bool:
    if row.by_adviser_id is not None:
        # an adviser brought it forward: it does not go back to its day
        return False
    if row.hold_reason is not None:
        # it waits for a better moment: only a later one moves it
        return one.due_at > row.due_at
    return row.due_at != one.due_at or row.late_at != one.late_at or row.about != one.about


def _placed(id_: int, one: Wanted) -> dict[str, Any]:
    return {"the_id": id_, "due": one.due_at, "late": one.late_at, "the_why": one.why, "the_about": one.about}


def _row(subject: Subject, one: Wanted, now: datetime) -> dict[str, Any]:
    plan, step = one.plan, one.what
    rules = dict(plan.rules)
    if step.kind == "call":
        rules["urgency"] = step.urgency
    if step.kind == "close":
        rules["code"] = step.code
    return {
        "young_person_id": subject.who.id,
        "campaign_id": None,
        "plan": plan.key,
        "plan_version": plan.version,
        "occasion": one.occasion,
        "step": one.step,
        "kind": step.kind,
        "due_at": one.due_at,
        "importance": plan.importance,
        "late_at": one.late_at,
        "late_rule": plan.late.then,
        "why": one.why,
        "asks": step.asks,
        "says": step.says,
        "about": one.about,
        "rules": rules,
        "status": "planned",
        "stops_plan": False,
        "made_at": now,
    }
