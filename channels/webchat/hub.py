"""The hub: one look at the database, several times a second, for all chats that are open in this process.

A chat whose process dies loses nothing: its page connects again, to any process, and says what it has shown.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from casework.db import reading
from channels.webchat import frames
from channels.webchat.threads import Opened, Row, has_stopped, mark_seen, news, settled_up_to

log = logging.getLogger(__name__)

LOOK_EVERY = 0.12
"""Seconds between looks for news: too short to notice beside the time that an answer takes."""

MARK_EVERY = 1.0
"""Seconds between commits of what was seen."""

AFTER_TROUBLE = 2.0
"""Seconds to wait after the database failed."""

MOST_SOCKETS = 2000
"""Most chats open in one process. Beyond it a page is told to try again later."""

MOST_WAITING = 300
"""Frames that may wait for one slow page: more than a whole thread."""

TOO_SLOW = 1013


@dataclass(eq=False)
class Chat:
    """One open socket. Frames wait in ``outbox`` for its one writer; a number there closes the socket with it."""

    address: str = ""
    conversation_id: int | None = None
    outbox: asyncio.Queue[dict[str, Any] | int] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING + 1))
    shown: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    stopped: bool = False
    closing: bool = False

    def send(self, frame: dict[str, Any]) -> None:
        """Queue a frame. A page that does not keep up is closed; it will come back and catch up."""
        if self.outbox.qsize() >= MOST_WAITING:
            self.close(TOO_SLOW)
        elif not self.closing:
            self.outbox.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close the socket when what waits has been written."""
        if not self.closing:
            self.closing = True
            self.outbox.put_nowait(code)


class Hub:
    """Knows which chats are open in this process, and brings them what is new."""

    def __init__(self, engine: Engine, *, most: int = MOST_SOCKETS, look_every: float = LOOK_EVERY) -> None:
        self._engine = engine
        self._most = most
        self._look_every = look_every
        self._open: set[Chat] = set()
        self._chats: dict[int, set[Chat]] = {}
        self._low: dict[int, int] = {}
        self._seen: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        """Whether no more chats can be opened here."""
        return len(self._open) >= self._most

    def enter(self, chat: Chat) -> None:
        """Count an open socket."""
        self._open.add(chat)

    def leave(self, chat: Chat) -> None:
        """The socket is closed."""
        self._open.discard(chat)
        if chat.conversation_id is None:
            return
        chats = self._chats.get(chat.conversation_id, set())
        chats.discard(chat)
        if not chats:
            self._chats.pop(chat.conversation_id, None)
            self._low.pop(chat.conversation_id, None)

    def join(self, chat: Chat, opened: Opened) -> None:
        """Begin to bring a chat the news of its conversation, from where ``opened`` ends."""
        if opened.conversation_id is None or chat.conversation_id is not None:
            return
        chat.conversation_id = opened.conversation_id
        chat.shown |= opened.known
        chat.unseen |= opened.unseen
        chat.stopped = opened.stopped
        self._chats.setdefault(opened.conversation_id, set()).add(chat)
        low = self._low.get(opened.conversation_id, opened.low)
        self._low[opened.conversation_id] = min(low, opened.low)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    def seen(self, chat: Chat, last: int) -> None:
        """Messages up to ``last`` are on that screen."""
        now_seen = {one for one in chat.unseen if one <= last}
        chat.unseen -= now_seen
        self._seen |= now_seen

    def close(self, code: int = 1012) -> None:
        """Close every socket, with "service restart" unless told otherwise. Their pages come back by themselves."""
        for chat in list(self._open):
            chat.close(code)

    async def _run(self) -> None:
        since_marked = 0.0
        while self._chats or self._seen:
            try:
                seen, self._seen = (self._seen, set()) if self._due(since_marked) else (set(), self._seen)
                since_marked = 0.0 if seen else since_marked + self._look_every
                try:
                    rows, stopped = await asyncio.to_thread(self._look, dict(self._low), seen)
                except BaseException:
                    self._seen |= seen
                    raise
                self._bring(rows, stopped)
            except Exception as error:
                log.error("looking for news failed: %s", type(error).__name__)
                await asyncio.sleep(AFTER_TROUBLE)
            else:
                await asyncio.sleep(self._look_every)

    def _due(self, since_marked: float) -> bool:
        return bool(self._seen) and (since_marked >= MARK_EVERY or not self._chats)

    def _look(self, low: Mapping[int, int], seen: set[int]) -> tuple[list[Row], dict[int, bool]]:
        if seen:
            mark_seen(self._engine, seen)
        with reading(self._engine) as session:
            rows = news(session, low)
            asked = {row.conversation_id for row in rows if row.consent}
            return rows, {one: has_stopped(session, one) for one in asked}

    def _bring(self, rows: list[Row], stopped: Mapping[int, bool]) -> None:
        by_conversation: dict[int, list[Row]] = {}
        for row in rows:
            by_conversation.setdefault(row.conversation_id, []).append(row)
        for conversation_id, theirs in by_conversation.items():
            for chat in self._chats.get(conversation_id, ()):
                _bring_one(chat, theirs, stopped.get(conversation_id, chat.stopped))
            if conversation_id in self._low:
                self._low[conversation_id] = settled_up_to(theirs, self._low[conversation_id])


def _bring_one(chat: Chat, rows: list[Row], stopped: bool) -> None:
    for row in rows:
        if row.visible and row.id not in chat.shown:
            chat.shown.add(row.id)
            if row.status == "sent":
                chat.unseen.add(row.id)
            chat.send(row.frame)
    if stopped != chat.stopped:
        chat.stopped = stopped
        chat.send(frames.stopped(stopped))
