"""``onward prospectus demand``: what was asked for and was not to be had."""

from datetime import datetime
from typing import Annotated

import typer

from onward.cli.common import Json, print_json, read_settings


def demand(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, as in 2026-09-01; default: all time.")
    ] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; default: today.")] = None,
    internal: Annotated[
        bool, typer.Option("--internal", help="Counts below five too: not to be passed on outside the service.")
    ] = False,
    json: Json = False,
) -> None:
    """Say what was asked for and was not to be had, by subject, level, area and month. No names are in it."""
    from casework.db import open_engine, reading
    from onward.preflight import check_database, require_newest_tables
    from prospectus.demand import SMALL, report
    from prospectus.vocabulary import Vocabulary

    settings = read_settings()
    check_database(settings)
    engine = open_engine(settings.database_url)
    try:
        require_newest_tables(engine, settings)
        with reading(engine) as session:
            found = report(
                session,
                Vocabulary.load(settings.data_dir),
                since=since.date() if since else None,
                until=until.date() if until else None,
                internal=internal,
            )
    finally:
        engine.dispose()
    if json:
        print_json(found.as_json())
        return
    about = "" if internal else "about "
    print(f"Asked for and not to be had: {about}{found.total}")
    for title, lines in (("subject", found.subjects), ("level", found.levels), ("area", found.areas),
                         ("way of learning", found.routes), ("month", found.months)):  # fmt: skip
        if lines:
            print(f"\nBy {title}")
        for line in lines:
            print(f"{line['count']:>7}  {line.get('name') or line['month']}")
    if found.hidden:
        print(f"\nWhat was asked for fewer than {SMALL} times is left out; --internal shows it.")
