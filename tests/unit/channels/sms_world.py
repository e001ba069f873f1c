"""What the SMS tests share: one database, one moment, one application, and how Twilio would call it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

import casework.tables  # noqa: F401
import prospectus.tables  # noqa: F401
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.delivery import RANK
from casework.tables import ConsentEvent, Conversation, Message
from channels.inbox import Inbox
from channels.sms.routes import SmsSettings, sms_router
from tests.databases import on_sqlite
from tests.fakes.twilio import ACCOUNT, TOKEN, inbound_params, sign, status_params

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
PUBLIC = "https://onward.example.org"
SERVICE = "+441632960000"
ANN = "+447700900123"

SETTINGS = SmsSettings(account_sid=ACCOUNT, auth_token=TOKEN, from_number=SERVICE, public_url=PUBLIC)


@dataclass
class SmsWorld:
    """The SMS channel over one database."""

    engine: Engine
    clock: FixedClock
    inbox: Inbox
    settings: SmsSettings = SETTINGS
    _client: TestClient | None = field(default=None, repr=False)

    @property
    def client(self) -> TestClient:
        if self._client is None:
            router = sms_router(self.inbox, self.engine, self.clock, self.settings)
            self._client = TestClient(Starlette(routes=router.routes), base_url="http://10.0.0.7:8000")
        return self._client

    def text(
        self, body: str = "hi", *, sid: str = "SM" + "1" * 32, from_: str = ANN, **more: object
    ) -> tuple[int, str]:
        """A signed text from ``from_``; answers status and body."""
        params = inbound_params(sid=sid, from_=from_, to=SERVICE, body=body, account=ACCOUNT, **more)  # type: ignore[arg-type]
        return self.post("/channels/sms/inbound", params)

    def report(self, message_id: int, status: str, *, sid: str = "SM" + "2" * 32, code: int | None = None) -> int:
        """A signed status callback."""
        params = status_params(sid=sid, status=status, to=ANN, from_=SERVICE, account=ACCOUNT, error_code=code)
        return self.post(f"/channels/sms/status/{message_id}", params)[0]

    def post(self, path: str, params: dict[str, str]) -> tuple[int, str]:
        return self.raw(path, urlencode(params).encode(), sign(PUBLIC + path, params, TOKEN))

    def raw(self, path: str, body: bytes, signature: str | None, **headers: str) -> tuple[int, str]:
        given = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"} | headers
        if signature is not None:
            given["x-twilio-signature"] = signature
        response = self.client.post(path, content=body, headers=given)
        return response.status_code, response.text

    def inbound(self) -> list[Message]:
        with reading(self.engine) as session:
            return list(session.exec(select(Message).where(Message.direction == "in").order_by(Message.id)))  # type: ignore[arg-type]

    def consent(self) -> list[ConsentEvent]:
        with reading(self.engine) as session:
            return list(session.exec(select(ConsentEvent)))

    def message(self, message_id: int) -> Message:
        with reading(self.engine) as session:
            return session.get_one(Message, message_id)

    def outbound(self, status: str = "sending", provider_id: str | None = None, address: str = ANN) -> int:
        """A text on its way out; answers its id."""
        with writing(self.engine) as session:
            conversation = session.exec(select(Conversation).where(Conversation.address == address)).first()
            if conversation is None:
                conversation = Conversation(channel="sms", address=address, created_at=self.clock())
                session.add(conversation)
                session.flush()
            message = Message(
                conversation_id=conversation.id or 0,
                direction="out",
                channel="sms",
                author="assistant",
                text="Hi Ann",
                created_at=self.clock(),
                status=status,
                status_rank=RANK[status],
                provider_id=provider_id,
            )
            session.add(message)
            session.flush()
            assert message.id is not None
            return message.id


def build(folder: Path, settings: SmsSettings = SETTINGS) -> SmsWorld:
    engine = on_sqlite(folder / "onward.db")
    clock = FixedClock(NOW)
    return SmsWorld(engine, clock, Inbox(engine, clock), settings)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[SmsWorld]:
    made = build(tmp_path)
    yield made
    made.inbox.close()
    made.engine.dispose()
