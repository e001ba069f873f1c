"""The one layer around every request, as plain ASGI: it adds microseconds, and the SMS webhook passes through it too.

It refuses bodies that are too large, adds the headers that keep browsers safe, and turns whatever fails into a plain
answer without a trace.
"""

import logging

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onward.errors import answer

log = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
"""Largest request body in bytes. The longest text, 1,600 emoji in a form with ten pictures, is about 30 kB."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'",
}
"""Set on every answer that has not set its own."""

HSTS = "max-age=31536000; includeSubDomains"


class TooLarge(Exception):
    """The body grew past the limit while it was read."""


class Guardrail:
    """Wraps the application. ``https`` says that people reach it by HTTPS only."""

    def __init__(self, app: ASGIApp, *, service: str, https: bool, max_body: int = MAX_BODY) -> None:
        self._app = app
        self._service = service
        self._max_body = max_body
        self._headers = HEADERS | ({"Strict-Transport-Security": HSTS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        async def refuse(status: int) -> None:
            if not started:
                response = answer(Request(scope), status, service=self._service, headers={"Connection": "close"})
                await response(scope, receive, send_safely)

        if self._declared(scope) > self._max_body:
            await refuse(413)
            return
        try:
            await self._app(scope, self._counted(receive), send_safely)
        except TooLarge:
            await refuse(413)
        except Exception as error:
            # the error's own words may quote what somebody wrote: its kind and place must do
            log.error("%s %s failed: %s%s", scope["method"], route(scope), type(error).__name__, place(error))
            # an answer that had begun is left unfinished: the server then drops the connection, without a trace
            await refuse(500)

    def _declared(self, scope: Scope) -> int:
        for name, value in scope["headers"]:
            if name == b"content-length":
                return int(value) if value.isdigit() else self._max_body + 1
        return 0

    def _counted(self, receive: Receive) -> Receive:
        size = 0

        async def counting() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_body:
                raise TooLarge
            return message

        return counting


def route(scope: Scope) -> str:
    """The route's own pattern, as in /console/conversations/{id}: an address can hold what a log must not."""
    return str(getattr(scope.get("route"), "path", None) or "a request")


def place(error: BaseException) -> str:
    """Where it was raised, as file and line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
