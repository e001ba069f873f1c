"""Commands for what is sent of the record: the monthly return and the activity survey."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onward.cli.common import Json, print_json, read_settings
from onward.cli.recordtools import count_rows, csv_file, open_record, places
from onward.problems import Problem

if TYPE_CHECKING:
    from casework.returns.monthly import Made


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help="What is sent of the record: the monthly return, the survey.")
    group.command("monthly")(monthly)
    group.command("survey")(survey)
    group.command("schema")(schema)
    app.add_typer(group, name="return")


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
    with open_record() as (engine, settings), _fault_file(faults) as listen:
        options = Options(
            out=None if check else out,
            leave_out=leave_out_wrong,
            places=places(engine),
            listen=listen,
            progress=count_rows,
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

    with open_record() as (engine, settings):
        try:
            made = make_survey(engine, settings.data_dir, year, now=system_clock(), out=out, places=places(engine))
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
def _fault_file(path: Path | None) -> Iterator[Any]:
    from casework.returns.survey import cell

    with csv_file(path, ["Ref", "Check", "Level", "What to put right"]) as write:
        yield lambda fault: write([cell(fault.ref), fault.check, fault.level, cell(fault.words)])


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
