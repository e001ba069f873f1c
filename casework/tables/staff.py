"""Signing in, and the trail of who looked at what."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from casework.tables.base import BigKey, JsonColumn, UTCDateTime


class ConsoleSession(SQLModel, table=True):
    """A signed-in adviser's session. The key is kept as a SHA-256, so that a copy of the table signs nobody in."""

    __tablename__ = "console_session"
    key_hash: str = Field(primary_key=True)
    adviser_id: int = Field(foreign_key="adviser.id", sa_type=BigKey)
    csrf: str
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)


class AuditEvent(SQLModel, table=True):
    """Who did or looked at what, when. Rows are only added."""

    __tablename__ = "audit_event"
    # what one actor has done lately is asked at every sign-in
    __table_args__ = (Index("ix_audit_event_actor_at", "actor", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    at: datetime = Field(sa_type=UTCDateTime)
    actor: str = Field(description="adviser:3, assistant, system")
    action: str = Field(description="viewed_transcript, replied, signed_in, ...")
    young_person_id: int | None = Field(default=None, foreign_key="young_person.id", index=True, sa_type=BigKey)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id", sa_type=BigKey)
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
