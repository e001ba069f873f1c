"""Commands for the database and the sample area."""

from typing import Annotated

import typer

from onward.cli.common import Json, print_json, read_settings
from onward.problems import Problem


def register(app: typer.Typer) -> None:
    """Add these commands."""
    db = typer.Typer(no_args_is_help=True, help="The database's tables.")
    db.command("upgrade")(upgrade)
    db.command("current")(current)
    app.add_typer(db, name="db")
    sample = typer.Typer(no_args_is_help=True, help="The fictional sample area.")
    sample.command("load")(load)
    app.add_typer(sample, name="sample")


def upgrade() -> None:
    """Bring the database to the newest tables; make it where there is none."""
    from onward import migrate
    from onward.preflight import check_database

    settings = read_settings()
    check_database(settings)
    try:
        changed = migrate.upgrade(settings.database_url)
    except migrate.DatabaseIsNewer as newer:
        raise Problem(
            f"This version of Onward is older than the database: {newer}.", "Install the newer one."
        ) from None
    print(f"The database is at revision {migrate.head()}{'' if changed else ' already'}.")


def current(json: Json = False) -> None:
    """Say which tables the database has. Exits 1 when they are not the newest."""
    from onward import migrate
    from onward.preflight import check_database

    settings = read_settings()
    check_database(settings)
    at, newest = migrate.current(settings.database_url), migrate.head()
    if json:
        print_json({"current": at, "newest": newest})
    elif at == newest:
        print(f"The database is at revision {at}, the newest.")
    else:
        print(f"The database is at revision {at or 'none'}; the newest is {newest}. Run: onward db upgrade")
    if at != newest:
        raise typer.Exit(1)


def load(
    json: Json = False,
    force: Annotated[bool, typer.Option(help="Load it even where the record already holds somebody.")] = False,
) -> None:
    """Load the sample area. Loading it again changes nothing."""
    from casework.db import open_engine
    from onward.preflight import check_database, require_newest_tables
    from onward.samplearea import holds_others, load_into

    settings = read_settings()
    check_database(settings)
    engine = open_engine(settings.database_url)
    try:
        require_newest_tables(engine, settings)
        if settings.environment == "production" and not force:
            raise Problem(
                "The sample area is fictional and this is a production system.", "Add --force if you mean it."
            )
        if not force and holds_others(engine, settings):
            raise Problem("The record holds people who are not of the sample area.", "Add --force if you mean it.")
        counts = load_into(engine, settings)
    finally:
        engine.dispose()
    if json:
        print_json(counts)
    elif counts:
        print("The sample area is loaded: " + ", ".join(f"{count} {what}" for what, count in counts.items()) + ".")
    else:
        print("The sample area was loaded before; nothing has changed.")
