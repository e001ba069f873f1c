"""Reading one feed into the catalogue, from the file to the report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from casework.clock import LONDON, Clock, system_clock
from casework.db import reading, writing
from prospectus.editing import OFFICER
from prospectus.importing.applying import Applying
from prospectus.importing.feedfile import CONTROLS, NOT_UTF8, FeedFile, Progress, open_feed
from prospectus.importing.intake import Intake
from prospectus.importing.jsonld import read_jsonld, read_page
from prospectus.importing.limits import DEFAULT, FeedRefused, Limits
from prospectus.importing.ncs import read_ncs
from prospectus.importing.plan import RETIRING, Plan, make_plan
from prospectus.importing.report import REFUSALS_SHOWN, Report
from prospectus.importing.sheet import read_csv_sheet, read_workbook
from prospectus.importing.sniff import CHOSEN, NAMES, STORED, Format, sniff
from prospectus.importing.spool import Spool
from prospectus.importing.standing import catalogue_token
from prospectus.importing.subjects import Subjects
from prospectus.importing.xcri import read_xcri
from prospectus.tables import CatalogueImport
from prospectus.vocabulary import Vocabulary

READERS: dict[Format, Callable[[FeedFile, Intake], None]] = {
    "xcri": read_xcri,
    "ncs_csv": read_ncs,
    "jsonld": read_jsonld,
    "jsonld_page": read_page,
    "sheet_csv": read_csv_sheet,
    "sheet_xlsx": read_workbook,
}


KEPT_REFUSALS = 500
"""Most refusals that the record of imports keeps."""

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How to import."""

    source: str | None = None
    """Whose catalogue it is; None: what the feed calls itself, else the file's name."""
    format: str = "auto"
    """auto, or a key of ``CHOSEN``."""
    provider: str | None = None
    """Whose courses they are, for a file that does not say."""
    dry_run: bool = False
    retiring: float = RETIRING
    """Percentage of the source's live courses that may be retired."""
    by: str | None = None
    """Who runs it."""


def import_feed(
    engine: Engine,
    path: Path,
    vocabulary: Vocabulary,
    options: Options | None = None,
    *,
    clock: Clock = system_clock,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
) -> Report:
    """Read a feed into the catalogue in one transaction, or refuse it and change nothing.

    Refusals are answered and recorded, not raised. Raises what the database raises, and ``ValueError`` for options
    that make no sense.
    """
    options = options or Options()
    _check(options)
    begun = clock()
    today = begun.astimezone(LONDON).date()
    report = Report("refused", options.source or path.stem, "", dry_run=options.dry_run)
    stored, digest = "unknown", ""
    with Spool() as spool:
        intake = Intake(spool, vocabulary, Subjects(vocabulary), limits, today, provider_name=options.provider)
        try:
            feed = open_feed(path, limits, progress)
            digest = feed.digest()
            kind = _format(feed, options.format)
            stored, report.format = STORED[kind], NAMES[kind]
            READERS[kind](feed, intake)
            if feed.not_utf8:
                intake.repaired(NOT_UTF8)
            intake.counted(CONTROLS, feed.controls)
            report.source = (options.source or intake.source_name or path.stem)[:200]
            spool.settle()
            checked = min(intake.generated or today, today)

            def record(at_end: bool) -> CatalogueImport:
                return CatalogueImport(
                    source=report.source, format=stored, file_name=path.name[:200], file_digest=digest, status="done",
                    by=options.by, started_at=begun, ended_at=clock() if at_end else begun,
                )  # fmt: skip

            plan = _write(engine, spool, report, intake, options, checked, record)
            _count(report, plan)
            report.status = "done"
        except FeedRefused as refused:
            report.reason = refused.reason
            report.refused = [{"line": refused.line, "reason": refused.reason}]
        report.repairs = intake.repairs
        report.courses_refused = spool.count("refused")
        report.refused += spool.refusals(REFUSALS_SHOWN)
    if not report.done and not options.dry_run:
        with writing(engine) as session:
            session.add(
                CatalogueImport(
                    source=report.source,
                    format=stored,
                    file_name=path.name[:200],
                    file_digest=digest,
                    status="refused",
                    by=options.by,
                    started_at=begun,
                    ended_at=clock(),
                    counts=report.counts(),
                    report=_kept(report),
                )
            )
    return report


def _check(options: Options) -> None:
    if options.format != "auto" and options.format not in CHOSEN:
        raise ValueError(f"there is no format {options.format}; there are auto, {', '.join(CHOSEN)}")
    if not 0 <= options.retiring <= 100:
        raise ValueError("the share that may be retired is between 0 and 100 per cent")
    if options.source is not None and (
        not options.source.strip() or options.source.strip().lower().startswith(OFFICER)
    ):
        raise ValueError("a source needs a name of its own, as people would call it")


def _format(feed: FeedFile, chosen: str) -> Format:
    if chosen == "auto":
        return sniff(feed)
    found = sniff(feed) if chosen in ("jsonld", "sheet") else None
    if chosen == "sheet" and found == "ncs_csv":
        return "sheet_csv"
    kinds = CHOSEN[chosen]
    if found is not None and found not in kinds:
        raise FeedRefused(f"It was said to be {NAMES[kinds[0]]}, but it is {NAMES[found]}.")
    return found or kinds[0]


def _write(
    engine: Engine, spool: Spool, report: Report, intake: Intake, options: Options, checked: date,
    record: Callable[[bool], CatalogueImport],
) -> Plan:  # fmt: skip
    """Plan beside the others who use the database, and hold them up only while writing."""
    for attempt in range(1, _TRIES + 1):
        if attempt < _TRIES or options.dry_run:
            with reading(engine) as session:
                plan = make_plan(session, spool, report.source, retiring=options.retiring)
            if options.dry_run:
                return plan
        with writing(engine) as session:
            if attempt == _TRIES:
                # the catalogue is changing all the time: plan while nobody else can
                plan = make_plan(session, spool, report.source, retiring=options.retiring)
            elif catalogue_token(session) != plan.token:
                continue
            _count(report, plan)
            _apply(session, spool, plan, report, intake, checked, record)
            return plan
    raise AssertionError("unreachable")


def _apply(
    session: Session, spool: Spool, plan: Plan, report: Report, intake: Intake, checked: date,
    record: Callable[[bool], CatalogueImport],
) -> None:  # fmt: skip
    report.repairs = intake.repairs
    report.courses_refused = spool.count("refused")
    row = record(False)
    session.add(row)
    session.flush()
    Applying(
        session.connection(), spool, plan, source=report.source, import_id=row.id or 0, at=row.started_at,
        checked=checked,
    ).run()  # fmt: skip
    row.ended_at = record(True).ended_at
    row.counts = report.counts()
    row.report = _kept(report) | {"refused": spool.refusals(KEPT_REFUSALS)}


def _count(report: Report, plan: Plan) -> None:
    report.courses_taken = plan.new
    report.courses_changed = plan.changed + plan.restored
    report.courses_restored = plan.restored
    report.courses_same = plan.same
    report.courses_retired = plan.retired
    report.runs_taken = plan.runs_new
    report.runs_changed = plan.runs_changed
    report.runs_retired = plan.runs_retired
    report.kept = plan.kept


def _kept(report: Report) -> dict[str, object]:
    return {
        "repairs": report.repairs, "refused": report.refused[:KEPT_REFUSALS], "kept": report.kept[:KEPT_REFUSALS],
        "reason": report.reason,
    }  # fmt: skip
