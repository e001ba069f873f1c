"""The inbox: an inbound message is stored, durably and once, before its provider is answered.

Many requests share one commit (a group commit): a writer thread takes whatever has gathered since the last commit
and stores it in one transaction, so that a busy minute costs a few commits a second and not hundreds.
"""

import asyncio
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from casework.clock import Clock
from casework.db import GOES_FIRST
from casework.inbound import MAX_TEXT, Inbound, Stored
from casework.tables import Conversation, Message, YoungPerson
from channels.steps import step

BATCH = 200
"""Most messages in one commit: a few milliseconds of work, and well under SQLite's limit of bound values."""

GATHER = 0.005
"""Seconds between one commit and the next: a busy minute gathers its messages, a quiet one waits for nothing."""

KNOWN_CONVERSATIONS = 50_000
"""How many addresses are remembered with their conversation, to spare a look-up each (about 10 MB)."""

_message: Table = Message.__table__  # type: ignore[attr-defined]
_conversation: Table = Conversation.__table__  # type: ignore[attr-defined]
_person: Table = YoungPerson.__table__  # type: ignore[attr-defined]

_INSERTS = {
    (name, table.name): insert(table).on_conflict_do_nothing()
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    for table in (_message, _conversation)
}

Address = tuple[str, str]
_Settle = Callable[[Stored | BaseException], None]


class InboxClosed(RuntimeError):
    """The process is stopping: the message was not stored, and the provider should try again."""


class Inbox:
    """Stores inbound messages for all channels of one process. Safe to use from any thread and any event loop."""

    def __init__(self, engine: Engine, clock: Clock, *, gather: float = GATHER) -> None:
        """``gather``: seconds between one commit and the next."""
        self._gather = gather
        self._engine = engine.execution_options(**GOES_FIRST)
        self._clock = clock
        self._waiting: queue.SimpleQueue[tuple[Inbound, _Settle] | None] = queue.SimpleQueue()
        self._known: OrderedDict[Address, int] = OrderedDict()
        self._closed = False
        self._thread = threading.Thread(target=self._write_batches, name="inbox", daemon=True)
        self._thread.start()

    async def put(self, inbound: Inbound) -> Stored:
        """Store a message; answers once it is committed.

        A provider id that is already there answers the first one's row, marked ``duplicate``.
        Raises what the database raised (nothing was stored then), or ``InboxClosed``.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Stored] = loop.create_future()

        def settle(result: Stored | BaseException) -> None:
            loop.call_soon_threadsafe(_finish, future, result)

        self._enqueue(inbound, settle)
        return await future

    def put_now(self, inbound: Inbound) -> Stored:
        """The same, for callers without an event loop: waits for the commit."""
        future: Future[Stored] = Future()

        def settle(result: Stored | BaseException) -> None:
            if isinstance(result, Stored):
                future.set_result(result)
            else:
                future.set_exception(result)

        self._enqueue(inbound, settle)
        return future.result()

    def close(self) -> None:
        """Store what is waiting, then stop."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            self._thread.join()

    def _enqueue(self, inbound: Inbound, settle: _Settle) -> None:
        if self._closed:
            raise InboxClosed("the inbox is closed")
        self._waiting.put((inbound, settle))

    def _write_batches(self) -> None:
        next_commit = 0.0
        while (first := self._waiting.get()) is not None:
            time.sleep(max(0.0, next_commit - time.monotonic()))
            batch = [first]
            stop = False
            while len(batch) < BATCH:
                try:
                    item = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if item is None:
                    stop = True
                    break
                batch.append(item)
            self._write(batch)
            next_commit = time.monotonic() + self._gather
            if stop:
                return

    def _write(self, batch: list[tuple[Inbound, _Settle]]) -> None:
        try:
            stored: Sequence[Stored | BaseException] = self._store([inbound for inbound, _ in batch])
        except Exception as error:
            # forget what we think we know, then try one by one: a message that cannot be stored
            # must not take its neighbours with it
            self._known.clear()
            stored = [error] if len(batch) == 1 else [self._store_one(inbound) for inbound, _ in batch]
        for (_, settle), result in zip(batch, stored, strict=True):
            settle(result)

    def _store_one(self, inbound: Inbound) -> Stored | BaseException:
        try:
            return self._store([inbound])[0]
        except Exception as error:
            return error

    def _store(self, inbounds: list[Inbound]) -> list[Stored]:
        with self._engine.begin() as connection:
            conversations = self._conversations(connection, inbounds)
            stored = _insert(connection, inbounds, conversations)
            step("inbox.before_commit")
        step("inbox.committed")
        for address, conversation_id in conversations.items():
            self._known[address] = conversation_id
        while len(self._known) > KNOWN_CONVERSATIONS:
            self._known.popitem(last=False)
        return stored

    def _conversations(self, connection: Connection, inbounds: list[Inbound]) -> dict[Address, int]:
        found: dict[Address, int] = {}
        missing: list[Address] = []
        for inbound in inbounds:
            address = (inbound.channel, inbound.address)
            known = self._known.get(address)
            if known is not None:
                found[address] = known
            elif address not in missing:
                missing.append(address)
        if missing:
            found |= _find_or_open(connection, missing, self._clock)
        return found


def _finish(future: "asyncio.Future[Stored]", result: Stored | BaseException) -> None:
    if future.done():  # the request went away; the message is stored all the same
        return
    if isinstance(result, Stored):
        future.set_result(result)
    else:
        future.set_exception(result)


def _insert_ignore(connection: Connection, table: Table) -> Any:
    return _INSERTS[connection.dialect.name, table.name]


def _find_or_open(connection: Connection, addresses: list[Address], clock: Clock) -> dict[Address, int]:
    found = _find(connection, addresses)
    missing = [address for address in addresses if address not in found]
    if missing:
        owners = _owners(connection, [address for channel, address in missing if channel == "sms"])
        connection.execute(
            _insert_ignore(connection, _conversation),
            [
                {
                    "channel": channel,
                    "address": address,
                    "young_person_id": owners.get(address) if channel == "sms" else None,
                    "mode": "assistant",
                    "state": {},
                    "created_at": clock(),
                }
                for channel, address in missing
            ],
        )
        found |= _find(connection, missing)
    return found


_find_conversations = select(_conversation.c.channel, _conversation.c.address, _conversation.c.id).where(
    _conversation.c.address.in_(bindparam("addresses", expanding=True))
)


def _find(connection: Connection, addresses: list[Address]) -> dict[Address, int]:
    rows = connection.execute(_find_conversations, {"addresses": [address for _, address in addresses]})
    wanted = set(addresses)
    return {(row.channel, row.address): row.id for row in rows if (row.channel, row.address) in wanted}


def _owners(connection: Connection, numbers: list[str]) -> dict[str, int]:
    """Whose number it is, where exactly one young person has it: a shared phone says nobody's name."""
    if not numbers:
        return {}
    owners: dict[str, list[int]] = {}
    for row in connection.execute(select(_person.c.phone, _person.c.id).where(_person.c.phone.in_(numbers))):
        owners.setdefault(row.phone, []).append(row.id)
    return {number: ids[0] for number, ids in owners.items() if len(ids) == 1}


_KEPT = (_message.c.channel, _message.c.provider_id, _message.c.id, _message.c.conversation_id)
_find_messages = select(*_KEPT).where(_message.c.provider_id.in_(bindparam("ids", expanding=True)))


def _find_stored(connection: Connection, keys: set[Address]) -> dict[Address, tuple[int, int]]:
    if not keys:
        return {}
    rows = connection.execute(_find_messages, {"ids": [provider_id for _, provider_id in keys]})
    return {
        (row.channel, row.provider_id): (row.id, row.conversation_id)
        for row in rows
        if (row.channel, row.provider_id) in keys
    }


def _insert(connection: Connection, inbounds: list[Inbound], conversations: dict[Address, int]) -> list[Stored]:
    fresh: dict[Address, Inbound] = {}
    for inbound in inbounds:
        fresh.setdefault((inbound.channel, inbound.provider_id), inbound)
    rows = [
        {
            "conversation_id": conversations[inbound.channel, inbound.address],
            "direction": "in",
            "channel": inbound.channel,
            "provider_id": inbound.provider_id,
            "author": "young_person",
            "text": storable(inbound.text)[:MAX_TEXT],
            "created_at": inbound.received_at,
            "attempts": 0,
            "media": inbound.media,
            "opt_out_type": inbound.opt_out_type,
            "priority": 0,
            "status_rank": 0,
        }
        for inbound in fresh.values()
    ]
    taken = {
        (row.channel, row.provider_id): (row.id, row.conversation_id)
        for row in connection.execute(_insert_ignore(connection, _message).returning(*_KEPT), rows)
    }
    # those that were not taken are there already: sent again by a provider that did not hear our answer
    before = _find_stored(connection, fresh.keys() - taken.keys())
    after = taken | before
    if len(after) < len(fresh):
        raise IntegrityError("insert message", None, RuntimeError("a message was not stored"))
    seen = set(before)
    stored = []
    for inbound in inbounds:
        key = (inbound.channel, inbound.provider_id)
        message_id, conversation_id = after[key]
        stored.append(Stored(message_id, conversation_id, duplicate=key in seen))
        seen.add(key)
    return stored


def storable(text: str) -> str:
    """The text without what no database takes: NUL characters and halves of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
