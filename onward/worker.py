"""The worker: takes turns, sends what is in the outbox, and hosts the actions that the bot asks for.

Any number of workers may run on PostgreSQL; one on SQLite. A worker that is killed loses nothing: its leases end and
another, or the same one started again, goes on.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from channels.runner import TurnRunner
from channels.sender import Claimed, Sender

log = logging.getLogger(__name__)

IDLE_WAIT = 0.05
"""Seconds between looks at the database when there was nothing to do: short beside the time a person takes to read."""

TROUBLE_WAIT = 2.0
"""Seconds to wait after the database failed."""


class Lane:
    """Claims work in one thread and does it in a few others, until told to stop.

    ``claim(n)`` answers up to n jobs; each is a function that does one.
    """

    def __init__(self, name: str, claim: Callable[[int], Sequence[Callable[[], object]]], workers: int) -> None:
        self._name = name
        self._claim = claim
        self._workers = workers
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._free = threading.Semaphore(workers)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._thread = threading.Thread(target=self._run, name=f"{name}-claims", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once: something has just been put there."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the work in hand, then stop."""
        self._stop.set()
        self._wake.set()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._free.acquire()
            room = 1
            while room < self._workers and self._free.acquire(blocking=False):
                room += 1
            self._wake.clear()
            wait = IDLE_WAIT
            jobs: Sequence[Callable[[], object]] = []
            try:
                jobs = self._claim(room)
            except SQLAlchemyError as error:
                log.error("%s: the database failed: %s", self._name, type(error).__name__)
                wait = TROUBLE_WAIT
            for job in jobs:
                self._pool.submit(self._do, job)
            for _ in range(room - len(jobs)):
                self._free.release()
            if not jobs:
                self._wake.wait(wait)

    def _do(self, job: Callable[[], object]) -> None:
        try:
            job()
        except Exception as error:
            # the lease ends and the work is done again; the error's words may quote a message
            log.error("%s: %s", self._name, type(error).__name__)
        finally:
            self._free.release()
            self._wake.set()


@dataclass(frozen=True)
class Tick:
    """Something swept at a regular interval."""

    name: str
    every_seconds: float
    run: Callable[[], object]


class Worker:
    """Turns, sends and ticks of one process."""

    def __init__(
        self,
        make_runner: Callable[[Callable[[], None]], TurnRunner],
        sender: Sender,
        *,
        runners: int = 4,
        senders: int = 4,
        ticks: Sequence[Tick] = (),
    ) -> None:
        self._sends = Lane("send", lambda n: [_send_job(sender, one) for one in sender.claim(n)], senders)
        runner = make_runner(self._sends.wake)
        self._turns = Lane("turn", lambda n: _turn_jobs(runner, n), runners)
        self._scheduler = BackgroundScheduler(timezone="UTC")
        for tick in ticks:
            # a sweep that is late runs once, and never beside itself
            self._scheduler.add_job(
                tick.run, "interval", seconds=tick.every_seconds, id=tick.name, coalesce=True, max_instances=1
            )

    def start(self) -> None:
        """Begin."""
        self._sends.start()
        self._turns.start()
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the turns and sends in hand, then stop."""
        self._scheduler.shutdown(wait=True)
        self._turns.stop()
        self._sends.stop()


def _turn_jobs(runner: TurnRunner, limit: int) -> list[Callable[[], object]]:
    claimed = runner.claim(limit)

    def job(conversation_id: int) -> Callable[[], object]:
        return lambda: runner.run(conversation_id, claimed.lease)

    return [job(conversation_id) for conversation_id in claimed.conversations]


def _send_job(sender: Sender, claimed: Claimed) -> Callable[[], object]:
    return lambda: sender.send(claimed)
