"""The files of the sample area: what each entry may hold, and where exactly one is wrong."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

# Ofcom keeps these for drama: nobody can ever have them
DRAMA_NUMBERS = re.compile(r"\+44(7700900\d{3}|1632960\d{3})")
FICTIONAL_HOSTS = re.compile(r"(https://)?([a-z0-9.-]+@|[a-z0-9-]+\.)*([a-z0-9-]+\.)?example(\.org)?(/[a-z0-9/-]*)?")

# NCCIS current activity codes
ACTIVITY_CODES = frozenset(
    [
        "110",
        "120",
        "130",
        "140",
        "150",
        "210",
        "220",
        "230",
        "240",
        "250",
        "260",
        "270",
        "280",
        "290",
        "310",
        "320",
        "330",
        "340",
        "350",
        "360",
        "380",
        "381",
        "410",
        "430",
        "440",
        "450",
        "460",
        "530",
        "540",
        "550",
        "610",
        "615",
        "616",
        "619",
        "620",
        "630",
        "640",
        "650",
        "660",
        "670",
        "680",
        "710",
        "810",
        "820",
        "830",
    ]
)
# NCCIS characteristics
CHARACTERISTICS = frozenset(["110", "120", "130", "140", "150", "160", "170", "180", "190", "200", "210"])


class SampleError(Exception):
    """The sample area cannot be loaded. The message says which file and line, and what is wrong, in plain words."""


class Row(dict[str, Any]):
    """An entry of a file that knows on which line each of its fields is."""

    line = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: dict[str, int] = {}


# the C parser reads the area's 7,000 lines in a fraction of a second; the other one takes several
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    pass


def _row(loader: Any, node: yaml.MappingNode) -> Row:
    row = Row()
    row.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in row:
            raise yaml.MarkedYAMLError(problem=f"{key} is there twice", problem_mark=key_node.start_mark)
        row[key] = loader.construct_object(value_node, deep=True)
        row.lines[key] = key_node.start_mark.line + 1
    return row


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _row)


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

    stage: Literal["intended", "applied", "interview", "offered", "accepted", "started", "left"]
    route: Literal["school", "college", "apprenticeship", "training", "re_engagement", "job"] | None = None
    provider: str | None = None
    course: str | None = None
    subject: str | None = None
    level: Literal["entry", "1", "2", "3"] | None = None
    choice: int = 1
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


E = TypeVar("E", bound=Entry)


def read_rows(path: Path) -> Any:
    """What a file holds. Raises ``SampleError`` where it is missing or cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 -- a safe loader
    except (FileNotFoundError, NotADirectoryError):
        raise SampleError(f"{path} is missing") from None
    except UnicodeDecodeError:
        raise SampleError(f"{path}: it is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        where = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SampleError(f"{path}{where}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise SampleError(f"{path}: {error}") from None


def entries(path: Path, rows: Any, kind: type[E]) -> list[tuple[Row, E]]:
    """The entries of a list in a file, each with its row. Raises ``SampleError`` at the first that is wrong."""
    if not isinstance(rows, list):
        raise SampleError(f"{path}: there must be a list of entries")
    found = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Row):
            raise SampleError(f"{path}: entry {number} must have named fields")
        try:
            found.append((row, kind.model_validate(row)))
        except ValidationError as error:
            raise wrong(path, row, _field(error), _problem(error)) from None
    return found


def wrong(path: Path, row: Row, field: tuple[str | int, ...], problem: str) -> SampleError:
    """The error that points at a field of an entry."""
    line, at = row.line, row
    for part in field:
        if isinstance(at, Row):
            line = at.lines.get(str(part), line)
        try:
            at = at[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(at, Row):
            line = at.line
    name = ".".join(str(part) for part in field)
    who = row.get("ref")
    return SampleError(f"{path}, line {line}{f' ({who})' if who else ''}: {name + ': ' if name else ''}{problem}")


def _field(error: ValidationError) -> tuple[str | int, ...]:
    return error.errors()[0]["loc"]


def _problem(error: ValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "missing":
        return "is missing"
    if first["type"] == "extra_forbidden":
        return "is not a field that is known here"
    return first["msg"].removeprefix("Value error, ")
