"""What `onward doctor` looks at, one function each. A check yields findings; it changes nothing."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal
from urllib.parse import urlsplit

from casework.clock import LONDON, system_clock
from onward import botprocess, datafiles, migrate, model, preflight, secretfile
from onward.running import find
from onward.settings import LOOPBACK, Settings

Check = Callable[[Settings], Iterator["Finding"]]
Level = Literal["well", "warning", "wrong"]

COMFORTABLE_MB = 1_000
"""Free disk below which a service should be looked at."""

PACKAGES = ("fastapi", "uvicorn", "sqlmodel", "alembic", "psycopg", "rasa-sdk", "twilio", "argon2-cffi")
"""What the application is built on."""

BOT_FACTS = "import sys, importlib.metadata as m; print('%d.%d' % sys.version_info[:2], m.version('rasa'))"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    found: str
    remedy: str = ""


def application(_settings: Settings) -> Iterator[Finding]:
    """The Python that runs this, and the packages that it cannot do without."""
    missing = []
    for package in PACKAGES:
        try:
            metadata.version(package)
        except metadata.PackageNotFoundError:
            missing.append(package)
    if missing:
        yield Finding("wrong", f"{', '.join(missing)} is not installed.", "Run: make setup")
    else:
        yield Finding("well", f"Python {'.'.join(str(part) for part in sys.version_info[:3])}")


def bot_environment(settings: Settings) -> Iterator[Finding]:
    """The bot's own Python and Rasa, where this machine runs the bot."""
    if not preflight.BOT_PYTHON.exists():
        if _bot_is_elsewhere(settings):
            yield Finding("well", "none here; the bot runs elsewhere")
            return
        preflight.check_bot_environment()
    asked = subprocess.run(  # noqa: S603 - our own interpreter and words
        [str(preflight.BOT_PYTHON), "-c", BOT_FACTS], capture_output=True, text=True, timeout=60
    )
    python, _, rasa = asked.stdout.strip().partition(" ")
    if asked.returncode or python != "3.10" or not rasa:
        yield Finding("wrong", "it is not Python 3.10 with Rasa.", "Run: make clean setup")
    else:
        yield Finding("well", f"Python {python}, Rasa {rasa}")


def bot_model(settings: Settings) -> Iterator[Finding]:
    """The trained model: there, made from the present data, and the file that was trained."""
    if not preflight.BOT_PYTHON.exists():
        if _bot_is_elsewhere(settings):
            yield Finding("well", "none here; the bot runs elsewhere")
        else:
            yield Finding("wrong", "it cannot be looked at without the bot's environment.", "Run: make setup")
        return
    wanted = model.wanted()
    if model.written_sha256(wanted) is None:
        yield Finding("wrong", "there is none for the present training data.", "Run: make train")
    elif not model.is_intact(wanted):
        yield Finding("wrong", f"{wanted.name} is not the file that was trained.", "Run: onward train --force")
    else:
        yield Finding("well", f"{wanted.name} matches what it is made from")


def data_files(settings: Settings) -> Iterator[Finding]:
    """Every file under ``data``: whether the parts that use it can read it, and what is past its review date."""
    for kind in datafiles.examine(settings.data_dir, system_clock().astimezone(LONDON).date()):
        for problem in kind.wrong:
            yield Finding("wrong", f"{kind.name}: {problem}", "Put the file right.")
        for warning in kind.warnings:
            yield Finding("warning", f"{kind.name}: {warning}", "Check it with its source, then move the date.")
        if not kind.wrong and not kind.warnings:
            yield Finding("well", kind.name)


def folder(settings: Settings) -> Iterator[Finding]:
    """The folder that is written to, and the disk it is on."""
    place = settings.var_dir
    if place.exists():
        if not os.access(place, os.W_OK | os.X_OK):
            yield Finding("wrong", f"{place} cannot be written.", "Check who owns it, or set ONWARD_VAR_DIR.")
            return
    else:
        place = place.absolute().parent
        if not place.exists() or not os.access(place, os.W_OK):
            yield Finding("wrong", f"{settings.var_dir} cannot be made.", "Set ONWARD_VAR_DIR.")
            return
    free_mb = shutil.disk_usage(place).free // 1_000_000
    if free_mb < preflight.NEEDED_MB:
        yield Finding("wrong", f"only {free_mb} MB are free at {place}.", "Make room.")
    elif free_mb < COMFORTABLE_MB:
        yield Finding("warning", f"only {free_mb} MB are free at {place}.", "Make room soon.")
    else:
        yield Finding("well", f"{settings.var_dir}, {free_mb:,} MB free")


def secrets(settings: Settings) -> Iterator[Finding]:
    """Where the secrets come from, and who can read them."""
    file = secretfile.path(settings)
    if settings.secret is not None and settings.bot_secret is not None:
        yield Finding("well", "given by the environment")
    elif not file.exists():
        yield Finding("well", "not made yet; they are made at the first start")
    elif stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Finding("wrong", f"others on this machine can read {file}.", f"Run: chmod 600 {file}")
    else:
        secretfile.with_secrets(settings)
        yield Finding("well", f"{file}, which only its owner can read")


def database(settings: Settings) -> Iterator[Finding]:
    """The database answers, and has the newest tables."""
    if settings.sqlite and not preflight.sqlite_file(settings).exists():
        yield Finding("well", "not made yet; it is made at the first start")
        return
    preflight.check_database(settings)
    at, newest = migrate.current(settings.database_url), migrate.head()
    if at != newest:
        yield Finding("wrong", f"it is at revision {at or 'none'} and not at {newest}.", "Run: onward db upgrade")
    else:
        yield Finding("well", f"it answers and is at revision {at}")


def sms(settings: Settings) -> Iterator[Finding]:
    """How texts come and go."""
    if settings.twilio:
        yield Finding("well", "texts go by Twilio")
        if settings.public_url and not settings.public_url.startswith("https://"):
            yield Finding(
                "warning", "Twilio reaches this service without HTTPS.", "Give ONWARD_PUBLIC_URL an https address."
            )
        if settings.twilio_api_base:
            yield Finding("warning", "texts go to a stand-in for Twilio.", "Unset ONWARD_TWILIO_API_BASE.")
    elif settings.simulated:
        yield Finding("well", "no Twilio; the phone at /phone stands in")
        if settings.host not in LOOPBACK:
            yield Finding(
                "warning",
                f"the phone can be reached from other machines ({settings.host}): anybody there can text as anybody.",
                "Set ONWARD_HOST=127.0.0.1 or ONWARD_SIMULATOR=off.",
            )
    else:
        yield Finding(
            "warning", "neither Twilio nor the phone is set up: texts cannot come or go.", "See docs/settings.md."
        )


def ports(settings: Settings) -> Iterator[Finding]:
    """The ports are free, or ours."""
    running = find(settings)
    if running:
        yield Finding("well", f"Onward runs at {running.url} (process {running.pid})")
        return
    if preflight.port_is_free(settings.host, settings.port):
        yield Finding("well", f"port {settings.port} is free for the web pages")
    else:
        yield Finding("wrong", f"port {settings.port} is taken by another program.", "Choose another with ONWARD_PORT.")
    parts = urlsplit(settings.bot_url)
    if parts.hostname in LOOPBACK and not preflight.port_is_free(parts.hostname or "", parts.port or 80):
        if botprocess.health(settings.bot_url) is None:
            yield Finding(
                "wrong",
                f"port {parts.port} is taken by a program that is not the bot.",
                "Choose another: ONWARD_BOT_URL.",
            )
        else:
            yield Finding("well", f"a bot answers at port {parts.port}")


def bot(settings: Settings) -> Iterator[Finding]:
    """A bot that should answer does, with the present model."""
    running = find(settings)
    if not running and not _bot_is_elsewhere(settings):
        yield Finding("well", "not running, like the rest")
        return
    url = running.bot_url if running else settings.bot_url
    loaded = botprocess.health(url)
    wanted = model.current_sha256()
    if loaded is None:
        yield Finding("wrong", f"no bot answers at {url}.", f"Its log: {settings.log_dir / 'bot.log'}")
    elif wanted is not None and loaded != wanted:
        yield Finding("warning", "it runs with an older model than the present one.", "Start it again.")
    else:
        yield Finding("well", f"it answers at {url}")


def _bot_is_elsewhere(settings: Settings) -> bool:
    return urlsplit(settings.bot_url).hostname not in LOOPBACK or not settings.embedded
