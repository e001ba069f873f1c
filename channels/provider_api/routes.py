"""``POST /api/providers/reports``: a batch of reports, with the provider's key as a bearer token.

Every item has its own result; one that cannot be read holds up no other. What is wrong with the request itself is
answered with 401 (no good key), 403 (a key that was ended), 413 (too much at once), 415 or 422 (not what the
specification says) or 429 (too many tries), each as ``{"error": <code>, "message": <plain words>}``.
"""

import json
import logging
from collections import Counter
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from casework.activities.rules import Rules
from casework.clock import Clock
from casework.db import reading
from casework.providers import keys
from casework.providers.receiving import Reception
from channels.provider_api.openapi import specification
from channels.webchat.limits import RateLimit
from prospectus.reported import ProspectusCatalogue, provider_info
from prospectus.vocabulary import Vocabulary

log = logging.getLogger(__name__)

PATH = "/api/providers/reports"
MOST_ITEMS = 500
MOST_BYTES = 250_000
"""Of a body: room for 500 reports of 500 bytes."""
BATCHES, BATCHES_PER_SECOND = 20.0, 0.5
"""Batches of one provider that may come at once, and after that."""
MISSES, MISSES_PER_SECOND = 20.0, 0.1
"""Wrong keys from one address. A key cannot be guessed; this is against whoever tries all the same."""

WORDS: dict[str, tuple[int, str]] = {
    "no_key": (401, "Send your key in the header Authorization, as in: Bearer onward-provider-..."),
    "unknown_key": (401, "This key is not known. Check that it is whole, or ask the service for a new one."),
    "ended_key": (403, "This key was ended. Ask the service for a new one."),
    "unknown_provider": (403, "The provider of this key is not in the prospectus any more. Ask the service."),
    "too_large": (413, f"This is too much at once. Send at most {MOST_ITEMS} reports and {MOST_BYTES:,} bytes."),
    "not_json": (415, "Send JSON, with the header Content-Type: application/json."),
    "unreadable": (422, "This is not JSON that can be read. It must be UTF-8."),
    "no_reports": (422, 'Send an object with a list of reports: {"reports": [...]}, and nothing beside it.'),
    "slow_down": (429, "Too many requests. Wait a little, then send it again: nothing is taken twice."),
}


def provider_router(engine: Engine, clock: Clock, rules: Rules, vocabulary: Vocabulary) -> APIRouter:
    """The routes, to include in the application."""
    api = ProviderApi(engine, clock, rules, vocabulary)
    return APIRouter(
        routes=[
            Route(PATH, api.reports, methods=["POST"]),
            Route("/api/providers/openapi.json", api.openapi, methods=["GET"]),
        ]
    )


class ProviderApi:
    """The endpoint, with what it counts."""

    def __init__(self, engine: Engine, clock: Clock, rules: Rules, vocabulary: Vocabulary) -> None:
        self._engine = engine
        self._clock = clock
        self._vocabulary = vocabulary
        self._reception = Reception(engine, rules)
        self._batches = RateLimit(BATCHES, BATCHES_PER_SECOND)
        self._misses = RateLimit(MISSES, MISSES_PER_SECOND)

    async def openapi(self, _request: Request) -> Response:
        """The specification of this interface, for programs."""
        return JSONResponse(specification(PATH, MOST_ITEMS), headers={"Cache-Control": "public, max-age=3600"})

    async def reports(self, request: Request) -> Response:
        """Take a batch in."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            return refuse("no_key")
        holder = await run_in_threadpool(self._holder, key.strip())
        now = self._clock()
        if holder is None or holder.ended:
            client = request.client.host if request.client else ""
            allowed = self._misses.allows(client, now)
            return refuse(("ended_key" if holder else "unknown_key") if allowed else "slow_down")
        if not self._batches.allows(holder.provider_ref, now):
            return refuse("slow_down")
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            return refuse("not_json")
        body = await _body(request)
        if body is None:
            return refuse("too_large")
        items = _items(body)
        if isinstance(items, str):
            return refuse(items)
        return await run_in_threadpool(self._take, holder.provider_ref, items)

    def _holder(self, key: str) -> keys.Holder | None:
        with reading(self._engine) as session:
            return keys.holder(session, key)

    def _take(self, provider_ref: str, items: list[Any]) -> Response:
        now = self._clock()
        with reading(self._engine) as session:
            provider = provider_info(session, provider_ref)
            if provider is None:
                return refuse("unknown_provider")
            catalogue = ProspectusCatalogue(session, self._vocabulary)
            numbered = list(enumerate(items, 1))
            receipts = list(self._reception.take_all(provider, catalogue, numbered, via="api", now=now))
        counted = Counter(receipt.status for receipt in receipts)
        log.info(
            "reports of %s: %s received, %s again, %s refused",
            provider_ref, counted["received"], counted["already_received"], counted["refused"],
        )  # fmt: skip
        return JSONResponse(
            {
                "received": counted["received"],
                "already_received": counted["already_received"],
                "refused": counted["refused"],
                "results": [receipt.for_provider() for receipt in receipts],
            }
        )


def refuse(code: str) -> Response:
    """The answer to a request that cannot be taken."""
    status, message = WORDS[code]
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if status == 429:
        headers["Retry-After"] = "10"
    return JSONResponse({"error": code, "message": message}, status_code=status, headers=headers)


async def _body(request: Request) -> bytes | None:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _items(body: bytes) -> list[Any] | str:
    """The reports of a body, or the code of what is wrong with it."""
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return "unreadable"
    if not isinstance(data, dict) or set(data) != {"reports"}:
        return "no_reports"
    items = data["reports"]
    if not isinstance(items, list) or not items:
        return "no_reports"
    return items if len(items) <= MOST_ITEMS else "too_large"
