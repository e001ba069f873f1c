"""What commands share: settings with secrets, logging, and lines for a person or for a program."""

import json
import logging
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from onward.secretfile import with_secrets
from onward.settings import Settings, load

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]


def ready_settings(*, service: bool = False) -> Settings:
    """The settings, with secrets made if need be. Raises ``BadSettings``. ``service``: as in ``read_settings``."""
    return with_secrets(read_settings(service=service))


def read_settings(*, service: bool = False) -> Settings:
    """The settings as they are; nothing is made. Raises ``BadSettings``.

    Logging is set up by them, to standard error: in full for a service, warnings only beside a command's own output.
    """
    settings = load()
    wanted = settings.log_level.upper()
    level = wanted if service or wanted in ("DEBUG", "ERROR") else "WARNING"
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # these would log addresses, numbers and bodies, or say much about little
    for name in ("alembic", "twilio", "httpx", "httpcore", "urllib3", "apscheduler", "rasa_sdk", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return settings


def print_json(value: Mapping[str, Any] | list[Any], *, lines: bool = False) -> None:
    """One JSON value; with ``lines`` on one line, written at once so that a reader of a pipe gets it."""
    print(json.dumps(value, ensure_ascii=False, indent=None if lines else 2), flush=lines)


def progress(line: str) -> None:
    """A line about what is going on, for a person only."""
    if sys.stderr.isatty():
        print(line, file=sys.stderr, flush=True)
