"""A chat from hello to hanging up: what is said is stored once, what is answered arrives once, on every page."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

import prospectus.tables  # noqa: F401
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.delivery import RANK
from casework.tables import Adviser, ConsentEvent, Conversation, Message
from channels.inbox import Inbox
from channels.webchat.hub import Hub
from channels.webchat.limits import RateLimit
from channels.webchat.routes import webchat_router
from channels.webchat.sessions import Sessions
from channels.webchat.socket import HELLO_WITHIN, WebChat
from tests.databases import on_sqlite

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
SECRET = "s" * 32
ID = "client-id-{:04}"


@dataclass
class ChatWorld:
    """Web chat over one database."""

    engine: Engine
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    most: int = 5
    burst: float = 100

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.engine, self.clock)
        self.hub = Hub(self.engine, most=self.most, look_every=0.02)
        chat = WebChat(
            self.inbox,
            self.engine,
            self.clock,
            Sessions(SECRET, self.clock),
            self.hub,
            origins=["https://college.example.org"],
            limit=RateLimit(self.burst, 0),
        )
        self.client = TestClient(Starlette(routes=[WebSocketRoute("/ws", chat.serve)]))
        self.client.__enter__()

    def close(self) -> None:
        self.client.__exit__(None, None, None)
        self.inbox.close()

    def open(self, **headers: str) -> WebSocketTestSession:
        return self.client.websocket_connect("/ws", headers=headers)

    def say(self, body: str, *, status: str = "sent", **more: Any) -> int:
        """An answer in the newest conversation."""
        with writing(self.engine) as session:
            conversation = session.exec(select(Conversation).order_by(col(Conversation.id).desc())).first()
            assert conversation is not None
            fields: dict[str, Any] = {"author": "assistant", "created_at": NOW} | more
            message = Message(
                conversation_id=conversation.id or 0,
                direction="out",
                channel="web",
                text=body,
                status=status,
                status_rank=RANK[status],
                **fields,
            )
            session.add(message)
            session.flush()
            assert message.id is not None
            return message.id

    def until_marked(self) -> None:
        """Wait for the hub to write down what was seen; with no chat left open, it ends then."""

        async def ended() -> None:
            assert self.hub._task is not None
            await self.hub._task

        assert self.client.portal is not None
        self.client.portal.call(ended)

    def set_status(self, message_id: int, status: str) -> None:
        with writing(self.engine) as session:
            message = session.get_one(Message, message_id)
            message.status, message.status_rank = status, RANK[status]

    def statuses(self) -> dict[int, str | None]:
        with reading(self.engine) as session:
            return {m.id or 0: m.status for m in session.exec(select(Message).where(Message.direction == "out"))}

    def inbound(self) -> list[str]:
        with reading(self.engine) as session:
            return [m.text for m in session.exec(select(Message).where(Message.direction == "in").order_by(Message.id))]  # type: ignore[arg-type]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = on_sqlite(tmp_path / "onward.db")
    yield made
    made.dispose()


@pytest.fixture
def world(engine: Engine) -> Iterator[ChatWorld]:
    made = ChatWorld(engine)
    yield made
    made.close()


@pytest.fixture
def any_world(any_engine: Engine) -> Iterator[ChatWorld]:
    """The same on each database, for what asks it questions of its own."""
    made = ChatWorld(any_engine)
    yield made
    made.close()


def hello(socket: WebSocketTestSession, session: str | None = None, last: int = 0) -> dict[str, Any]:
    socket.send_json({"type": "hello", "session": session, "last": last})
    welcome: dict[str, Any] = socket.receive_json()
    assert welcome["type"] == "welcome"
    return welcome


def said(socket: WebSocketTestSession, words: str = "hi", number: int = 1) -> dict[str, Any]:
    socket.send_json({"type": "message", "id": ID.format(number), "text": words})
    answer: dict[str, Any] = socket.receive_json()
    return answer


def test_a_first_message_is_stored_and_its_answer_arrives(any_world: ChatWorld) -> None:
    world = any_world
    with world.open() as socket:
        welcome = hello(socket)
        assert (welcome["messages"], welcome["stopped"]) == ([], False)
        ack = said(socket, "any courses?")
        assert (ack["type"], ack["id"]) == ("ack", ID.format(1))
        replies = [{"title": "Yes please", "text": "yes"}]
        message_id = world.say("Which subject?", quick_replies=replies)
        assert socket.receive_json() == {
            "type": "message",
            "id": message_id,
            "from": "assistant",
            "name": None,
            "text": "Which subject?",
            "quick_replies": replies,
            "at": NOW.isoformat(),
        }
    assert world.inbound() == ["any courses?"]


def test_a_resend_is_answered_the_same_and_stored_once(world: ChatWorld) -> None:
    with world.open() as socket:
        token = hello(socket)["session"]
        first = said(socket)
        assert said(socket) == first
    with world.open() as socket:
        hello(socket, token)
        assert said(socket) == first
    assert world.inbound() == ["hi"]


def test_the_same_client_id_of_another_session_is_another_message(world: ChatWorld) -> None:
    for _ in range(2):
        with world.open() as socket:
            hello(socket)
            said(socket)
    assert world.inbound() == ["hi", "hi"]


def test_an_adviser_is_named(world: ChatWorld) -> None:
    with writing(world.engine) as session:
        session.add(Adviser(id=3, ref="A3", name="Sam Okafor", email="sam@example.org"))
    with world.open() as socket:
        hello(socket)
        said(socket)
        world.say("Hi, Sam here.", author="adviser", adviser_id=3)
        frame = socket.receive_json()
    assert (frame["from"], frame["name"]) == ("adviser", "Sam Okafor")


def test_what_the_sender_has_not_decided_is_not_shown(world: ChatWorld) -> None:
    with world.open() as socket:
        hello(socket)
        said(socket)
        waiting = world.say("later", status="queued")
        world.say("never", status="suppressed")
        world.say("now")
        assert socket.receive_json()["text"] == "now"
        world.set_status(waiting, "sent")
        assert socket.receive_json()["text"] == "later"


def test_a_reconnect_catches_up_with_what_was_missed(any_world: ChatWorld) -> None:
    world = any_world
    with world.open() as socket:
        token = hello(socket)["session"]
        said(socket)
        put_off = world.say("put off", status="queued")
        last = world.say("one")
        socket.receive_json()
        socket.send_json({"type": "seen", "last": last})
        socket.send_json({"type": "ping"})
        assert socket.receive_json() == {"type": "pong"}
    world.until_marked()
    world.set_status(put_off, "sent")
    world.say("two")
    with world.open() as socket:
        welcome = hello(socket, token, last)
        assert [message["text"] for message in welcome["messages"]] == ["put off", "two"]


def test_a_page_that_was_loaded_again_gets_the_whole_thread_with_its_own_words(world: ChatWorld) -> None:
    with world.open() as socket:
        token = hello(socket)["session"]
        said(socket, "hi")
        world.say("hello")
        socket.receive_json()
    with world.open() as socket:
        own, theirs = hello(socket, token)["messages"]
    assert (own["from"], own["client_id"], own["text"]) == ("young_person", ID.format(1), "hi")
    assert (theirs["from"], theirs["text"]) == ("assistant", "hello")


def test_two_pages_of_one_session_get_every_answer_once(any_world: ChatWorld) -> None:
    world = any_world
    with world.open() as first, world.open() as second:
        token = hello(first)["session"]
        said(first)
        hello(second, token)
        for number in range(3):
            world.say(f"answer {number}")
        for socket in (first, second):
            assert [socket.receive_json()["text"] for _ in range(3)] == ["answer 0", "answer 1", "answer 2"]
            socket.send_json({"type": "ping"})
            assert socket.receive_json() == {"type": "pong"}


def test_nobody_gets_the_answers_of_another(world: ChatWorld) -> None:
    with world.open() as ann, world.open() as bob:
        hello(ann)
        said(ann)
        hello(bob)
        said(bob)
        world.say("for bob")
        assert bob.receive_json()["text"] == "for bob"
        ann.send_json({"type": "ping"})
        assert ann.receive_json() == {"type": "pong"}


def test_what_was_seen_becomes_delivered_and_nothing_else(any_world: ChatWorld) -> None:
    world = any_world
    with world.open() as socket:
        hello(socket)
        said(socket)
        seen = world.say("one")
        unseen = world.say("two")
        socket.receive_json()
        socket.receive_json()
        # a page cannot mark what it was never shown
        other = world.say("never shown", status="queued")
        socket.send_json({"type": "seen", "last": seen})
        socket.send_json({"type": "ping"})
        socket.receive_json()
    world.until_marked()
    assert world.statuses() == {seen: "delivered", unseen: "sent", other: "queued"}


def test_stop_and_start_are_told_to_the_page(any_world: ChatWorld) -> None:
    world = any_world

    def consent(event: str) -> None:
        with writing(world.engine) as session:
            address = session.exec(select(Conversation.address)).one()
            session.add(ConsentEvent(channel="web", address=address, event=event, source="message", recorded_at=NOW))

    with world.open() as socket:
        token = hello(socket)["session"]
        for number, event in enumerate(("stop", "start", "stop")):
            said(socket, event, number)
            consent(event)
            world.say("Done.", purpose="consent")
            frames = [socket.receive_json() for _ in range(2)]
            assert {"type": "stopped", "stopped": event == "stop"} in frames
    with world.open() as socket:
        assert hello(socket, token)["stopped"] is True


@pytest.mark.parametrize(
    ("frame", "reason", "client_id"),
    [
        ({"type": "message", "id": ID.format(1), "text": "  "}, "empty", ID.format(1)),
        ({"type": "message", "id": ID.format(1), "text": "x" * 1601}, "too_long", ID.format(1)),
        ({"type": "message", "id": "no", "text": "x"}, "malformed", None),
        ({"type": "hello"}, "malformed", None),
        ({"type": "nonsense"}, "malformed", None),
    ],
)
def test_a_frame_that_cannot_be_taken_is_answered(
    world: ChatWorld, frame: dict[str, str], reason: str, client_id: str | None
) -> None:
    with world.open() as socket:
        hello(socket)
        socket.send_json(frame)
        answer = socket.receive_json()
    assert (answer["type"], answer["reason"], answer["id"]) == ("error", reason, client_id)
    assert answer["message"]
    assert world.inbound() == []


def test_bytes_are_malformed(world: ChatWorld) -> None:
    with world.open() as socket:
        hello(socket)
        socket.send_bytes(b"\x00")
        assert socket.receive_json()["reason"] == "malformed"


def closed_with(socket: WebSocketTestSession) -> int:
    while True:
        try:
            socket.receive_json()
        except WebSocketDisconnect as closed:
            return closed.code


def test_ten_frames_without_sense_close_the_socket(world: ChatWorld) -> None:
    with world.open() as socket:
        hello(socket)
        for _ in range(10):
            socket.send_text("?")
        assert closed_with(socket) == 1008


def test_a_frame_over_the_limit_closes_the_socket(world: ChatWorld) -> None:
    with world.open() as socket:
        hello(socket)
        socket.send_text(json.dumps({"type": "message", "id": ID.format(1), "text": "x" * 40_000}))
        assert closed_with(socket) == 1009


@pytest.mark.parametrize("first", ['{"type": "ping"}', "?", '{"type": "message", "id": "client-id-1", "text": "hi"}'])
def test_whoever_does_not_say_hello_first_is_not_listened_to(world: ChatWorld, first: str) -> None:
    with world.open() as socket:
        socket.send_text(first)
        assert closed_with(socket) == 1008


def test_whoever_says_nothing_is_not_waited_for(world: ChatWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    assert HELLO_WITHIN == 10
    monkeypatch.setattr("channels.webchat.socket.HELLO_WITHIN", 0.05)
    with world.open() as socket:
        assert closed_with(socket) == 1008


@pytest.mark.parametrize("token", ["", "nonsense", Sessions("x" * 32, FixedClock(NOW)).issue("a" * 32)])
def test_a_token_that_is_not_ours_begins_a_new_session(world: ChatWorld, token: str) -> None:
    with world.open() as socket:
        welcome = hello(socket, token)
    assert welcome["messages"] == []
    address = Sessions(SECRET, world.clock).read(welcome["session"])
    assert address is not None
    assert address != "a" * 32


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (None, True),
        ("http://testserver", True),
        ("https://college.example.org", True),
        ("https://evil.example", False),
        ("https://college.example.org.evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_our_own_pages_may_open_a_chat(world: ChatWorld, origin: str | None, welcome: bool) -> None:
    headers = {} if origin is None else {"origin": origin}
    if welcome:
        with world.open(**headers) as socket:
            hello(socket)
    else:
        with pytest.raises(WebSocketDisconnect), world.open(**headers):
            pass


def test_a_full_house_says_try_again_later(world: ChatWorld) -> None:
    sockets = [world.open() for _ in range(5)]
    for socket in sockets:
        socket.__enter__()
        hello(socket)
    with world.open() as socket:
        assert closed_with(socket) == 1013
    sockets.pop().__exit__(None, None, None)
    with world.open() as socket:
        hello(socket)
    for socket in sockets:
        socket.__exit__(None, None, None)


def test_a_flood_is_asked_to_slow_down_and_loses_nothing_that_was_taken(engine: Engine) -> None:
    world = ChatWorld(engine, burst=2)
    with world.open() as socket:
        hello(socket)
        answers = [said(socket, f"message {number}", number) for number in range(3)]
    world.close()
    assert [answer["type"] for answer in answers] == ["ack", "ack", "error"]
    assert (answers[2]["reason"], answers[2]["id"]) == ("slow_down", ID.format(2))
    assert world.inbound() == ["message 0", "message 1"]


def test_a_message_that_cannot_be_stored_closes_the_socket_without_an_answer(world: ChatWorld) -> None:
    with world.open() as socket:
        hello(socket)
        with world.engine.begin() as connection:
            connection.execute(text("ALTER TABLE message RENAME TO elsewhere"))
        socket.send_json({"type": "message", "id": ID.format(1), "text": "hi"})
        assert closed_with(socket) == 1011


def test_an_inbox_that_is_closing_sends_the_page_elsewhere(world: ChatWorld) -> None:
    with world.open() as socket:
        hello(socket)
        world.inbox.close()
        socket.send_json({"type": "message", "id": ID.format(1), "text": "hi"})
        assert closed_with(socket) == 1012


def test_the_hub_closes_every_socket_when_the_service_restarts(world: ChatWorld) -> None:
    with world.open() as socket:
        hello(socket)
        world.hub.close()
        assert closed_with(socket) == 1012


def test_a_page_that_does_not_keep_up_is_closed(world: ChatWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    from channels.webchat.hub import Chat

    monkeypatch.setattr("channels.webchat.hub.MOST_WAITING", 3)
    chat = Chat()
    for number in range(5):
        chat.send({"n": number})
    waiting = [chat.outbox.get_nowait() for _ in range(chat.outbox.qsize())]
    assert waiting == [{"n": 0}, {"n": 1}, {"n": 2}, 1013]


def test_one_look_serves_any_number_of_chats(any_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from channels.webchat import threads

    world = ChatWorld(any_engine)
    with writing(any_engine) as session:
        for number in range(3):
            session.add(Conversation(channel="web", address=f"a{number}", created_at=NOW))
    ids = [world.say("x") for _ in range(2)]
    asked: list[str] = []
    original = Session.execute

    def counting(self: Session, statement: Any, *args: Any, **more: Any) -> Any:
        asked.append(str(statement)[:10])
        return original(self, statement, *args, **more)

    monkeypatch.setattr(Session, "execute", counting)
    with reading(any_engine) as session:
        rows = threads.news(session, {1: 0, 2: 0, 3: ids[0]})
    world.close()
    assert ([row.id for row in rows], len(asked)) == ([ids[1]], 1)


def test_the_router_serves_the_socket_to_its_public_origin(engine: Engine) -> None:
    clock = FixedClock(NOW)
    inbox = Inbox(engine, clock)
    router = webchat_router(inbox, engine, clock, SECRET, public_url="https://onward.example.org/x")
    client = TestClient(Starlette(routes=router.routes))
    headers = {"origin": "https://onward.example.org"}
    with client.websocket_connect("/channels/webchat/ws", headers=headers) as socket:
        hello(socket)
    inbox.close()


def test_no_log_holds_what_was_said(world: ChatWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with world.open() as socket:
        hello(socket)
        said(socket, "my secret words")
        with world.engine.begin() as connection:
            connection.execute(text("ALTER TABLE message RENAME TO elsewhere"))
        socket.send_json({"type": "message", "id": ID.format(2), "text": "my secret words"})
        closed_with(socket)
    assert "secret words" not in caplog.text
