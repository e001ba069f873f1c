"""The inbox stores once, answers with the row, and lets no bad message harm its neighbours."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select

import prospectus.tables  # noqa: F401
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.inbound import MAX_TEXT, Inbound
from casework.tables import Conversation, Message, YoungPerson
from channels.inbox import Inbox, InboxClosed
from tests.databases import on_sqlite

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
ANN = "+447700900123"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return on_sqlite(tmp_path / "onward.db")


@pytest.fixture
def inbox(engine: Engine) -> Iterator[Inbox]:
    inbox = Inbox(engine, FixedClock(NOW))
    yield inbox
    inbox.close()


def text(body: str, sid: str, address: str = ANN) -> Inbound:
    return Inbound("sms", address, sid, body, NOW)


def test_a_redelivery_answers_the_first_row(inbox: Inbox, engine: Engine) -> None:
    first = inbox.put_now(text("hi", "SM1"))
    again = inbox.put_now(text("hi", "SM1"))
    assert (again.message_id, first.duplicate, again.duplicate) == (first.message_id, False, True)
    with reading(engine) as session:
        assert session.exec(select(func.count()).select_from(Message)).one() == 1


def test_the_same_id_in_one_batch_is_one_row(inbox: Inbox, engine: Engine) -> None:
    async def burst() -> list[int]:
        stored = await asyncio.gather(*(inbox.put(text(f"m{i % 10}", f"SM{i % 10}")) for i in range(300)))
        assert sum(not one.duplicate for one in stored) == 10
        return [one.message_id for one in stored]

    ids = asyncio.run(burst())
    assert len(set(ids)) == 10
    with reading(engine) as session:
        assert session.exec(select(func.count()).select_from(Conversation)).one() == 1


def test_order_of_arrival_is_order_of_rows(inbox: Inbox, engine: Engine) -> None:
    async def burst() -> None:
        await asyncio.gather(*(inbox.put(text(str(i), f"SM{i}")) for i in range(500)))

    asyncio.run(burst())
    with reading(engine) as session:
        assert list(session.exec(select(Message.text).order_by(Message.id))) == [str(i) for i in range(500)]  # type: ignore[arg-type]


def test_many_threads_open_one_conversation(engine: Engine) -> None:
    inboxes = [Inbox(engine, FixedClock(NOW)) for _ in range(4)]
    threads = [
        threading.Thread(target=lambda box=box, n=n: [box.put_now(text("hi", f"SM{n}-{i}")) for i in range(20)])
        for n, box in enumerate(inboxes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for box in inboxes:
        box.close()
    with reading(engine) as session:
        assert session.exec(select(func.count()).select_from(Conversation)).one() == 1
        assert session.exec(select(func.count()).select_from(Message)).one() == 80


def test_a_number_of_one_young_person_is_linked_and_a_shared_one_is_not(inbox: Inbox, engine: Engine) -> None:
    with writing(engine) as session:
        for ref, phone in (("Y1", ANN), ("Y2", "+447700900200"), ("Y3", "+447700900200")):
            session.add(YoungPerson(ref=ref, first_name=ref, last_name="Test", phone=phone, created_at=NOW))
    inbox.put_now(text("hi", "SM1"))
    inbox.put_now(text("hi", "SM2", "+447700900200"))
    inbox.put_now(text("hi", "SM3", "+447700900999"))
    with reading(engine) as session:
        linked = {c.address: c.young_person_id for c in session.exec(select(Conversation))}
    assert linked == {ANN: 1, "+447700900200": None, "+447700900999": None}


def test_what_no_database_takes_is_left_out_and_the_rest_kept(inbox: Inbox, engine: Engine) -> None:
    inbox.put_now(text("a\x00b\ud800c", "SM1"))
    inbox.put_now(text("😀" * 2000, "SM2"))
    with reading(engine) as session:
        first, second = session.exec(select(Message.text).order_by(Message.id))  # type: ignore[arg-type]
    assert first == "ab?c"
    assert len(second) == MAX_TEXT


def test_one_that_cannot_be_stored_does_not_take_its_neighbours_along(inbox: Inbox) -> None:
    async def burst() -> list[object]:
        good, bad = text("hi", "SM1"), Inbound("sms", ANN, "SM2", "hi", datetime(2026, 9, 1, 9))  # noqa: DTZ001
        return await asyncio.gather(*(inbox.put(one) for one in (good, bad, text("yo", "SM3"))), return_exceptions=True)

    first, second, third = asyncio.run(burst())
    assert not isinstance(first, Exception)
    assert isinstance(second, Exception)
    assert not isinstance(third, Exception)


def test_a_closed_inbox_says_so(engine: Engine) -> None:
    inbox = Inbox(engine, FixedClock(NOW))
    inbox.close()
    with pytest.raises(InboxClosed):
        inbox.put_now(text("hi", "SM1"))
