"""Commands for the record: a caseload in, and its figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onward.cli import followup, returns
from onward.cli.common import Json, print_json, read_settings
from onward.cli.recordtools import count_rows, csv_file, open_record
from onward.problems import Problem

if TYPE_CHECKING:
    from casework.importing.report import Report
    from casework.importing.rows import Issue

SHOWN = 20
"""Lines of each kind of problem that are shown."""


def register(app: typer.Typer) -> None:
    """Add these commands, and those for what is sent of the record and for follow-up."""
    record = typer.Typer(no_args_is_help=True, help="The record: reading a caseload in, and its figures.")
    record.command("import")(import_)
    record.command("template")(template)
    record.command("figures")(figures)
    app.add_typer(record, name="record")
    returns.register(app)
    followup.register(app)


def import_(
    file: Annotated[Path, typer.Argument(help="A CSV file or Excel workbook (.xlsx) with headings in its first row.")],
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

    with open_record() as (engine, settings), _problem_file(problems) as listen:
        options = Options(dry_run=dry_run, as_at=as_at.date() if as_at else None, actor="system")
        try:
            report = import_caseload(
                engine, settings.data_dir, file, clock=system_clock, options=options, listen=listen, progress=count_rows
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

    with open_record() as (engine, settings):
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


@contextmanager
def _problem_file(path: Path | None) -> Iterator[Any]:
    from casework.returns.survey import cell

    with csv_file(path, ["Line", "What", "Column", "Reason"]) as write:

        def listen(kind: str, issue: "Issue") -> None:
            write([issue.line, kind, cell(issue.column), cell(issue.reason)])

        yield listen


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
