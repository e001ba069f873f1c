"""Writers of one SQLite database stand in line, the urgent ones before the others, and nobody is shut out for good."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from casework.db import GOES_FIRST, open_engine
from casework.writelock import QueueingConnection

WAIT = 30


@pytest.fixture
def path(tmp_path: Path) -> str:
    found = str(tmp_path / "onward.db")
    connect(found).execute("CREATE TABLE t (n TEXT)")
    return found


def connect(path: str) -> QueueingConnection:
    connection = sqlite3.connect(path, factory=QueueingConnection, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA busy_timeout=0")
    return connection


def in_line(path: str, connection: QueueingConnection) -> bool:
    """Whether the connection waits: the kernel lists every lock that is held or waited for by its file."""
    wanted = {str(os.fstat(descriptor).st_ino) for descriptor in list(connection._held)[-1:]}
    lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return any(line[1] == "->" and line[6].rsplit(":", 1)[1] in wanted for line in lines)


def until(true: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if true():
            return
        threading.Event().wait(0.001)
    raise AssertionError("never happened")


def test_the_urgent_go_first(path: str) -> None:
    wrote: list[str] = []
    holder = connect(path)
    holder.begin_write()
    threads = []
    for name, first in (("ordinary 1", False), ("ordinary 2", False), ("urgent", True)):
        connection = connect(path)

        def write(connection: QueueingConnection = connection, name: str = name, first: bool = first) -> None:
            connection.begin_write(first=first)
            wrote.append(name)
            connection.commit()

        threads.append(threading.Thread(target=write, daemon=True))
        threads[-1].start()
        until(lambda connection=connection: in_line(path, connection))  # type: ignore[misc]
    holder.rollback()
    for thread in threads:
        thread.join(WAIT)
    assert wrote[0] == "urgent"
    assert sorted(wrote) == ["ordinary 1", "ordinary 2", "urgent"]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_every_end_lets_the_next_one_in(path: str, end: str) -> None:
    one, other = connect(path), connect(path)
    one.begin_write()
    getattr(one, end)()
    other.begin_write()
    other.rollback()


def test_a_begin_that_fails_lets_the_next_one_in(path: str) -> None:
    plain = sqlite3.connect(path, isolation_level=None)
    plain.execute("BEGIN IMMEDIATE")
    one, other = connect(path), connect(path)
    with pytest.raises(sqlite3.OperationalError):
        one.begin_write()
    plain.rollback()
    other.begin_write()
    other.rollback()


def test_a_writer_that_is_killed_lets_the_next_one_in(path: str) -> None:
    code = (
        "import sqlite3, sys, time; from casework.writelock import QueueingConnection as Q\n"
        "c = sqlite3.connect(sys.argv[1], factory=Q, isolation_level=None); c.begin_write()\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.send_signal(signal.SIGKILL)
        process.wait(WAIT)
        other = connect(path)
        other.begin_write()
        other.rollback()


def test_many_threads_lose_nothing(path: str) -> None:
    engine = open_engine(f"sqlite:///{path}")

    def write(first: bool) -> None:
        used = engine.execution_options(**GOES_FIRST) if first else engine
        for _ in range(25):
            with used.begin() as connection:
                connection.execute(text("INSERT INTO t VALUES ('x')"))

    threads = [threading.Thread(target=write, args=(n % 2 == 0,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    with engine.connect().execution_options(onward_read=True) as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar_one() == 150
