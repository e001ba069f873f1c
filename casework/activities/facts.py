"""What was said about what somebody does, before it is a code."""

from datetime import date
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from casework.activities.years import age, of_compulsory_age

Kind = Literal[
    "school", "college", "university", "home_education", "apprenticeship", "job", "training", "re_engagement",
    "gap_year", "volunteering", "caring", "parenting", "pregnant", "ill", "start_agreed", "looking", "nothing",
    "custody", "left", "refused", "no_contact", "not_known",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Everything that somebody may be doing, in the words of the rules."""

AgeBand = Literal["school_age", "under_18", "adult"]
Beside = Literal["nothing", "school", "college", "university", "training", "apprenticeship", "job"]

_MAIN = ("apprenticeship", "custody", "school", "college", "university", "training", "job")
"""What comes first in this list is the main thing, where somebody does two."""
_COMPLIANT = {"apprenticeship": True, "school": True, "college": True, "university": True, "training": True}


class ActivityFacts(BaseModel):
    """What was said, and nothing else: a field that nobody spoke of stays None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    hours: float | None = Field(default=None, ge=0, le=100, description="a week")
    training: Literal["regulated", "other", "none"] | None = None
    temporary: bool | None = Field(default=None, description="for fewer than 8 weeks")
    self_employed: bool | None = None
    part_time: bool | None = Field(default=None, description="education only")
    beside: Beside | None = Field(default=None, description="what else they do; nothing: they said so")
    looking: bool | None = Field(default=None, description="whether they look for something to do")
    programme: Literal["funded", "supported_internship", "traineeship", "dwp", "other"] | None = None
    provider_kind: Literal["school", "sixth_form_college", "college", "university", "special"] | None = None
    since: date | None = None
    start_on: date | None = Field(default=None, description="the day on which something agreed begins")
    compliant: bool | None = Field(default=None, description="what was agreed counts for the duty to take part")
    provider_ref: str | None = None
    age: AgeBand | None = Field(default=None, description="from the record, not from what was said")

    def settled(self, said_on: date | None = None) -> "ActivityFacts":
        """The same facts, seen as the one main thing that they do now.

        Whoever cares for somebody *beside college* is at college; a job beside an apprenticeship is the apprenticeship.
        With ``said_on``, something that begins after that day is an agreed start, not something that they do.
        """
        facts = self
        other = self.beside if self.beside not in (None, "nothing") else None
        if other and _rank(other) < _rank(self.kind):
            # what was said of the other thing was not said of this one
            facts = ActivityFacts(kind=other, age=self.age)
        begins = facts.since or facts.start_on
        if said_on and begins and begins > said_on and facts.kind in _MAIN and facts.kind != "custody":
            compliant = _COMPLIANT.get(facts.kind)
            if facts.kind == "job" and facts.training is not None:
                compliant = facts.training == "regulated"
            facts = facts.model_copy(
                update={"kind": "start_agreed", "start_on": begins, "since": None, "compliant": compliant}
            )
        return facts


def _rank(kind: str) -> int:
    return _MAIN.index(kind) if kind in _MAIN else len(_MAIN)


def age_band(born: date | None, on: date, *, nation: str = "england", leaves: date | None = None) -> AgeBand | None:
    """How old somebody is, as the rules see it; None where the record does not know."""
    if born is None and leaves is None:
        return None
    if of_compulsory_age(born, on, nation=nation, leaves=leaves):
        return "school_age"
    return "adult" if born is not None and age(born, on) >= 18 else "under_18"
