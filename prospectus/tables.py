"""The catalogue's tables. Every fact keeps its source and the day it was checked; None means not known."""

from datetime import date
from typing import Any

from sqlmodel import Field, SQLModel

from casework.tables.base import BigKey, JsonColumn


class Provider(SQLModel, table=True):
    """Somewhere that young people can learn: school sixth form, college, training provider, charity or employer."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    ref: str = Field(unique=True)
    name: str
    kind: str = Field(description="sixth_form, fe_college, training_provider, voluntary or employer")
    town: str
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    contact_name: str | None = None
    source: str
    checked_on: date


class Course(SQLModel, table=True):
    """Something to learn, wherever and whenever it runs."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    ref: str = Field(unique=True)
    provider_id: int = Field(foreign_key="provider.id", index=True, sa_type=BigKey)
    title: str
    subject: str = Field(index=True, description="a key of data/subjects.yml")
    level: str = Field(index=True, description="entry, 1, 2 or 3")
    route: str = Field(description="school, college, apprenticeship, training or re_engagement")
    qualification: str | None = Field(default=None, description="A level, T level, BTEC, Apprenticeship, ...")
    summary: str = ""
    entry_requirements: str | None = Field(default=None, description="None: not known")
    exclusions: str | None = Field(default=None, description="who it cannot take, in the provider's words")
    cost: str | None = None
    kit: str | None = None
    kit_paid_by: str | None = None
    travel_help: str | None = None
    how_to_apply: str | None = None
    leads_to: str | None = None
    taster: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    keywords: list[str] = Field(default_factory=list, sa_type=JsonColumn)
    source: str
    checked_on: date
    retired: bool = False


class Run(SQLModel, table=True):
    """A course's start, place and mode; XCRI-CAP calls it a presentation."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    ref: str = Field(unique=True)
    course_id: int = Field(foreign_key="course.id", index=True, sa_type=BigKey)
    start: date | None = Field(default=None, description="None with roll_on: any week; None without: not known")
    roll_on: bool = False
    end: date | None = None
    duration: str | None = None
    days: str | None = Field(default=None, description="as the provider says it: Mon to Thu, 3 days a week")
    hours: str | None = None
    town: str
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    places: str = Field(default="unknown", description="available, few, full, waiting_list or unknown")
    places_left: int | None = None
    apply_by: date | None = None
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)


class CatalogueVersion(SQLModel, table=True):
    """One row whose token changes with every change of the catalogue, so that a search index knows it is old."""

    __tablename__ = "catalogue_version"
    id: int = Field(default=1, primary_key=True, sa_type=BigKey)
    token: str
