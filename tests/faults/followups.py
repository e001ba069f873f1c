"""Schedulers and workers of follow-up as processes that can be killed (-9) at any moment and started again."""

import json
import multiprocessing
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

TOLD = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""A Monday: the day on which the record came to say that they are NEET."""
START = datetime(2026, 11, 3, 12, tzinfo=UTC)
"""When a run begins: the first contact was due an hour ago."""

HOLD = timedelta(seconds=2)
"""A worker that has written nothing down by then is taken for dead; short, so that a run is."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.preload"])


@dataclass(frozen=True)
class Spec:
    """Where one run's processes find each other."""

    database_url: str
    network: str
    """The file that stands for the provider: a line for every text that it took."""
    origin: float


class FileNetwork:
    """A provider that writes down what it takes. A line is written whole or not at all, whoever is killed."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def send(self, to: str, body: str, message_id: int) -> Any:
        """Take one text."""
        from channels.sender import Accepted

        line = json.dumps({"to": to, "body": body, "message": message_id}) + "\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(descriptor, line.encode())
            number = os.lseek(descriptor, 0, os.SEEK_CUR)
        finally:
            os.close(descriptor)
        return Accepted(f"SM{number}-{message_id}", "accepted")

    def find(self, to: str, since: datetime) -> list[Any]:
        """What was taken for this number."""
        from channels.sender import Found

        return [
            Found(f"SM-found-{one['message']}", one["body"], "sent", since) for one in self.taken() if one["to"] == to
        ]

    def taken(self) -> list[dict[str, Any]]:
        """Every text, in the order in which it came."""
        return [json.loads(line) for line in self._path.read_text().splitlines()] if self._path.exists() else []


def _parts(spec: Spec) -> Any:
    from casework.db import open_engine
    from casework.outbox import RetryPolicy
    from onward.assembly import Parts, Policies
    from tests.faults import preload

    engine = open_engine(spec.database_url, pool_size=3)
    policies = Policies(retry=RetryPolicy(hold=HOLD, answer_grace=timedelta(seconds=0.5)))
    parts = Parts(
        engine,
        lambda: START + timedelta(seconds=time.monotonic() - spec.origin),
        preload.DATA,
        preload.VOICE,
        preload.GUARD,
        preload.LANGUAGES,
        policies=policies,
    )
    parts.followups.install()
    return parts


def scheduler(spec: Spec) -> None:
    """Ticks without a pause: who to look at, what is due, what came of it."""
    followups = _parts(spec).followups
    while True:
        followups.look(most=50)
        followups.dispatch(most=20)
        followups.settle()


def worker(spec: Spec) -> None:
    """Sends what is in the outbox, and dispatches too."""
    parts = _parts(spec)
    sender = parts.sender(FileNetwork(spec.network))
    while True:
        for one in sender.claim(5):
            sender.send(one)
        parts.followups.dispatch(most=5)


KINDS = {"scheduler": scheduler, "worker": worker}


def start(kind: str, spec: Spec) -> BaseProcess:
    """Start one."""
    process = _context.Process(target=KINDS[kind], args=(spec,), daemon=True)
    process.start()
    return process
