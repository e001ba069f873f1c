"""What is known, intended and due for a young person. Histories: rows are added, never overwritten."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from casework.tables.base import BigKey, JsonColumn, UTCDateTime


class Destination(SQLModel, table=True):
    """One stage of one destination (casework.destinations has the stages), as somebody said it on one day."""

    # the same statement, told again by the same source, is there once
    __table_args__ = (UniqueConstraint("young_person_id", "fingerprint"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    young_person_id: int = Field(foreign_key="young_person.id", index=True, sa_type=BigKey)
    stage: str
    route: str | None = None
    provider_ref: str | None = None
    course_ref: str | None = None
    subject: str | None = None
    occupation: str | None = Field(default=None, description="what work they want, in their words")
    level: str | None = None
    grades: str | None = Field(default=None, description="predicted grades or level, in their words")
    sure: str | None = Field(default=None, description="very, fairly, not; None: not known")
    undecided: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    help_wanted: str | None = Field(default=None, description="what they want help with, in their words")
    choice: int = 1
    on_date: date | None = None
    at_time: datetime | None = Field(default=None, sa_type=UTCDateTime, description="when the interview is")
    ends_on: date | None = Field(default=None, description="planned end of the course or programme")
    reason: str | None = Field(default=None, description="why it was declined or left, as its source said it")
    missed: str | None = Field(default=None, description="of a no-show: interview or enrolment")
    source: str = Field(description="young_person, school, provider, adviser, import")
    channel: str | None = None
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    report_id: int | None = Field(default=None, foreign_key="provider_report.id", sa_type=BigKey)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    fingerprint: str | None = Field(default=None, description="digest of what was said, by whom and in what")


class Activity(SQLModel, table=True):
    """What a young person is doing, by NCCIS current activity code, for a span of time. Rows are only added.

    The latest recorded one is what is known now; ``casework.activities`` says what has lapsed.
    """

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    young_person_id: int = Field(foreign_key="young_person.id", index=True, sa_type=BigKey)
    code: str
    provider_ref: str | None = None
    start: date | None = None
    end: date | None = Field(default=None, description="the last day; planned while it is ahead")
    verified_on: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    detail: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=JsonColumn,
        sa_column_kwargs={"server_default": text("'{}'")},
        description="what was said that decided the code: hours, training, employer, why they left",
    )
    rule: str | None = Field(default=None, description="the rule that chose the code, for an adviser to read")
    source: str
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    report_id: int | None = Field(default=None, foreign_key="provider_report.id", sa_type=BigKey)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class MoneyApplication(SQLModel, table=True):
    """A young person's way through one money scheme, as a history of steps."""

    __tablename__ = "money_application"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    young_person_id: int = Field(foreign_key="young_person.id", index=True, sa_type=BigKey)
    scheme: str = Field(description="a key of data/schemes")
    step: str = Field(description="casework.money has the steps")
    on_date: date | None = Field(default=None, description="the day it happened, where they said so")
    detail: dict[str, Any] = Field(
        default_factory=dict, sa_type=JsonColumn, sa_column_kwargs={"server_default": text("'{}'")}
    )
    source: str
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class ProviderReport(SQLModel, table=True):
    """What a provider told the service about somebody, as it came, and who that was found to be."""

    __tablename__ = "provider_report"
    __table_args__ = (UniqueConstraint("provider_ref", "external_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    provider_ref: str = Field(index=True)
    external_id: str = Field(description="the provider's own id of this report: the same one twice is one report")
    kind: str = Field(description="offer_made, offer_declined, no_show, enrolled, leaving, left, ...")
    on_date: date | None = None
    about: dict[str, Any] = Field(sa_type=JsonColumn, description="who: names, date of birth, postcode, phone, ULN")
    said: dict[str, Any] = Field(sa_type=JsonColumn, description="the rest: course, reason, planned end")
    via: str = Field(description="api or csv")
    received_at: datetime = Field(sa_type=UTCDateTime)
    status: str = Field(index=True, description="matched, unmatched or set_aside")
    young_person_id: int | None = Field(default=None, foreign_key="young_person.id", index=True, sa_type=BigKey)
    matched_by: str | None = Field(default=None, description="the rule, or the adviser's ref")
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    note: str | None = None


class ProviderKey(SQLModel, table=True):
    """A key with which a provider may report. Only its digest is kept."""

    __tablename__ = "provider_key"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    provider_ref: str = Field(index=True)
    digest: str = Field(unique=True, description="SHA-256, hexadecimal")
    made_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class LinkCode(SQLModel, table=True):
    """A one-time code, sent to the number on record, that links a web chat to a young person."""

    __tablename__ = "link_code"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    conversation_id: int = Field(foreign_key="conversation.id", index=True, sa_type=BigKey)
    young_person_id: int | None = Field(
        default=None, foreign_key="young_person.id", sa_type=BigKey, description="none: the number is nobody's"
    )
    digest: str
    tries: int = 0
    made_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AddressNote(SQLModel, table=True):
    """Something that is known of a number: not theirs any more, or shared. The latest one counts."""

    __tablename__ = "address_note"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    channel: str
    address: str = Field(index=True)
    kind: str = Field(description="wrong_number, shared, invalid, right")
    young_person_id: int | None = Field(default=None, foreign_key="young_person.id", index=True, sa_type=BigKey)
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    by: str = Field(description="young_person, provider, or the adviser's ref")
    recorded_at: datetime = Field(sa_type=UTCDateTime)


class Escalation(SQLModel, table=True):
    """Something a named person must see. ``words`` are the young person's own."""

    __table_args__ = (UniqueConstraint("message_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id", index=True, sa_type=BigKey)
    young_person_id: int | None = Field(default=None, foreign_key="young_person.id", index=True, sa_type=BigKey)
    adviser_id: int | None = Field(
        default=None, foreign_key="adviser.id", index=True, sa_type=BigKey, description="none: the duty queue"
    )
    message_id: int | None = Field(default=None, foreign_key="message.id", sa_type=BigKey)
    kind: str = Field(description="talk_to_person, safeguarding, assistant_failed, provider_report, ...")
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
    source: str = Field(description="message, provider, adviser, import, linked")
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
