"""`onward simulate`: a year of follow-up with invented young people, checked."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from onward.cli.common import Json, print_json, read_settings
from onward.problems import Problem

BAR = 40


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(simulate)


def simulate(
    young_people: Annotated[
        int, typer.Option("--young-people", min=1, max=200_000, metavar="N", help="How many are invented.")
    ] = 300,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day. Default: 1 September.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day. Default: a year later.")
    ] = None,
    seed: Annotated[str, typer.Option(help="The same seed comes to the same result.")] = "1",
    faults: Annotated[
        bool, typer.Option(help="Let workers die, reports come late and twice, and answers be lost.")
    ] = True,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where the picture and the log go (var/simulate).")
    ] = None,
    json: Json = False,
) -> None:
    """Simulate follow-up over a time: what would be sent to whom, when and why, and what advisers would have to do.

    Nothing real is read or sent: it works in a database of its own. Exits 1 when something that must hold did not.
    """
    import logging

    from casework.activities.years import academic_year, first_day, last_day
    from casework.clock import LONDON, system_clock
    from casework.yamlfile import BadData
    from onward.simulate.area import simulate as run
    from onward.simulate.picture import year_svg
    from onward.simulate.report import as_json, as_text, write_log

    settings = read_settings()
    # lost answers and refused numbers are part of it, and counted
    logging.getLogger("channels").setLevel(logging.CRITICAL)
    this_year = academic_year(system_clock().astimezone(LONDON).date())
    begins = first.date() if first else first_day(this_year)
    ends = last.date() if last else last_day(academic_year(begins))
    _check(begins, ends)
    try:
        area = run(young_people, begins, ends, seed, settings.data_dir, faults=faults, progress=None if json else _bar)
    except BadData as bad:
        raise Problem(str(bad), "Put that file right, then try again.") from None
    folder = out or settings.var_dir / "simulate"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "year.svg").write_text(year_svg(area), encoding="utf-8")
    write_log(area, folder / "contacts.csv")
    if json:
        print_json(as_json(area) | {"picture": str(folder / "year.svg"), "log": str(folder / "contacts.csv")})
    else:
        print(as_text(area))
        print(f"\nPicture: {folder / 'year.svg'}\nEvery contact, with why: {folder / 'contacts.csv'}")
    if area.broken:
        raise typer.Exit(1)


def _check(begins: date, ends: date) -> None:
    if ends < begins:
        raise Problem("--to must not be before --from.", status=2)
    if (ends - begins).days > 3 * 366:
        raise Problem("Three years is the longest that can be simulated.", status=2)


def _bar(share: float) -> None:
    if not sys.stderr.isatty():
        return
    done = round(share * BAR)
    end = "\n" if share >= 1 else ""
    print(f"\r[{'#' * done}{'.' * (BAR - done)}] {share:4.0%}", end=end, file=sys.stderr, flush=True)
