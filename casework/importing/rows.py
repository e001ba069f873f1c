"""From a row of a file to what it says of one young person, or why it cannot be taken."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from casework.activities.recording import NewActivity
from casework.activities.years import age
from casework.importing import values
from casework.importing.layout import Found, Layout
from casework.importing.lookups import Lookups
from casework.importing.values import BadCell
from casework.names import NameRules
from casework.nccis import Nccis

OLDEST, YOUNGEST = 30, 4
NEW = "new"


@dataclass(frozen=True)
class Issue:
    """Something about one row: why it was refused, or what of it was left out."""

    line: int
    column: str | None
    """The heading in this file; None where it is about the row as a whole."""
    reason: str
    """In plain words, without anybody's name, number or date of birth."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.column + ' ' if self.column else ''}{self.reason}"


@dataclass
class Incoming:
    """What one row says. Only what it says: an empty cell is not here, and so never takes anything away."""

    line: int
    person: dict[str, Any] = field(default_factory=dict)
    """By column of ``YoungPerson``."""
    ref: str | None = None
    """A ref, or "new"."""
    activity: NewActivity | None = None
    warnings: list[Issue] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)

    @property
    def local_id(self) -> str | None:
        """The council's own number."""
        return self.person.get("local_id")

    @property
    def uln(self) -> str | None:
        """The unique learner number."""
        return self.person.get("uln")


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one file."""

    found: Found
    layout: Layout
    names: NameRules
    nccis: Nccis
    lookups: Lookups
    as_at: date
    """The day the file was made: nobody is older or younger than is possible on it."""

    @cached_property
    def _activity_names(self) -> dict[str, str]:
        return {activity.name.casefold(): code for code, activity in self.nccis.activities.items()}

    def read(self, line: int, cells: list[Any]) -> Incoming | None:
        """What a row says; None where it is empty."""
        if not any(cell not in (None, "") for cell in cells):
            return None
        row = Incoming(line)
        if any(cell not in (None, "") for cell in cells[self.found.width :]):
            self._error(row, None, "has more cells than there are headings, so its cells may have slipped")
        told: dict[str, Any] = {}
        for name, where in self.found.at.items():
            cell = cells[where] if where < len(cells) else None
            try:
                written = values.text(cell)
            except BadCell as bad:
                self._error(row, name, str(bad))
                continue
            if written.casefold() not in self.layout.empty or (name == "characteristics" and written):
                told[name] = cell if not isinstance(cell, str) else written
        self._who(row, told)
        self._about(row, told)
        self._activity(row, told)
        return row

    # who it is: what is wrong here refuses the row

    def _who(self, row: Incoming, told: dict[str, Any]) -> None:
        for name in ("first_name", "last_name"):
            written = values.name(values.text(told.get(name)))
            problem = self.names.problem(written)
            if problem:
                self._error(row, name, problem)
            row.person[name] = written
        if "known_as" in told:
            written = values.name(values.text(told["known_as"]))
            problem = self.names.problem(written)
            if problem:
                self._warn(row, "known_as", f"{problem}; it was left out")
            else:
                row.person["known_as"] = written
        for name, read in (("date_of_birth", values.day), ("local_id", _of(values.local_id)), ("uln", _of(values.uln))):
            if name in told:
                try:
                    row.person[name] = read(told[name])
                except BadCell as bad:
                    self._error(row, name, str(bad))
        born = row.person.get("date_of_birth")
        if born is not None and not YOUNGEST <= age(born, self.as_at) <= OLDEST:
            self._error(row, "date_of_birth", f"is not of somebody between {YOUNGEST} and {OLDEST} years old")
        if not row.errors and born is None and not row.local_id and not row.uln:
            self._error(row, None, "has no date of birth, local id or ULN: who this is cannot be told")
        if "ref" in told:
            row.ref = values.text(told["ref"])
            if row.ref.casefold() == NEW:
                row.ref = NEW

    # about them: what is wrong here is left out, and the rest is taken

    def _about(self, row: Incoming, told: dict[str, Any]) -> None:
        if "date_of_birth" not in row.person and not row.errors:
            self._warn(row, "date_of_birth", "is empty: they are in no count and no return until it is known")
        self._take(row, told, "phone", _of(values.phone))
        if "phone" in row.person and not values.is_mobile(row.person["phone"]):
            self._warn(row, "phone", "is not a mobile number: texts do not reach it")
        self._take(row, told, "postcode", _of(values.postcode))
        self._take(row, told, "town", values.text)
        self._take(row, told, "year_group", _of(values.year_group))
        self._take(row, told, "gender", self._word("gender", "is none of F, M, U or W"))
        self._take(row, told, "language", self._word("language", "is no language that data/returns/caseload.yml has"))
        self._take(row, told, "nation", self._word("nation", "is none of the four nations"))
        self._take(row, told, "ethnicity", self._ethnicity)
        self._take(row, told, "ehc_plan", self._yes_no)
        self._take(row, told, "leaves_school_on", values.day)
        self._take(row, told, "left_area_on", values.day)
        self._take(row, told, "school", self.lookups.school, into="school_id")
        self._take(row, told, "adviser", self.lookups.adviser, into="adviser_id")
        if "characteristics" in told:
            self._characteristics(row, values.text(told["characteristics"]))

    def _take(
        self, row: Incoming, told: dict[str, Any], name: str, read: Callable[[Any], Any], *, into: str | None = None
    ) -> None:
        if name not in told:
            return
        try:
            row.person[into or name] = read(told[name])
        except BadCell as bad:
            self._warn(row, name, f"{bad}; it was left out")

    def _word(self, kind: str, otherwise: str) -> Callable[[Any], str]:
        def read(cell: Any) -> str:
            means = self.layout.words[kind].get(values.text(cell).casefold())
            if means is None:
                raise BadCell(otherwise)
            return means

        return read

    def _ethnicity(self, cell: Any) -> str:
        code = values.text(cell).upper()
        if code not in self.layout.ethnicity:
            raise BadCell("is not a code of the return, as in WBRI")
        return code

    def _yes_no(self, cell: Any) -> bool:
        means = self.layout.words["yes_no"].get(values.text(cell).casefold())
        if means is None:
            raise BadCell("is neither yes nor no")
        return means == "yes"

    def _characteristics(self, row: Incoming, written: str) -> None:
        by_name = {name.casefold(): code for code, name in self.nccis.characteristics.items()}
        codes: set[str] = set()
        if written.casefold() in self.layout.empty - {"none"}:
            return
        if written.casefold() != "none":
            for part in filter(None, (part.strip() for part in written.replace("|", ";").replace(",", ";").split(";"))):
                code = values.code_like(part)
                code = code if code in self.nccis.characteristics else by_name.get(part.casefold(), "")
                if code:
                    codes.add(code)
                else:
                    self._warn(row, "characteristics", "has one that data/nccis.yml does not have; it was left out")
            if not codes:
                return
        row.person["characteristics"] = sorted(codes)

    def _activity(self, row: Incoming, told: dict[str, Any]) -> None:
        dates: dict[str, date | None] = {}
        for name in ("activity_start", "activity_end", "activity_verified"):
            try:
                dates[name] = values.day(told[name]) if name in told else None
            except BadCell as bad:
                self._warn(row, name, f"{bad}; it was left out")
                dates[name] = None
        if "activity" not in told:
            return
        written = values.code_like(values.text(told["activity"]))
        code = written if written in self.nccis.activities else self._activity_names.get(written.casefold())
        start, end, verified = dates["activity_start"], dates["activity_end"], dates["activity_verified"]
        if code is None:
            self._warn(row, "activity", "is no code or name that data/nccis.yml has; no activity was taken")
        elif start and end and end < start:
            self._warn(row, "activity_end", "is before its start; no activity was taken")
        elif verified and verified > self.as_at:
            self._warn(row, "activity_verified", "is a day that has not come; no activity was taken")
        else:
            provider = values.text(told.get("provider"))
            row.activity = NewActivity(
                code=code,
                source="import",
                said_on=verified,
                start=start,
                end=end,
                detail={"provider": provider} if provider else {},
                rule="The code came with an imported caseload.",
            )

    def _error(self, row: Incoming, name: str | None, reason: str) -> None:
        row.errors.append(Issue(row.line, self._heading(name), reason))

    def _warn(self, row: Incoming, name: str, reason: str) -> None:
        row.warnings.append(Issue(row.line, self._heading(name), reason))

    def _heading(self, name: str | None) -> str | None:
        return self.found.headings.get(name, self.layout.columns[name].heading) if name else None


def _of(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    """A reader of texts, for any cell."""
    return lambda cell: read(values.text(cell))
