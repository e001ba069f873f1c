"""The annual activity survey: where everybody who left Year 11 in the summer was on 1 November."""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, and_, or_
from sqlmodel import Session, col

from casework.activities.currency import Currency
from casework.activities.timeline import Codebook
from casework.db import reading
from casework.destinations.guaranteefile import GuaranteeRules
from casework.nccis import Nccis
from casework.participation import Cohort
from casework.returns.monthly import CannotMake
from casework.returns.people import Describer, Facts, Subject, end_of, subjects
from casework.returns.spec import FACTS, MonthlySpec
from casework.tables import YoungPerson
from casework.yamlfile import BadData, read_yaml

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class SurveySpec:
    """Everything that can change about the survey."""

    columns: tuple[tuple[str, str], ...]
    """Headings and facts."""
    position_on: tuple[int, int]
    until: tuple[int, int]
    year_group: int
    lapsed_is_not_known: bool
    confirmed: bool

    @classmethod
    def load(cls, data_dir: Path) -> "SurveySpec":
        """Read the shape. Raises ``BadData``."""
        return _load(data_dir / "returns" / "survey.yml")


@dataclass
class Survey:
    """What came of making it."""

    year: int
    on: date
    until: date
    path: Path | None = None
    records: int = 0
    no_id: int = 0
    """Records without a number for the return: they are in the file, with that cell empty."""
    by_code: Counter[str] = field(default_factory=Counter)
    confirmed: bool = False

    def as_json(self) -> dict[str, Any]:
        """All of it, for a program."""
        return {
            "year": self.year,
            "on": self.on.isoformat(),
            "known_until": self.until.isoformat(),
            "file": str(self.path) if self.path else None,
            "records": self.records,
            "without_id": self.no_id,
            "codes": dict(sorted(self.by_code.items())),
            "specification_confirmed": self.confirmed,
        }


def make_survey(
    engine: Engine,
    data_dir: Path,
    year: int,
    *,
    now: datetime,
    out: Path | None = None,
    places: Mapping[str, str] | None = None,
) -> Survey:
    """Make the survey of those who left Year 11 in the summer of ``year``; without ``out``, only count.

    What was recorded after January is not in it. Raises ``CannotMake`` before the day itself has come, ``BadData``
    where a file of ours cannot be used.
    """
    spec, monthly = SurveySpec.load(data_dir), MonthlySpec.load(data_dir)
    on, until = date(year, *spec.position_on), date(year + 1, *spec.until)
    if now < end_of(on):
        raise CannotMake(f"The survey is of {on:%-d %B %Y}, which has not been yet.")
    survey = Survey(year, on, until, confirmed=spec.confirmed)
    book = Codebook(Nccis.load(data_dir), Currency.load(data_dir))
    with reading(engine) as session:
        describer = Describer(
            book, monthly.settings, monthly.intended_destination, GuaranteeRules.load(data_dir), places or {},
            Describer.schools_of(session),
        )  # fmt: skip
        rows = _rows(session, book, describer, spec, survey, min(now, end_of(until)))
        if out is None:
            for _ in rows:
                pass
        else:
            _write(out, [heading for heading, _ in spec.columns], rows)
            survey.path = out
    return survey


def _rows(
    session: Session, book: Codebook, describer: Describer, spec: SurveySpec, survey: Survey, known_by: datetime
) -> Iterable[list[str]]:
    left = col(YoungPerson.left_area_on)
    cohort = Cohort.year_group(spec.year_group)
    where = and_(cohort.condition(survey.on), or_(left.is_(None), left > survey.on))
    for subject in subjects(session, book, survey.on, where, known_by=known_by):
        facts = describer.facts(subject, survey.on)
        _settle(facts, subject, spec, book)
        survey.records += 1
        survey.no_id += facts["young_persons_id"] is None
        survey.by_code[facts["activity_code"]] += 1
        yield [cell(facts.get(value)) for _, value in spec.columns]


def _settle(facts: Facts, subject: Subject, spec: SurveySpec, book: Codebook) -> None:
    """What a lapsed record is reported as."""
    if spec.lapsed_is_not_known and subject.position.lapsed:
        facts["activity_code"] = subject.position.code
        known = book.nccis.activities.get(subject.position.code)
        facts["activity_name"] = known.name if known else None
        if facts["currency_lapsed"] == "Y":
            facts["establishment_name"] = None


def cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula.

    >>> cell("=1+1"), cell(None), cell(date(2026, 11, 1)), cell("O'Neil")
    ("'=1+1", '', '2026-11-01', "O'Neil")
    """
    if value is None:
        return ""
    written = ";".join(value) if isinstance(value, list) else str(value)
    return f"'{written}" if written.startswith(_RISKY) else written


def _write(path: Path, headings: list[str], rows: Iterable[list[str]]) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # Excel reads UTF-8 as such only with the mark before it
        with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
            unfinished.chmod(0o600)
            writer = csv.writer(file)
            writer.writerow(headings)
            writer.writerows(rows)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@lru_cache(maxsize=4)
def _load(path: Path) -> SurveySpec:
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("columns"), list) or not content["columns"]:
        raise BadData(f"{path}: it needs columns")
    columns = []
    for row in content["columns"]:
        if not isinstance(row, dict) or not isinstance(row.get("heading"), str) or row.get("value") not in FACTS:
            raise BadData(f"{path}: each column needs a heading, and a value that a return can have")
        columns.append((row["heading"], row["value"]))
    if content.get("lapsed") not in ("code", "not_known"):
        raise BadData(f"{path}: lapsed must be code or not_known")
    if type(content.get("year_group")) is not int:
        raise BadData(f"{path}: year_group must be a whole number")
    return SurveySpec(
        columns=tuple(columns),
        position_on=_day(path, content, "position_on"),
        until=_day(path, content, "until"),
        year_group=content["year_group"],
        lapsed_is_not_known=content["lapsed"] == "not_known",
        confirmed=bool(content.get("confirmed")),
    )


def _day(path: Path, content: dict[str, Any], name: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2})-(\d{2})", str(content.get(name)))
    try:
        if match and date(2026, int(match[1]), int(match[2])):
            return int(match[1]), int(match[2])
    except ValueError:
        pass
    raise BadData(f"{path}: {name} must be a month and a day, as in 11-01")
