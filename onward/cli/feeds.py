"""Commands that read course feeds and gazetteers, and the officer's spreadsheet."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from onward.cli.common import Json, print_json, read_settings
from onward.problems import Problem

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from onward.settings import Settings
    from prospectus.importing.feedfile import Progress

Feed = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, show_default=False, help="The file to read.")
]
Source = Annotated[
    str | None,
    typer.Option(help="Whose it is, as people would call it. Later files of the same source take its place."),
]


def add(group: typer.Typer) -> None:
    """Add these commands."""
    group.command("import")(import_)
    group.command("imports")(imports)
    group.command("template")(template)
    group.command("gazetteer")(gazetteer)


def import_(
    file: Feed,
    source: Source = None,
    format: Annotated[
        Literal["auto", "xcri", "ncs", "jsonld", "sheet"], typer.Option(help="auto finds out from what is in the file.")
    ] = "auto",
    provider: Annotated[str | None, typer.Option(help="Whose courses they are, for a file that does not say.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")] = False,
    allow_retiring: Annotated[
        int, typer.Option(min=0, max=100, help="Percentage of the source's courses that may be retired at once.")
    ] = 30,
    json: Json = False,
) -> None:
    """Read a feed of courses: XCRI-CAP, the National Careers Service CSV, JSON-LD, or the officer's spreadsheet.

    Either all of it is taken that can be, or nothing is changed. Exits 1 when the file was refused.
    """
    from prospectus.importing.importer import Options, import_feed
    from prospectus.vocabulary import Vocabulary

    settings = read_settings()
    options = Options(source, format, provider, dry_run, allow_retiring, _who())
    with _database(settings) as engine, _bar(f"Reading {file.name}", shown=not json) as progress:
        try:
            report = import_feed(engine, file, Vocabulary.load(settings.data_dir), options, progress=progress)
        except ValueError as error:
            raise Problem(f"That cannot be done: {error}.", status=2) from None
    if json:
        print_json(report.as_json())
    else:
        for line in report.lines():
            print(line, file=sys.stdout if report.done else sys.stderr)
    if not report.done:
        raise typer.Exit(1)


def imports(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Most imports to show.")] = 20, json: Json = False
) -> None:
    """Show the files that were read in, the latest first."""
    from sqlmodel import col, select

    from casework.clock import LONDON
    from casework.db import reading
    from prospectus.tables import CatalogueImport

    with _database(read_settings()) as engine, reading(engine) as session:
        rows = session.exec(select(CatalogueImport).order_by(col(CatalogueImport.id).desc()).limit(limit)).all()
    if json:
        print_json([row.model_dump(mode="json") for row in rows])
        return
    for row in rows:
        at = row.ended_at.astimezone(LONDON).strftime("%d %b %Y %H:%M")
        counts = row.counts
        what = (
            ", ".join(
                f"{counts.get(f'courses_{name}', 0)} {name}" for name in ("taken", "changed", "retired", "refused")
            )
            if row.status == "done"
            else f"refused: {row.report.get('reason') or 'not said'}"
        )
        print(f"{at}  {row.source}  {row.file_name} ({row.format}): {what}")
    if not rows:
        print("Nothing has been read in yet.")


def template(
    file: Annotated[Path, typer.Argument(show_default=False, help="Where to write it; ends in .xlsx or .csv.")],
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
) -> None:
    """Write an empty spreadsheet for courses, with what each column means and an example."""
    from prospectus.importing.template import write_template

    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise Problem(f"{file.name} ends in neither .xlsx nor .csv.", "Give it one of those endings.", status=2)
    if file.exists() and not force:
        raise Problem(f"{file} is there already.", "Add --force to write over it.")
    try:
        write_template(file)
    except OSError as error:
        raise Problem(f"{file} cannot be written: {error.strerror}.") from None
    print(f"Written: {file}. Fill it in, then: onward prospectus import {file}")


def gazetteer(file: Feed, source: Source = None, json: Json = False) -> None:
    """Read a gazetteer: names of places, and postcode districts, with where they are. Exits 1 when it was refused."""
    from dataclasses import asdict

    from casework.clock import LONDON, system_clock
    from prospectus.importing.gazetteer import import_gazetteer
    from prospectus.vocabulary import Vocabulary

    settings = read_settings()
    today = system_clock().astimezone(LONDON).date()
    with _database(settings) as engine, _bar(f"Reading {file.name}", shown=not json) as progress:
        report = import_gazetteer(
            engine, file, Vocabulary.load(settings.data_dir), source=source, today=today, progress=progress
        )
    if json:
        print_json(asdict(report))
    elif report.done:
        print(
            f"Taken from {report.source}: {report.places_taken:,} new places, {report.places_changed:,} changed, "
            f"{report.places_same:,} as they were, {report.places_removed:,} removed, "
            f"{report.places_refused:,} refused, {report.places_skipped:,} of no use here."
        )
        for row in report.refused[:20]:
            print(f"Refused: line {row['line']}: {row['reason']}")
    else:
        print(f"Nothing was changed. {report.reason}", file=sys.stderr)
    if not report.done:
        raise typer.Exit(1)


@contextmanager
def _database(settings: "Settings") -> Iterator["Engine"]:
    from casework.db import open_engine
    from onward.preflight import check_database, require_newest_tables

    check_database(settings)
    engine = open_engine(settings.database_url)
    try:
        require_newest_tables(engine, settings)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _bar(what: str, *, shown: bool) -> Iterator["Progress | None"]:
    """A progress bar beside the output, for a person only."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)

        def tell(read: int, whole: int) -> None:
            bars.update(task, completed=read, total=whole)

        yield tell


def _who() -> str | None:
    """The account that runs the command, for the record of imports."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None
