"""What a batch of rows changes, worked out before anything is written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from casework.activities.recording import NewActivity, values
from casework.activities.timeline import Codebook
from casework.importing.matching import Candidates
from casework.importing.rows import Incoming, Issue
from casework.importing.seen import Seen
from casework.reading import fold
from casework.tables import Activity, AddressNote, YoungPerson

_NAMES = frozenset({"first_name", "last_name", "known_as"})
_GONE = frozenset({"wrong_number", "invalid"})


@dataclass
class Batch:
    """The rows to write for one batch, and what there is to say of it."""

    new: list[tuple[Incoming, dict[str, Any]]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    """By id, only the columns that change."""
    activities: list[dict[str, Any]] = field(default_factory=list)
    audits: list[dict[str, Any]] = field(default_factory=list)
    updated: set[int] = field(default_factory=set)
    unchanged: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    look_at: list[Issue] = field(default_factory=list)
    refused: list[Issue] = field(default_factory=list)
    warnings: dict[int, list[Issue]] = field(default_factory=dict)
    """By line."""
    activity_count: int = 0
    _later: list[tuple[int, NewActivity]] = field(default_factory=list)
    """Activities of people who are new: the number of the row in ``new``, and the activity."""
    _shared: dict[str, Any] = field(default_factory=dict)
    _book: Codebook | None = None
    _as_at: date | None = None

    @classmethod
    def plan(
        cls,
        session: Session,
        book: Codebook,
        rows: Sequence[Incoming],
        seen: Seen,
        *,
        next_ref: int,
        now: datetime,
        as_at: date,
        actor: str,
    ) -> "Batch":
        """Work out what to do with the rows, from the record as this transaction sees it."""
        batch = cls(_shared={"at": now, "actor": actor}, _book=book, _as_at=as_at)
        candidates = Candidates(session, rows, seen)
        matched: list[tuple[Incoming, YoungPerson]] = []
        for row in rows:
            match = candidates.match(row)
            if match.refused:
                batch.refused.append(Issue(row.line, None, match.refused))
            elif match.look_at:
                batch.look_at.append(Issue(row.line, None, match.look_at))
            elif match.person is None:
                batch.new.append((row, {}))
            else:
                matched.append((row, match.person))
        batch._new(session, next_ref, now)
        batch._matched(session, matched)
        return batch

    def numbered(self, ids: Sequence[int]) -> None:
        """Hang what belongs to new people on the ids that they were given."""
        for (_, _), id_ in zip(self.new, ids, strict=True):
            self._audit("record_added", id_)
        for number, activity in self._later:
            self._activity(ids[number], activity)

    def _new(self, session: Session, first: int, now: datetime) -> None:
        wrong = self._wrong_numbers(session, ((row, None) for row, _ in self.new))
        for number, (row, person) in enumerate(self.new):
            told = dict(row.person)
            if told.get("phone") in wrong:
                self._warn_number(row)
                told.pop("phone")
            # every row of one insert has the same columns
            person |= {name: told.get(name) for name in _COLUMNS}
            person |= {
                "ref": f"Y{first + number}",
                "language": told.get("language", "en"),
                "nation": told.get("nation", "england"),
                "characteristics": told.get("characteristics", []),
                "ehc_plan": told.get("ehc_plan", False),
                "created_at": now,
            }
            if row.activity:
                self.activity_count += 1
                self._later.append((number, row.activity))

    def _matched(self, session: Session, matched: Sequence[tuple[Incoming, YoungPerson]]) -> None:
        wrong = self._wrong_numbers(session, matched)
        known = _activities(session, [person.id or 0 for row, person in matched if row.activity])
        for row, person in matched:
            id_ = person.id or 0
            if id_ in self.updated:
                self.look_at.append(Issue(row.line, None, f"is {person.ref}, as another line of this file is"))
                continue
            changes = {name: value for name, value in row.person.items() if _differs(name, value, person)}
            if changes.get("phone") in wrong:
                self._warn_number(row)
                changes.pop("phone")
            if changes:
                self.changes.append({"id": id_} | changes)
                self.changed.update(changes.keys())
                self._audit("record_changed", id_, fields=sorted(changes))
            adds = row.activity is not None and _says_more(row.activity, known.get(id_, []))
            if row.activity and adds:
                self._activity(id_, row.activity)
                self.activity_count += 1
                self._audit("activity_recorded", id_, code=row.activity.code)
            if changes or adds:
                self.updated.add(id_)
            else:
                self.unchanged += 1

    def _activity(self, id_: int, activity: NewActivity) -> None:
        assert self._book is not None  # noqa: S101 -- plan sets it
        row = values(self._book, activity, now=self._shared["at"], asked=activity.said_on or self._as_at)
        self.activities.append({"young_person_id": id_} | row)

    def _audit(self, action: str, id_: int, **detail: Any) -> None:
        told = {"action": action, "young_person_id": id_, "conversation_id": None}
        self.audits.append(self._shared | told | {"detail": {"source": "import"} | detail})

    def _warn_number(self, row: Incoming) -> None:
        issue = Issue(row.line, None, "has a number that was said not to be theirs; the number was left out")
        self.warnings.setdefault(row.line, []).append(issue)

    def _wrong_numbers(self, session: Session, rows: Iterable[tuple[Incoming, YoungPerson | None]]) -> frozenset[str]:
        """Numbers in these rows of which somebody said last that they are not theirs. They are not brought back."""
        phones = sorted({row.person["phone"] for row, _ in rows if row.person.get("phone")})
        if not phones:
            return frozenset()
        notes = session.execute(
            select(col(AddressNote.address), col(AddressNote.kind))
            .where(col(AddressNote.channel) == "sms", col(AddressNote.address).in_(phones))
            .order_by(col(AddressNote.recorded_at), col(AddressNote.id))
        )
        last = {row[0]: row[1] for row in notes}
        return frozenset(address for address, kind in last.items() if kind in _GONE)


_COLUMNS = (
    "first_name", "last_name", "known_as", "date_of_birth", "phone", "town", "postcode", "school_id", "year_group",
    "adviser_id", "gender", "ethnicity", "uln", "local_id", "leaves_school_on", "left_area_on",
)  # fmt: skip


def _differs(name: str, value: Any, person: YoungPerson) -> bool:
    there = getattr(person, name)
    if name in _NAMES:
        # a system that writes in capitals does not change how a name is written
        return fold(value) != fold(there or "")
    if name == "characteristics":
        return bool(sorted(there or []) != value)
    if name == "postcode":
        return str(there or "").replace(" ", "").upper() != str(value).replace(" ", "")
    return bool(there != value)


def next_ref(session: Session) -> int:
    """The first number that no ref has: refs are Y and a number, and a longer one is a greater one."""
    ref = col(YoungPerson.ref)
    rows = session.execute(
        select(ref).where(ref.like("Y%")).order_by(func.length(ref).desc(), ref.desc()).execution_options(yield_per=50)
    )
    for row in rows.scalars():
        if row[1:].isascii() and row[1:].isdigit():
            rows.close()
            return int(row[1:]) + 1
    return 1


def _activities(session: Session, ids: Sequence[int]) -> dict[int, list[Activity]]:
    found: dict[int, list[Activity]] = {}
    if ids:
        query = select(Activity).where(col(Activity.young_person_id).in_(ids))
        for row in session.execute(query.order_by(col(Activity.recorded_at), col(Activity.id))).scalars():
            found.setdefault(row.young_person_id, []).append(row)
    return found


def _says_more(new: NewActivity, known: Sequence[Activity]) -> bool:
    """Whether an activity of a file says anything that is not recorded already, by anybody."""
    if known and new.start is None and new.said_on is None and new.end is None:
        # a bare code only says something when it is another one than the last
        return known[-1].code != new.code and not any(
            row.code == new.code and row.start is None and row.verified_on is None for row in known
        )
    told = (new.code, new.start, new.end, new.said_on)
    return not any((row.code, row.start, row.end, row.verified_on) == told for row in known)
