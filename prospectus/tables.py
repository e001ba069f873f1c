"""The catalogue's tables. Every fact keeps its source and the day it was checked; None means not known."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, false, text
from sqlmodel import Field, SQLModel

from casework.tables.base import BigKey, JsonColumn, UTCDateTime


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
    source_ref: str | None = Field(default=None, description="what its source calls it; with source, at most one row")
    fingerprint: str | None = Field(default=None, description="digest of what its source said last")
    checked_on: date

    __table_args__ = (Index("uq_provider_source", "source", "source_ref", unique=True),)


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
    url: str | None = Field(default=None, description="the provider's own page about it")
    source: str
    source_ref: str | None = Field(default=None, description="what its source calls it; with source, at most one row")
    fingerprint: str | None = Field(default=None, description="digest of what its source said last")
    checked_on: date
    facts: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=JsonColumn,
        sa_column_kwargs={"server_default": text("'{}'")},
        description="fields with another source or day than the rest: {field: {source, checked_on}}",
    )
    retired: bool = False

    __table_args__ = (Index("uq_course_source", "source", "source_ref", unique=True),)


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
    source_ref: str | None = Field(default=None, description="what the course's source calls it")
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class CatalogueImport(SQLModel, table=True):
    """One file that was read into the catalogue, and what came of it."""

    __tablename__ = "catalogue_import"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    source: str = Field(index=True, description="whose catalogue it is; a later file of the same source replaces it")
    format: str = Field(description="xcri, ncs_csv, jsonld, sheet")
    file_name: str
    file_digest: str = Field(description="SHA-256 of the file, hexadecimal")
    status: str = Field(description="done or refused")
    by: str | None = Field(default=None, description="who ran it")
    started_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime = Field(sa_type=UTCDateTime)
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn)
    report: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn, description="repairs and refused rows")


class CourseChange(SQLModel, table=True):
    """One change of a course or one of its runs: the history that officers see."""

    __tablename__ = "course_change"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    course_id: int = Field(foreign_key="course.id", index=True, sa_type=BigKey)
    run_ref: str | None = Field(default=None, description="the run that changed; None: the course itself")
    at: datetime = Field(sa_type=UTCDateTime)
    action: str = Field(description="added, changed, retired, restored")
    by: str | None = Field(default=None, description="the officer, by name; None: an import")
    import_id: int | None = Field(default=None, foreign_key="catalogue_import.id", sa_type=BigKey)
    changes: dict[str, Any] = Field(default_factory=dict, sa_type=JsonColumn, description="{field: [before, after]}")


class GazetteerPlace(SQLModel, table=True):
    """A place of an imported gazetteer: a town, a village, a district, or a postcode's outward code."""

    __tablename__ = "gazetteer_place"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    key: str = Field(unique=True)
    name: str = Field(index=True)
    kind: str = Field(description="town, village, district, outcode")
    latitude: float = Field(description="degrees, WGS 84")
    longitude: float = Field(description="degrees, WGS 84")
    names: list[str] = Field(default_factory=list, sa_type=JsonColumn, description="other names people use")
    source: str
    checked_on: date


class CatalogueVersion(SQLModel, table=True):
    """One row whose token changes with every change of the catalogue, so that a search index knows it is old."""

    __tablename__ = "catalogue_version"
    id: int = Field(default=1, primary_key=True, sa_type=BigKey)
    token: str


class CatalogueTouch(SQLModel, table=True):
    """One change of the catalogue's version, and what it touched: only the newest few hundred are kept."""

    __tablename__ = "catalogue_touch"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigKey)
    token: str = Field(unique=True, description="the version that it led to")
    courses: list[int] | None = Field(
        default=None, sa_type=JsonColumn, description="ids of the courses it changed, themselves or a run; None: any"
    )
    providers: list[int] | None = Field(
        default=None, sa_type=JsonColumn, description="ids of the providers it changed; None: any"
    )
