"""The fake Twilio as an ASGI application: the API, and under ``/_control`` what a test tells it."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from casework.clock import Clock, system_clock
from tests.fakes.twilio.api import Messages, error
from tests.fakes.twilio.callbacks import Auto, Callbacks
from tests.fakes.twilio.faults import Plan
from tests.fakes.twilio.store import Store
from tests.fakes.twilio.webhooks import inbound_params, post_signed

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "f" * 32
"""Account and token of the fake when none are given. Neither is anybody's."""


def fake_twilio(
    *,
    account: str = ACCOUNT,
    token: str = TOKEN,
    log: Path | None = None,
    clock: Clock = system_clock,
    new_sid: Callable[[], str] | None = None,
    deliver_to: str | None = None,
    seed: int = 0,
) -> Starlette:
    """Build it. ``app.state.messages`` is the API behind it, for tests in the same process."""
    store = Store(log)
    plan = Plan(seed)
    callbacks = Callbacks(store, token, deliver_to=deliver_to, seed=seed)
    messages = Messages(
        account, token, store, plan, callbacks, clock, new_sid or (lambda: f"SM{secrets.token_hex(16)}")
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await callbacks.close()

    collection = "/2010-04-01/Accounts/{account}/Messages.json"
    app = Starlette(
        routes=[
            Route(collection, messages.create, methods=["POST"]),
            Route(collection, messages.list, methods=["GET"]),
            Route("/2010-04-01/Accounts/{account}/Messages/{sid}.json", messages.fetch, methods=["GET"]),
            *_control(messages),
            Route("/{rest:path}", _nothing, methods=["GET", "POST", "DELETE"]),
        ],
        lifespan=lifespan,
    )
    app.state.messages = messages
    return app


async def _nothing(request: Request) -> Response:
    return error(20404)


def _control(messages: Messages) -> list[Route]:
    async def faults(request: Request) -> Response:
        try:
            messages.plan.set(await request.json())
        except TypeError as problem:
            return JSONResponse({"error": str(problem)}, 400)
        return Response(status_code=204)

    async def sent(request: Request) -> Response:
        return JSONResponse([asdict(one) for one in messages.store.all()])

    async def clear(request: Request) -> Response:
        messages.store.clear()
        return Response(status_code=204)

    async def callbacks(request: Request) -> Response:
        asked: dict[str, Any] = await request.json()
        results = await messages.callbacks.fire(asked["reports"], shuffle=bool(asked.get("shuffle")))
        return JSONResponse({"results": results})

    async def auto(request: Request) -> Response:
        asked: dict[str, Any] = await request.json()
        messages.callbacks.deliver_to = asked.pop("deliver_to", messages.callbacks.deliver_to)
        messages.callbacks.auto = Auto(**asked)
        return Response(status_code=204)

    async def opted_out(request: Request) -> Response:
        messages.opted_out = set(await request.json())
        return Response(status_code=204)

    async def inbound(request: Request) -> Response:
        asked: dict[str, Any] = await request.json()
        url, signed_url = asked.pop("url"), asked.pop("signed_url", None)
        params = inbound_params(**({"sid": messages.new_sid(), "account": messages.account} | asked))
        async with httpx.AsyncClient(timeout=15, trust_env=False) as client:
            status = await post_signed(client, url, params, messages.token, signed_url=signed_url)
        return JSONResponse({"status": status, "sid": params["MessageSid"]})

    return [
        Route("/_control/faults", faults, methods=["POST"]),
        Route("/_control/messages", sent, methods=["GET"]),
        Route("/_control/messages", clear, methods=["DELETE"]),
        Route("/_control/callbacks", callbacks, methods=["POST"]),
        Route("/_control/auto", auto, methods=["POST"]),
        Route("/_control/opted-out", opted_out, methods=["POST"]),
        Route("/_control/inbound", inbound, methods=["POST"]),
    ]
