"""What each entry of the sample area may hold."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# Ofcom keeps these for drama: nobody can ever have them
DRAMA_NUMBERS = re.compile(r"\+44(7700900\d{3}|1632960\d{3})")
FICTIONAL_HOSTS = re.compile(r"(https://)?([a-z0-9.-]+@|[a-z0-9-]+\.)*([a-z0-9-]+\.)?example(\.org)?(/[a-z0-9/-]*)?")


def _drama_number(value: str) -> str:
    if not DRAMA_NUMBERS.fullmatch(value):
        raise ValueError("must be a number that nobody has: +447700900000 to 900999, or +441632960000 to 960999")
    return value


def _fictional_host(value: str) -> str:
    if not FICTIONAL_HOSTS.fullmatch(value):
        raise ValueError("must be under .example or example.org")
    return value


Phone = Annotated[str, AfterValidator(_drama_number)]
Host = Annotated[str, AfterValidator(_fictional_host)]
Hours = Annotated[list[Annotated[str, Field(pattern=r"^\d\d:\d\d$")]], Field(min_length=2, max_length=2)]


class Entry(BaseModel):
    """An entry: only the fields it knows, as they are written (a number is not text)."""

    model_config = ConfigDict(extra="forbid", strict=True)


class CoverEntry(Entry):
    """Who answers while an adviser is away; both days are included."""

    by: str
    first_day: date
    last_day: date


class AdviserEntry(Entry):
    """An adviser of the sample area."""

    ref: str
    name: str
    email: Host
    phone: Phone | None = None
    area: str
    languages: list[str]
    working_pattern: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Hours]
    away: list[CoverEntry] = []
    roles: list[Literal["prospectus", "manager"]] = []


class SchoolEntry(Entry):
    """A school of the sample area."""

    ref: str
    name: str
    town: str
    has_sixth_form: bool = False


class ProviderEntry(Entry):
    """A provider of the sample area."""

    ref: str
    name: str
    kind: Literal["sixth_form", "fe_college", "training_provider", "voluntary", "employer"]
    town: str
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: Phone | None = None
    email: Host | None = None
    website: Host | None = None
    contact_name: str | None = None
    checked_on: date


class RunEntry(Entry):
    """One start of a course."""

    ref: str
    start: date | None = None
    roll_on: bool = False
    end: date | None = None
    duration: str | None = None
    days: str | None = None
    hours: str | None = None
    town: str
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    places: Literal["available", "few", "full", "waiting_list", "unknown"] = "unknown"
    places_left: int | None = Field(default=None, ge=0)
    apply_by: date | None = None


class CourseEntry(Entry):
    """A course with its runs."""

    ref: str
    title: str
    subject: str
    level: Literal["entry", "1", "2", "3"]
    route: Literal["school", "college", "apprenticeship", "training", "re_engagement"]
    qualification: str | None = None
    summary: str
    entry_requirements: str | None = None
    exclusions: str | None = None
    cost: str | None = None
    kit: str | None = None
    kit_paid_by: str | None = None
    travel_help: str | None = None
    how_to_apply: str | None = None
    leads_to: str | None = None
    taster: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    keywords: list[str] = []
    checked_on: date
    runs: list[RunEntry] = Field(min_length=1)


class ActivityEntry(Entry):
    """What a young person does or did, by NCCIS code."""

    code: str
    provider: str | None = None
    start: date | None = None
    end: date | None = None
    verified_on: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    source: str


class DestinationEntry(Entry):
    """One stage of one destination."""

    stage: Literal["intended", "applied", "interview", "offered", "accepted", "declined", "rejected", "started", "left"]
    route: Literal["school", "college", "apprenticeship", "training", "re_engagement", "job"] | None = None
    provider: str | None = None
    course: str | None = None
    subject: str | None = None
    level: Literal["entry", "1", "2", "3"] | None = None
    choice: int = 1
    undecided: bool = False
    sure: Literal["very", "fairly", "not"] | None = None
    help_wanted: str | None = None
    reason: str | None = None
    on_date: date
    source: str


class YoungPersonEntry(Entry):
    """A young person of the sample area."""

    ref: str
    first_name: str
    last_name: str
    known_as: str | None = None
    date_of_birth: date
    phone: Phone | None = None
    language: str = "en"
    nation: Literal["england", "wales", "scotland", "northern_ireland"] = "england"
    town: str
    postcode: str | None = None
    school: str | None = None
    year_group: int | None = Field(default=None, ge=7, le=14)
    characteristics: list[str] = []
    notes: str | None = None
    on_record_since: date
    activities: list[ActivityEntry] = []
    destinations: list[DestinationEntry] = []
