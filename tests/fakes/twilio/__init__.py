"""A fake of Twilio's Messages API, faithful where Onward leans on it: shapes, errors, lists, callbacks, failures.

``python -m tests.fakes.twilio --port 4010 --log /tmp/sent.jsonl`` runs it by itself; ``running`` runs it in a thread
of a test. What it accepted stands in the log, one JSON line each, and is read again when it is started again.
"""

from tests.fakes.twilio.app import ACCOUNT, TOKEN, fake_twilio
from tests.fakes.twilio.server import Running, running
from tests.fakes.twilio.webhooks import inbound_params, post_signed, sign, status_params

__all__ = [
    "ACCOUNT",
    "TOKEN",
    "Running",
    "fake_twilio",
    "inbound_params",
    "post_signed",
    "running",
    "sign",
    "status_params",
]
