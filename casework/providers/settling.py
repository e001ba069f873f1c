"""Reports that nobody was found for: who may see them, and how an adviser or manager settles one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from casework import audit
from casework.activities.rules import Rules
from casework.caseload import Scope
from casework.providers.catalogue import ProviderInfo
from casework.providers.likeness import About
from casework.providers.matching import Candidate, Shortlist, candidates
from casework.providers.taking import take
from casework.tables import Adviser, ProviderReport, YoungPerson

MOST_LISTED = 500
LONGEST_NOTE = 2000


class SettlingError(Exception):
    """The report was not settled. The text is for the adviser, in plain words."""


@dataclass(frozen=True)
class Queued:
    """A report that waits, with those of the record whom this adviser may see and it may be about."""

    report: ProviderReport
    candidates: list[Candidate]

    @property
    def about(self) -> About:
        """Who it is about, as the provider wrote it."""
        return About.from_json(self.report.about)


def waiting(session: Session) -> int:
    """How many wait in all."""
    query = select(func.count()).select_from(ProviderReport).where(col(ProviderReport.status) == "unmatched")
    return int(session.execute(query).scalar_one())


def queue(session: Session, scope: Scope | None) -> list[Queued]:
    """The reports that wait, the oldest first. ``scope`` none: a manager's, who sees all of them.

    An adviser sees those that may be about somebody they may see, and nothing of anybody else.
    """
    query = (
        select(ProviderReport)
        .where(col(ProviderReport.status) == "unmatched")
        .order_by(col(ProviderReport.received_at), col(ProviderReport.id))
        .limit(MOST_LISTED)
    )
    reports = list(session.execute(query).scalars())
    if scope is None:
        return [Queued(report, []) for report in reports]
    mine = list(session.execute(select(YoungPerson).where(scope.people())).scalars()) if reports else []
    shortlist = Shortlist(mine)
    found = [Queued(report, shortlist.rank(About.from_json(report.about))) for report in reports]
    return [one for one in found if one.candidates]


def one(session: Session, scope: Scope | None, report_id: int) -> Queued | None:
    """One report with its candidates; none when it is not there, is settled, or is not for this adviser to see."""
    report = session.get(ProviderReport, report_id)
    if report is None or report.status != "unmatched":
        return None
    about = About.from_json(report.about)
    found = candidates(session, about)
    if scope is None:
        return Queued(report, found)
    found = [candidate for candidate in found if scope.group(candidate.person)]
    # the list looks at their whole caseload, where this looks at the likeliest of everybody
    seen = {candidate.person.id for candidate in found}
    mine = list(session.execute(select(YoungPerson).where(scope.people())).scalars())
    found += [candidate for candidate in Shortlist(mine).rank(about) if candidate.person.id not in seen]
    return Queued(report, found) if found else None


def assign(
    session: Session,
    rules: Rules,
    report_id: int,
    person: YoungPerson,
    provider: ProviderInfo,
    adviser: Adviser,
    now: datetime,
) -> ProviderReport:
    """Say who a report is about: the same then happens as if they had been found at once.

    Raises ``SettlingError`` when somebody has settled it meanwhile.
    """
    report = _locked(session, report_id)
    report.status, report.young_person_id, report.settled_at = "matched", person.id, now
    report.matched_by = adviser.ref
    session.add(report)
    take(session, rules, report, person, provider, now)
    audit.record(
        session,
        at=now,
        actor=audit.actor_of(adviser),
        action="matched_provider_report",
        young_person_id=person.id,
        report=report.id,
    )
    return report


def set_aside(session: Session, report_id: int, note: str, adviser: Adviser, now: datetime) -> ProviderReport:
    """Say that a report is about nobody here, and why. It is kept.

    Raises ``SettlingError`` without a note, or when somebody has settled it meanwhile.
    """
    note = note.replace("\r\n", "\n").strip()
    if not note:
        raise SettlingError("Write why it is set aside")
    if len(note) > LONGEST_NOTE:
        raise SettlingError(f"The note must be {LONGEST_NOTE:,} characters or fewer. It is {len(note):,} now")
    report = _locked(session, report_id)
    report.status, report.note, report.settled_at, report.matched_by = "set_aside", note, now, adviser.ref
    session.add(report)
    audit.record(session, at=now, actor=audit.actor_of(adviser), action="set_aside_provider_report", report=report.id)
    return report


def reports_of(session: Session, young_person_ids: Collection[int]) -> list[ProviderReport]:
    """Every report that was found to be about these people, the latest first."""
    query = (
        select(ProviderReport)
        .where(col(ProviderReport.young_person_id).in_(young_person_ids))
        .order_by(col(ProviderReport.on_date).desc(), col(ProviderReport.id).desc())
    )
    return list(session.execute(query).scalars())


def _locked(session: Session, report_id: int) -> ProviderReport:
    report = session.get(ProviderReport, report_id, with_for_update=True, populate_existing=True)
    if report is None or report.status != "unmatched":
        raise SettlingError("Somebody has settled this report already")
    return report
