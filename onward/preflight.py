"""What must be so before anything is started, each with a plain line when it is not."""

import shutil
import socket
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from casework.db import open_engine
from onward.migrate import current, head
from onward.problems import Problem
from onward.settings import PROJECT, Settings

NEEDED_MB = 300
"""Free disk that a start asks for: training writes a model, and the database and logs must be able to grow."""

BOT_PYTHON = PROJECT / "bot" / ".venv" / "bin" / "python"


def check_folder(folder: Path) -> None:
    """The folder exists, or can be made, and takes files. Raises ``Problem``."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"onward")
        probe.unlink()
    except OSError as error:
        raise Problem(
            f"{folder} cannot be written: {error.strerror}.", "Set ONWARD_VAR_DIR to a folder that can be."
        ) from None


def check_disk(folder: Path, needed_mb: int = NEEDED_MB) -> None:
    """There is room. Raises ``Problem``."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < needed_mb:
        raise Problem(
            f"The disk is nearly full: {free_mb} MB are free at {folder}, and {needed_mb} MB are needed.",
            "Make room, or set ONWARD_VAR_DIR to a folder on another disk.",
        )


def check_bot_environment(python: Path = BOT_PYTHON) -> None:
    """The bot's own Python is there. Raises ``Problem``."""
    if not python.exists():
        raise Problem("The bot's environment (Python 3.10 and Rasa) is not set up.", "Run: make setup")


def port_is_free(host: str, port: int) -> bool:
    """Whether a program could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # a port whose last connections are still winding down is free to the servers too
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Problem(f"Port {port} may not be used by this account.", "Choose one above 1023.") from None
        except OSError:
            return False
    return True


def check_port(host: str, port: int, what: str, choose: str) -> None:
    """Nobody listens there. ``choose`` is how to name another one, with ``{port}``. Raises ``Problem``."""
    if not port_is_free(host, port):
        other = next((p for p in range(port + 1, min(port + 50, 65536)) if port_is_free(host, p)), port + 1)
        raise Problem(
            f"Port {port}, for {what}, is taken by another program.",
            f"Stop that program, or choose another port: {choose.format(port=other)}",
        )


def sqlite_file(settings: Settings) -> Path:
    """Where the embedded database is."""
    return Path(make_url(settings.database_url).database or "").absolute()


def check_database(settings: Settings) -> None:
    """The database answers and can be written. Raises ``Problem``."""
    if settings.sqlite:
        check_folder(sqlite_file(settings).parent)
    engine = open_engine(settings.database_url, pool_size=1)
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        raise database_problem(error, settings) from None
    finally:
        engine.dispose()


def require_newest_tables(engine: Engine, settings: Settings) -> None:
    """Refuse to work on a database of another version. Raises ``Problem``."""
    try:
        at = current(engine)
    except DBAPIError as error:
        raise database_problem(error, settings) from None
    if at != head():
        raise Problem(f"The database is at revision {at or 'none'} and not at {head()}.", "Run: onward db upgrade")


def database_problem(error: DBAPIError, settings: Settings) -> Problem:
    """A database error in plain words; its own words can hold a password or a person's details."""
    shown = make_url(settings.database_url).render_as_string(hide_password=True)
    said = str(error.orig).lower()
    if "disk is full" in said or "no space left" in said:
        return Problem(f"The disk is full: the database at {shown} cannot be written.", "Make room and start again.")
    if "readonly" in said or "read-only" in said:
        return Problem(f"The database at {shown} cannot be written.", "Check who owns the file and its folder.")
    if "not a database" in said or "malformed" in said:
        return Problem(f"The file at {shown} is not a usable database.", "Put a backup in its place, or move it away.")
    if "locked" in said:
        return Problem(f"The database at {shown} is locked by another program.", "Stop that program and try again.")
    if "password" in said or "authentication" in said or "role" in said:
        return Problem(f"The database at {shown} does not accept this name and password.", "Check ONWARD_DATABASE_URL.")
    if "does not exist" in said:
        return Problem(f"There is no database at {shown}.", "Create it, or check ONWARD_DATABASE_URL.")
    return Problem(f"The database at {shown} cannot be reached.", "Is it started? Check ONWARD_DATABASE_URL.")
