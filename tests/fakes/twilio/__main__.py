"""The fake Twilio in its own process."""

import argparse
import socket
from pathlib import Path

import uvicorn

from tests.fakes.twilio.app import ACCOUNT, TOKEN, fake_twilio
from tests.fakes.twilio.callbacks import Auto
from tests.fakes.twilio.server import config


def main() -> None:
    """Serve until stopped. Prints ``listening on <url>`` once it can be reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.twilio", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--log", type=Path, help="append every accepted message to this file, one JSON line each")
    parser.add_argument("--account", default=ACCOUNT)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--report", default="", help="statuses reported of every message: sent,delivered")
    parser.add_argument("--report-delay", type=float, default=0.05, help="seconds before each report")
    parser.add_argument("--deliver-to", help="post reports to this address in place of the callback's own host")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    app = fake_twilio(
        account=given.account, token=given.token, log=given.log, deliver_to=given.deliver_to, seed=given.seed
    )
    statuses = [status for status in given.report.split(",") if status]
    app.state.messages.callbacks.auto = Auto(statuses=statuses, delay=given.report_delay)
    listener = socket.create_server(("127.0.0.1", given.port))
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(config(app)).run(sockets=[listener])


if __name__ == "__main__":
    main()
