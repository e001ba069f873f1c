"""One run: the parts, a fake Twilio that redelivers and reports in disorder, and the wait until all is quiet."""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import urllib3
from sqlalchemy import Engine, text

from casework.db import open_engine
from tests.fakes.twilio.app import fake_twilio
from tests.fakes.twilio.server import Running, running
from tests.fakes.twilio.webhooks import inbound_params, sign
from tests.faults import parts
from tests.faults.plan import TROUBLE, Plan, Sent

PATIENCE = 150.0
"""Seconds until a run that is not quiet has failed. A usual one takes two to five."""


@dataclass(frozen=True)
class Ended:
    """What a run left behind."""

    engine: Engine
    twilio: Running
    acknowledged: list[Sent]
    deaths: Counter[str]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def play(plan: Plan, database_url: str, log: Path, check: Callable[[Ended], None]) -> None:
    """Play the run of ``plan`` on an empty, migrated database, then ``check`` what it left.

    On PostgreSQL two workers share the work.
    """
    origin = time.monotonic()
    engine = open_engine(database_url)
    app = fake_twilio(
        account=parts.ACCOUNT, token=parts.TOKEN, log=log, clock=parts.running_clock(origin), seed=plan.seed
    )
    with running(app) as twilio:
        twilio.messages.plan.set([dict(TROUBLE[name]) for name in plan.faults])
        auto = twilio.messages.callbacks.auto
        auto.statuses, auto.duplicate, auto.shuffle, auto.delay = ["queued", "sent", "delivered"], 2, True, 0.02
        auto.before_answer = plan.seed % 3 == 0
        spec = parts.Spec(database_url, free_port(), free_port(), twilio.url, origin)
        running_parts = [parts.Part(name, spec, kills) for name, kills in plan.kills.items()]
        if not database_url.startswith("sqlite"):
            # the first worker to come to the step dies there, whichever it is
            running_parts.append(parts.Part("worker", spec, plan.kills["worker"][:1]))
        stop = threading.Event()
        keeper = threading.Thread(target=_keep_alive, args=(running_parts, stop), daemon=True)
        keeper.start()
        try:
            acknowledged = _deliver_all(plan, spec)
            if plan.kill_bot_after is not None:
                _wait_for_bot(spec)
                time.sleep(plan.kill_bot_after)
                next(part for part in running_parts if part.name == "rasa").die()
            _wait_until_quiet(engine, len(acknowledged))
        finally:
            stop.set()
            keeper.join()
            for part in running_parts:
                part.kill()
        deaths = Counter[str]()
        for part in running_parts:
            deaths[part.name] += part.deaths
        check(Ended(engine, twilio, acknowledged, deaths))
    engine.dispose()


def _keep_alive(running_parts: list[parts.Part], stop: threading.Event) -> None:
    while not stop.is_set():
        for part in running_parts:
            part.keep_alive()
        stop.wait(0.01)


def _wait_for_bot(spec: parts.Spec) -> None:
    deadline = time.monotonic() + PATIENCE
    with urllib3.PoolManager(timeout=5.0, retries=False) as pool:
        while time.monotonic() < deadline:
            try:
                if pool.request("GET", f"{spec.bot_url}/webhooks/turn/health").status == 200:
                    return
            except urllib3.exceptions.HTTPError:
                pass
            time.sleep(0.02)
    raise AssertionError("the bot never came up")


def _deliver_all(plan: Plan, spec: parts.Spec) -> list[Sent]:
    """Each number's texts in order, all numbers at once, each text until it is acknowledged."""
    acknowledged: list[Sent] = []

    def deliver(number: str, texts: list[Sent]) -> None:
        rng = random.Random(f"{plan.seed}{number}")
        with urllib3.PoolManager(timeout=5.0, retries=False) as pool:
            for sent in texts:
                _until_answered(pool, spec, sent)
                acknowledged.append(sent)
                if rng.random() < plan.redeliver:
                    _until_answered(pool, spec, sent)

    threads = [threading.Thread(target=deliver, args=item, daemon=True) for item in plan.texts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        if thread.is_alive():
            raise AssertionError("a webhook was never acknowledged")
    return acknowledged


def _until_answered(pool: urllib3.PoolManager, spec: parts.Spec, sent: Sent) -> None:
    url = f"{spec.public_url}/channels/sms/inbound"
    params = inbound_params(
        sid=sent.sid, from_=sent.number, to=parts.SERVICE_NUMBER, body=sent.text, account=parts.ACCOUNT
    )
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": sign(url, params, parts.TOKEN),
    }
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            answer = pool.request("POST", url, body=urlencode(params), headers=headers)
        except urllib3.exceptions.HTTPError:
            time.sleep(0.02)  # the web process is down: Twilio, too, comes again
            continue
        if answer.status == 200:
            return
        if answer.status != 503:
            raise AssertionError(f"a webhook was answered {answer.status}")
        time.sleep(0.02)


QUIET = """
SELECT (SELECT count(*) FROM message WHERE direction = 'in') = :inbound
   AND NOT EXISTS (SELECT 1 FROM message WHERE direction = 'in' AND handled_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM message WHERE direction = 'out' AND status IN ('queued', 'sending', 'unknown'))
"""


def _wait_until_quiet(engine: Engine, inbound: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with engine.connect().execution_options(onward_read=True) as connection:
            if connection.execute(text(QUIET), {"inbound": inbound}).scalar():
                return
        time.sleep(0.05)
    with engine.connect().execution_options(onward_read=True) as connection:
        left = connection.execute(
            text(
                "SELECT id, direction, status, attempts, failure FROM message"
                " WHERE handled_at IS NULL AND (status IS NULL OR status IN ('queued', 'sending', 'unknown'))"
            )
        ).fetchall()
    raise AssertionError(f"not quiet after {PATIENCE:.0f} seconds: {left}")
