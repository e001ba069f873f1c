"""One thing that was said about a destination, and the order of such things.

The order comes from what was said and never from when it reached the record: whatever arrives late, or twice, the same
facts make the same picture.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from casework.clock import LONDON
from casework.destinations.stages import OFFER, STAGES
from casework.tables import Destination

LIVE = ("young_person", "adviser")
"""Sources whose hour counts: they speak for themselves when they speak. A list of a provider's has only its days."""

_RANK: dict[str, int] = {stage: rank for rank, stage in enumerate(STAGES)}
# of facts about one day whose hour nobody knows: first the ladder, then the endings
_MIDNIGHT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    """What one source said of one stage. The fields are those of ``casework.tables.Destination``."""

    stage: str
    source: str
    recorded_at: datetime
    route: str | None = None
    provider_ref: str | None = None
    course_ref: str | None = None
    subject: str | None = None
    occupation: str | None = None
    level: str | None = None
    grades: str | None = None
    sure: str | None = None
    undecided: bool = False
    help_wanted: str | None = None
    choice: int = 1
    on_date: date | None = None
    at_time: datetime | None = None
    ends_on: date | None = None
    reason: str | None = None
    missed: str | None = None
    channel: str | None = None
    message_id: int | None = None
    report_id: int | None = None
    id: int | None = field(default=None, compare=False)

    @property
    def day(self) -> date:
        """The day it is about: the one that was named, or the one on which it was said."""
        return self.on_date or self.recorded_at.astimezone(LONDON).date()

    @cached_property
    def order(self) -> tuple[Any, ...]:
        """Where it stands among the others: its day; within the day the hour, where there is one; then the stage.

        Things without an hour come first in a day, so that what somebody says in the course of it counts after them.
        """
        live = self.source in LIVE and self.recorded_at.astimezone(LONDON).date() == self.day
        moment = self.recorded_at if live else _MIDNIGHT
        # of two messages in one moment the later one was stored later
        message = (self.message_id or 0) if live else 0
        return (self.day, moment, message, _RANK.get(self.stage, len(_RANK)), self.fingerprint)

    @property
    def shows_offer(self) -> bool:
        """Whether there must have been an offer for this to be so."""
        return self.stage in OFFER or (self.stage == "no_show" and self.missed == "enrolment")

    @cached_property
    def fingerprint(self) -> str:
        """A digest of what was said, by whom and in which message or report: the same statement has the same one."""
        said = {name: getattr(self, name) for name in _SAID}
        # without a day of its own, and outside messages and reports, the day it was said is part of what was said
        if self.message_id is None and self.report_id is None:
            said["on_date"] = self.day
        words = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(words.encode()).hexdigest()[:32]


_COLUMNS = tuple(one.name for one in fields(Fact))
_SAID = tuple(name for name in _COLUMNS if name not in ("id", "channel", "recorded_at"))


COLUMNS = (*(getattr(Destination, name) for name in _COLUMNS), Destination.fingerprint)
"""What is read of a row to make a fact of it: quicker than the whole row, where there are thousands."""


def of_columns(row: Sequence[Any]) -> Fact:
    """A fact from ``COLUMNS``. The fingerprint that was stored with it is not worked out again."""
    fact = Fact(*row[:-1])
    if row[-1] is not None:
        fact.__dict__["fingerprint"] = row[-1]
    return fact


def to_row(fact: Fact, young_person_id: int) -> Destination:
    """A fact as a new row of the record."""
    values = {name: getattr(fact, name) for name in _COLUMNS if name != "id"}
    return Destination(young_person_id=young_person_id, fingerprint=fact.fingerprint, **values)


def told_once(facts: Iterable[Fact]) -> list[Fact]:
    """The same statement once, as it was first recorded; in order."""
    found: dict[str, Fact] = {}
    for fact in facts:
        there = found.get(fact.fingerprint)
        if there is None or fact.recorded_at < there.recorded_at:
            found[fact.fingerprint] = fact
    return sorted(found.values(), key=lambda one: one.order)


def check(fact: Fact) -> None:
    """Raises ``ValueError`` for a stage that there is not, or a choice that is none."""
    if fact.stage not in STAGES:
        raise ValueError(f"{fact.stage} is not a stage of a destination")
    if not 1 <= fact.choice <= 9:
        raise ValueError("choices are numbered from 1 to 9")
