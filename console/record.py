"""What staff see of the record beside a conversation: what somebody does now, and where they mean to go."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session

from casework.activities.known import Position
from casework.activities.known import current as position
from casework.activities.neet import Spell, days_neet
from casework.activities.rules import Rules
from casework.destinations.picture import Picture
from casework.destinations.record import current as destinations
from casework.nccis import Status
from casework.tables import Activity, YoungPerson
from console.registers_words import Namer
from prospectus.vocabulary import Vocabulary

COUNTS_AS = {
    Status.COMPULSORY_AGE: "Of compulsory school age",
    Status.PARTICIPATING: "Participating",
    Status.EMPLOYMENT: "In a job without training",
    Status.NEITHER: "Neither participating nor NEET",
    Status.NEET: "NEET",
    Status.NOT_KNOWN: "Not known",
    Status.OUTSIDE: "Left out of the count",
    Status.UNSETTLED: "Not settled",
}

OPEN = {
    "training": "training",
    "hours": "hours a week",
    "temporary": "how long it lasts",
    "self_employed": "whether they work for themselves",
    "alone": "whether they do anything else",
    "looking": "whether they are looking",
    "part_time": "full-time or part-time",
    "programme": "which programme",
    "compliant": "what starts",
    "provider": "what kind of place",
    "age": "their age",
    "since": "since when",
    "start_on": "when it starts",
    "what": "what they do now",
}
"""What is still to be found out, by ``casework.activities.coding.Question.about``."""


@dataclass(frozen=True)
class Panel:
    """What stands beside a conversation."""

    position: Position
    code_name: str
    unsure: bool
    """The code is not confirmed."""
    rule: str | None
    """Why this code, in plain words."""
    open: list[str]
    spell: Spell | None
    """How long they have been NEET; None where they are not."""
    known: Picture
    namer: Namer

    @property
    def counts_as(self) -> str:
        """What it counts as, in words."""
        return COUNTS_AS[self.position.status]


def panel(session: Session, person: YoungPerson, on: date, data_dir: Path, vocabulary: Vocabulary) -> Panel:
    """The record of one young person on a day."""
    book = Rules.load(data_dir).book
    now = position(session, book, person, on)
    code = book.nccis.activities.get(now.code)
    row = session.get(Activity, now.fact.id) if now.fact else None
    detail: dict[str, Any] = (row.detail if row else None) or {}
    known = destinations(session, person)
    return Panel(
        position=now,
        code_name=code.name if code else "",
        unsure=code is None or code.unsure,
        rule=row.rule if row else None,
        open=[OPEN[about] for about in detail.get("open") or [] if about in OPEN],
        spell=days_neet(now.history, on),
        known=known,
        namer=Namer.read(session, vocabulary),
    )
