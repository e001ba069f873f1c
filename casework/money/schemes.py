"""Money schemes as dated data: one file each in ``data/schemes``, with where every fact comes from."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from casework.yamlfile import BadData, read_yaml

Nation = Literal["england", "wales", "scotland", "northern_ireland"]
Learning = Literal["school", "college", "training", "apprenticeship", "university", "job"]
Group = Literal["in_care", "care_leaver", "supports_self_on_benefits", "disability_and_benefits"]


class _Part(BaseModel):
    """Strict, so that a slip of the keyboard in a file is an error and not a rule that silently never applies."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Part):
    """Where a fact comes from and how long it is good for. Unconfirmed facts are shown to staff only."""

    source: str
    checked_on: date
    review_by: date
    confirmed: bool = True
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is meant for this day; both ends belong to it."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def stale_on(self, day: date) -> bool:
        """Whether it should have been looked at again before this day."""
        return day > self.review_by


class Amount(Fact):
    """What is paid."""

    pounds: Decimal = Field(gt=0)
    per: Literal["week", "fortnight", "year", "once"]
    at_most: bool = False
    note: str | None = None


class Threshold(Fact):
    """The most that a household may have in a year, in pounds, by how many dependent children it has."""

    one: int = Field(gt=0, description="with one")
    more: int = Field(gt=0, description="with two or more")


class OfAge(_Part):
    """Old enough and young enough on a day: of the academic year (month-day), or of the start of the course."""

    kind: Literal["age"]
    at_least: int | None = None
    at_most: int | None = None
    on: str = Field(description="MM-DD within the academic year that began last, or start")


class Learns(_Part):
    """In one of these kinds of learning."""

    kind: Literal["learning"]
    one_of: list[Learning]


class Hours(_Part):
    """At least so many guided hours a week; only asked of these kinds of learning."""

    kind: Literal["hours"]
    at_least: int = Field(gt=0)
    where: list[Learning]


class Income(_Part):
    """A household income up to the threshold."""

    kind: Literal["income"]


class InGroup(_Part):
    """In one of these groups. Only whether, never which, is asked."""

    kind: Literal["group"]
    one_of: list[Group]


class OnUniversalCredit(_Part):
    """In a household that gets Universal Credit."""

    kind: Literal["universal_credit"]


class IsParent(_Part):
    """Looks after a child of their own."""

    kind: Literal["parent"]


class Decided(_Part):
    """Somebody else decides by rules of their own, which nobody can foretell."""

    kind: Literal["decided"]
    by: Literal["provider", "council"]


Condition = Annotated[
    OfAge | Learns | Hours | Income | InGroup | OnUniversalCredit | IsParent | Decided, Field(discriminator="kind")
]


class Apply(Fact):
    """How it is asked for."""

    how: str = Field(description="one plain sentence, as said to a young person")
    url: str | None = None
    phone: str | None = None
    bring: list[str] = Field(default_factory=list)
    opens: str | None = None
    backdated_weeks: int | None = Field(
        default=None, gt=0, description="asked for within so many weeks of starting, it is paid from the start"
    )

    def backdated_until(self, started: date) -> date | None:
        """The last day on which applying still brings payment from the start."""
        return None if self.backdated_weeks is None else started + timedelta(weeks=self.backdated_weeks)


class Scheme(_Part):
    """One scheme of one nation."""

    key: str = Field(pattern=r"^[a-z][a-z_]*$")
    name: str
    short: str = Field(description="what young people call it, as in EMA")
    kind: Literal["ema", "bursary", "free_meals", "care_to_learn"]
    nation: Nation
    status: Literal["open", "closed"]
    closed_on: date | None = None
    who: str = Field(description="one plain sentence: who it is for")
    amounts: list[Amount] = Field(default_factory=list)
    thresholds: list[Threshold] = Field(default_factory=list)
    conditions: list[Condition] = Field(description="asked in this order; the most private last")
    apply: Apply
    steps: list[str] = Field(description="the steps of the journey that this scheme has, in order")
    keeps: str | None = Field(default=None, description="what keeps it being paid, as in attendance")
    source: str
    checked_on: date
    review_by: date

    @model_validator(mode="after")
    def _whole(self) -> "Scheme":
        if any(isinstance(condition, Income) for condition in self.conditions) and not self.thresholds:
            raise ValueError("a condition on income needs thresholds")
        if self.status == "closed" and self.closed_on is None:
            raise ValueError("a closed scheme needs closed_on")
        return self

    @property
    def for_anybody(self) -> bool:
        """Whether it is not only for groups that are named: what is meant by the fund's name alone."""
        return not any(isinstance(condition, InGroup) for condition in self.conditions)

    def threshold_on(self, day: date) -> Threshold | None:
        """The confirmed threshold for this day."""
        found = [one for one in self.thresholds if one.confirmed and one.holds_on(day)]
        return max(found, key=lambda one: one.valid_from or date.min, default=None)

    def amount_on(self, day: date) -> Amount | None:
        """The confirmed amount for this day: the first one of the file."""
        return next((one for one in self.amounts if one.confirmed and one.holds_on(day)), None)

    def stale_on(self, day: date) -> bool:
        """Whether anything that is said of it should have been looked at again."""
        said: list[Fact] = [self.apply]
        said += [one for one in (self.threshold_on(day), self.amount_on(day)) if one is not None]
        return day > self.review_by or any(one.stale_on(day) for one in said)


class Schemes:
    """Every scheme there is data for."""

    def __init__(self, schemes: list[Scheme]) -> None:
        self._by_key = {scheme.key: scheme for scheme in schemes}

    @classmethod
    def load(cls, data_dir: Path) -> "Schemes":
        """Read every file in ``data_dir/schemes``. Raises ``BadData`` that names the file and what is wrong."""
        folder = Path(data_dir) / "schemes"
        schemes: list[Scheme] = []
        for path in sorted(folder.glob("*.yml")):
            scheme = _read(path)
            if any(scheme.key == other.key for other in schemes):
                raise BadData(f"{path}: there is another scheme with the key {scheme.key}")
            schemes.append(scheme)
        if not schemes:
            raise BadData(f"{folder} holds no scheme")
        return cls(schemes)

    def get(self, key: str) -> Scheme | None:
        """The scheme of that key."""
        return self._by_key.get(key)

    def all(self) -> list[Scheme]:
        """All of them, by key."""
        return [self._by_key[key] for key in sorted(self._by_key)]

    def open_in(self, nation: str, kind: str | None = None) -> list[Scheme]:
        """Those that take applications in a nation, of one kind or of all."""
        return [
            scheme
            for scheme in self.all()
            if scheme.nation == nation and scheme.status == "open" and kind in (None, scheme.kind)
        ]


def _read(path: Path) -> Scheme:
    from casework.money.journey import STEPS

    content: Any = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path}: it must describe one scheme")
    try:
        scheme = Scheme.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadData(f"{path}: {where or 'the scheme'}: {first['msg']}") from None
    unknown = [step for step in scheme.steps if step not in STEPS]
    if unknown or scheme.steps != sorted(scheme.steps, key=STEPS.index):
        raise BadData(f"{path}: steps must be some of {', '.join(STEPS)}, in that order")
    return scheme
