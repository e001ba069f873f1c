"""Conversations and their messages. The inbox and the outbox are both rows of ``message``."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from casework.tables.base import BigKey, JsonColumn, UTCDateTime


class Conversation(SQLModel, table=True):
    """One thread with one address on one channel.

    ``lease`` and ``lease_until`` say which runner holds it: only the holder may commit a turn of it.
    """

    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    channel: str = Field(description="sms or web")
    address: str = Field(description="E.164 number, or the random key of a web chat session")
    young_person_id: int | None = Field(default=None, foreign_key="young_person.id", index=True, sa_type=BigKey)
    language: str | None = Field(default=None, description="the language they write in, once it is clear")
    mode: str = Field(default="assistant", description="assistant, or adviser while a person has it")
    handed_to_id: int | None = Field(default=None, foreign_key="adviser.id", sa_type=BigKey)
    state: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn, description="see docs/protocols.md")
    lease: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    last_inbound_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Message(SQLModel, table=True):
    """One message either way.

    Inbound: stored before the provider is answered, ``handled_at`` set by exactly one turn.
    Outbound: written by the turn (or the adviser) that decided it, taken to the provider by the sender.
    """

    __table_args__ = (
        # a redelivered webhook, or a resend of the same chat message, finds its row
        UniqueConstraint("channel", "provider_id"),
        # a turn's replies exist once, however often the turn is tried
        UniqueConstraint("in_reply_to", "position"),
        Index(
            "ix_message_inbox",
            "id",
            sqlite_where=text("direction = 'in' AND handled_at IS NULL"),
            postgresql_where=text("direction = 'in' AND handled_at IS NULL"),
        ),
        Index(
            "ix_message_inbox_conversation",
            "conversation_id",
            "id",
            sqlite_where=text("direction = 'in' AND handled_at IS NULL"),
            postgresql_where=text("direction = 'in' AND handled_at IS NULL"),
        ),
        Index(
            "ix_message_outbox",
            "priority",
            "id",
            sqlite_where=text("direction = 'out' AND status IN ('queued', 'sending', 'unknown')"),
            postgresql_where=text("direction = 'out' AND status IN ('queued', 'sending', 'unknown')"),
        ),
        Index(
            "ix_message_outbox_conversation",
            "conversation_id",
            "id",
            sqlite_where=text("direction = 'out' AND status IN ('queued', 'sending', 'unknown')"),
            postgresql_where=text("direction = 'out' AND status IN ('queued', 'sending', 'unknown')"),
        ),
        Index("ix_message_conversation_id_id", "conversation_id", "id"),
        # texts that never arrived: few, and looked for all the time
        Index(
            "ix_message_never_arrived",
            "sent_at",
            sqlite_where=text("status IN ('undelivered', 'failed', 'canceled')"),
            postgresql_where=text("status IN ('undelivered', 'failed', 'canceled')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    conversation_id: int = Field(foreign_key="conversation.id", sa_type=BigKey)
    direction: str = Field(description="in or out")
    channel: str
    provider_id: str | None = Field(default=None, description="MessageSid, or 'conversation:client id' on web")
    author: str = Field(description="young_person, assistant, adviser or service")
    adviser_id: int | None = Field(default=None, foreign_key="adviser.id", sa_type=BigKey)
    text: str = ""
    created_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    next_try_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    failure: str | None = Field(default=None, description="why the last attempt failed; never message text")

    # inbound
    media: int = Field(default=0, description="pictures or files that came with it")
    opt_out_type: str | None = Field(default=None, description="Twilio Advanced Opt-Out: STOP, START or HELP")
    handled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    outcome: str | None = Field(default=None, description="answered, guarded, handed_over, other_language or gave_up")
    understanding: dict[str, Any] | None = Field(default=None, sa_type=JsonColumn)
    effects: list[dict[str, Any]] | None = Field(default=None, sa_type=JsonColumn, description="what was done")

    # outbound
    in_reply_to: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    position: int | None = None
    purpose: str | None = Field(default=None, description="reply, code, safeguarding, consent, adviser or prompt")
    priority: int = Field(default=0, description="lower goes first: 0 answers, 10 prompts")
    key: str | None = None
    args: dict[str, Any] | None = Field(default=None, sa_type=JsonColumn)
    quick_replies: list[dict[str, str]] | None = Field(default=None, sa_type=JsonColumn)
    status: str | None = Field(default=None, description="see casework.delivery")
    status_rank: int = 0
    segments: int | None = None
    lease: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    late_at: datetime | None = Field(
        default=None, sa_type=UTCDateTime, description="a prompt that has not gone by then is not sent any more"
    )
    send_started_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    error_code: int | None = None
