"""`onward text`: one text to the system that runs, through the phone simulator's own interface, and its answers."""

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import urllib3

from onward.problems import Problem
from onward.running import find
from onward.settings import Settings

EVERY = 0.2
"""Seconds between looks for an answer."""


def exchange(
    settings: Settings,
    sender: str,
    words: str,
    wait: float,
    *,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> list[dict[str, Any]]:
    """Text ``words`` from ``sender`` and answer what came back within ``wait`` seconds, in order.

    Each answer is a message of the phone's thread (see ``channels.phone.routes``). Raises ``Problem``.
    """
    running = find(settings)
    phone = _Phone(running.url if running else settings.local_url)
    sent = phone.ask("POST", "send", {"from": sender, "text": words})
    deadline = now() + wait
    while True:
        query = urlencode({"number": sent["number"], "after": sent["message_id"]})
        thread = phone.ask("GET", f"thread?{query}")
        if not thread["waiting"] or now() >= deadline:
            return [message for message in thread["messages"] if message["direction"] == "out"]
        sleep(EVERY)


class _Phone:
    """The phone simulator of the system at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(retries=False, timeout=10.0)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One call. Raises ``Problem`` with the phone's own words where it has some."""
        try:
            response = self._pool.request(method, f"{self._url}/phone/api/{path}", json=body)
        except urllib3.exceptions.NewConnectionError:
            raise Problem(f"Nothing runs at {self._url}.", "Start it with: make run (or: onward run)") from None
        except urllib3.exceptions.HTTPError:
            raise Problem(f"The system at {self._url} did not answer.", "Run: onward doctor") from None
        try:
            answer = json.loads(response.data)
        except ValueError:
            answer = None
        if response.status == 200 and isinstance(answer, dict):
            return answer
        if response.status == 404:
            raise Problem(
                f"The system at {self._url} has no phone simulator.",
                "It is on where no Twilio is set up (docs/settings.md).",
            )
        said = answer.get("error") if isinstance(answer, dict) else None
        raise Problem(str(said or f"The phone answered with status {response.status}."))
