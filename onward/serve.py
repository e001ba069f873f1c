"""The processes of an installation: web and worker, each run until it is told to stop."""

import contextlib
import logging
import os
import signal
import socket
import time
from datetime import datetime
from types import FrameType

import uvicorn
from sqlalchemy import Engine

from casework.campaigns.steering import tend
from casework.clock import system_clock
from casework.db import open_engine
from casework.sweeps import end_old_sessions, waiting
from channels.bot import BotClient
from channels.sender import Accepted, Found, Refused, SmsBackend
from channels.sms.simulator import SimulatorBackend
from channels.sms.twilio import TwilioBackend
from onward.app import create_app, sms_settings
from onward.assembly import Parts, build_worker
from onward.children import READY_LINE
from onward.preflight import require_newest_tables
from onward.problems import Problem
from onward.services import opened
from onward.settings import Settings
from onward.worker import Tick

log = logging.getLogger(__name__)

BACKLOG = 2048
"""Connections that wait to be accepted: a burst of webhooks queues here and is not refused."""

LONGEST_FRAME = 64 * 1024
"""Largest web chat frame in bytes."""

GIVES_WAY = 5
"""How much nicer than the web process the worker and the bot are on a busy machine."""

LOOKED_AT = 5_000
"""Young people whose plans are read again in one sweep: a new area is planned in minutes, and nothing else waits."""

LAST_REQUESTS = 3
"""Seconds that requests in hand get when the process stops."""


def serve_web(settings: Settings) -> None:
    """Serve pages, web chat and webhooks until SIGTERM or SIGINT. Raises ``Problem`` when it cannot start."""
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=BACKLOG, family=_family(settings.host))
    except OSError as error:
        raise Problem(
            f"The web process cannot listen on {settings.host}:{settings.port}: {error.strerror}.",
            "Choose another port with ONWARD_PORT.",
        ) from None
    told = _Told()
    with listener, opened(settings) as services:
        require_newest_tables(services.engine, settings)
        config = uvicorn.Config(
            create_app(services),
            log_config=None,
            log_level=settings.log_level,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trust_proxy),
            forwarded_allow_ips=settings.trust_proxy,
            ws_max_size=LONGEST_FRAME,
            timeout_graceful_shutdown=LAST_REQUESTS,
            lifespan="off",
        )
        log.info("listening on %s:%d", settings.host, settings.port)
        # uvicorn raises the signal that stopped it once more, when it has finished: `told` takes it, so that the
        # inbox still gets to store what it holds
        uvicorn.Server(config).run(sockets=[listener])
    log.info("stopped: %s", "asked to" if told.asked else "the server ended")


def run_worker(settings: Settings) -> None:
    """Take turns and send messages until SIGTERM or SIGINT. Raises ``Problem`` when it cannot start."""
    told = _Told()
    give_way()
    engine = open_engine(settings.database_url, pool_size=settings.runners + settings.senders + 4)
    try:
        require_newest_tables(engine, settings)
        parts = Parts.load(
            engine,
            system_clock,
            settings.data_dir,
            service=settings.service_name,
            public_url=settings.public_url,
            secret=settings.need_secret(),
        )
        # read now, so that a plan that cannot be used is told at once and not at the first fact
        parts.followups.reader  # noqa: B018
        parts.followups.install()
        try:
            actions = parts.actions(settings.need_bot_secret(), host=settings.actions_host, port=settings.actions_port)
        except OSError as error:
            where = f"{settings.actions_host}:{settings.actions_port}"
            raise Problem(
                f"The action server cannot listen on {where}: {error.strerror}.",
                "Choose another port with ONWARD_ACTIONS_PORT; 0 takes any free one.",
            ) from None
        actions.start()
        bot = BotClient(
            settings.bot_url,
            settings.need_bot_secret(),
            _actions_url(settings) or actions.url,
            connections=settings.runners + 1,
        )
        worker = build_worker(
            parts,
            bot,
            sms_backend(settings),
            runners=settings.runners,
            senders=settings.senders,
            ticks=(
                Tick("what waits", 60, lambda: say_what_waits(engine)),
                Tick("follow-up: what is due", 10, parts.followups.dispatch),
                Tick("follow-up: what came of it", 10, parts.followups.settle),
                Tick("follow-up: who to look at", 30, lambda: parts.followups.look(most=LOOKED_AT)),
                Tick("campaigns", 60, lambda: tend(engine, system_clock(), parts.policies.sending)),
                Tick("old sessions", 3600, lambda: end_old_sessions(engine, system_clock())),
            ),
        )
        worker.start()
        print(READY_LINE, flush=True)
        log.info("taking turns and sending")
        told.wait()
        worker.stop()
        actions.stop()
    finally:
        engine.dispose()
    log.info("stopped: asked to")


def say_what_waits(engine: Engine) -> None:
    """Put into the log how much waits, where anything does; a warning when it has waited too long."""
    found = waiting(engine, system_clock())
    if found.inbound or found.outbound:
        level = logging.WARNING if found.late else logging.INFO
        oldest = found.oldest.total_seconds()
        log.log(level, "waiting: %d in (oldest %.0f s), %d out", found.inbound, oldest, found.outbound)


def give_way() -> None:
    """Let the web process go first: a webhook must be answered within milliseconds, a turn may take a few more."""
    with contextlib.suppress(OSError):
        os.nice(GIVES_WAY)


def sms_backend(settings: Settings) -> SmsBackend:
    """Twilio where it is set up, else the phone where that is on, else nothing that works."""
    if settings.twilio:
        return TwilioBackend(sms_settings(settings))
    return SimulatorBackend() if settings.simulated else NoSms()


def _actions_url(settings: Settings) -> str | None:
    if settings.actions_url is None:
        return None
    return settings.actions_url if settings.actions_url.endswith("/webhook") else f"{settings.actions_url}/webhook"


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


class NoSms:
    """Stands where neither Twilio nor the phone is set up: a text waits and then fails, and says why in the log."""

    def send(self, to: str, body: str, message_id: int) -> Accepted:
        """Refuses, for now."""
        raise Refused(None, permanent=False)

    def find(self, to: str, since: datetime) -> list[Found]:
        """Nothing was ever sent."""
        return []


class _Told:
    """Whether somebody has asked this process to stop."""

    def __init__(self) -> None:
        # a plain flag: setting an Event in a signal handler can meet the same thread inside that Event's lock
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True

    def wait(self) -> None:
        """Wait until then."""
        while not self.asked:
            time.sleep(0.1)
