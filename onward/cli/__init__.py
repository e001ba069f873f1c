"""The command line: ``onward``. One file a group of commands; each imports what it needs when it is called."""

import logging
import os
import sys

import typer

from onward.cli import (
    catalogue,
    database,
    nlu,
    processes,
    prospectus_group,
    providers,
    record,
    staff,
    talking,
    upkeep,
)
from onward.problems import Problem
from onward.settings import BadSettings

app = typer.Typer(
    name="onward",
    help="A chat and SMS assistant for young people and the personal advisers who look after them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (processes, talking, nlu, catalogue, prospectus_group, providers, database, record, staff, upkeep):
    group.register(app)


def main() -> None:
    """Run a command. Whatever goes wrong is said in plain lines, never as a trace.

    Exit status: 0 well, 1 it did not work, 2 the settings or the command are wrong, 130 interrupted.
    """
    try:
        app()
    except BadSettings as bad:
        status = _say(bad.problems, 2)
    except Problem as problem:
        status = _say(problem.lines(), problem.status)
    except BrokenPipeError:
        # whoever read our output has gone: the interpreter must not try to flush into it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except Exception as error:
        logging.getLogger(__name__).debug("the command failed", exc_info=True)
        status = _say(
            [f"Something went wrong: {type(error).__name__}.", "Run `onward doctor`, or set ONWARD_LOG_LEVEL=debug."], 1
        )
    sys.exit(status)


def _say(lines: list[str], status: int) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return status
