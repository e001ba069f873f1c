"""The phone simulator: its texts go through the inbox like Twilio's, and its thread shows what a phone would."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

import prospectus.tables  # noqa: F401
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.delivery import RANK
from casework.tables import Conversation, Message, YoungPerson
from channels.inbox import Inbox
from channels.phone.routes import phone_router
from tests.databases import on_sqlite

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
ANN = "+447700900123"
ID = "client-id-0001"


class PhoneWorld:
    """The simulator over one database."""

    def __init__(self, folder: Path) -> None:
        self.engine: Engine = on_sqlite(folder / "onward.db")
        self.clock = FixedClock(NOW)
        self.inbox = Inbox(self.engine, self.clock)
        router = phone_router(self.inbox, self.engine, self.clock)
        self.client = TestClient(Starlette(routes=router.routes))

    def send(self, **body: Any) -> tuple[int, dict[str, Any]]:
        response = self.client.post("/phone/api/send", json={"from": ANN, "text": "hi", "id": ID} | body)
        return response.status_code, response.json()

    def thread(self, number: str = ANN, after: int | str = 0) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get("/phone/api/thread", params={"number": number, "after": after}).json()
        return answer

    def answer(self, body: str, status: str = "delivered", **more: Any) -> None:
        with writing(self.engine) as session:
            conversation = session.exec(select(Conversation)).one()
            session.add(
                Message(
                    conversation_id=conversation.id or 0,
                    direction="out",
                    channel="sms",
                    author="assistant",
                    text=body,
                    created_at=NOW,
                    sent_at=NOW + timedelta(seconds=2),
                    status=status,
                    status_rank=RANK[status],
                    segments=2,
                    **more,
                )
            )

    def handle(self) -> None:
        with writing(self.engine) as session:
            for message in session.exec(select(Message).where(Message.direction == "in")):
                message.handled_at = NOW


@pytest.fixture
def world(tmp_path: Path) -> Iterator[PhoneWorld]:
    made = PhoneWorld(tmp_path)
    yield made
    made.inbox.close()
    made.engine.dispose()


def test_a_text_is_stored_as_a_text(world: PhoneWorld) -> None:
    assert world.send(**{"from": "07700 900 123"}) == (200, {"message_id": 1, "number": ANN})
    with reading(world.engine) as session:
        message = session.exec(select(Message)).one()
        assert (message.channel, message.provider_id, message.text) == ("sms", f"SIM{ID}", "hi")


def test_a_repeat_is_answered_the_same_and_stored_once(world: PhoneWorld) -> None:
    assert world.send() == world.send()
    assert len(world.thread()["messages"]) == 1


def test_without_an_id_every_call_is_a_new_text(world: PhoneWorld) -> None:
    for _ in range(2):
        assert world.client.post("/phone/api/send", json={"from": ANN, "text": "hi"}).status_code == 200
    assert len(world.thread()["messages"]) == 2


def test_the_thread_shows_what_was_sent_and_what_came(world: PhoneWorld) -> None:
    world.send()
    thread = world.thread("07700900123")
    assert (thread["number"], thread["waiting"]) == (ANN, True)
    [mine] = thread["messages"]
    assert (mine["direction"], mine["from"], mine["status"], mine["segments"]) == ("in", "young_person", "received", 1)
    world.handle()
    world.answer("Hi Ann")
    thread = world.thread()
    assert not thread["waiting"]
    mine, theirs = thread["messages"]
    assert mine["status"] == "handled"
    assert theirs == {
        "id": 2,
        "direction": "out",
        "from": "assistant",
        "text": "Hi Ann",
        "at": (NOW + timedelta(seconds=2)).isoformat(),
        "status": "delivered",
        "segments": 2,
        "media": 0,
    }


def test_only_newer_messages_are_shown_after_one(world: PhoneWorld) -> None:
    world.send()
    world.answer("Hi Ann")
    assert [one["id"] for one in world.thread(after=1)["messages"]] == [2]


def test_what_has_not_arrived_is_not_on_the_phone(world: PhoneWorld) -> None:
    world.send()
    world.handle()
    for status in ("queued", "sending", "unknown", "suppressed", "failed", "expired"):
        world.answer(status, status)
    assert [one["text"] for one in world.thread()["messages"]] == ["hi"]
    assert world.thread()["waiting"]


def test_a_number_that_never_texted_has_an_empty_thread(world: PhoneWorld) -> None:
    assert world.thread("07700900999") == {"number": "+447700900999", "waiting": False, "messages": []}


@pytest.mark.parametrize("query", ["", "?number=ann", "?number=60777", "?number=07700900123&after=x"])
def test_a_thread_of_nothing_is_a_400(world: PhoneWorld, query: str) -> None:
    response = world.client.get(f"/phone/api/thread{query}")
    assert (response.status_code, list(response.json())) == (400, ["error"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"from": "ann"}, "phone number"),
        ({"from": None}, "phone number"),
        ({"from": 7700900123}, "phone number"),
        ({"text": None}, "must be text"),
        ({"text": "x" * 1601}, "1,600 characters"),
        ({"id": "short"}, "`id`"),
        ({"id": 12345678}, "`id`"),
        ({"media": -1}, "`media`"),
        ({"media": "1"}, "`media`"),
    ],
)
def test_what_cannot_be_taken_is_said_in_plain_words(world: PhoneWorld, body: dict[str, Any], words: str) -> None:
    status, answer = world.send(**body)
    assert status == 400
    assert words in answer["error"]


def test_1600_emoji_an_empty_text_and_a_picture_are_taken(world: PhoneWorld) -> None:
    bodies: list[dict[str, Any]] = [{"text": "😀" * 1600}, {"text": ""}, {"text": "", "media": 1}]
    for number, body in enumerate(bodies):
        assert world.send(id=f"{ID}-{number}", **body)[0] == 200
    assert [one["media"] for one in world.thread()["messages"]] == [0, 0, 1]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 20_000, "application/json", 400),
        (b'{"from": "07700900123", "text": "hi"}', "text/plain", 415),
        (b"x" * 40_000, "application/json", 413),
    ],
)
def test_a_body_that_is_none_is_refused(world: PhoneWorld, content: bytes, kind: str, status: int) -> None:
    response = world.client.post("/phone/api/send", content=content, headers={"content-type": kind})
    assert (response.status_code, list(response.json())) == (status, ["error"])


def test_a_database_that_fails_says_so(world: PhoneWorld) -> None:
    with world.engine.begin() as connection:
        connection.execute(text("DROP TABLE message"))
    assert world.send()[0] == 503


def test_everybody_with_a_phone_can_be_picked(world: PhoneWorld) -> None:
    with writing(world.engine) as session:
        for number, (first, known_as, phone) in enumerate(
            (("Robert", "Bob", "+447700900124"), ("Ann", None, ANN), ("Cat", None, None))
        ):
            session.add(
                YoungPerson(
                    ref=f"Y{number}",
                    first_name=first,
                    last_name="Ash",
                    known_as=known_as,
                    town="Deal",
                    phone=phone,
                    created_at=NOW,
                )
            )
    people = world.client.get("/phone/api/people").json()["people"]
    assert people == [
        {"name": "Ann Ash", "town": "Deal", "number": ANN},
        {"name": "Bob Ash", "town": "Deal", "number": "+447700900124"},
    ]


def test_the_page_says_that_it_is_a_simulator(world: PhoneWorld) -> None:
    response = world.client.get("/phone")
    assert response.status_code == 200
    assert "Not a real phone" in response.text
