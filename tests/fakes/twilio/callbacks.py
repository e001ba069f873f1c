"""Status callbacks of the fake Twilio: by hand, in any order and number, or by itself after every accepted message."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from casework.delivery import RANK, from_provider
from tests.fakes.twilio.store import Sent, Store
from tests.fakes.twilio.webhooks import post_signed, status_params


@dataclass
class Auto:
    """What is reported of every accepted message, without being asked. No statuses: nothing."""

    statuses: list[str] = field(default_factory=list)
    delay: float = 0.05
    """Seconds before the first, and between them."""
    duplicate: int = 1
    """How often each is sent."""
    shuffle: bool = False
    before_answer: bool = False
    """Whether the first goes out before the send itself is answered."""


class Callbacks:
    """Posts signed reports. ``deliver_to`` replaces scheme and host of every callback URL; what is signed stays."""

    def __init__(self, store: Store, token: str, *, deliver_to: str | None = None, seed: int = 0) -> None:
        self._store = store
        self._token = token
        self.deliver_to = deliver_to
        self.auto = Auto()
        self.results: list[tuple[str, str, int]] = []
        self._random = random.Random(seed)
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: httpx.AsyncClient | None = None

    async def report(self, sid: str, status: str, error_code: int | None = None) -> int:
        """Post one report; answers the HTTP status, or 0 when nobody answered."""
        sent = self._store.get(sid)
        if sent is None or sent.status_callback is None:
            return 0
        # like Twilio's own record of a message, it moves on whatever becomes of the callback
        ours, theirs = from_provider(sent.status), from_provider(status)
        if ours and theirs and RANK[theirs] > RANK[ours]:
            sent.status, sent.error_code = status, error_code
            if RANK[theirs] >= RANK["sent"]:
                sent.sent = sent.sent or sent.created
        params = status_params(
            sid=sid, status=status, to=sent.to, from_=sent.sender, account=sent.account, error_code=error_code
        )
        signed = sent.status_callback
        try:
            result = await post_signed(self._http(), self._where(signed), params, self._token, signed_url=signed)
        except httpx.HTTPError:
            result = 0
        self.results.append((sid, status, result))
        sent.history.append(status)
        return result

    async def fire(self, reports: list[dict[str, Any]], *, shuffle: bool = False) -> list[int]:
        """Post reports, one after the other: ``{"sid", "status", "error_code"?, "delay"?, "times"?}``."""
        todo = [one for one in reports for _ in range(int(one.get("times", 1)))]
        if shuffle:
            self._random.shuffle(todo)
        results = []
        for one in todo:
            await asyncio.sleep(float(one.get("delay", 0)))
            results.append(await self.report(one["sid"], one["status"], one.get("error_code")))
        return results

    async def accepted(self, sent: Sent) -> None:
        """Start what is reported by itself."""
        if not self.auto.statuses:
            return
        todo = [status for status in self.auto.statuses for _ in range(self.auto.duplicate)]
        if self.auto.shuffle:
            self._random.shuffle(todo)
        if self.auto.before_answer:
            await self.report(sent.sid, todo.pop(0))
        task = asyncio.create_task(self._later(sent.sid, todo))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop reporting."""
        for task in list(self._tasks):
            task.cancel()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _later(self, sid: str, statuses: list[str]) -> None:
        for status in statuses:
            await asyncio.sleep(self.auto.delay)
            await self.report(sid, status)

    def _where(self, url: str) -> str:
        if self.deliver_to is None:
            return url
        parts, to = urlsplit(url), urlsplit(self.deliver_to)
        return urlunsplit(parts._replace(scheme=to.scheme, netloc=to.netloc))

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            limits = httpx.Limits(max_connections=20)
            self._client = httpx.AsyncClient(timeout=15, limits=limits, trust_env=False)
        return self._client
