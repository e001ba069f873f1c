"""``/channels/webchat/ws``: one chat, from hello to hanging up."""

import asyncio
import json
import logging
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import urlsplit

from sqlalchemy import Engine
from starlette.websockets import WebSocket, WebSocketDisconnect

from casework.clock import Clock
from casework.inbound import Inbound
from channels.inbox import Inbox, InboxClosed
from channels.webchat import frames
from channels.webchat.frames import MAX_FRAME, Frame, Hello, Malformed, Ping, Said, Seen
from channels.webchat.hub import Chat, Hub
from channels.webchat.limits import RateLimit
from channels.webchat.sessions import Sessions
from channels.webchat.threads import Opened, open_thread

log = logging.getLogger(__name__)

HELLO_WITHIN = 10.0
"""Seconds that a new socket has to say who it is."""

STORE_WITHIN = 12.0
"""Seconds to wait for the commit of a message."""

MOST_MALFORMED = 10
"""Frames that make no sense, before the socket is closed."""

POLICY, TOO_BIG, TROUBLE, RESTART, LATER = 1008, 1009, 1011, 1012, 1013
"""Close codes (RFC 6455, and IANA's registry for the last two)."""


class Closed(Exception):
    """The socket must be closed, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class WebChat:
    """Serves sockets. ``origins`` may open one besides the site's own pages."""

    def __init__(
        self,
        inbox: Inbox,
        engine: Engine,
        clock: Clock,
        sessions: Sessions,
        hub: Hub,
        *,
        origins: Collection[str] = (),
        limit: RateLimit | None = None,
    ) -> None:
        self._inbox = inbox
        self._engine = engine
        self._clock = clock
        self._sessions = sessions
        self._hub = hub
        self._origins = frozenset(origins)
        self._limit = limit or RateLimit()

    async def serve(self, socket: WebSocket) -> None:
        """The whole life of one socket."""
        if not self._may_open(socket):
            await socket.close(POLICY)
            return
        await socket.accept()
        if self._hub.full:
            await socket.close(LATER)
            return
        chat = Chat()
        self._hub.enter(chat)
        writer = asyncio.create_task(_write(socket, chat))
        try:
            await self._converse(socket, chat)
        except Closed as closed:
            chat.close(closed.code)
            with suppress(Exception):
                await asyncio.wait_for(writer, 5)
        except WebSocketDisconnect:
            pass
        finally:
            self._hub.leave(chat)
            writer.cancel()

    def _may_open(self, socket: WebSocket) -> bool:
        # a browser always says which site's page it runs; what sends no origin is no page, and has nobody's cookies
        origin = socket.headers.get("origin")
        if origin is None or origin in self._origins:
            return True
        return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc == socket.headers.get("host")

    async def _converse(self, socket: WebSocket, chat: Chat) -> None:
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                await self._hello(socket, chat)
        except TimeoutError:
            raise Closed(POLICY) from None
        malformed = 0
        while True:
            try:
                frame = await _receive(socket)
                if isinstance(frame, Hello):
                    raise Malformed
            except Malformed as problem:
                chat.send(frames.error(problem.reason, problem.client_id))
                malformed += problem.reason == "malformed"
                if malformed >= MOST_MALFORMED:
                    raise Closed(POLICY) from None
                continue
            if isinstance(frame, Said):
                await self._said(chat, frame)
            elif isinstance(frame, Seen):
                self._hub.seen(chat, frame.last)
            elif isinstance(frame, Ping):
                chat.send({"type": "pong"})

    async def _hello(self, socket: WebSocket, chat: Chat) -> None:
        try:
            frame = await _receive(socket)
        except Malformed:
            raise Closed(POLICY) from None
        if not isinstance(frame, Hello):
            raise Closed(POLICY)
        known = self._sessions.read(frame.session)
        chat.address = known or self._sessions.new_address()
        opened = Opened()
        if known is not None:
            try:
                opened = await asyncio.to_thread(open_thread, self._engine, known, frame.last)
            except Exception as error:
                log.error("a chat could not be opened: %s", type(error).__name__)
                raise Closed(TROUBLE) from None
        chat.send(frames.welcome(self._sessions.issue(chat.address), opened.messages, opened.stopped))
        self._hub.join(chat, opened)

    async def _said(self, chat: Chat, said: Said) -> None:
        now = self._clock()
        if not self._limit.allows(chat.address, now):
            chat.send(frames.error("slow_down", said.client_id))
            return
        provider_id = f"{chat.address}:{said.client_id}"
        try:
            async with asyncio.timeout(STORE_WITHIN):
                stored = await self._inbox.put(Inbound("web", chat.address, provider_id, said.text, now))
        except InboxClosed:
            raise Closed(RESTART) from None
        except Exception as error:
            # not stored: the page keeps it, comes back and sends it again under the same id
            log.error("a chat message could not be stored: %s", type(error).__name__)
            raise Closed(TROUBLE) from None
        self._hub.join(chat, Opened(conversation_id=stored.conversation_id))
        chat.send(frames.ack(said.client_id, stored.message_id))


async def _receive(socket: WebSocket) -> Frame:
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event.get("code", 1005))
    text = event.get("text")
    if text is None:
        raise Malformed
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME:
        raise Closed(TOO_BIG)
    return frames.parse(text)


async def _write(socket: WebSocket, chat: Chat) -> None:
    """Write what waits, in order. One task does it, so that two frames never meet on the wire."""
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            item = await chat.outbox.get()
            if isinstance(item, int):
                await socket.close(item)
                return
            await socket.send_text(json.dumps(item, ensure_ascii=False))
