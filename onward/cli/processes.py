"""Commands that run something: everything, or one process of it."""

import time
from datetime import datetime

import typer

from onward.cli.common import ready_settings


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(run)
    app.command()(web)
    app.command()(worker)
    app.command()(bot)


def run() -> None:
    """Start everything, say where to go, and keep it running until Ctrl-C."""
    from onward.start import start

    began = time.monotonic()
    start(ready_settings(), _line, began)


def web() -> None:
    """Run only the web process: pages, web chat, and the SMS webhooks."""
    from onward.serve import serve_web

    serve_web(ready_settings(service=True))


def worker() -> None:
    """Run only a worker: takes turns, sends messages, hosts the assistant's actions."""
    from onward.serve import run_worker

    run_worker(ready_settings(service=True))


def bot() -> None:
    """Run only the bot, which understands messages (Rasa, in its own environment)."""
    from onward.botprocess import become_bot

    become_bot(ready_settings())


def _line(line: str) -> None:
    # the clock of the terminal's own machine: these lines are read by whoever sits at it
    print(f"{datetime.now().astimezone():%H:%M:%S}  {line}", flush=True)
