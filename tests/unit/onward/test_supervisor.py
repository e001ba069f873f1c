"""`onward run` keeps its children running, stops them together, and never leaves one behind."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onward import supervisor as supervisor_module
from onward.children import FIRST_WAIT, LONGEST_WAIT, READY_LINE, SETTLED, Backoff, Child, Program, described, stop_all
from onward.problems import Problem
from onward.rotating import RotatingFile
from onward.settings import PROJECT, Settings
from onward.supervisor import Supervisor
from tests.unit.onward.conftest import MakeSettings

LIMIT = 20.0
"""Seconds that anything here may take on a busy machine; it takes a fraction of one."""

STAYS = f"print('{READY_LINE}', flush=True)\nimport signal; signal.pause()"
DIES = "import sys; print('no luck', flush=True); sys.exit(3)"
WILL_NOT_STOP = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{STAYS}"


def program(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-I", "-S", "-c", code], dict(os.environ), PROJECT)


def child(tmp_path: Path, code: str) -> Child:
    return Child(program("one", code), RotatingFile(tmp_path / "one.log"), time.monotonic)


def until(what: Callable[[], bool]) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + LIMIT
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        select.select([], [], [], 0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ready(one: Child) -> bool:
    one.look()
    return one.ready


def test_waits_grow_and_begin_again_after_a_good_run() -> None:
    backoff = Backoff()
    waits = [backoff.next_wait(0.1) for _ in range(8)]
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert backoff.next_wait(SETTLED) == FIRST_WAIT
    assert max(Backoff(failures=10_000).next_wait(0) for _ in range(3)) == LONGEST_WAIT


def test_a_child_says_when_it_is_ready_and_stops_when_asked(tmp_path: Path) -> None:
    one = child(tmp_path, STAYS)
    one.start()
    until(lambda: ready(one))
    pid = one.pid
    assert pid
    stop_all([one], LIMIT, time.sleep)
    until(one.gone)
    assert not alive(pid)


def test_one_that_will_not_stop_is_ended(tmp_path: Path) -> None:
    one = child(tmp_path, WILL_NOT_STOP)
    one.start()
    until(lambda: ready(one))
    stop_all([one], 0.1, time.sleep)
    until(one.gone)


def test_what_a_child_says_is_in_its_log(tmp_path: Path) -> None:
    one = child(tmp_path, DIES)
    one.start()
    until(lambda: (tmp_path / "one.log").read_text("utf-8") == "no luck\n")
    statuses: list[int] = []

    def ended() -> bool:
        status = one.look()
        statuses.extend([status] if status is not None else [])
        return bool(statuses)

    until(ended)
    assert statuses == [3]
    assert one.start_at is not None
    assert described(3) == "it ended with status 3"
    assert described(-9) == "it was ended by SIGKILL"


def run(settings: Settings, programs: list[Program], then: Callable[[Supervisor], None]) -> list[str]:
    said: list[str] = []
    supervisor = Supervisor(settings, programs, said.append)
    supervisor.run(lambda: then(supervisor))
    return said


def test_all_are_started_and_stopped_together(make_settings: MakeSettings) -> None:
    pids: list[int | None] = []

    def stop(supervisor: Supervisor) -> None:
        pids.extend(supervisor.pids().values())
        supervisor.stop()

    run(make_settings(), [program("web", STAYS), program("worker", STAYS)], stop)
    assert len(pids) == 2
    for pid in pids:
        assert pid is not None
        assert not alive(pid)


def test_one_that_dies_is_started_again_and_said(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("onward.children.FIRST_WAIT", 0.01)
    marker = tmp_path / "been"
    # the first run ends as soon as the marker is there; the second stays, and ends the test
    code = (
        f"import os, pathlib\nmarker = pathlib.Path({str(marker)!r})\n"
        f"print('{READY_LINE}', flush=True)\n"
        "if marker.exists(): marker.with_suffix('.again').touch()\n"
        "while not marker.exists(): os.sched_yield()\n"
        "if not marker.with_suffix('.again').exists(): os._exit(7)\n"
        "import signal; signal.pause()"
    )
    said: list[str] = []
    supervisor = Supervisor(make_settings(), [program("worker", code)], said.append)

    def say(line: str) -> None:
        said.append(line)
        if line == "The worker is running again.":
            supervisor.stop()

    supervisor.say = say
    supervisor.run(marker.touch)
    assert said[0] == "The worker stopped: it ended with status 7. Starting it again in 0 s."
    assert said[1].startswith("Its log: ")
    assert said[-1] == "The worker is running again."


def test_a_start_that_cannot_succeed_is_given_up(make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onward.children.FIRST_WAIT", 0.01)
    survivor: list[int] = []
    settings = make_settings()
    supervisor = Supervisor(settings, [program("bot", DIES), program("web", STAYS)], lambda _line: None)
    with pytest.raises(Problem, match="The bot does not start"):
        supervisor.run(lambda: survivor.append(1))
    assert not survivor
    assert set(supervisor.pids().values()) == {None}


def test_a_start_that_never_ends_is_given_up(make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module, "START_LIMIT", 0.0)
    silent = program("bot", "import signal; signal.pause()")
    with pytest.raises(Problem, match="The bot was not ready"):
        run(make_settings(), [silent], lambda _supervisor: None)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the leash is Linux's")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_child_outlives_the_supervisor(tmp_path: Path, how: signal.Signals) -> None:
    code = f"""
import os, sys
from onward.children import Program
from onward.settings import load
from onward.supervisor import Supervisor, until_told
programs = [Program("one", [sys.executable, "-I", "-S", "-c", {STAYS!r}], dict(os.environ), "/")]
supervisor = Supervisor(load(var_dir={str(tmp_path)!r}), programs, print)
until_told(supervisor)
supervisor.run(lambda: print(supervisor.pids()["one"], flush=True))
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        assert alive(pid)
        process.send_signal(how)
        process.wait(LIMIT)
    until(lambda: not alive(pid))
    assert process.returncode == (-how if how is signal.SIGKILL else 0)


def test_logs_are_turned_over_and_old_ones_dropped(tmp_path: Path) -> None:
    log = RotatingFile(tmp_path / "one.log", max_bytes=100, kept=2)
    for number in range(40):
        log.write(b"line %02d ..............\n" % number)
    log.close()
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["one.log", "one.log.1", "one.log.2"]
    assert all(path.stat().st_size <= 100 for path in tmp_path.iterdir())
    assert "line 39" in (tmp_path / "one.log").read_text("utf-8")
