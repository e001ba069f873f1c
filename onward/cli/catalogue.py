"""Commands for the prospectus."""

from typing import TYPE_CHECKING, Annotated

import typer

from onward.cli import feeds
from onward.cli.common import Json, print_json, read_settings
from onward.cli.prospectus_group import group

if TYPE_CHECKING:
    from prospectus.search import Hit


def register(app: typer.Typer) -> None:
    """Add these commands."""
    courses = typer.Typer(no_args_is_help=True, help="The courses of the area's prospectus.")
    courses.command("search")(search)
    app.add_typer(courses, name="courses")
    feeds.add(group)


def search(
    text: Annotated[str, typer.Argument(help='What to look for, as in "level 2 plumbing near margate".')],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most courses to show.")] = 10,
    json: Json = False,
) -> None:
    """Find courses by words: a subject, a level, a place, a provider."""
    from dataclasses import asdict

    from casework.clock import LONDON, system_clock
    from casework.db import open_engine, reading
    from onward.preflight import check_database, require_newest_tables
    from prospectus.ask import ask
    from prospectus.vocabulary import Vocabulary

    settings = read_settings()
    check_database(settings)
    engine = open_engine(settings.database_url)
    today = system_clock().astimezone(LONDON).date()
    try:
        require_newest_tables(engine, settings)
        with reading(engine) as session:
            query, result = ask(session, Vocabulary.load(settings.data_dir), text, today=today, limit=limit)
    finally:
        engine.dispose()
    found = {
        "asked": text,
        "query": {name: value for name, value in asdict(query).items() if value is not None},
        "total": result.total,
        "hits": [hit.as_args() for hit in result.hits],
        "near": [hit.as_args() for hit in result.near],
        "relaxed": result.relaxed,
    }
    if json:
        print_json(found)
        return
    for hit in result.hits or result.near:
        print(_line(hit))
    if not result.hits:
        print("No course matches that." + (" These come near." if result.near else ""))
    elif result.total > len(result.hits):
        print(f"{result.total - len(result.hits)} more; --limit shows them.")


def _line(hit: "Hit") -> str:
    start = "any week" if hit.roll_on else hit.start or "start not known"
    away = f", {hit.distance_miles:.0f} miles" if hit.distance_miles is not None else ""
    return f"{hit.course_ref}  {hit.title} (level {hit.level}), {hit.provider_name}, {hit.town}{away}, {start}"
