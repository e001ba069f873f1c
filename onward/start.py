"""`onward run`, step by step: look that all is well, make what is missing, start everything, say where to go."""

import os
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import urllib3
from sqlalchemy.exc import DBAPIError

from onward import botprocess, migrate, model, preflight, samplearea
from onward.children import Program
from onward.problems import Problem
from onward.running import announced, only_one
from onward.settings import LOOPBACK, PROJECT, Settings
from onward.supervisor import Supervisor, until_told
from onward.variables import TEST_VARIABLES, unknown_variables

Say = Callable[[str], None]


def start(settings: Settings, say: Say, began: float) -> None:
    """Run everything until Ctrl-C or SIGTERM. ``began`` is when the command was called, on the monotonic clock.

    Raises ``Problem`` when something stands in the way of a start.
    """
    for name in unknown_variables():
        say(f"{name} is not a setting of Onward; see docs/settings.md.")
    preflight.check_folder(settings.var_dir)
    with only_one(settings):
        check(settings)
        prepare(settings, say)
        trained = model.ensure(say)
        programs = [
            botprocess.program(settings, settings.bot_url, trained),
            ours("worker", settings),
            ours("web", settings),
        ]
        supervisor = Supervisor(settings, programs, say)
        until_told(supervisor)
        say("Starting")

        def ready() -> None:
            say(f"Onward is ready (it took {time.monotonic() - began:.0f} s).\n\n{where_to_go(settings)}\n")

        with announced(settings):
            supervisor.run(ready)
        say("Stopped")


def check(settings: Settings) -> None:
    """Everything that a start needs, most basic first. Raises ``Problem``."""
    preflight.check_disk(settings.var_dir)
    preflight.check_bot_environment()
    host, port = bot_address(settings)
    preflight.check_port(settings.host, settings.port, "the web pages", "ONWARD_PORT={port} onward run")
    preflight.check_port(host, port, "the bot", f"ONWARD_BOT_URL=http://{host}:{{port}} onward run")
    preflight.check_database(settings)


def bot_address(settings: Settings) -> tuple[str, int]:
    """Where the bot is started. Raises ``Problem`` where the address is not one of this machine."""
    parts = urlsplit(settings.bot_url)
    if parts.hostname not in LOOPBACK or parts.scheme != "http":
        raise Problem(
            f"`onward run` starts the bot on this machine, and ONWARD_BOT_URL is {settings.bot_url}.",
            "Give it an address such as http://127.0.0.1:5005, or start the parts one by one (docs/running.md).",
        )
    return parts.hostname or "127.0.0.1", parts.port or 80


def prepare(settings: Settings, say: Say) -> None:
    """The newest tables and, where that is wanted and nobody is in the record yet, the sample area."""
    try:
        if migrate.upgrade(settings.database_url):
            say("Made the database's tables")
        if settings.with_sample:
            counts = samplearea.load_if_empty(settings)
            if counts:
                loaded = ", ".join(f"{count} {what}" for what, count in counts.items())
                say(f"Loaded the sample area: {loaded}")
    except migrate.DatabaseIsNewer as newer:
        raise Problem(
            f"This version of Onward is older than the database: {newer}.", "Install the newer one."
        ) from None
    except DBAPIError as error:
        raise preflight.database_problem(error, settings) from None


def ours(name: str, settings: Settings) -> Program:
    """One of the application's own processes, as a program."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("ONWARD_")}
    environ |= settings.as_environment() | {"PYTHONUNBUFFERED": "1"}
    # steps that tests kill at are told by variables that are no settings
    environ |= {key: os.environ[key] for key in TEST_VARIABLES if key in os.environ}
    ready = (lambda: answers(f"{settings.local_url}/ready")) if name == "web" else None
    return Program(name, [sys.executable, "-m", "onward", name], environ, PROJECT, ready)


def answers(url: str) -> bool:
    """Whether a page answers with 200."""
    try:
        return urllib3.request("GET", url, timeout=1.0, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def where_to_go(settings: Settings) -> str:
    """What a person can do next."""
    url = settings.local_url
    lines = [f"  Chat          {url}/"]
    if settings.simulated:
        lines.append(f"  Phone         {url}/phone")
    lines.append(f"  Console       {url}/console")
    if settings.with_sample:
        lines += [f"                sign in as {line}" for line in samplearea.sign_in(settings)]
    if settings.simulated:
        lines += ["", '  Or text it:   .venv/bin/onward text --from 07700900123 "any plumbing courses near margate?"']
    return "\n".join([*lines, "", f"  Logs are in {settings.log_dir}. Ctrl-C stops everything."])
