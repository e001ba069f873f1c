"""The pages on a real port, over a real database, with a stand-in for the worker: it answers what it is told to."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import Engine
from sqlmodel import SQLModel, col, select
from starlette.applications import Starlette

import prospectus.tables  # noqa: F401
from casework.clock import system_clock
from casework.db import open_engine, writing
from casework.delivery import RANK
from casework.tables import Adviser, ConsentEvent, Conversation, Message, YoungPerson
from channels.inbox import Inbox
from channels.phone.routes import phone_router
from channels.webchat.routes import webchat_router

Answer = Callable[[str], list[dict[str, Any]]]


def plain_answer(text: str) -> list[dict[str, Any]]:
    """What the stand-in says by default."""
    return [{"text": f"You said: {text}", "quick_replies": [{"title": "Yes please", "text": "yes"}]}]


class Server:
    """Serves an application from a thread; can be stopped and started again at the same port."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self.port = 0

    def start(self) -> None:
        """Listen, at a free port the first time."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        config = uvicorn.Config(self._app, log_level="error", lifespan="off", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop as a deployment does: nothing new, then what is open is closed."""
        self._server.should_exit = True
        self._thread.join(20)
        self._listener.close()


@dataclass
class Site:
    """A running site."""

    url: str
    engine: Engine
    server: Server
    answer: Answer = plain_answer
    paused: bool = False
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)

    def work(self) -> None:
        """Answer what waits, like a worker, until the site is stopped."""
        while not self._stop.wait(0.02):
            if not self.paused:
                self.answer_all()

    def answer_all(self) -> None:
        """One look at the inbox."""
        with writing(self.engine) as session:
            waiting = select(Message).where(Message.direction == "in", col(Message.handled_at).is_(None))
            for message in session.exec(waiting.order_by(col(Message.id))):
                message.handled_at = system_clock()
                conversation = session.get_one(Conversation, message.conversation_id)
                word = message.text.strip().lower()
                if word in ("stop", "start"):
                    session.add(
                        ConsentEvent(
                            channel=conversation.channel,
                            address=conversation.address,
                            event=word,
                            source="message",
                            message_id=message.id,
                            recorded_at=system_clock(),
                        )
                    )
                for reply in self.answer(message.text):
                    self._say(
                        session, conversation, {"purpose": "consent" if word in ("stop", "start") else "reply"} | reply
                    )

    def say(self, **fields: Any) -> int:
        """Send a message into the newest conversation; answers its id."""
        with writing(self.engine) as session:
            conversation = session.exec(select(Conversation).order_by(col(Conversation.id).desc())).first()
            assert conversation is not None
            return self._say(session, conversation, fields)

    def _say(self, session: Any, conversation: Conversation, fields: dict[str, Any]) -> int:
        status = "sent" if conversation.channel == "web" else "delivered"
        row: dict[str, Any] = {
            "author": "assistant",
            "status": status,
            "status_rank": RANK[status],
            "created_at": system_clock(),
            "sent_at": system_clock(),
        }
        message = Message(
            conversation_id=conversation.id or 0, direction="out", channel=conversation.channel, **(row | fields)
        )
        session.add(message)
        session.flush()
        assert message.id is not None
        return message.id

    def rows(self, direction: str) -> list[Message]:
        """The messages one way, oldest first."""
        with writing(self.engine) as session:
            return list(session.exec(select(Message).where(Message.direction == direction).order_by(col(Message.id))))


def people() -> list[Any]:
    """Two young people and an adviser, whom no test confuses."""
    return [
        Adviser(id=1, ref="A1", name="Sam Okafor", email="sam@example.org", password_hash="x"),
        YoungPerson(
            id=1, ref="Y1", first_name="Ann", last_name="Ash", town="Margate", phone="+447700900123",
            created_at=system_clock(),
        ),
        YoungPerson(
            id=2, ref="Y2", first_name="Robert", last_name="Birch", known_as="Bob", town="Deal",
            phone="+447700900124", created_at=system_clock(),
        ),
    ]  # fmt: skip


def build_app(engine: Engine, inbox: Inbox) -> Starlette:
    """Both pages, as the application has them."""
    routers = (
        webchat_router(inbox, engine, system_clock, "s" * 32, sample=True, phone=True),
        phone_router(inbox, engine, system_clock),
    )
    return Starlette(routes=[route for router in routers for route in router.routes])


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """A site with Ann, Bob and their adviser, and a worker that answers."""
    engine = open_engine(f"sqlite:///{folder / 'onward.db'}")
    SQLModel.metadata.create_all(engine)
    with writing(engine) as session:
        session.add_all(people())
    inbox = Inbox(engine, system_clock)
    server = Server(build_app(engine, inbox))
    server.start()
    site = Site(f"http://127.0.0.1:{server.port}", engine, server)
    worker = threading.Thread(target=site.work, daemon=True)
    worker.start()
    try:
        yield site
    finally:
        site._stop.set()
        worker.join(10)
        server.stop()
        inbox.close()
        engine.dispose()
