"""What is known, intended and due for a young person. Histories: rows are added, never overwritten."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from casework.tables.base import BigKey, JsonColumn, UTCDateTime


class Destination(SQLModel, table=True):
    """One stage of one destination: intended, applied, interview, offered, accepted, started or left."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    young_person_id: int = Field(foreign_key="young_person.id", index=True, sa_type=BigKey)
    stage: str
    route: str | None = None
    provider_ref: str | None = None
    course_ref: str | None = None
    subject: str | None = None
    level: str | None = None
    choice: int = 1
    on_date: date | None = None
    source: str
    channel: str | None = None
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Activity(SQLModel, table=True):
    """What a young person is doing, by NCCIS current activity code, for a span of time."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    young_person_id: int = Field(foreign_key="young_person.id", index=True, sa_type=BigKey)
    code: str
    provider_ref: str | None = None
    start: date | None = None
    end: date | None = None
    verified_on: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    source: str
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class MoneyApplication(SQLModel, table=True):
    """A young person's way through one money scheme, as a history of steps."""

    __tablename__ = "money_application"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    young_person_id: int = Field(foreign_key="young_person.id", index=True, sa_type=BigKey)
    scheme: str
    step: str
    source: str
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class FollowUp(SQLModel, table=True):
    """One planned contact. It always ends in an outcome with a reason."""

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("young_person_id", "plan", "occasion", "plan_version"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    young_person_id: int = Field(foreign_key="young_person.id", index=True, sa_type=BigKey)
    plan: str
    plan_version: int = 1
    occasion: str = Field(description="what makes this one contact of the plan: a date, a try, a fact's id")
    due_at: datetime = Field(sa_type=UTCDateTime, index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    outcome: str | None = None
    reason: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Escalation(SQLModel, table=True):
    """Something a named person must see. ``words`` are the young person's own."""

    __table_args__ = (UniqueConstraint("message_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    conversation_id: int = Field(foreign_key="conversation.id", index=True, sa_type=BigKey)
    young_person_id: int | None = Field(default=None, foreign_key="young_person.id", index=True, sa_type=BigKey)
    adviser_id: int | None = Field(
        default=None, foreign_key="adviser.id", index=True, sa_type=BigKey, description="none: the duty queue"
    )
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    kind: str = Field(description="talk_to_person, safeguarding, other_language, not_understood, assistant_failed, ...")
    urgency: str = Field(description="urgent, soon or routine")
    reason: str = Field(description="one plain line for the adviser")
    words: str = Field(default="", description="the young person's own words")
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    opened_at: datetime = Field(sa_type=UTCDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    acknowledged_by_id: int | None = Field(default=None, foreign_key="adviser.id", sa_type=BigKey)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_by_id: int | None = Field(default=None, foreign_key="adviser.id", sa_type=BigKey)
    closing_note: str | None = None


class ConsentEvent(SQLModel, table=True):
    """The ledger of who may be contacted: rows are only added, and the latest one counts."""

    __tablename__ = "consent_event"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    channel: str
    address: str = Field(index=True)
    young_person_id: int | None = Field(default=None, foreign_key="young_person.id", index=True, sa_type=BigKey)
    event: str = Field(description="stop or start")
    source: str = Field(description="message, provider, adviser, import")
    message_id: int | None = Field(default=None, foreign_key="message.id", unique=True, sa_type=BigKey)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class UnmetDemand(SQLModel, table=True):
    """Something asked for that the prospectus does not have. Holds no name and points at no person."""

    __tablename__ = "unmet_demand"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    subject: str | None = None
    level: str | None = None
    place: str | None = None
    provider: str | None = None
    route: str | None = None
    on_date: date
