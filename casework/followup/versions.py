"""Versions of plans: a plan whose file has changed is the next version, and rows of an earlier one do nothing more."""

from datetime import datetime

from sqlalchemy import Engine, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from casework.db import reading, writing
from casework.followup.planfile import Book
from casework.tables import PlanVersion

_v: Table = PlanVersion.__table__  # type: ignore[attr-defined]


def counted(engine: Engine, book: Book, now: datetime) -> Book:
    """The plans with their versions, counting a new one for each that is not what the database knew last.

    Any number of processes may do this at once: they agree on the number.
    """
    known = _known(engine)
    changed = [plan for plan in book.plans if known.get(plan.key, (0, ""))[1] != plan.digest]
    if changed:
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        rows = [
            {
                "plan": plan.key,
                "version": known.get(plan.key, (0, ""))[0] + 1,
                "digest": plan.digest,
                "content": plan.content,
                "since": now,
            }
            for plan in changed
        ]
        with writing(engine) as session:
            session.connection().execute(insert(_v).on_conflict_do_nothing(), rows)
        known = _known(engine)
    return book.with_versions({plan.key: known[plan.key][0] for plan in book.plans})


def superseded(engine: Engine, book: Book) -> set[str]:
    """The plans of which somebody else has counted a newer version: this process must not act on them any more."""
    known = _known(engine)
    return {plan.key for plan in book.plans if known.get(plan.key, (plan.version, ""))[0] > plan.version}


def _known(engine: Engine) -> dict[str, tuple[int, str]]:
    with reading(engine) as session:
        rows = session.execute(select(_v.c.plan, _v.c.version, _v.c.digest).order_by(_v.c.version))
        return {row.plan: (row.version, row.digest) for row in rows}
