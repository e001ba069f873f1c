"""Web chat: the socket, and the demo page around a chat box."""

from collections.abc import Collection
from urllib.parse import urlsplit

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.routing import WebSocketRoute

from casework.clock import Clock
from channels.inbox import Inbox
from channels.webchat.demo import demo_routes
from channels.webchat.hub import Hub
from channels.webchat.sessions import Sessions
from channels.webchat.socket import WebChat

PATH = "/channels/webchat/ws"


def webchat_router(
    inbox: Inbox,
    engine: Engine,
    clock: Clock,
    secret: str,
    *,
    service: str = "Onward",
    public_url: str | None = None,
    allowed_origins: Collection[str] = (),
    sample: bool = False,
    phone: bool = False,
) -> APIRouter:
    """The routes, to include in the application.

    Pages of this site may open a chat, those of ``public_url`` (a proxy may change the Host header) and those of
    ``allowed_origins``, such as ``https://college.example.org``. ``sample`` and ``phone`` say what the demo page may
    speak of: the made-up area, and the phone simulator.
    """
    hub = Hub(engine)
    origins = [*allowed_origins, *([_origin(public_url)] if public_url else [])]
    chat = WebChat(inbox, engine, clock, Sessions(secret, clock), hub, origins=origins)
    return APIRouter(
        routes=[
            WebSocketRoute(PATH, chat.serve, name="webchat"),
            *demo_routes(service=service, sample=sample, phone=phone),
        ]
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
