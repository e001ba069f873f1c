"""Reading a caseload file into the record.

Rows are taken in small batches, each one transaction: whoever writes to the record meanwhile waits for one of them at
most. A row and the audit of it are in the record together or not at all. Reading the same file again changes nothing,
so an import that was stopped half way, by whatever, is finished by starting it again. Nothing here opts anybody in or
out: the consent ledger is neither read nor written.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, Table, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from casework import audit
from casework.activities.currency import Currency
from casework.activities.timeline import Codebook
from casework.clock import LONDON, Clock
from casework.db import reading, writing
from casework.followup.hook import touched
from casework.importing.batch import Batch, next_ref
from casework.importing.files import Sheet, open_sheet
from casework.importing.layout import Layout
from casework.importing.lookups import Lookups
from casework.importing.report import LOOK_AT, REFUSED, WARNING, Report
from casework.importing.rows import Incoming, Issue, RowReader
from casework.importing.seen import Seen
from casework.names import NameRules
from casework.nccis import Nccis
from casework.reading import fold
from casework.tables import Activity, AuditEvent, YoungPerson

BATCH = 400
"""Rows of one transaction: about a fifth of a second."""

_PEOPLE: Table = YoungPerson.__table__  # type: ignore[attr-defined]
_ACTIVITIES: Table = Activity.__table__  # type: ignore[attr-defined]
_AUDIT: Table = AuditEvent.__table__  # type: ignore[attr-defined]

Listen = Callable[[str, Issue], None]
"""Hears every issue: what became of it (refused, look at, left out) and the issue."""


@dataclass(frozen=True)
class Options:
    """How to read a file."""

    dry_run: bool = False
    as_at: date | None = None
    """The day the file was made; today where it is not said."""
    actor: str = "system"
    """Who did it, as the audit writes it."""


def import_caseload(
    engine: Engine,
    data_dir: Path,
    path: Path,
    *,
    clock: Clock,
    options: Options = Options(),
    listen: Listen | None = None,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Read a caseload in; with ``dry_run``, say what would be done and write nothing.

    ``progress`` hears how many rows have been looked at. Raises ``BadFile`` where the file cannot be read at all, and
    ``BadData`` where a file of ours cannot.
    """
    importing = _Importing(engine, data_dir, clock, options, listen or (lambda _kind, _issue: None))
    with open_sheet(path) as sheet, Seen() as seen:
        return importing.run(sheet, seen, progress or (lambda _rows: None))


class _Importing:
    def __init__(self, engine: Engine, data_dir: Path, clock: Clock, options: Options, listen: Listen) -> None:
        self.engine, self.clock, self.options, self.listen = engine, clock, options, listen
        self.layout, self.names, self.nccis = Layout.load(data_dir), NameRules.load(data_dir), Nccis.load(data_dir)
        self.book = Codebook(self.nccis, Currency.load(data_dir))
        self.as_at = options.as_at or clock().astimezone(LONDON).date()
        self.next_ref: int | None = None

    def run(self, sheet: Sheet, seen: Seen, progress: Callable[[int], None]) -> Report:
        found = self.layout.find(sheet.headings)
        with reading(self.engine) as session:
            lookups = Lookups.of(session)
            seen.learn(session)
        report = Report(self.options.dry_run, sheet.digest, found.ignored, unknown=lookups.unknown)
        reader = RowReader(found, self.layout, self.names, self.nccis, lookups, self.as_at)
        self._mark("caseload_import_started", report)
        rows = self._read(reader, sheet, seen, report)
        looked_at = 0
        while batch := list(islice(rows, BATCH)):
            self._take(batch, seen, report)
            looked_at = report.rows
            progress(looked_at)
        self._mark("caseload_imported", report)
        return report

    def _mark(self, action: str, report: Report) -> None:
        if self.options.dry_run:
            return
        counts = {} if action.endswith("started") else {
            name: getattr(report, name) for name in ("rows", "added", "updated", "unchanged", "refused", "to_look_at")
        }  # fmt: skip
        with writing(self.engine) as session:
            actor = self.options.actor
            audit.record(session, at=self.clock(), actor=actor, action=action, file=report.digest[:16], **counts)

    def _read(self, reader: RowReader, sheet: Sheet, seen: Seen, report: Report) -> Iterator[Incoming]:
        """Rows that may be taken. Those that may not are told of here."""
        for line, cells in sheet.rows:
            row = reader.read(line, cells)
            if row is None:
                continue
            report.rows += 1
            if not row.errors:
                self._twice(row, seen)
            if row.errors:
                report.refused += 1
                for issue in row.errors:
                    self._note(report, REFUSED, issue)
                continue
            twin = self._alike(row, seen)
            if twin is not None:
                report.to_look_at += 1
                reason = f"looks like the same person as line {twin}, and no number tells them apart"
                self._note(report, LOOK_AT, Issue(row.line, None, reason))
                continue
            yield row

    def _twice(self, row: Incoming, seen: Seen) -> None:
        for kind, value, what in (
            ("local_id", row.local_id, "local id"),
            ("uln", row.uln, "ULN"),
            ("ref", row.ref if row.ref != "new" else None, "Onward ref"),
        ):
            if value is not None and (before := seen.first(kind, [value], row.line)):
                row.errors.append(Issue(row.line, None, f"has the same {what} as line {before[0]}"))

    def _alike(self, row: Incoming, seen: Seen) -> int | None:
        """The line of an earlier row that may be the same person."""
        born = row.person.get("date_of_birth")
        if born is None or row.ref is not None:
            return None
        key = [fold(row.person["first_name"]), fold(row.person["last_name"]), born]
        numbered = row.local_id is not None
        before = seen.first("name", key, row.line, numbered=numbered)
        if before is None or (before[1] and numbered):
            return None
        return before[0]

    def _note(self, report: Report, kind: str, issue: Issue) -> None:
        report.note(kind, issue)
        self.listen(kind, issue)

    def _take(self, rows: Sequence[Incoming], seen: Seen, report: Report) -> None:
        """One batch. Somebody else may add people meanwhile: then it is looked at once more."""
        if self.options.dry_run:
            with reading(self.engine) as session:
                batch = self._plan(session, rows, seen)
        else:
            try:
                batch = self._write(rows, seen)
            except IntegrityError:
                self.next_ref = None
                batch = self._write(rows, seen)
            self.next_ref = (self.next_ref or 0) + len(batch.new)
        self._count(batch, rows, report)

    def _plan(self, session: Session, rows: Sequence[Incoming], seen: Seen) -> Batch:
        if self.next_ref is None:
            self.next_ref = next_ref(session)
        return Batch.plan(
            session, self.book, rows, seen,
            next_ref=self.next_ref, now=self.clock(), as_at=self.as_at, actor=self.options.actor,
        )  # fmt: skip

    def _write(self, rows: Sequence[Incoming], seen: Seen) -> Batch:
        with writing(self.engine) as session:
            batch = self._plan(session, rows, seen)
            ids: dict[str, int] = {}
            if batch.new:
                session.execute(_PEOPLE.insert(), [person for _, person in batch.new])
                # asking for the ids with the insert would send the rows one at a time
                refs = [person["ref"] for _, person in batch.new]
                found = session.execute(select(_PEOPLE.c.ref, _PEOPLE.c.id).where(_PEOPLE.c.ref.in_(refs)))
                ids = {row[0]: row[1] for row in found}
                batch.numbered([ids[ref] for ref in refs])
            if batch.changes:
                session.execute(update(YoungPerson), batch.changes)
            if batch.activities:
                session.execute(_ACTIVITIES.insert(), batch.activities)
            if batch.audits:
                session.execute(_AUDIT.insert(), batch.audits)
            changed = {int(row["id"]) for row in batch.changes} | set(ids.values())
            touched(session, changed | {int(row["young_person_id"]) for row in batch.activities})
        return batch

    def _count(self, batch: Batch, rows: Sequence[Incoming], report: Report) -> None:
        report.added += len(batch.new)
        report.updated += len(batch.updated)
        report.unchanged += batch.unchanged
        report.activities += batch.activity_count
        report.changed.update(batch.changed)
        for kind, issues in ((REFUSED, batch.refused), (LOOK_AT, batch.look_at)):
            for issue in issues:
                self._note(report, kind, issue)
        report.refused += len(batch.refused)
        report.to_look_at += len(batch.look_at)
        not_taken = {issue.line for issue in (*batch.refused, *batch.look_at)}
        for row in rows:
            if row.line not in not_taken:
                for issue in (*row.warnings, *batch.warnings.get(row.line, ())):
                    report.warnings += 1
                    self._note(report, WARNING, issue)
