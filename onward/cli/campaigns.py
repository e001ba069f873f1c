"""``onward campaign``: what is planned, what came of it, and starting, pausing and stopping from a command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onward.cli.common import Json, print_json, read_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from casework.campaigns.comparing import Share
    from onward.settings import Settings

group = typer.Typer(no_args_is_help=True, help="Campaigns: one message to many. They are written in the console.")
Ref = Annotated[str, typer.Argument(help="The campaign's reference, as in C3.")]
ACTOR = "system"


def register(app: typer.Typer) -> None:
    """Add the group."""
    group.command("list")(listed)
    for command in (preview, start, pause, resume, stop, results):
        group.command()(command)
    app.add_typer(group, name="campaign")


def listed(json: Json = False) -> None:
    """Every campaign, the newest first."""
    from casework.campaigns.drafts import every
    from casework.db import reading

    with _opened() as (engine, _), reading(engine) as session:
        found = [{"ref": one.ref, "name": one.name, "status": one.status} for one in every(session)]
    if json:
        print_json(found)
    for one in () if json else found:
        print(f"{one['ref']:<6} {one['status']:<9} {one['name']}")


def preview(ref: Ref, json: Json = False) -> None:
    """How many a draft would go to if it started now, who is left out why, and when. No names are in it."""
    from casework.db import reading

    with _opened() as (engine, settings), reading(engine) as session:
        found = _look(session, settings, ref)
    said: dict[str, Any] = {
        "ref": ref,
        "found": found.chosen.found,
        "to": len(found.split.to),
        "held_out": len(found.split.held),
        "left_out": {reason: len(left) for reason, left in found.chosen.excluded.items()},
        "first": found.due[0].isoformat() if found.due else None,
        "last": found.due[-1].isoformat() if found.due else None,
        "against": found.against,
    }
    if json:
        print_json(said)
        return
    print(f"{said['found']} found, {said['to']} written to, {said['held_out']} held out")
    for reason, many in said["left_out"].items():
        print(f"{many:>7}  left out: {reason}")
    if found.due:
        print(f"From {said['first']} to {said['last']}")
    for line in found.against:
        print(f"It cannot be started: {line}.")


def start(ref: Ref, people: Annotated[int, typer.Option(help="How many it goes to, as its preview says.")]) -> None:
    """Start a draft, or go on with a start that was cut short."""
    from casework.campaigns.drafts import CampaignError, by_ref
    from casework.campaigns.starting import begin, go_on
    from casework.clock import system_clock
    from casework.db import reading, writing
    from casework.hours import SendingPolicy

    now = system_clock()
    with _opened() as (engine, settings):
        with reading(engine) as session:
            campaign = by_ref(session, ref)
            going = campaign is not None and campaign.status == "starting"
            found = None if going else _look(session, settings, ref)
        if found is not None:
            if found.against:
                raise CampaignError(found.against[0])
            if len(found.split.to) != people:
                raise CampaignError(f"It would go to {len(found.split.to)} and not to {people}: look at its preview")
            with writing(engine) as session:
                begin(session, ref, found.chosen, ACTOR, now)
        print(f"{go_on(engine, ref, now, SendingPolicy())} contacts planned; {ref} is running.")


def pause(ref: Ref) -> None:
    """Let what has not gone wait."""
    from casework.campaigns import steering
    from casework.clock import system_clock
    from casework.db import writing

    with _opened() as (engine, _), writing(engine) as session:
        steering.pause(session, ref, ACTOR, system_clock())
    print(f"{ref} is paused.")


def resume(ref: Ref) -> None:
    """Let a paused one go on, spread anew from now on."""
    from casework.campaigns import steering
    from casework.clock import system_clock
    from casework.hours import SendingPolicy

    with _opened() as (engine, _):
        waiting = steering.resume(engine, ref, ACTOR, system_clock(), SendingPolicy())
    print(f"{ref} goes on: {waiting} wait.")


def stop(ref: Ref) -> None:
    """End it for good: what has not gone never goes."""
    from casework.campaigns import steering
    from casework.clock import system_clock

    with _opened() as (engine, _):
        ended = steering.stop(engine, ref, ACTOR, system_clock())
    print(f"{ref} is stopped: {ended} will not be sent.")


def results(ref: Ref, json: Json = False) -> None:
    """What came of it, counted, and the comparison with those who were held out once its day has come."""
    from dataclasses import asdict

    from casework.activities.rules import Rules
    from casework.campaigns.counting import count
    from casework.campaigns.outcomes import outcome
    from casework.clock import system_clock
    from casework.db import reading

    with _opened() as (engine, settings), reading(engine) as session:
        campaign = _campaign(session, ref)
        counts = asdict(count(session, campaign))
        found = outcome(session, campaign, Rules.load(settings.data_dir).book, system_clock())
    said: dict[str, Any] = {"ref": ref, "status": campaign.status, "counts": counts, "outcome": None}
    if found is not None:
        said["outcome"] = {"measure": found.measure, "looked_at": found.looked_at.isoformat(), "ready": found.ready}
        if found.comparison is not None and not found.comparison.small:
            compared = found.comparison
            said["outcome"] |= {
                "written_to": _share(compared.written),
                "held_out": _share(compared.held),
                "difference": [compared.difference, *compared.interval],
                "in_words": compared.in_words(),
            }
        elif found.comparison is not None:
            said["outcome"]["in_words"] = "A group is too small to be shown."
    if json:
        print_json(said)
        return
    print(f"{ref} is {campaign.status}")
    for name, many in counts.items():
        if isinstance(many, dict):
            for reason, some in many.items():
                print(f"{some:>7}  {name.replace('_', ' ')}: {reason}")
        else:
            print(f"{many:>7}  {name.replace('_', ' ')}")
    if said["outcome"]:
        print(said["outcome"].get("in_words") or f"The comparison is made on {said['outcome']['looked_at'][:10]}.")


def _share(share: "Share") -> dict[str, Any]:
    return {"count": share.count, "of": share.of, "share": share.value, "interval": list(share.interval)}


def _campaign(session: Any, ref: str) -> Any:
    from casework.campaigns.drafts import CampaignError, by_ref

    found = by_ref(session, ref)
    if found is None:
        raise CampaignError(f"There is no campaign {ref}")
    return found


def _look(session: Any, settings: "Settings", ref: str) -> Any:
    from casework.campaigns.drafts import Desk
    from casework.campaigns.looking import look
    from casework.clock import system_clock
    from casework.followup.people import Reader
    from casework.hours import SendingPolicy

    campaign = _campaign(session, ref)
    desk = Desk.load(settings.data_dir, settings.service_name)
    return look(session, Reader.load(settings.data_dir), campaign, desk, system_clock(), SendingPolicy())


@contextmanager
def _opened() -> "Iterator[tuple[Engine, Settings]]":
    """The database of this installation; what cannot be done with a campaign is said in plain words."""
    from casework.campaigns.drafts import CampaignError
    from casework.db import open_engine
    from onward.preflight import check_database, require_newest_tables
    from onward.problems import Problem

    settings = read_settings()
    check_database(settings)
    engine = open_engine(settings.database_url)
    try:
        require_newest_tables(engine, settings)
        yield engine, settings
    except CampaignError as refused:
        raise Problem(f"{refused}.", "See: onward campaign list", status=1) from None
    finally:
        engine.dispose()
