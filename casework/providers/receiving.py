"""Taking reports in: each is kept as it came, matched, and put into the record of the person it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from casework.activities.rules import Rules
from casework.clock import LONDON
from casework.db import reading, writing
from casework.providers.catalogue import Catalogue, ProviderInfo
from casework.providers.likeness import About
from casework.providers.matching import match
from casework.providers.report import Problem, Report, read_report, shown
from casework.providers.taking import take
from casework.tables import ProviderReport

CHUNK = 20
"""Reports written in one transaction: a message that comes meanwhile waits for no more than these."""

Status = Literal["received", "already_received", "refused"]


@dataclass(frozen=True)
class Receipt:
    """What became of one report."""

    number: int
    """Its place in the batch, from 1; of a table, its line."""
    id: str | None
    status: Status
    problems: tuple[Problem, ...] = ()
    matched: bool | None = None
    """Whether somebody of the record was found. For the service alone: a provider is not told who is known here."""

    def for_provider(self) -> dict[str, Any]:
        """What the provider is told."""
        told: dict[str, Any] = {"number": self.number, "id": self.id, "status": self.status}
        if self.problems:
            told["errors"] = [{"field": one.field, "message": one.message} for one in self.problems]
        return told


@dataclass(frozen=True)
class Reception:
    """Where reports are taken in."""

    engine: Engine
    rules: Rules
    dry_run: bool = False
    """Look at everything, and write nothing."""
    _seen: dict[str, Report] = field(default_factory=dict)
    """Of a dry run: what would be there by now."""

    def take_all(
        self,
        provider: ProviderInfo,
        catalogue: Catalogue,
        items: Sequence[tuple[int, Any]],
        *,
        via: Literal["api", "csv"],
        now: datetime,
    ) -> Iterator[Receipt]:
        """A receipt for each numbered item, in order. Those of a chunk are in the record when its receipts come."""
        for start in range(0, len(items), CHUNK):
            chunk = items[start : start + CHUNK]
            opened = reading(self.engine) if self.dry_run else writing(self.engine)
            with opened as session:
                receipts = [self._one(session, provider, catalogue, *item, via=via, now=now) for item in chunk]
            yield from receipts

    def _one(
        self,
        session: Session,
        provider: ProviderInfo,
        catalogue: Catalogue,
        number: int,
        item: Any,
        *,
        via: str,
        now: datetime,
    ) -> Receipt:
        report = read_report(item, now.astimezone(LONDON).date())
        if isinstance(report, list):
            return Receipt(number, _id_of(item), "refused", tuple(report))
        said = _said(provider, catalogue, report)
        if isinstance(said, Problem):
            return Receipt(number, report.id, "refused", (said,))
        row = ProviderReport(
            provider_ref=provider.ref,
            external_id=report.id,
            kind=report.kind,
            on_date=report.on,
            about=About(**report.person.model_dump()).as_json(),
            said=said,
            via=via,
            received_at=now,
            status="unmatched",
        )
        if self.dry_run and report.id in self._seen:
            return _again(number, report, self._seen[report.id] == report)
        before = _before(session, row)
        if before is None and not self.dry_run:
            try:
                with session.begin_nested():
                    session.add(row)
            except IntegrityError:
                # the same report came by another way at the same moment
                before = _before(session, row)
        if before is not None and _content(before) != _content(row):
            return _again(number, report, False)
        kept = before or row
        matched = kept.status == "matched"
        if kept.status == "unmatched":
            matched = self._match(session, kept, provider, now)
        if self.dry_run:
            self._seen[report.id] = report
        return Receipt(number, report.id, "already_received" if before else "received", matched=matched)

    def _match(self, session: Session, row: ProviderReport, provider: ProviderInfo, now: datetime) -> bool:
        """Find out who it is about; one that waits is looked at again when it is sent again."""
        found = match(session, About.from_json(row.about))
        if found.person is None:
            return False
        if not self.dry_run:
            row.status, row.matched_by, row.settled_at = "matched", found.rule, now
            row.young_person_id = found.person.id
            session.add(row)
            take(session, self.rules, row, found.person, provider, now)
        return True


def _before(session: Session, row: ProviderReport) -> ProviderReport | None:
    """The report that has this id already; locked where the database can, for it may be settled now."""
    query = (
        select(ProviderReport)
        .where(col(ProviderReport.provider_ref) == row.provider_ref, col(ProviderReport.external_id) == row.external_id)
        .with_for_update()
    )
    with session.no_autoflush:
        return session.execute(query).scalar_one_or_none()


def _content(row: ProviderReport) -> tuple[Any, ...]:
    return row.kind, row.on_date, row.about, {name: value for name, value in row.said.items() if name in _AS_SENT}


_AS_SENT = ("course", "subject", "level_said", "reason", "planned_end", "interview_at")
"""Of ``said``, what came from the provider; the rest is what the prospectus knew of it on that day."""


def _again(number: int, report: Report, same: bool) -> Receipt:
    if same:
        return Receipt(number, report.id, "already_received")
    problem = Problem("id", "was used before for another report; give this one an id of its own")
    return Receipt(number, report.id, "refused", (problem,))


def _said(provider: ProviderInfo, catalogue: Catalogue, report: Report) -> dict[str, Any] | Problem:
    said: dict[str, Any] = {
        "course": report.course,
        "subject": report.subject,
        "level_said": report.level,
        "reason": report.reason,
        "planned_end": report.planned_end.isoformat() if report.planned_end else None,
        "interview_at": report.interview_at.isoformat() if report.interview_at else None,
        "level": report.level,
        "subject_key": catalogue.subject(report.subject) if report.subject else None,
    }
    if report.course:
        course = catalogue.course(provider.ref, report.course)
        if course is None:
            return Problem("course", "is none of yours in the prospectus; leave it out, or give its ref")
        said |= {"course_ref": course.ref, "subject_key": course.subject, "route": course.route}
        said["level"] = report.level or course.level
    return {name: value for name, value in said.items() if value is not None}


def _id_of(item: Any) -> str | None:
    """The id of something that is no good report, so that its sender can find it."""
    found = item.get("id") if isinstance(item, dict) else None
    return shown(found) if isinstance(found, str) and found else None
