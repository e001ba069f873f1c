"""A stand-in that speaks the bot's protocol (docs/protocols.md, section 1), for tests of what stands around it.

It understands nothing: it counts the turns of a conversation in its state, answers with one or two replies, and asks
for an effect when the text says "effect". Being a pure function of the request, it may be killed at any time.
"""

import hmac
import json
import os
import signal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def answer(text: str, state: dict[str, object]) -> dict[str, object]:
    """The turn as a pure function."""
    slots = state.get("slots")
    turns = int(slots.get("turns", 0)) + 1 if isinstance(slots, dict) else 1
    replies = [{"key": "bye", "args": {}}]
    if "two" in text:
        replies.append({"key": "thanks", "args": {}})
    effects = [{"kind": "note_unmet_demand", "subject": text[:40]}] if "effect" in text else []
    return {
        "replies": replies,
        "effects": effects,
        "understanding": {"intent": "bye", "confidence": 1.0, "entities": [], "ranking": []},
        "state": {"v": 1, "slots": {"turns": turns}, "loop": None, "requested": None},
    }


def stand_in(secret: str, *, die_at: int | None = None) -> Starlette:
    """The stand-in as an ASGI application; it kills its process instead of answering its ``die_at``-th turn."""
    turns = 0

    async def turn(request: Request) -> Response:
        nonlocal turns
        if not hmac.compare_digest(request.headers.get("authorization", ""), f"Bearer {secret}"):
            return JSONResponse({"error": "unauthorised"}, status_code=401)
        body = json.loads(await request.body())
        turns += 1
        if turns == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return JSONResponse(answer(body["text"], body.get("state") or {}))

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "model": "stand-in"})

    return Starlette(
        routes=[
            Route("/webhooks/turn/turn", turn, methods=["POST"]),
            Route("/webhooks/turn/health", health, methods=["GET"]),
        ]
    )
