"""A PostgreSQL for tests: the one that runs on this machine, or one started for this run."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

SERVER = os.environ.get("ONWARD_TEST_POSTGRES", "postgresql://127.0.0.1:5432/postgres")
"""A server whose named role may create databases; the default is a local one that trusts this account."""


class NoPostgres(Exception):
    """There is no server to be had, and why."""


@contextmanager
def server() -> Iterator[str]:
    """A server's address (``postgresql://...`` without a driver), running for the length of the block."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        with _own_server() as address:
            yield address
    else:
        yield SERVER


@contextmanager
def database(address: str) -> Iterator[str]:
    """An empty database of its own on that server, dropped afterwards."""
    name = f"onward_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{address.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _own_server() -> Iterator[str]:
    programs = _programs()
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="onward-postgres-"))
    try:
        if account:
            shutil.chown(folder, account)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        data = folder / "data"
        _run([programs / "initdb", "-D", data, "-A", "trust", "-U", "onward", "--no-sync"], account)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = [programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "60"]
        _run([*control, "-o", options, "start"], account)
        try:
            yield f"postgresql://onward@127.0.0.1:{port}/postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    anywhere = shutil.which("initdb")
    if anywhere is None:
        raise NoPostgres("no PostgreSQL answers on 127.0.0.1:5432 and no initdb is installed to start one")
    return Path(anywhere).parent


def _account() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL will not run as root, and there is no other account")


def _run(command: list[str | Path], account: str | None) -> None:
    done = subprocess.run(
        command, user=account, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120
    )
    if done.returncode:
        raise NoPostgres(f"{command[0]} failed: {done.stderr.decode(errors='replace').strip()}")
