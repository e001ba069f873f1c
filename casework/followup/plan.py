"""A follow-up plan: who, when, what, how often, how many tries, when it is too late, and when a person takes over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property
from string import Formatter
from typing import Any, Literal

from casework.followup.anchors import CALENDAR, Anchor
from casework.followup.conditions import Test
from casework.followup.spans import Span

Kind = Literal["text", "call", "close"]
LateRule = Literal["send", "next_window", "drop"]
NEEDS = ("high", "medium", "low")


def names_in(why: str) -> tuple[str, ...]:
    """What stands in braces in a reason. Raises ``ValueError`` for braces that do not match."""
    return tuple(name for _, name, _, _ in Formatter().parse(why) if name is not None)


@dataclass(frozen=True)
class Step:
    """One try of an occasion: a question or a notice by text, a call for the adviser, or closing the record."""

    kind: Kind
    asks: str | None = None
    says: str | None = None
    urgency: str = "soon"
    code: str | None = None
    wait: Span | None = None
    """After the step before it has ended without an answer. The first step has none."""

    @property
    def what(self) -> str:
        """One word for lists: the question's or text's key, or the kind."""
        return self.asks or self.says or self.kind


@dataclass(frozen=True)
class Repeat:
    """How long after an occasion has ended the next one is due, by need or the same for all."""

    every: dict[str, Span]
    most: int

    def span(self, need: str) -> Span:
        """The wait for somebody of this need."""
        return self.every[need]


@dataclass(frozen=True)
class Late:
    """After how long it is late, and what then: send it, wait for the next morning, or drop it."""

    after: Span
    then: LateRule


@dataclass(frozen=True)
class Plan:
    """One plan, as its file has it."""

    key: str
    title: str
    source: str
    importance: int
    urgent: bool
    who: Test = field(repr=False, compare=False)
    start: str
    """The name of what its dates hang on."""
    occasions: Anchor = field(repr=False, compare=False)
    after: Span | None
    before: Span | None
    at: time
    steps: tuple[Step, ...]
    repeat: Repeat | None
    late: Late
    in_touch: Span | None
    unreachable: Literal["call", "skip"]
    term: Literal["any", "term", "holidays"]
    exams: Literal["hold", "ignore"]
    why: str
    digest: str = ""
    version: int = 1
    statuses: frozenset[str] | None = None
    """The statuses that its first condition allows; None where it allows any: most people are ruled out by this."""
    content: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def of_calendar(self) -> bool:
        """Whether its dates hang on a day of the calendar, the same for everybody."""
        return self.start.startswith(CALENDAR)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """What its reason names: parts of the occasion, and facts."""
        return names_in(self.why)

    @cached_property
    def rules(self) -> dict[str, Any]:
        """What must be known when a contact of this plan is about to go. Not to be changed."""
        found: dict[str, Any] = {}
        if self.urgent:
            found["urgent"] = True
        if self.exams == "hold" and not self.urgent:
            found["exams"] = True
        if self.term != "any":
            found["term"] = self.term
        if self.in_touch is not None:
            found["in_touch_days"] = self.in_touch.days
        if self.unreachable == "skip":
            found["unreachable"] = "skip"
        return found


NextVersion = Callable[[Plan], int]
