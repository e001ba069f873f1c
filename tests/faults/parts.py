"""The parts of a running system as processes of their own, so that each can be killed (-9) and started again.

They are forked from a server that has already imported everything, so that a start takes a few milliseconds and
hundreds of kills fit into minutes.
"""

import multiprocessing
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from typing import Any

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
"""When every run begins: a Tuesday morning in term, so that the hour suppresses nothing."""

SECRET = "faults" * 6
ACCOUNT = "AC" + "0" * 32
TOKEN = "t" * 32
SERVICE_NUMBER = "+441632960000"

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.preload"])


@dataclass(frozen=True)
class Spec:
    """Where one run's parts find each other."""

    database_url: str
    web_port: int
    bot_port: int
    twilio_url: str
    origin: float

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def bot_url(self) -> str:
        return f"http://127.0.0.1:{self.bot_port}"


def running_clock(origin: float) -> Any:
    """A clock that starts at ``START`` and runs on: the same in every process of the run."""
    return lambda: START + timedelta(seconds=time.monotonic() - origin)


def sms_settings(spec: Spec) -> Any:
    """Twilio's settings, pointed at the fake."""
    from channels.sms.settings import SmsSettings

    return SmsSettings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        from_number=SERVICE_NUMBER,
        public_url=spec.public_url,
        api_base=spec.twilio_url,
        timeout=1.0,
    )


def web(spec: Spec, plan: str) -> None:
    """The web process: webhooks in, and delivery reports."""
    import uvicorn
    from starlette.applications import Starlette

    from casework.db import open_engine
    from channels.inbox import Inbox
    from channels.sms.routes import sms_router
    from channels.steps import arm

    arm(plan)
    engine, clock = open_engine(spec.database_url), running_clock(spec.origin)
    router = sms_router(Inbox(engine, clock), engine, clock, sms_settings(spec))
    uvicorn.run(Starlette(routes=router.routes), host="127.0.0.1", port=spec.web_port, log_config=None, lifespan="off")


def worker(spec: Spec, plan: str) -> None:
    """The worker, with leases short enough for a test."""
    from casework.db import open_engine
    from casework.outbox import RetryPolicy
    from channels.bot import BotClient
    from channels.runner import TurnPolicy
    from channels.sms.twilio import TwilioBackend
    from channels.steps import arm
    from onward.assembly import Parts, Policies, build_worker
    from tests.faults import preload

    arm(plan)
    short = tuple(timedelta(seconds=s) for s in (0.05, 0.1, 0.2, 0.5))
    policies = Policies(
        turn=TurnPolicy(hold=timedelta(seconds=2.5), retry_after=short, failed_tries=50),
        retry=RetryPolicy(hold=timedelta(seconds=2.5), retry_after=short * 3, answer_grace=timedelta(seconds=0.6)),
    )
    engine, clock = open_engine(spec.database_url), running_clock(spec.origin)
    parts = Parts(engine, clock, preload.DATA, preload.VOICE, preload.GUARD, preload.LANGUAGES, policies=policies)
    actions = parts.actions(SECRET)
    actions.start()
    bot = BotClient(spec.bot_url, SECRET, actions.url)
    build_worker(parts, bot, TwilioBackend(sms_settings(spec)), runners=2, senders=2).start()
    signal.pause()


def bot(spec: Spec, plan: str) -> None:
    """The stand-in bot; ``plan`` is the number of the turn before whose answer it dies, or empty."""
    import uvicorn

    from tests.fakes.bot import stand_in

    app = stand_in(SECRET, die_at=int(plan) if plan else None)
    uvicorn.run(app, host="127.0.0.1", port=spec.bot_port, log_config=None, lifespan="off")


def rasa(spec: Spec, plan: str) -> None:
    """The real bot, in its own environment. It passes no steps of ours: the run kills it from outside."""
    import os

    from onward.model import wanted
    from onward.preflight import BOT_PYTHON
    from onward.settings import PROJECT

    environment = os.environ | {"PYTHONPATH": str(PROJECT / "bot"), "ONWARD_BOT_SECRET": SECRET}
    arguments = ["-m", "turnbot.serve", "--model", str(wanted()), "--port", str(spec.bot_port)]
    os.execve(BOT_PYTHON, [str(BOT_PYTHON), *arguments], environment)


PARTS = {"web": web, "worker": worker, "bot": bot, "rasa": rasa}


class Part:
    """One part, started again whenever it has died, each start with the next of its plans."""

    def __init__(self, name: str, spec: Spec, plans: list[str]) -> None:
        self.name = name
        self.deaths = 0
        self._spec = spec
        self._plans = list(plans)
        self._process: BaseProcess | None = None

    def keep_alive(self) -> None:
        """Start it if it is not running."""
        if self._process is not None and self._process.is_alive():
            return
        if self._process is not None:
            self.deaths += 1
            self._process.join()
        plan = self._plans.pop(0) if self._plans else ""
        self._process = _context.Process(target=PARTS[self.name], args=(self._spec, plan), daemon=True)
        self._process.start()

    def die(self) -> None:
        """Kill it now; whoever keeps it alive starts it again."""
        if self._process is not None:
            self._process.kill()
            self.deaths += 1

    def kill(self) -> None:
        """End it for good."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
