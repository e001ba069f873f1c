"""What chat sockets need of the record: a thread to begin with, what is new for all of them at once, what was seen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement, Engine, Table, Text, bindparam, cast, func, select, update
from sqlmodel import Session

from casework.consent import stopped
from casework.db import is_sqlite, reading, writing
from casework.delivery import OPEN, RANK
from casework.tables import Adviser, Conversation, Message
from channels.webchat import frames

VISIBLE = ("sent", "delivered", "read")
"""Statuses of messages that a chat shows; the sender has decided on them."""

MOST_MESSAGES = 200
"""Most messages in a welcome: the latest ones."""

_m: Table = Message.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]
_a: Table = Adviser.__table__  # type: ignore[attr-defined]

_columns = (
    _m.c.id,
    _m.c.conversation_id,
    _m.c.direction,
    _m.c.provider_id,
    _m.c.author,
    _m.c.text,
    _m.c.purpose,
    _m.c.status,
    _m.c.quick_replies,
    _m.c.created_at,
    _m.c.sent_at,
    _a.c.name.label("adviser"),
)


@dataclass(frozen=True)
class Row:
    """An outbound message as the hub handles it. ``pending``: the sender has not decided yet."""

    id: int
    conversation_id: int
    status: str
    consent: bool
    frame: dict[str, Any] = field(repr=False)

    @property
    def visible(self) -> bool:
        """Whether it may be shown."""
        return self.status in VISIBLE

    @property
    def pending(self) -> bool:
        """Whether it may become visible later."""
        return self.status in OPEN


@dataclass(frozen=True)
class Opened:
    """A thread as it stood: what to show, and from which id on there may be news."""

    conversation_id: int | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    known: frozenset[int] = frozenset()
    unseen: frozenset[int] = frozenset()
    low: int = 0
    stopped: bool = False


def open_thread(engine: Engine, address: str, last: int) -> Opened:
    """Read the conversation of ``address``.

    Shown are messages above ``last``, and earlier ones that were sent since and nobody has seen: a message that was
    put off goes out after its successors.
    """
    with reading(engine) as session:
        conversation = session.execute(
            select(_c.c.id, _c.c.young_person_id).where(_c.c.channel == "web", _c.c.address == address)
        ).one_or_none()
        if conversation is None:
            return Opened()
        rows = session.execute(
            select(*_columns)
            .outerjoin(_a, _a.c.id == _m.c.adviser_id)
            .where(_m.c.conversation_id == conversation.id)
            .order_by(_m.c.id.desc())
            .limit(MOST_MESSAGES)
        ).all()
        has_stopped = stopped(session, "web", address, conversation.young_person_id)
    shown: list[dict[str, Any]] = []
    outbound: list[Row] = []
    for found in reversed(rows):
        if found.direction == "in":
            if found.id > last:
                shown.append(_own(found))
            continue
        row = _row(found)
        outbound.append(row)
        if row.visible and (row.id > last or row.status == "sent"):
            shown.append(row.frame)
    return Opened(
        conversation_id=conversation.id,
        messages=shown,
        known=frozenset(row.id for row in outbound if row.visible),
        unseen=frozenset(row.id for row in outbound if row.status == "sent"),
        low=settled_up_to(outbound, 0),
        stopped=has_stopped,
    )


def settled_up_to(rows: Iterable[Row], low: int) -> int:
    """The id up to which nothing can change any more, given the rows above ``low`` in order of their ids.

    Only outbound rows count: those of one conversation are written one after the other, under its lock, but an inbound
    row can become visible before an outbound one with a lower id.
    """
    for row in rows:
        if row.pending:
            break
        low = row.id
    return low


def news(session: Session, low: Mapping[int, int]) -> list[Row]:
    """The outbound messages above each conversation's ``low``, in order of id: one query for all of them."""
    if not low:
        return []
    watched = json.dumps([[conversation_id, after] for conversation_id, after in low.items()])
    rows = session.execute(_NEWS[is_sqlite_session(session)], {"watched": watched})
    return [_row(found) for found in rows]


def is_sqlite_session(session: Session) -> bool:
    """Whether the session's database is SQLite."""
    return is_sqlite(session.get_bind().engine)


def _news_query(sqlite: bool) -> Any:
    # the watched conversations go in as one JSON parameter, so that the statement is the same for any number of them
    watched = bindparam("watched", type_=Text)
    conversation_id: ColumnElement[int]
    after: ColumnElement[int]
    if sqlite:
        watch = func.json_each(watched).table_valued("value", name="watch")
        conversation_id = func.json_extract(watch.c.value, "$[0]")
        after = func.json_extract(watch.c.value, "$[1]")
    else:
        watch = func.json_array_elements(cast(watched, JSON)).table_valued("value", name="watch")
        conversation_id = cast(func.json_extract_path_text(watch.c.value, "0"), BigInteger)
        after = cast(func.json_extract_path_text(watch.c.value, "1"), BigInteger)
    return (
        select(*_columns)
        .select_from(watch)
        .join(_m, (_m.c.conversation_id == conversation_id) & (_m.c.id > after))
        .outerjoin(_a, _a.c.id == _m.c.adviser_id)
        .where(_m.c.direction == "out")
        .order_by(_m.c.id)
    )


_NEWS = {sqlite: _news_query(sqlite) for sqlite in (True, False)}


def mark_seen(engine: Engine, ids: Iterable[int]) -> None:
    """These are on a screen: they are delivered."""
    wanted = sorted(ids)
    with writing(engine) as session:
        session.execute(
            update(_m)
            .where(_m.c.id.in_(wanted), _m.c.channel == "web", _m.c.direction == "out", _m.c.status == "sent")
            .values(status="delivered", status_rank=RANK["delivered"])
        )


def has_stopped(session: Session, conversation_id: int) -> bool:
    """Whether the young person of this conversation has said STOP, here or anywhere."""
    row = session.execute(
        select(_c.c.channel, _c.c.address, _c.c.young_person_id).where(_c.c.id == conversation_id)
    ).one()
    return stopped(session, row.channel, row.address, row.young_person_id)


def _row(found: Any) -> Row:
    name = found.adviser if found.author == "adviser" else None
    frame = frames.message(
        found.id, found.author, name, found.text, found.quick_replies or [], found.sent_at or found.created_at
    )
    return Row(found.id, found.conversation_id, found.status or "", found.purpose == "consent", frame)


def _own(found: Any) -> dict[str, Any]:
    client_id = (found.provider_id or "").partition(":")[2]
    return frames.own_message(found.id, client_id, found.text, found.created_at)
