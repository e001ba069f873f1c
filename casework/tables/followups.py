"""Planned contacts: what is due for whom, why, and what came of it; and the campaigns that officers send."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from casework.tables.base import BigKey, JsonColumn, UTCDateTime


class Campaign(SQLModel, table=True):
    """One message to many, chosen by a filter, with its wording in both languages."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    ref: str = Field(unique=True, description="short public reference, as in C3")
    name: str
    status: str = Field(default="draft", description="draft, starting, running, paused, stopped or done")
    who: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn, description="the filter, as in a plan's who")
    wording: dict[str, str] = Field(default_factory=dict, sa_type=JsonColumn, description="by language")
    asks: str | None = Field(default=None, description="the question of data/plans/questions.yml that it asks")
    hold_out: int = Field(default=0, description="percent who are not written to, so that the effect can be measured")
    seed: str = Field(description="decides who is held out; kept so that the same people come out again")
    per_hour: int = Field(default=500, description="messages an hour at most")
    measure: str | None = Field(default=None, description="the outcome that is compared")
    measure_days: int = Field(default=28, description="days after the start on which it is looked at")
    starts_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    late_after_days: int = 3
    urgent: bool = Field(default=False, description="goes in exam time too, and to those written to lately")
    made_by_id: int = Field(foreign_key="adviser.id", sa_type=BigKey)
    made_at: datetime = Field(sa_type=UTCDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class CampaignRoll(SQLModel, table=True):
    """Whom a campaign was started with, as it was decided then: a start that was cut short goes on from it."""

    __tablename__ = "campaign_roll"
    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=BigKey)
    people: dict[str, Any] = Field(
        sa_type=JsonColumn, description="ids: to (in the order of sending), held (out), excluded (by reason)"
    )


class SavedFilter(SQLModel, table=True):
    """Conditions that officers use again."""

    __tablename__ = "saved_filter"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    name: str = Field(unique=True)
    who: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    made_by_id: int = Field(foreign_key="adviser.id", sa_type=BigKey)
    made_at: datetime = Field(sa_type=UTCDateTime)


class FollowUp(SQLModel, table=True):
    """One planned contact. It is never deleted, and always ends in an outcome with a reason."""

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("young_person_id", "plan", "occasion", "step", "plan_version"),
        # what is due, a band of importance at a time: each claim reads only rows that it takes
        Index(
            "ix_follow_up_due",
            "importance",
            "due_at",
            sqlite_where=text("status = 'planned'"),
            postgresql_where=text("status = 'planned'"),
        ),
        Index(
            "ix_follow_up_queued",
            "message_id",
            sqlite_where=text("status = 'queued'"),
            postgresql_where=text("status = 'queued'"),
        ),
        Index(
            "ix_follow_up_sent",
            "ended_at",
            sqlite_where=text("outcome = 'sent'"),
            postgresql_where=text("outcome = 'sent'"),
        ),
        Index(
            "ix_follow_up_message_id",
            "message_id",
            sqlite_where=text("message_id IS NOT NULL"),
            postgresql_where=text("message_id IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    young_person_id: int = Field(foreign_key="young_person.id", index=True, sa_type=BigKey)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True, sa_type=BigKey)
    plan: str
    plan_version: int = 1
    occasion: str = Field(description="what makes this one contact of the plan: a date, a fact's key")
    step: int = Field(default=1, description="which try of the occasion it is, from 1")
    kind: str = Field(default="text", description="text, call (a task for the adviser), close or remind")
    due_at: datetime = Field(sa_type=UTCDateTime)
    importance: int = Field(default=5, description="0, the most important, to 9")
    late_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    late_rule: str = Field(default="next_window", description="send, next_window or drop")
    why: str = Field(default="", description="one plain line for staff")
    asks: str | None = Field(default=None, description="the question, of data/plans/questions.yml")
    says: str | None = Field(default=None, description="the text's key, where it asks nothing")
    about: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn, description="what it is about, for wording")
    rules: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn, description="when it may go")
    status: str = Field(default="planned", description="planned, queued (in the outbox) or ended")
    hold_reason: str | None = Field(default=None, description="what it last waited for")
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    answer: str | None = Field(default=None, description="the key of the option that they chose")
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answer_message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    stops_plan: bool = Field(default=False, description="they want no more of this")
    outcome: str | None = Field(default=None, description="see casework.followup.outcomes")
    reason: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    made_at: datetime = Field(sa_type=UTCDateTime)
    by_adviser_id: int | None = Field(default=None, foreign_key="adviser.id", sa_type=BigKey)
    words: str | None = Field(default=None, description="an adviser's or officer's own words")


class PlanVersion(SQLModel, table=True):
    """A plan as it was from some day on. Editing its file makes the next version."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan", "version"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    plan: str
    version: int
    digest: str = Field(description="SHA-256 of what the file says, hexadecimal")
    content: dict[str, Any] = Field(sa_type=JsonColumn)
    since: datetime = Field(sa_type=UTCDateTime)


class Outlook(SQLModel, table=True):
    """When a young person's plans must be looked at again although nothing was recorded: a day that changes things."""

    __tablename__ = "follow_up_outlook"
    young_person_id: int = Field(primary_key=True, foreign_key="young_person.id", sa_type=BigKey)
    look_on: date = Field(index=True)
    book: str = Field(description="digest of the plans that were read")
