"""The phone simulator: a page that looks like a phone, and the JSON behind it, which ``onward text`` uses too.

Texts go through the same inbox and outbox as Twilio's. Include these routes only where no Twilio is set up: whoever
reaches them can text as anybody.

``POST /phone/api/send``, JSON ``{"from": "07700 900123", "text": "hi", "id": "<8 to 64 characters>", "media": 0}``:
    200 ``{"message_id": 7, "number": "+447700900123"}``, once it is stored. A repeat with the same ``id`` is answered
    the same and stored once; without ``id`` every call is a new text. ``media`` may be left out.
    400, 413, 415 or 503 ``{"error": "<plain words>"}``.

``GET /phone/api/thread?number=07700900123&after=0``:
    200 ``{"number", "waiting", "messages": [{"id", "direction", "from", "text", "at", "status", "segments",
    "media"}]}``, oldest first, with ids above ``after`` (the latest 200). ``direction`` is ``in`` for what the young
    person sent, with status ``received`` and then ``handled``; ``out`` for what came to the phone, with a status of
    ``casework.delivery``. ``waiting`` says that something sent is not handled yet, or an answer is on its way.

``GET /phone/api/people``:
    200 ``{"people": [{"name", "town", "number"}]}``: everybody in the record with a phone.
"""

import json
import logging
import re
import secrets
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from casework.clock import Clock
from casework.db import reading
from casework.inbound import MAX_TEXT, Inbound
from channels.inbox import Inbox
from channels.pages import SHARED, Assets, Pages
from channels.phone.thread import people, thread
from channels.sms.numbers import to_e164

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent

MAX_BODY = 32 * 1024
"""Largest request in bytes: the longest text, all of it escaped, is 19 KB."""

MAX_MEDIA = 10

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

NO_STORE = {"Cache-Control": "no-store"}


class NotTaken(Exception):
    """The request cannot be taken. The words are for whoever sent it."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


def phone_router(inbox: Inbox, engine: Engine, clock: Clock, *, service: str = "Onward") -> APIRouter:
    """The routes, to include in the application."""
    assets = Assets({"shared": SHARED, "phone": FOLDER / "static"}, "/phone/static")
    pages = Pages(FOLDER / "templates", assets)

    async def page(_request: Request) -> Response:
        return pages.page("phone.html", service=service, longest=MAX_TEXT)

    async def send(request: Request) -> Response:
        try:
            inbound = read_text(await _json(request), clock)
        except NotTaken as refused:
            return _refusal(refused)
        try:
            stored = await inbox.put(inbound)
        except Exception as error:
            log.error("a simulated text could not be stored: %s", type(error).__name__)
            return _refusal(NotTaken("Not stored. Try again in a minute.", 503))
        return JSONResponse({"message_id": stored.message_id, "number": inbound.address}, headers=NO_STORE)

    async def show_thread(request: Request) -> Response:
        number = to_e164(request.query_params.get("number", ""))
        after = request.query_params.get("after", "0")
        if number is None:
            return _refusal(NotTaken("That is not a phone number."))
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            return _refusal(NotTaken("`after` must be a message's id."))

        def look() -> dict[str, Any]:
            with reading(engine) as session:
                found = thread(session, number, int(after))
            return {"number": number, "waiting": found.waiting, "messages": found.messages}

        return JSONResponse(await run_in_threadpool(look), headers=NO_STORE)

    async def show_people(_request: Request) -> Response:
        def look() -> list[dict[str, str]]:
            with reading(engine) as session:
                return people(session)

        return JSONResponse({"people": await run_in_threadpool(look)}, headers=NO_STORE)

    return APIRouter(
        routes=[
            Route("/phone", page, methods=["GET"]),
            Route("/phone/api/send", send, methods=["POST"]),
            Route("/phone/api/thread", show_thread, methods=["GET"]),
            Route("/phone/api/people", show_people, methods=["GET"]),
            assets.route(),
        ]
    )


def read_text(body: Any, clock: Clock) -> Inbound:
    """The text in a request's JSON. Raises ``NotTaken``."""
    if not isinstance(body, dict):
        raise NotTaken("Send a JSON object with `from` and `text`.")
    written, words, media = body.get("from"), body.get("text"), body.get("media", 0)
    number = to_e164(written) if isinstance(written, str) else None
    if number is None:
        raise NotTaken("That is not a phone number. Write it like 07700 900123.")
    if not isinstance(words, str):
        raise NotTaken("`text` must be text.")
    if len(words) > MAX_TEXT:
        raise NotTaken(f"A text can be {MAX_TEXT:,} characters long. This one has {len(words):,}.")
    if not isinstance(media, int) or not 0 <= media <= MAX_MEDIA:
        raise NotTaken(f"`media` must be a number from 0 to {MAX_MEDIA}.")
    client_id = body.get("id") or secrets.token_hex(16)
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise NotTaken("`id` must be 8 to 64 letters, digits, hyphens or underscores.")
    return Inbound("sms", number, f"SIM{client_id}", words, clock(), media=int(media))


async def _json(request: Request) -> Any:
    # a page of another site can post a form here, but not JSON
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotTaken("Send JSON.", 415)
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > MAX_BODY:
                raise NotTaken("That is too large.", 413)
        return json.loads(body)
    except (ValueError, RecursionError, ClientDisconnect):
        raise NotTaken("Send JSON.") from None


def _refusal(refused: NotTaken) -> JSONResponse:
    return JSONResponse({"error": str(refused)}, refused.status, headers=NO_STORE)
