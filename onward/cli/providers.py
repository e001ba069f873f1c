"""Commands for providers: the keys they report with, and reports in a file."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onward.cli.common import Json, print_json, progress, read_settings
from onward.problems import Problem
from onward.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from casework.providers.catalogue import ProviderInfo
    from casework.providers.receiving import Receipt

SHOWN = 20
"""Lines that were refused and are shown; --json has all of them."""

Ref = Annotated[str, typer.Argument(help="The provider's ref in the prospectus, as in P05.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    providers = typer.Typer(no_args_is_help=True, help="What providers report: their keys, and reports in a file.")
    providers.command("key")(key)
    providers.command("keys")(keys)
    providers.command("report")(report)
    app.add_typer(providers, name="providers")


def key(
    provider: Ref,
    end: Annotated[bool, typer.Option("--end", help="End every key of this provider in place of making one.")] = False,
    json: Json = False,
) -> None:
    """Make a key for a provider to report with. It is shown once: only a digest of it is kept."""
    from casework.clock import system_clock
    from casework.db import writing
    from casework.providers import keys as kept

    with _record() as (engine, _):
        # whoever is not in the prospectus any more may still have keys to end
        name = provider if end else _provider(engine, provider).name
        with writing(engine) as session:
            now = system_clock()
            if end:
                ended = kept.end_keys(session, provider, now, actor="system")
            else:
                made = kept.make_key(session, provider, now, actor="system")
    if end:
        if json:
            print_json({"provider": provider, "ended": ended})
        else:
            print(f"{ended} {'key' if ended == 1 else 'keys'} of {provider} ended.")
    elif json:
        print_json({"provider": provider, "key": made})
    else:
        print(made)
        progress(f"This is the only copy. Give it to {name} by a safe way. It is ended with: --end")


def keys(
    provider: Annotated[str | None, typer.Argument(help="Only those of this provider.")] = None, json: Json = False
) -> None:
    """List the keys there are: when each was made and ended. The keys themselves are not kept."""
    from casework.db import reading
    from casework.providers import keys as kept

    with _record() as (engine, _), reading(engine) as session:
        rows = kept.keys_of(session, provider)
    if json:
        listed = [
            {
                "provider": row.provider_ref,
                "made_at": row.made_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in rows
        ]
        print_json(listed)
        return
    for row in rows:
        until = f"ended {row.ended_at:%Y-%m-%d}" if row.ended_at else "good"
        print(f"{row.provider_ref}  made {row.made_at:%Y-%m-%d}  {until}")
    if not rows:
        print("There are no keys.")


def report(
    file: Annotated[Path, typer.Argument(help="A CSV file or Excel workbook (.xlsx) with headings in its first row.")],
    provider: Annotated[str, typer.Option(help="Whose reports these are: the provider's ref, as in P05.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")] = False,
    json: Json = False,
) -> None:
    """Read a provider's reports in. Reading the same file again changes nothing.

    Exits 1 when a line was refused.
    """
    from casework.activities.rules import Rules
    from casework.clock import system_clock
    from casework.db import reading
    from casework.importing.layout import BadFile
    from casework.providers.receiving import Reception
    from casework.providers.tables import read_table
    from prospectus.reported import ProspectusCatalogue
    from prospectus.vocabulary import Vocabulary

    with _record() as (engine, settings):
        known = _provider(engine, provider)
        reception = Reception(engine, Rules.load(settings.data_dir), dry_run=dry_run)
        try:
            # a file that breaks off half way is not begun
            items = list(read_table(file))
        except BadFile as bad:
            raise Problem(str(bad)) from None
        with reading(engine) as session:
            catalogue = ProspectusCatalogue(session, Vocabulary.load(settings.data_dir))
            receipts = list(reception.take_all(known, catalogue, items, via="csv", now=system_clock()))
    refused = [receipt for receipt in receipts if receipt.status == "refused"]
    if json:
        print_json(_as_json(receipts, dry_run))
    else:
        _say(receipts, refused, dry_run)
    if refused:
        raise typer.Exit(1)


def _as_json(receipts: "list[Receipt]", dry_run: bool) -> dict[str, object]:
    counted = Counter(receipt.status for receipt in receipts)
    return {
        "dry_run": dry_run,
        "received": counted["received"],
        "already_received": counted["already_received"],
        "refused": counted["refused"],
        "matched": sum(bool(receipt.matched) for receipt in receipts if receipt.status == "received"),
        "lines": [
            {
                "line": receipt.number,
                "id": receipt.id,
                "status": receipt.status,
                "matched": receipt.matched,
                "errors": [{"field": one.field, "message": one.message} for one in receipt.problems],
            }
            for receipt in receipts
        ],
    }


def _say(receipts: "list[Receipt]", refused: "list[Receipt]", dry_run: bool) -> None:
    for receipt in refused[:SHOWN]:
        for problem in receipt.problems:
            print(f"line {receipt.number}: {problem.field} {problem.message}")
    if len(refused) > SHOWN:
        print(f"{len(refused) - SHOWN} more lines were refused; --json shows them all.")
    new = [receipt for receipt in receipts if receipt.status == "received"]
    found = sum(bool(receipt.matched) for receipt in new)
    again = len(receipts) - len(new) - len(refused)
    would = "would be " if dry_run else ""
    print(
        f"{len(new)} {would}received: {found} matched, {len(new) - found} to be looked at in the console. "
        f"{again} were there already. {len(refused)} refused."
    )


def _provider(engine: "Engine", ref: str) -> "ProviderInfo":
    from casework.db import reading
    from prospectus.reported import provider_info

    with reading(engine) as session:
        found = provider_info(session, ref)
    if found is None:
        raise Problem(
            f"There is no provider {ref} in the prospectus.", "Its ref is in the console, beside its courses."
        )
    return found


@contextmanager
def _record() -> "Iterator[tuple[Engine, Settings]]":
    from casework.clock import system_clock
    from casework.db import open_engine
    from onward.following import build_followups
    from onward.preflight import check_database, require_newest_tables

    settings = read_settings()
    check_database(settings)
    engine = open_engine(settings.database_url)
    try:
        require_newest_tables(engine, settings)
        build_followups(engine, system_clock, settings.data_dir, service=settings.service_name).install()
        yield engine, settings
    finally:
        engine.dispose()
