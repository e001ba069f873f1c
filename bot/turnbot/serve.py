"""Runs the bot: ``python -m turnbot.serve --port 5005 --model bot/models/....tar.gz``, with ``bot`` on PYTHONPATH.

Only the turn routes are served: not Rasa's HTTP API, not its other channels. Prints ``ready http://...`` once it
answers. Needs ``ONWARD_BOT_SECRET``.
"""

import argparse
import contextlib
import gc
import logging
import os
import socket
import sys
from pathlib import Path
from typing import List, Optional

from turnbot import light, modelfile

DEFAULT_PORT = 5005
GIVES_WAY = 5
"""How much nicer than the web process the bot is, where they share a machine."""

MAX_BODY = 1_000_000
"""Largest request body in bytes: a thousand texts to parse fit, a flood does not."""


def options(arguments: Optional[List[str]] = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="turnbot.serve", description="Run Onward's bot.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--model", type=Path, help="model to load (default: the newest in bot/models)")
    return parser.parse_args(arguments)


def quieten() -> None:
    """No telemetry, no text of messages in any log, one thread for arithmetic that is too small for more."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    # the libraries' warnings are about their own age; some of them quote what they were given
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # rasa's own warnings quote names of actions and texts; what we need to know, turnbot says
    logging.getLogger("rasa").setLevel(logging.CRITICAL)
    for name in ("sanic.root", "sanic.access", "sanic.error"):
        logging.getLogger(name).setLevel(logging.ERROR)
    import structlog

    # left alone, structlog prints debug lines, which hold the messages
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def bound(host: str, port: int) -> socket.socket:
    """A socket that holds the port from the start. Raises ``OSError`` when somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    # two sockets that may reuse an address can both be bound: only listening tells that the port is taken
    listener.listen(128)
    return listener


def main(arguments: Optional[List[str]] = None) -> int:
    """Load the model and serve until told to stop. Answers the exit code; problems are one plain line."""
    chosen = options(arguments)
    secret = os.environ.get("ONWARD_BOT_SECRET", "")
    if not secret:
        print("ONWARD_BOT_SECRET is not set: the bot does not start without a secret.", file=sys.stderr)
        return 2
    quieten()
    try:
        model = chosen.model or modelfile.newest(Path(__file__).resolve().parents[1] / "models")
        checksum = modelfile.verified(model)
        if modelfile.is_light(model):
            light.leave_out_heavy_packages()
    except (modelfile.ModelProblem, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    # webhooks go first on a busy machine: they must be answered within milliseconds, a turn may take a few more
    with contextlib.suppress(OSError):
        os.nice(GIVES_WAY)
    try:
        listener = bound(chosen.host, chosen.port)
    except OSError as error:
        print(f"The bot cannot listen on {chosen.host}:{chosen.port}: {error.strerror}.", file=sys.stderr)
        return 1
    return _serve(str(model), checksum, secret, listener)


def _serve(model: str, checksum: str, secret: str, listener: socket.socket) -> int:
    from sanic import Sanic, response
    from sanic.exceptions import SanicException
    from sanic.request import Request
    from sanic.response import HTTPResponse

    from turnbot.channel import TurnChannel
    from turnbot.engine import build_processor

    processor = build_processor(model, secret)
    app = Sanic("turnbot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY
    app.config.KEEP_ALIVE_TIMEOUT = 120
    app.config.ACCESS_LOG = False
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.blueprint(TurnChannel(processor, secret, checksum).blueprint(_no_messages))

    @app.exception(Exception)
    async def plain(_request: Request, error: Exception) -> HTTPResponse:
        status = error.status_code if isinstance(error, SanicException) else 500
        codes = {404: "not_found", 405: "not_allowed", 413: "too_long", 400: "malformed"}
        return response.json({"error": codes.get(status, "internal")}, status=status)

    @app.listener("after_server_start")
    async def ready(*_: object) -> None:
        host, port = listener.getsockname()[:2]
        print(f"ready http://{host}:{port}", flush=True)

    @app.listener("after_server_stop")
    async def closed(*_: object) -> None:
        await processor.action_endpoint.close()

    # the model stays for good: leave it out of every later collection
    gc.collect()
    gc.freeze()
    app.run(sock=listener, debug=False, access_log=False, motd=False)
    return 0


async def _no_messages(_message: object) -> None:
    raise RuntimeError("messages come in through the turn route only")


if __name__ == "__main__":
    sys.exit(main())
