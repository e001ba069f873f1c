"""Where the bot asks us to act: one route that hosts the rasa-sdk executor.

Each worker has its own, on a private address that it names in every turn. It answers 401 without the secret that the
application and the bot share, 400 where an action says that it cannot run now, and 500 when one fails: the bot then
reports the turn as failed, and the runner tries it again.
"""

import hmac
import json
import logging
import socket
import threading
import zlib
from typing import Any

import uvicorn
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

log = logging.getLogger(__name__)

MAX_BODY = 1_000_000
"""A call carries the conversation's tracker and no domain: a few kilobytes."""


def action_app(executor: ActionExecutor, secret: str) -> Starlette:
    """The action server as an ASGI application."""
    expected = f"Bearer {secret}".encode()

    async def webhook(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            return JSONResponse({"error": "unauthorised"}, status_code=401)
        try:
            call = await _read(request)
        except (ValueError, zlib.error):
            return JSONResponse({"error": "malformed"}, status_code=400)
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": str(rejection), "action_name": rejection.action_name}, status_code=400)
        except ActionNotFoundException as missing:
            return JSONResponse({"error": "no such action", "action_name": missing.action_name}, status_code=404)
        except Exception as error:
            # the error's own words may quote a message: only its kind is logged
            log.error("action %s failed: %s", call.get("next_action"), type(error).__name__)
            return JSONResponse({"error": "failed", "action_name": call.get("next_action")}, status_code=500)
        # a call that names no action comes back as nothing
        return JSONResponse(result.model_dump() if result is not None else {"events": [], "responses": []})

    return Starlette(routes=[Route("/webhook", webhook, methods=["POST"])])


async def _read(request: Request) -> dict[str, Any]:
    body = await request.body()
    if request.headers.get("content-encoding") == "deflate":
        inflater = zlib.decompressobj()
        body = inflater.decompress(body, MAX_BODY)
        if inflater.unconsumed_tail:
            raise ValueError("too large")
    if len(body) > MAX_BODY:
        raise ValueError("too large")
    call = json.loads(body)
    if not isinstance(call, dict):
        raise ValueError("not an object")
    # the bot leaves the domain out, and the executor asks for it
    call.setdefault("domain", {})
    return call


class ActionServer:
    """The action server on a thread of its own, for a worker, a replay or a test."""

    def __init__(self, executor: ActionExecutor, secret: str, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._socket = socket.create_server((host, port))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{host}:{self.port}/webhook"
        config = uvicorn.Config(action_app(executor, secret), log_config=None, access_log=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="actions", daemon=True
        )

    def start(self) -> None:
        """Begin to answer. The port is open from construction on, so a call made early waits and is not refused."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being answered, then stop."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._socket.close()
