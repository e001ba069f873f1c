"""The bot's only door: POST /turn, POST /parse, GET /health. See docs/protocols.md, section 1."""

import asyncio
import hmac
import logging
import time
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from turnbot import state
from turnbot.answers import Answers
from turnbot.choice import Parsed
from turnbot.conversation import Conversing
from turnbot.endpoint import allowed_hosts, is_allowed
from turnbot.engine import TurnOutput, TurnProcessor, understanding
from turnbot.followups import FollowUps
from turnbot.reading import Reader
from turnbot.turn import CURRENT, Turn, TurnFailed

MAX_TEXT = 8_000
"""Longest message, in characters: 100,000 would take 0.8 s to understand and stop everybody else."""
MAX_TEXTS = 1_000
"""Most messages in one request to /parse."""
TURN_LIMIT_S = 30.0

log = logging.getLogger("turnbot")


class Refused(Exception):
    """The request cannot be taken: the HTTP status, and a code for the caller."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def neutral(text: str) -> str:
    """The text as it may be handed to Rasa, to which a leading "/" would be a command, not a message."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    start = 0
    while start < len(text) and (text[start] == "/" or text[start].isspace()):
        start += 1
    # a message of nothing is still a message that was not understood
    return text[start:] or "?"


class TurnChannel(InputChannel):
    """Takes a turn's request to Rasa and brings back replies, effects, understanding and the new state."""

    def __init__(self, processor: TurnProcessor, secret: str, model_sha256: str) -> None:
        """Raises ``ValueError`` when the secret is empty: the route is never open to all."""
        if not secret:
            raise ValueError("the turn route needs a secret")
        self._processor = processor
        self._expected = f"Bearer {secret}".encode()
        self._model_sha256 = model_sha256
        self._hosts = allowed_hosts()
        self._reader = Reader(Answers.load(), FollowUps.load())

    @classmethod
    def name(cls) -> str:
        return "turn"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The three routes, under ``/webhooks/turn``."""
        routes = Blueprint("turn", url_prefix="/webhooks/turn")

        @routes.get("/health")
        async def health(_request: Request) -> HTTPResponse:
            return response.json({"status": "ok", "model": self._model_sha256})

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self._answer(request, self._turn)

        @routes.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            return await self._answer(request, self._parse)

        return routes

    async def _answer(
        self, request: Request, handle: Callable[[Dict[str, Any]], Awaitable[Dict[str, Any]]]
    ) -> HTTPResponse:
        try:
            given = request.headers.get("authorization", "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, self._expected):
                raise Refused(401, "unauthorised")
            return response.json(await handle(_body(request)))
        except Refused as error:
            return response.json({"error": error.code}, status=error.status)
        except TurnFailed as error:
            log.warning("turn failed: %s", error.code)
            return response.json({"error": error.code}, status=error.status)
        except asyncio.TimeoutError:
            log.error("turn failed: too_slow")
            return response.json({"error": "too_slow"}, status=500)
        except Exception as error:
            # the exception's own words may hold the message: only its kind and place are logged
            log.error("turn failed: %s at %s", type(error).__name__, _place(error))
            return response.json({"error": "internal"}, status=500)

    async def _turn(self, body: Dict[str, Any]) -> Dict[str, Any]:
        text = _text(body.get("text"))
        conversation, context = body.get("conversation"), body.get("context", {})
        if not isinstance(conversation, str) or not conversation or not isinstance(context, dict):
            raise Refused(400, "malformed")
        actions = body.get("actions")
        if actions is not None and not (isinstance(actions, str) and is_allowed(actions, self._hosts)):
            raise Refused(400, "actions_not_allowed")
        try:
            turn = Turn(state=state.checked(body.get("state")), actions=actions)
        except state.BadState as error:
            raise Refused(400, "bad_state") from error
        token = CURRENT.set(turn)
        try:
            new, understood = await asyncio.wait_for(self._taken(turn, text, conversation, context), TURN_LIMIT_S)
        finally:
            CURRENT.reset(token)
        replies = turn.replies()
        if not replies:
            raise TurnFailed("no_reply")
        return {
            "replies": replies,
            "effects": turn.effects(),
            "understanding": understanding(understood),
            "state": new,
        }

    async def _taken(
        self, turn: Turn, text: str, conversation: str, context: Dict[str, Any]
    ) -> Tuple[state.State, Parsed]:
        async def parse(words: str) -> Parsed:
            return await self._processor.parse_message(UserMessage(words))

        async def handle(words: str, parsed: Parsed, metadata: Dict[str, Any]) -> state.State:
            turn.tracker = None
            await self._processor.handle_message(
                UserMessage(
                    words,
                    TurnOutput(),
                    conversation,
                    parse_data=parsed,
                    input_channel=self.name(),
                    metadata=metadata,
                )
            )
            if turn.tracker is None:
                raise TurnFailed("no_reply")
            return state.from_values(turn.tracker.current_slot_values(), turn.tracker.active_loop_name)

        plain = neutral(text)
        conversing = Conversing(self._reader, parse, handle)
        return await conversing.take(turn, plain, context, offset=max(len(text) - len(plain), 0))

    async def _parse(self, body: Dict[str, Any]) -> Dict[str, Any]:
        texts = body.get("texts")
        if not isinstance(texts, list):
            raise Refused(400, "malformed")
        if len(texts) > MAX_TEXTS:
            raise Refused(413, "too_many")
        results: List[Dict[str, Any]] = []
        started = time.monotonic()
        for text in [_text(t) for t in texts]:
            results.append(understanding(await self._processor.parse_message(UserMessage(neutral(text)))))
            if time.monotonic() - started > 0.02:
                # a long list must not hold up somebody's turn
                await asyncio.sleep(0)
                started = time.monotonic()
        return {"results": results}


def _body(request: Request) -> Dict[str, Any]:
    try:
        body: Optional[Any] = request.json
    except Exception as error:
        raise Refused(400, "malformed") from error
    if not isinstance(body, dict):
        raise Refused(400, "malformed")
    return body


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Refused(400, "malformed")
    if len(value) > MAX_TEXT:
        raise Refused(413, "too_long")
    return value


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
