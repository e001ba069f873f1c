"""One report as a provider writes it, in JSON or in a row of a table: the same rules for both.

What is wrong is said in plain words and without what was written: an answer or a log holds nobody's name.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from casework.activities.years import age
from casework.clock import LONDON
from casework.importing import values
from casework.importing.values import BadCell

Kind = Literal[
    "interview",
    "offer_made",
    "rejected",
    "offer_declined",
    "no_show_interview",
    "no_show_enrolment",
    "enrolled",
    "started",
    "leaving",
    "left",
    "planned_end",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

NEEDS: dict[str, tuple[str, str]] = {
    "interview": ("interview_at", "say when the interview is"),
    "leaving": ("planned_end", "say when they plan to leave"),
    "planned_end": ("planned_end", "say when the course is to end now"),
    "left": ("reason", 'say why they left, or "not known"'),
}
"""What a kind cannot do without."""

OLDEST_DAYS = 3 * 366
"""How long ago something may have happened and still be reported."""
AGES = range(10, 31)
MOST_PROBLEMS = 20
"""Told of one report; a field may be named by whoever sends it."""


class Problem(NamedTuple):
    """One thing that is wrong with a report."""

    field: str
    message: str
    """The rest of a sentence that begins with the field."""


def _cell(read: Callable[[str], Any]) -> BeforeValidator:
    def check(value: Any) -> Any:
        if value is None or isinstance(value, date):
            return value
        if not isinstance(value, str):
            raise ValueError("must be text")
        return read(value) if value.strip() else None

    return BeforeValidator(check)


def _moment(written: str) -> datetime:
    """A day and an hour; without a time zone it is London's, and without an hour it is midnight there."""
    try:
        at = datetime.fromisoformat(written.strip())
    except ValueError:
        try:
            at = datetime.combine(values.day(written), time(0))
        except BadCell:
            raise ValueError("is not a day and an hour; write it as 2027-03-10T09:30") from None
    return at.replace(tzinfo=LONDON).astimezone(UTC) if at.tzinfo is None else at.astimezone(UTC)


def _kept(value: str) -> str:
    # a database takes neither noughts nor halves of a character
    if not all(letter.isprintable() or letter in "\n\r\t" for letter in value):
        raise ValueError("has a character in it that cannot be kept")
    return value


Text = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_kept)]
Day = Annotated[date, _cell(values.day)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Person(_Strict):
    """Who a report is about: both names, and a date of birth or a ULN."""

    first_name: Text
    last_name: Text
    known_as: Text | None = Field(default=None, description="the name they go by, where it is another")
    date_of_birth: Day | None = None
    uln: Annotated[str | None, _cell(values.uln)] = Field(default=None, description="unique learner number")
    postcode: Annotated[str | None, _cell(values.postcode)] = None
    phone: Annotated[str | None, _cell(values.phone)] = None


class Report(_Strict):
    """One thing that happened to one young person."""

    id: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[!-~]+$")] = Field(
        description="your own id of this report: sent again, it is taken once"
    )
    kind: Kind
    on: Day = Field(description="the day it happened, or was said")
    person: Person
    course: Text | None = Field(default=None, description="the course's ref in the prospectus, or your own code")
    subject: Text | None = Field(default=None, description="where there is no course: plumbing, childcare, ...")
    level: Literal["entry", "1", "2", "3"] | None = None
    reason: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_kept)] | None = None
    planned_end: Day | None = Field(default=None, description="the last day, as planned now")
    interview_at: Annotated[datetime | None, _cell(_moment)] = None


def read_report(data: Any, today: date) -> Report | list[Problem]:
    """A report, or everything that is wrong with it. ``today`` is the day in Europe/London."""
    if not isinstance(data, Mapping):
        return [Problem("report", "must be an object with id, kind, on and person")]
    try:
        report = Report.model_validate(data)
    except ValidationError as error:
        return [Problem(_where(item["loc"]), _plain(item)) for item in error.errors(include_url=False)[:MOST_PROBLEMS]]
    return list(_inconsistent(report, today)) or report


def _inconsistent(report: Report, today: date) -> list[Problem]:
    found = []
    if report.on > today:
        found.append(Problem("on", "is still to come; report it when it has happened"))
    elif (today - report.on).days > OLDEST_DAYS:
        found.append(Problem("on", "is more than three years ago"))
    needed = NEEDS.get(report.kind)
    if needed and getattr(report, needed[0]) is None:
        found.append(Problem(needed[0], f"is missing: {needed[1]}"))
    if report.planned_end and report.planned_end < report.on and report.kind in ("enrolled", "started", "leaving"):
        found.append(Problem("planned_end", "is before the day of the report"))
    person = report.person
    if person.date_of_birth is None and person.uln is None:
        found.append(
            Problem("person", "needs a date_of_birth or a uln: nobody is found in the record by their name alone")
        )
    if person.date_of_birth and age(person.date_of_birth, today) not in AGES:
        found.append(Problem("person.date_of_birth", f"is not of somebody of {AGES[0]} to {AGES[-1]}"))
    return found


def _where(location: tuple[int | str, ...]) -> str:
    return shown(".".join(str(part) for part in location)) or "report"


def shown(written: str) -> str:
    """Something that was sent, short and whole enough to be sent back."""
    return "".join(letter if letter.isprintable() else "?" for letter in written[:80])


_PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of a report",
    "string_type": "must be text",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "string_unicode": "has a character in it that cannot be kept",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "may hold letters, digits and signs, and no spaces",
}


def _plain(item: Any) -> str:
    kind, context = item["type"], item.get("ctx") or {}
    if kind == "value_error":
        return str(context.get("error", "is not right"))
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters"
    if kind == "literal_error":
        return f"must be one of {context['expected']}".replace("'", "")
    # a field that must be there, and held nothing
    if kind in ("date_type", "datetime_type") and item.get("input") in (None, ""):
        return "is missing"
    return _PLAIN.get(kind, "is not right")
