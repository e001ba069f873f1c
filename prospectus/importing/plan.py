"""What a feed changes in the catalogue, worked out before anything is written.

The catalogue is read and compared here, in a transaction that only reads; ``applying`` then writes in a short one.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from prospectus.editing import officers
from prospectus.importing.limits import FeedRefused
from prospectus.importing.records import COURSE_FIELDS, RUN_FIELDS, ProviderRecord, dumped
from prospectus.importing.spool import Spool, Whole
from prospectus.importing.standing import catalogue_token, read_standing
from prospectus.tables import Course, Provider, Run

RETIRING = 30
"""Percentage of a source's live courses that one import may retire, unless it is told otherwise."""

FEW = 2
"""As many courses may always go at once: two of five are no sign of a broken feed."""

BATCH = 500

_SAME = "JOIN standing s ON s.key = c.key WHERE s.fingerprint = c.fingerprint AND s.retired = 0"
_DIFFERENT = "JOIN standing s ON s.key = c.key WHERE (s.fingerprint IS NOT c.fingerprint OR s.retired = 1)"
NEW = "LEFT JOIN standing s ON s.key = c.key WHERE s.key IS NULL"
# a course that an officer has brought back stays, whatever the feed says
GONE = (
    "FROM standing s WHERE s.retired = 0 AND s.held = 0 AND NOT EXISTS (SELECT 1 FROM course c WHERE c.key = s.key)"
    " AND NOT EXISTS (SELECT 1 FROM refused r WHERE r.key = s.key)"
)


@dataclass(slots=True)
class Plan:
    """What is to be done. The courses themselves wait in the spool: new ones as they are, changes in ``change``."""

    token: str | None
    """The catalogue's version that this was worked out for."""
    providers: dict[str, int] = field(default_factory=dict)
    """Ids of the providers that are there, by what the feed calls them."""
    new_providers: list[ProviderRecord] = field(default_factory=list)
    changed_providers: list[tuple[int, ProviderRecord, str]] = field(default_factory=list)
    prints: dict[str, str] = field(default_factory=dict)
    """Fingerprints of the providers."""
    new: int = 0
    same: int = 0
    changed: int = 0
    restored: int = 0
    retired: int = 0
    runs_new: int = 0
    runs_changed: int = 0
    runs_retired: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    """Where an officer's word stands against the feed's: {"ref", "field", "kept", "offered"}."""


def make_plan(session: Session, spool: Spool, source: str, *, retiring: float = RETIRING) -> Plan:
    """Compare what was read with the catalogue.

    Raises ``FeedRefused`` where the feed has no usable course, or lacks so many of its source's courses (more than
    ``retiring`` per cent of them, and more than ``FEW``) that it is more likely broken than right.
    """
    plan = Plan(catalogue_token(session))
    count = spool.count("course")
    if not count:
        raise FeedRefused("It holds no course that can be used.")
    read_standing(session, spool, source)
    live = _count(spool, "FROM standing s WHERE s.retired = 0")
    plan.retired = _count(spool, GONE)
    if plan.retired > FEW and plan.retired * 100 > live * retiring:
        raise FeedRefused(
            f"It lacks {plan.retired:,} of the {live:,} live courses of {source}, so it may be only half a feed. "
            "If those courses really have gone, import it again with --allow-retiring "
            f"{min(100, -(-plan.retired * 100 // live))}."
        )
    _plan_providers(session, spool, source, plan)
    plan.new = _count(spool, f"FROM course c {NEW}")
    plan.runs_new = _count(spool, f"FROM course c JOIN run r ON r.course = c.seq {NEW}")
    plan.same = _count(spool, f"FROM course c {_SAME}")
    spool.db.execute("DELETE FROM change")
    _plan_changes(session, spool, source, plan)
    return plan


def _count(spool: Spool, rest: str) -> int:
    return int(spool.db.execute(f"SELECT count(*) {rest}").fetchone()[0])


def _plan_providers(session: Session, spool: Spool, source: str, plan: Plan) -> None:
    own: dict[str, Row[Any]] = {}
    by_name: dict[str, list[Row[Any]]] = defaultdict(list)
    table = Provider.__table__  # type: ignore[attr-defined]
    for row in session.connection().execute(select(table).order_by(table.c.id)):
        if row.source == source and row.source_ref is not None:
            own[row.source_ref] = row
        else:
            by_name[" ".join(row.name.lower().split())].append(row)
    for record, print_ in spool.providers():
        plan.prints[record.source_ref] = print_
        if (known := own.get(record.source_ref)) is not None:
            plan.providers[record.source_ref] = known.id
            if known.fingerprint != print_:
                plan.changed_providers.append((known.id, record, print_))
            continue
        # the same college, told by another source: its courses stand under one name, and that source keeps its word
        same = [
            row
            for row in by_name[" ".join(record.name.lower().split())]
            if not (row.postcode and record.postcode) or row.postcode == record.postcode
        ]
        if len(same) == 1:
            plan.providers[record.source_ref] = same[0].id
        else:
            plan.new_providers.append(record)


def _plan_changes(session: Session, spool: Spool, source: str, plan: Plan) -> None:
    batch: list[Whole] = []
    for whole in spool.wholes(_DIFFERENT):
        batch.append(whole)
        if len(batch) == BATCH:
            _compare(session, spool, source, plan, batch)
            batch = []
    if batch:
        _compare(session, spool, source, plan, batch)


def _compare(session: Session, spool: Spool, source: str, plan: Plan, batch: list[Whole]) -> None:
    keys = [whole.record.source_ref for whole in batch]
    statement = select(Course).where(col(Course.source) == source, col(Course.source_ref).in_(keys))
    courses = {course.source_ref: course for course in session.scalars(statement)}
    ids = [course.id or 0 for course in courses.values()]
    runs: dict[int, dict[str, Run]] = defaultdict(dict)
    for run in session.scalars(select(Run).where(col(Run.course_id).in_(ids), col(Run.source_ref).is_not(None))):
        runs[run.course_id][run.source_ref or ""] = run
    for whole in batch:
        course = courses[whole.record.source_ref]
        change = _course_change(course, whole, plan)
        change["runs"] = _run_changes(runs[course.id or 0], whole, plan, course.facts)
        differs = change["set"] or change["runs"] or change["action"] == "restored"
        if change["action"] == "restored":
            plan.restored += 1
        elif differs:
            plan.changed += 1
        else:
            # said in other words, or by an older version of this program: the facts are the same
            change["action"] = "same"
            plan.same += 1
        spool.db.execute("INSERT INTO change (body) VALUES (?)", (dumped(change),))
    session.expunge_all()


def _course_change(course: Course, whole: Whole, plan: Plan) -> dict[str, Any]:
    pinned = {name for name, fact in course.facts.items() if officers(fact)}
    said = {name: getattr(whole.record, name) for name in COURSE_FIELDS} | {"summary": whole.record.summary or ""}
    values, changes = _differences(course, said, pinned, course.ref, plan)
    provider = plan.providers.get(whole.record.provider)
    if (provider is None or provider != course.provider_id) and "provider_id" not in pinned:
        values["provider"] = whole.record.provider
        changes["provider"] = [None, whole.record.provider]
    restored = course.retired and "retired" not in pinned
    if course.retired and not restored:
        plan.kept.append({"ref": course.ref, "field": "retired", "kept": True, "offered": False})
    return {
        "id": course.id, "ref": course.ref, "action": "restored" if restored else "changed", "set": values,
        "changes": changes, "fingerprint": whole.fingerprint, "checked_on": whole.record.checked_on,
    }  # fmt: skip


def _run_changes(standing: dict[str, Run], whole: Whole, plan: Plan, facts: dict[str, Any]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = []
    for record in whole.runs:
        run = standing.pop(record.source_ref, None)
        if run is None:
            plan.runs_new += 1
            changes.append({"action": "added", "record": record.as_json()})
            continue
        said = {name: getattr(record, name) for name in RUN_FIELDS}
        pinned = {name for name in (*RUN_FIELDS, "retired") if officers(facts.get(f"{run.ref}.{name}"))}
        values, differences = _differences(run, said, pinned, run.ref, plan)
        restored = run.retired and "retired" not in pinned
        if values or restored:
            plan.runs_changed += 1
            action = "restored" if restored else "changed"
            changes.append({"action": action, "id": run.id, "ref": run.ref, "set": values, "changes": differences})
    for run in standing.values():
        if not run.retired:
            plan.runs_retired += 1
            changes.append({"action": "retired", "id": run.id, "ref": run.ref})
    return changes


def _differences(
    row: Course | Run, said: dict[str, Any], pinned: Iterable[str], ref: str, plan: Plan
) -> tuple[dict[str, Any], dict[str, Any]]:
    values, changes = {}, {}
    for name, value in said.items():
        before = getattr(row, name)
        if before == value:
            continue
        if name in pinned:
            plan.kept.append({"ref": ref, "field": name, "kept": _plain(before), "offered": _plain(value)})
            continue
        values[name] = _plain(value)
        changes[name] = [_plain(before), _plain(value)]
    return values, changes


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def gone(spool: Spool) -> Iterable[tuple[int, str]]:
    """The id and the ref of every live course of the source that the feed no longer has."""
    rows = spool.db.execute(f"SELECT s.id, s.ref {GONE} ORDER BY s.id")
    return ((int(number), str(ref)) for number, ref in rows.fetchall())


def changes(spool: Spool) -> Iterable[dict[str, Any]]:
    """Every change of a course that stands in the catalogue, as it was planned."""
    for (body,) in spool.db.execute("SELECT body FROM change ORDER BY seq"):
        yield json.loads(body)
