"""Writing what was planned, in the one transaction of an import."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from prospectus.changes import mark_changed
from prospectus.importing.plan import BATCH, NEW, Plan, changes, gone
from prospectus.importing.records import (
    COURSE_FIELDS,
    PLACE_UNKNOWN,
    PROVIDER_FIELDS,
    RUN_FIELDS,
    ProviderRecord,
    RunRecord,
    own_ref,
)
from prospectus.importing.spool import Spool, Whole
from prospectus.tables import Course, CourseChange, Provider, Run

_COURSE = Course.__table__  # type: ignore[attr-defined]
_RUN = Run.__table__  # type: ignore[attr-defined]
_PROVIDER = Provider.__table__  # type: ignore[attr-defined]
_CHANGE = CourseChange.__table__  # type: ignore[attr-defined]
_DATES = frozenset({"start", "end", "apply_by"})


class Applying:
    """One import being written through a connection, whose transaction is the caller's."""

    def __init__(
        self,
        connection: Connection,
        spool: Spool,
        plan: Plan,
        *,
        source: str,
        import_id: int,
        at: datetime,
        checked: date,
    ) -> None:
        self._connection = connection
        self._spool = spool
        self._plan = plan
        self._source = source
        self._import_id = import_id
        self._at = at
        self._checked = checked
        self._providers = dict(plan.providers)
        self._history: list[dict[str, Any]] = []

    def run(self) -> None:
        """Write all of it, and mark the catalogue as changed if it is."""
        plan = self._plan
        self._write_providers()
        batch: list[Whole] = []
        for whole in self._spool.wholes(NEW):
            batch.append(whole)
            if len(batch) == BATCH:
                self._add(batch)
                batch = []
        self._add(batch)
        for change in changes(self._spool):
            self._change(change)
        for rows in _batches(gone(self._spool)):
            ids = [number for number, _ in rows]
            self._connection.execute(update(_COURSE).where(_COURSE.c.id.in_(ids)).values(retired=True))
            for number, _ in rows:
                self._note(number, None, "retired", {})
        self._write_history()
        self._check()
        if plan.new or plan.changed or plan.restored or plan.retired or plan.new_providers or plan.changed_providers:
            mark_changed(self._connection)

    def _write_providers(self) -> None:
        for record in self._plan.new_providers:
            values = _provider_values(record, self._checked) | {
                "ref": self._free_ref(_PROVIDER, "P", record.source_ref, 7), "source": self._source,
                "source_ref": record.source_ref, "fingerprint": self._plan.prints[record.source_ref],
            }  # fmt: skip
            written = self._connection.execute(insert(_PROVIDER).values(**values).returning(_PROVIDER.c.id))
            self._providers[record.source_ref] = written.scalar_one()
        for number, record, fingerprint in self._plan.changed_providers:
            values = _provider_values(record, self._checked) | {"fingerprint": fingerprint}
            self._connection.execute(update(_PROVIDER).where(_PROVIDER.c.id == number).values(**values))

    def _free_ref(self, table: Any, letter: str, key: str, letters: int) -> str:
        while True:
            ref = letter + own_ref(self._source, key, letters=letters)
            taken = self._connection.execute(select(table.c.id).where(table.c.ref == ref)).first()
            if taken is None:
                return ref
            letters += 1

    def _add(self, batch: list[Whole]) -> None:
        if not batch:
            return
        refs = self._free_refs([whole.record.source_ref for whole in batch])
        numbers = self._numbers(len(batch))
        rows: list[dict[str, Any]] = []
        runs: list[dict[str, Any]] = []
        for whole, ref, number in zip(batch, refs, numbers, strict=True):
            record = whole.record
            values: dict[str, Any] = {name: getattr(record, name) for name in COURSE_FIELDS}
            values |= {
                "id": number, "ref": ref, "summary": record.summary or "", "source": self._source, "retired": False,
                "provider_id": self._providers[record.provider], "source_ref": record.source_ref, "facts": {},
                "fingerprint": whole.fingerprint, "checked_on": self._checked_on(record.checked_on),
            }  # fmt: skip
            rows.append(values)
            runs += self._run_rows(number, ref, whole.runs, set())
            self._note(number, None, "added", {})
        self._connection.execute(insert(_COURSE), rows)
        if runs:
            self._connection.execute(insert(_RUN), runs)
        self._write_history(at_least=BATCH)

    def _numbers(self, count: int) -> list[int]:
        """Ids for new courses: given beforehand, they can be written together with their runs and their history."""
        if self._connection.dialect.name == "sqlite":
            # nobody else writes while this transaction does
            first = self._connection.execute(select(func.coalesce(func.max(_COURSE.c.id), 0))).scalar_one() + 1
            return list(range(first, first + count))
        following = text("SELECT nextval(pg_get_serial_sequence('course', 'id')) FROM generate_series(1, :count)")
        return list(self._connection.execute(following, {"count": count}).scalars())

    def _free_refs(self, keys: list[str]) -> list[str]:
        made = {key: "C" + own_ref(self._source, key) for key in keys}
        taken = set(self._connection.execute(select(_COURSE.c.ref).where(_COURSE.c.ref.in_(made.values()))).scalars())
        seen: set[str] = set()
        for key, ref in made.items():
            if ref in taken or ref in seen:
                made[key] = ref = self._free_ref(_COURSE, "C", key, 14)
            seen.add(ref)
        return [made[key] for key in keys]

    def _run_rows(self, course: int, ref: str, records: list[RunRecord], used: set[str]) -> list[dict[str, Any]]:
        rows = []
        for record in records:
            letters = 5
            while (own := f"{ref}-{own_ref(record.source_ref, letters=letters)}") in used:
                letters += 1
            used.add(own)
            values = {name: getattr(record, name) for name in RUN_FIELDS}
            values["town"] = record.town or PLACE_UNKNOWN
            rows.append(values | {"ref": own, "course_id": course, "source_ref": record.source_ref, "retired": False})
        return rows

    def _change(self, change: dict[str, Any]) -> None:
        number, action = change["id"], change["action"]
        values = dict(change["set"])
        if (key := values.pop("provider", None)) is not None:
            values["provider_id"] = self._providers[key]
        values["fingerprint"] = change["fingerprint"]
        if action != "same":
            values["checked_on"] = self._checked_on(change["checked_on"])
        if action == "restored":
            values["retired"] = False
        self._connection.execute(update(_COURSE).where(_COURSE.c.id == number).values(**values))
        if change["changes"] or action == "restored":
            self._note(number, None, action, change["changes"])
        for run in change["runs"]:
            self._change_run(number, change["ref"], run)

    def _change_run(self, course: int, ref: str, change: dict[str, Any]) -> None:
        action = change["action"]
        if action == "added":
            used = set(self._connection.execute(select(_RUN.c.ref).where(_RUN.c.course_id == course)).scalars())
            (row,) = self._run_rows(course, ref, [RunRecord.from_json(change["record"])], used)
            self._connection.execute(insert(_RUN).values(**row))
            self._note(course, row["ref"], "added", {})
            return
        values = {
            name: date.fromisoformat(value) if name in _DATES and value else value
            for name, value in change.get("set", {}).items()
        }
        if action != "changed":
            values["retired"] = action == "retired"
        self._connection.execute(update(_RUN).where(_RUN.c.id == change["id"]).values(**values))
        self._note(course, change["ref"], action, change.get("changes", {}))

    def _checked_on(self, said: str | None) -> date:
        return min(date.fromisoformat(said), self._checked) if said else self._checked

    def _check(self) -> None:
        """Every live course of the source was in the feed: this is the day on which its facts were last checked."""
        # a course that says its own day, or could not be read this time, keeps its own
        own = self._spool.db.execute(
            "SELECT 1 FROM course WHERE json_extract(body, '$.checked_on') IS NOT NULL"
            " UNION ALL SELECT 1 FROM refused WHERE key IS NOT NULL LIMIT 1"
        ).fetchone()
        if own is not None:
            self._check_each()
            return
        self._connection.execute(
            update(_COURSE)
            .where(
                _COURSE.c.source == self._source,
                _COURSE.c.source_ref.is_not(None),
                _COURSE.c.retired.is_(False),
                _COURSE.c.checked_on < self._checked,
            )
            .values(checked_on=self._checked)
        )

    def _check_each(self) -> None:
        rows = self._spool.db.execute("SELECT key, json_extract(body, '$.checked_on') FROM course").fetchall()
        by_day: dict[date, list[str]] = {}
        for key, said in rows:
            by_day.setdefault(self._checked_on(said), []).append(key)
        for day, keys in by_day.items():
            for some in _batches(keys):
                self._connection.execute(
                    update(_COURSE)
                    .where(_COURSE.c.source == self._source, _COURSE.c.source_ref.in_(some), _COURSE.c.checked_on < day)
                    .values(checked_on=day)
                )

    def _note(self, course: int, run_ref: str | None, action: str, differences: dict[str, Any]) -> None:
        self._history.append(
            {"course_id": course, "run_ref": run_ref, "at": self._at, "action": action, "by": None,
             "import_id": self._import_id, "changes": differences}
        )  # fmt: skip

    def _write_history(self, at_least: int = 1) -> None:
        if len(self._history) >= at_least:
            self._connection.execute(insert(_CHANGE), self._history)
            self._history = []


def _provider_values(record: ProviderRecord, checked: date) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in PROVIDER_FIELDS}
    return values | {"town": record.town or PLACE_UNKNOWN, "checked_on": checked}


def _batches(rows: Iterable[Any]) -> Iterable[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
