"""Who is in the record: young people, the advisers who look after them, and their schools."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import false, text
from sqlmodel import Field, SQLModel

from casework.tables.base import BigKey, JsonColumn, UTCDateTime


class Adviser(SQLModel, table=True):
    """A personal adviser: the named person a young person is handed over to."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    ref: str = Field(unique=True, description="short public reference, as in A1")
    name: str
    email: str = Field(unique=True)
    phone: str | None = None
    password_hash: str | None = Field(default=None, description="argon2; none means that they cannot sign in")
    area: str | None = None
    languages: list[str] = Field(default_factory=list, sa_type=JsonColumn)
    working_pattern: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=JsonColumn,
        description='by weekday, local hours: {"mon": ["09:00", "17:00"], ...}; a missing day is not worked',
    )
    active: bool = True
    roles: list[str] = Field(
        default_factory=list,
        sa_type=JsonColumn,
        sa_column_kwargs={"server_default": text("'[]'")},
        description="what they may do beside their caseload: prospectus, manager",
    )


class AdviserCover(SQLModel, table=True):
    """Who answers for an adviser who is away, from the first day to the last, both included."""

    __tablename__ = "adviser_cover"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    adviser_id: int = Field(foreign_key="adviser.id", index=True, sa_type=BigKey)
    cover_id: int = Field(foreign_key="adviser.id", sa_type=BigKey)
    first_day: date
    last_day: date


class School(SQLModel, table=True):
    """A school that young people of compulsory age, or its sixth form, belong to."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    ref: str = Field(unique=True)
    name: str
    town: str
    has_sixth_form: bool = False


class YoungPerson(SQLModel, table=True):
    """A young person in the area's record.

    Characteristics (NCCIS codes) are sensitive: they are never put in a text message.
    """

    __tablename__ = "young_person"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    ref: str = Field(unique=True, description="short public reference, as in Y17")
    first_name: str
    last_name: str
    known_as: str | None = Field(default=None, description="the name they want to be called")
    date_of_birth: date | None = Field(default=None, index=True)
    phone: str | None = Field(default=None, index=True, description="E.164, as in +447700900123")
    language: str = Field(default="en", description="the language they chose, ISO 639-1")
    nation: str = Field(default="england", description="england, wales, scotland or northern_ireland")
    town: str | None = None
    postcode: str | None = None
    school_id: int | None = Field(default=None, foreign_key="school.id", sa_type=BigKey)
    year_group: int | None = None
    adviser_id: int | None = Field(default=None, foreign_key="adviser.id", index=True, sa_type=BigKey)
    characteristics: list[str] = Field(default_factory=list, sa_type=JsonColumn)
    gender: str | None = Field(default=None, description="as the record has it; for the return only")
    ethnicity: str | None = Field(default=None, description="code of the return")
    uln: str | None = Field(default=None, index=True, description="unique learner number, 10 digits")
    ehc_plan: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    local_id: str | None = Field(default=None, unique=True, description="the council's own id, up to 10 digits")
    leaves_school_on: date | None = Field(default=None, description="last day of compulsory school age, where set")
    left_area_on: date | None = None
    notes: str | None = Field(default=None, description="what an adviser wants to know first; staff only")
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def called(self) -> str:
        """The name to greet them by."""
        return self.known_as or self.first_name
