"""Commands for the record: a caseload in, figures and returns out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onward.cli.common import Json, print_json, progress, read_settings
from onward.problems import Problem
from onward.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from casework.importing.report import Report
    from casework.importing.rows import Issue
    from casework.returns.monthly import Made

SHOWN = 20
"""Lines of each kind of problem that are shown."""


def register(app: typer.Typer) -> None:
    """Add these commands."""
    record = typer.Typer(
        no_args_is_help=True, help="The record: reading a caseload in, and its figures."
    )
    record.command("import")(import_)
    record.command("template")(template)
    record.command("figures")(figures)
    app.add_typer(record, name="record")
    returns = typer.Typer(no_args_is_help=True, help="What is sent of the record: the monthly return, the survey.")
    returns.command("monthly")(monthly)
    returns.command("survey")(survey)
    returns.command("schema")(schema)
    app.add_typer(returns, name="return")


def import_(
    file: Annotated[
        Path, typer.Argument(help="A CSV file or Excel workbook (.xlsx) with headings in its first row.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")] = False,
    as_at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which the file was made. Default: today.")
    ] = None,
    problems: Annotated[
        Path | None, typer.Option(help="Write every line that was refused, or is to be looked at, to this CSV file.")
    ] = None,
    json: Json = False,
) -> None:
    """Read a caseload in. Reading the same file again changes nothing.

    Exits 1 when a line was refused, or is to be looked at.
    """
    from casework.clock import system_clock
    from casework.importing.importer import Options, import_caseload
    from casework.importing.layout import BadFile

    with _record() as (engine, settings), _problem_file(problems) as listen:
        options = Options(dry_run=dry_run, as_at=as_at.date() if as_at else None, actor="system")
        try:
            report = import_caseload(
                engine, settings.data_dir, file, clock=system_clock, options=options, listen=listen, progress=_rows
            )
        except BadFile as bad:
            raise Problem(str(bad)) from None
    if json:
        print_json(report.as_json())
    else:
        _say_import(report)
    if report.refused or report.to_look_at:
        raise typer.Exit(1)


def template(
    file: Annotated[Path, typer.Argument(help="Where to write it: a name that ends in .csv or .xlsx.")],
) -> None:
    """Write an empty file with every heading that a caseload may have."""
    from casework.importing.template import write_template

    if file.suffix.lower() not in (".csv", ".xlsx"):
        raise Problem(f"{file} must end in .csv or .xlsx.")
    if file.exists():
        raise Problem(f"{file} is there already.", "Give another name.")
    write_template(read_settings().data_dir, file)
    print(f"{file} is written. Keep its headings; leave out the columns that you do not have.")


def figures(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to count on. Default: today.")
    ] = None,
    year: Annotated[int | None, typer.Option(min=7, max=14, help="Count one school year only, as in 13.")] = None,
    json: Json = False,
) -> None:
    """Count who takes part, is NEET or is not known, with what each figure means."""
    from casework.activities.currency import Currency
    from casework.activities.timeline import Codebook
    from casework.clock import LONDON, system_clock
    from casework.db import reading
    from casework.nccis import Nccis, Status
    from casework.participation import Cohort, participation

    with _record() as (engine, settings):
        book = Codebook(Nccis.load(settings.data_dir), Currency.load(settings.data_dir))
        day = on.date() if on else system_clock().astimezone(LONDON).date()
        with reading(engine) as session:
            counted = participation(session, book, day, Cohort.year_group(year) if year else Cohort())
    if json:
        print_json(counted.as_json() | {"year": year})
        return
    who = f"Year {year}" if year else "Years 12 and 13, and up to 25 with an EHC plan"
    print(f"{who}, on {day}: {counted.cohort}, of whom {counted.denominator} are counted (custody is not).")
    for name, number in (
        ("Participating", counted.participating),
        ("In a job without training", counted.of(Status.EMPLOYMENT)),
        ("NEET", counted.neet),
        ("Not known", counted.not_known),
    ):
        share = counted.percent(number)
        print(f"  {name:<26} {number:>7}" + (f"  {share:.1f} %" if share is not None else ""))


def monthly(
    month: Annotated[str, typer.Option(help="The month, as in 2026-11.")],
    out: Annotated[Path | None, typer.Option(help="The file to write. Without it the record is only checked.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what must be put right first.")] = False,
    leave_out_wrong: Annotated[
        bool, typer.Option("--leave-out-wrong", help="Write it without the records that must be put right first.")
    ] = False,
    faults: Annotated[Path | None, typer.Option(help="Write everything to put right to this CSV file.")] = None,
    json: Json = False,
) -> None:
    """Make the monthly return of the national caseload system, or say what to put right first.

    Exits 1 when something must be put right first.
    """
    from casework.clock import system_clock
    from casework.returns.monthly import CannotMake, Options, make

    if not check and out is None:
        raise Problem("Say where to write it with --out, or use --check.", status=2)
    with _record() as (engine, settings), _fault_file(faults) as listen:
        options = Options(
            out=None if check else out, leave_out=leave_out_wrong, places=_places(engine), listen=listen, progress=_rows
        )
        try:
            made = make(engine, settings.data_dir, month, now=system_clock(), options=options)
        except CannotMake as cannot:
            raise Problem(str(cannot)) from None
    if json:
        print_json(made.as_json())
    else:
        _say_return(made, check)
    if made.shape or (made.must and (check or made.path is None)):
        raise typer.Exit(1)


def survey(
    year: Annotated[int, typer.Option(min=2000, max=2100, help="The year of 1 November.")],
    out: Annotated[Path | None, typer.Option(help="The CSV file to write. Without it only the sums are shown.")] = None,
    json: Json = False,
) -> None:
    """Make the annual activity survey: where those who left Year 11 in the summer were on 1 November."""
    from casework.clock import system_clock
    from casework.returns.monthly import CannotMake
    from casework.returns.survey import make_survey

    with _record() as (engine, settings):
        try:
            made = make_survey(engine, settings.data_dir, year, now=system_clock(), out=out, places=_places(engine))
        except CannotMake as cannot:
            raise Problem(str(cannot)) from None
    if json:
        print_json(made.as_json())
        return
    print(f"{made.records} young people, where they were on {made.on}, as was known by {made.until}.")
    for code, number in sorted(made.by_code.items()):
        print(f"  {code}  {number}")
    if made.no_id:
        print(f"{made.no_id} of them have no number for the return.")
    if made.path:
        print(f"Written to {made.path}.")
    _say_unconfirmed(made.confirmed)


def schema() -> None:
    """Print the XML schema that the monthly return is checked against. It is ours, not the national system's."""
    from casework.names import NameRules
    from casework.returns import schema as schemas
    from casework.returns.spec import MonthlySpec

    data_dir = read_settings().data_dir
    print(schemas.schema(MonthlySpec.load(data_dir), NameRules.load(data_dir)), end="")


@contextmanager
def _record() -> Iterator[tuple["Engine", Settings]]:
    from casework.db import open_engine
    from casework.yamlfile import BadData
    from onward.preflight import check_database, require_newest_tables

    settings = read_settings()
    check_database(settings)
    engine = open_engine(settings.database_url)
    try:
        require_newest_tables(engine, settings)
        yield engine, settings
    except BadData as bad:
        raise Problem(str(bad), "Put that file right, then try again.") from None
    finally:
        engine.dispose()


def _places(engine: "Engine") -> dict[str, str]:
    """The names of providers, by ref."""
    from sqlmodel import select

    from casework.db import reading
    from prospectus.tables import Provider

    with reading(engine) as session:
        return {provider.ref: provider.name for provider in session.exec(select(Provider))}


def _rows(count: int) -> None:
    if count % 10_000 < 400 or count % 5_000 == 0:
        progress(f"{count} looked at")


@contextmanager
def _csv(path: Path | None, headings: list[str]) -> Iterator[Any]:
    """Something that takes rows: a CSV file that only its owner can read, or nothing."""
    import csv

    if path is None:
        yield lambda _row: None
        return
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            path.chmod(0o600)
            writer = csv.writer(file)
            writer.writerow(headings)
            yield writer.writerow
    except OSError as error:
        raise Problem(f"{path} cannot be written: {error.strerror}.") from None


@contextmanager
def _problem_file(path: Path | None) -> Iterator[Any]:
    from casework.returns.survey import cell

    with _csv(path, ["Line", "What", "Column", "Reason"]) as write:

        def listen(kind: str, issue: "Issue") -> None:
            write([issue.line, kind, cell(issue.column), cell(issue.reason)])

        yield listen


@contextmanager
def _fault_file(path: Path | None) -> Iterator[Any]:
    from casework.returns.survey import cell

    with _csv(path, ["Ref", "Check", "Level", "What to put right"]) as write:
        yield lambda fault: write([cell(fault.ref), fault.check, fault.level, cell(fault.words)])


def _say_import(report: "Report") -> None:
    would = "would be " if report.dry_run else ""
    print(
        f"{report.rows} lines: {report.added} {would}added, {report.updated} {would}updated, "
        f"{report.unchanged} as they were, {report.refused} refused, {report.to_look_at} to look at."
    )
    if report.activities:
        print(f"{report.activities} activities {would}recorded.")
    if report.ignored:
        print(f"Not read, because no column goes by that heading: {', '.join(report.ignored)}.")
    for name, number in report.unknown.most_common(SHOWN):
        print(f"Not in the record ({number} lines): {name}")
    words = {"refused": "Refused", "look at": "To look at", "left out": "Taken, with something to know"}
    totals = {"refused": report.refused, "look at": report.to_look_at, "left out": report.warnings}
    for kind, issues in report.issues.items():
        if not issues:
            continue
        print(f"{words[kind]}:")
        for issue in issues[:SHOWN]:
            print(f"  {issue}")
        if totals[kind] > SHOWN:
            print(f"  and {totals[kind] - SHOWN} more; --problems FILE has them all.")


def _say_return(made: "Made", check: bool) -> None:
    print(f"{made.records} records for {made.month}, as things were on {made.period_end}.")
    for name, number in made.by_check.most_common():
        first = next((fault for fault in made.faults if fault.check == name), None)
        level = "must be put right first" if first and first.level == "must" else "should be put right"
        print(f"  {number:>6}  {level}: {first.words if first else name} (as in {first.ref if first else '?'})")
    if made.no_date_of_birth:
        print(f"{made.no_date_of_birth} people have no date of birth, and so are in no cohort.")
    if made.shape:
        print("The file is not in its own shape, and was not kept:")
        for line in made.shape:
            print(f"  {line}")
    elif made.path:
        left_out = f" {made.left_out} records were left out." if made.left_out else ""
        print(f"Written to {made.path}.{left_out}")
    elif not check:
        print("Nothing was written: put right what must be first, or use --leave-out-wrong.")
    _say_unconfirmed(made.confirmed)


def _say_unconfirmed(confirmed: bool) -> None:
    if not confirmed:
        print("The specification has not been confirmed for this file: see docs/returns.md before it is sent.")
