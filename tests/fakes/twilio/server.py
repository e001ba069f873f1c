"""Running the fake Twilio on a port, with connections that can really be broken."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.fakes.twilio.api import Dropped, Messages


class BreakableProtocol(HttpToolsProtocol):
    """Lets the application reach the connection, to break it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["fake.transport"] = self.transport  # type: ignore[typeddict-unknown-key]


def config(app: Starlette) -> uvicorn.Config:
    """How it is served: quietly, on one event loop."""

    async def unbroken(scope, receive, send):  # type: ignore[no-untyped-def]
        with suppress(Dropped):
            await app(scope, receive, send)

    return uvicorn.Config(unbroken, http=BreakableProtocol, log_level="error", access_log=False, lifespan="on")


@dataclass(frozen=True)
class Running:
    """A fake that answers at ``url``."""

    url: str
    messages: Messages


@contextmanager
def running(app: Starlette) -> Iterator[Running]:
    """Serve ``app`` from a thread, on a free port of this machine."""
    server = uvicorn.Server(config(app))
    listener = socket.create_server(("127.0.0.1", 0))
    started = threading.Event()
    original = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await original(sockets)
        started.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    if not started.wait(10):
        raise RuntimeError("the fake Twilio did not start")
    try:
        yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", app.state.messages)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
