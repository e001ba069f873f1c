"""Making the monthly return: who is in it, written piece by piece, checked, and put in place only when it is whole."""

import os
import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import escape

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select
from sqlmodel import Session, col

from casework.activities.currency import Currency
from casework.activities.timeline import Codebook
from casework.clock import LONDON
from casework.db import reading
from casework.destinations.guaranteefile import GuaranteeRules
from casework.names import NameRules
from casework.nccis import Nccis
from casework.participation import Cohort
from casework.returns.checks import Checker, Fault
from casework.returns.people import Describer, Facts, Subject, end_of, subjects
from casework.returns.schema import validate
from casework.returns.spec import Element, MonthlySpec
from casework.tables import YoungPerson

MOST_KEPT = 1_000
"""Faults that are kept; all of them are counted, and go to whoever listens."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class CannotMake(ValueError):
    """A return cannot be made at all. The message says what to do first."""


@dataclass
class Made:
    """What came of making a return."""

    month: str
    period_end: date
    path: Path | None = None
    """The file; None where none was written."""
    records: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    """Records with a fault that must be put right first."""
    no_date_of_birth: int = 0
    """People who are in no cohort because nobody knows how old they are."""
    faults: list[Fault] = field(default_factory=list)
    by_check: Counter[str] = field(default_factory=Counter)
    must: int = 0
    shape: list[str] = field(default_factory=list)
    """What is wrong with the file's shape."""
    confirmed: bool = False

    def as_json(self) -> dict[str, Any]:
        """All of it, for a program."""
        return {
            "month": self.month,
            "period_end": self.period_end.isoformat(),
            "file": str(self.path) if self.path else None,
            "records": self.records,
            "cohort_status": dict(sorted(self.by_status.items())),
            "left_out": self.left_out,
            "no_date_of_birth": self.no_date_of_birth,
            "faults_by_check": dict(self.by_check.most_common()),
            "faults": [
                {"ref": one.ref, "check": one.check, "level": one.level, "what": one.words} for one in self.faults
            ],
            "shape": self.shape,
            "specification_confirmed": self.confirmed,
        }


@dataclass(frozen=True)
class Options:
    """What to make."""

    out: Path | None = None
    """Where to write it; None: only check."""
    leave_out: bool = False
    """Write it although some records must be put right first, without those."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The names of providers, by ref."""
    listen: Callable[[Fault], None] = lambda _fault: None
    progress: Callable[[int], None] = lambda _records: None


def period_end(month: str) -> date:
    """The last day of a month such as ``2026-11``. Raises ``CannotMake`` for anything else."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", month)
    if match is None or not 1 <= int(match[2]) <= 12 or not 2000 <= int(match[1]) <= 2100:
        raise CannotMake(f"{month!r} is not a month. Write it as 2026-11.")
    year, number = int(match[1]), int(match[2])
    return date(year, number, monthrange(year, number)[1])


def make(engine: Engine, data_dir: Path, month: str, *, now: datetime, options: Options) -> Made:
    """Make, or with no ``out`` only check, the return for a month.

    What was known at the end of the month counts; before its end, what is known now. The file is written beside its
    place, checked against its schema, and then put in place at once: there never is half a return. Raises
    ``CannotMake`` where the service has not said who it is, ``BadData`` where one of its files cannot be used.
    """
    ends = period_end(month)
    spec = MonthlySpec.load(data_dir)
    for name in ("database_id", "la_code"):
        if not spec.settings.get(name):
            raise CannotMake(
                f"{data_dir / 'returns' / 'monthly.yml'} does not say {name}, under settings. "
                "It is three digits, and every record in the return begins with it."
            )
    book = Codebook(Nccis.load(data_dir), Currency.load(data_dir))
    made = Made(month, ends, confirmed=spec.confirmed)
    making = _Making(
        spec, NameRules.load(data_dir), book, made, options, min(now, end_of(ends)), now, GuaranteeRules.load(data_dir)
    )
    with reading(engine) as session:
        making.run(session)
    return made


@dataclass
class _Making:
    spec: MonthlySpec
    names: NameRules
    book: Codebook
    made: Made
    options: Options
    known_by: datetime
    now: datetime
    guarantee: GuaranteeRules

    def run(self, session: Session) -> None:
        out = self.options.out
        if out is None:
            self._records(session, None)
            return
        unfinished = out.with_name(f".{out.name}.{os.getpid()}.part")
        try:
            with unfinished.open("w", encoding="utf-8", newline="\n") as file:
                # a list of young people: for nobody but whoever makes it
                unfinished.chmod(0o600)
                self._records(session, file)
            self.made.shape = validate(unfinished, self.spec, self.names)
            if (self.made.must == 0 or self.options.leave_out) and not self.made.shape:
                unfinished.replace(out)
                self.made.path = out
        finally:
            unfinished.unlink(missing_ok=True)

    def _records(self, session: Session, file: TextIO | None) -> None:
        spec, ends = self.spec, self.made.period_end
        checker = Checker(spec, self.names, self.book.nccis, _same_ulns(session))
        describer = Describer(
            self.book, spec.settings, spec.intended_destination, self.guarantee, self.options.places,
            Describer.schools_of(session),
        )  # fmt: skip
        self.made.no_date_of_birth = _no_birth(session, ends)
        if file:
            header = dict(spec.settings) | {"date_of_send": self.now.astimezone(LONDON).date(), "period_end": ends}
            file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{spec.root}>\n')
            file.write(_xml(spec.header, header))
        for subject, status in self._everybody(session):
            facts = describer.facts(subject, ends, status)
            if self._faulty(checker, subject, facts):
                self.made.left_out += 1
                continue
            if file:
                file.write(_xml(spec.person, facts))
            self.made.records += 1
            self.made.by_status[status] += 1
            if self.made.records % 5_000 == 0:
                self.options.progress(self.made.records)
        if file:
            file.write(f"</{spec.root}>\n")

    def _everybody(self, session: Session) -> Iterator[tuple[Subject, str]]:
        """Everybody who is in the return, with their cohort status."""
        ends = self.made.period_end
        begins = ends.replace(day=1)
        before = begins - timedelta(days=1)
        cohort = Cohort(self.spec.ages, self.spec.ages_with_plan)
        was_in, is_in = cohort.condition(before), cohort.condition(ends)
        left = col(YoungPerson.left_area_on)
        where: ColumnElement[bool] = and_(or_(left.is_(None), left >= begins), or_(is_in, was_in))
        for subject in subjects(session, self.book, ends, where, known_by=self.known_by):
            person = subject.person
            inside = cohort.holds(person.date_of_birth, person.ehc_plan, ends)
            if person.left_area_on is not None and person.left_area_on <= ends:
                yield subject, self.spec.cohort_status["left_area"]
            elif inside:
                yield subject, self.spec.cohort_status["in_cohort"]
            else:
                # they were in last month's, and are too old for this one: once, and then no more
                yield subject, self.spec.cohort_status["too_old"]

    def _faulty(self, checker: Checker, subject: Subject, facts: Facts) -> bool:
        must = False
        for fault in checker.faults(subject, facts, self.made.period_end):
            must = must or fault.level == "must"
            self.made.must += fault.level == "must"
            self.made.by_check[fault.check] += 1
            self.options.listen(fault)
            if len(self.made.faults) < MOST_KEPT:
                self.made.faults.append(fault)
        return must


def _same_ulns(session: Session) -> frozenset[str]:
    uln = col(YoungPerson.uln)
    query = select(uln).where(uln.is_not(None)).group_by(uln).having(func.count() > 1)
    return frozenset(row[0] for row in session.execute(query))


def _no_birth(session: Session, on: date) -> int:
    left = col(YoungPerson.left_area_on)
    query = (
        select(func.count())
        .select_from(YoungPerson)
        .where(col(YoungPerson.date_of_birth).is_(None), or_(left.is_(None), left > on))
    )
    return int(session.execute(query).scalar_one())


def _xml(element: Element, facts: Facts, depth: int = 1) -> str:
    """An element with its facts as text. What holds nothing is left out."""
    pad = "  " * depth
    if element.holds:
        inner = "".join([_xml(one, facts, depth + 1) for one in element.holds])
        return f"{pad}<{element.name}>\n{inner}{pad}</{element.name}>\n" if inner else ""
    value = facts.get(element.value or "")
    if value is None or value == "":
        return ""
    values = value if isinstance(value, list) else (value,)
    return "".join([f"{pad}<{element.name}>{_text(one, element)}</{element.name}>\n" for one in values])


def _text(value: Any, element: Element) -> str:
    written = value if isinstance(value, str) else str(value)
    if not written.isascii() or not written.isprintable():
        written = _NOT_XML.sub("", written)
    return escape(written[: element.longest] if element.longest else written)
