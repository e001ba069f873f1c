"""Whom a campaign is for: the conditions of plans, and beside them what only officers ask for, read and checked.

``{fact: wanted}`` as in a plan's ``who`` (casework.followup.conditions), every line must hold. On the first level there
are also: school, town, adviser and ref (a word or a list), and days_since_contact ({from:, to:}; whoever has never
written counts as having been silent for ever).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlmodel import col

from casework.clock import LONDON
from casework.followup.conditions import BadCondition, Test, read_conditions
from casework.tables import Adviser, Conversation, School, YoungPerson

NOBODY = "none"
"""In place of an adviser's ref: those whom no adviser looks after."""

OWN = ("school", "town", "adviser", "ref", "days_since_contact")
COLUMNS = ("nation", "language")
"""Facts of plans that are columns of the record: asked of the database on the first level, as they mean the same."""


@dataclass(frozen=True)
class Filter:
    """Conditions ready to use: one part for the database, and one for people as plans see them."""

    who: dict[str, Any]
    test: Test | None
    """None: the database has decided already, and nobody has to be read in full."""

    def where(self, now: datetime) -> ColumnElement[bool]:
        """The database's part: those of the area for whom it holds."""
        today = now.astimezone(LONDON).date()
        here = or_(col(YoungPerson.left_area_on).is_(None), col(YoungPerson.left_area_on) > today)
        return and_(here, *(_column(name, wanted, now) for name, wanted in self.who.items() if _of_database(name)))


def read_filter(who: Any) -> Filter:
    """Conditions out of what was saved. Raises ``BadCondition`` with what is wrong, in plain words."""
    if not isinstance(who, dict) or not who:
        raise BadCondition("choose at least one condition: a campaign never goes to everybody by mistake")
    for name in OWN:
        if name in who:
            _check(name, who[name])
    of_plans = {name: wanted for name, wanted in who.items() if name not in OWN}
    # everything is read, so that a wrong value is told before it reaches the database
    read_conditions(of_plans)
    rest = {name: wanted for name, wanted in of_plans.items() if name not in COLUMNS}
    return Filter(who, read_conditions(rest) if rest else None)


def sensitive(who: Any, facts: Collection[str], codes: Collection[str]) -> bool:
    """Whether a filter asks, anywhere in it, for one of these facts, or for one of these activity codes."""
    if isinstance(who, list):
        return any(sensitive(part, facts, codes) for part in who)
    if not isinstance(who, dict):
        return False
    for name, wanted in who.items():
        if name in facts:
            return True
        if name in ("code", "recorded_code") and any(str(one) in codes for one in _words(wanted)):
            return True
        if name in ("any", "all", "not") and sensitive(wanted, facts, codes):
            return True
    return False


def _of_database(name: str) -> bool:
    return name in OWN or name in COLUMNS


def _check(name: str, wanted: Any) -> None:
    if name == "days_since_contact":
        limits = list(wanted.values()) if isinstance(wanted, dict) else []
        if not limits or set(wanted) - {"from", "to"} or any(type(one) is not int or one < 0 for one in limits):
            raise BadCondition("days_since_contact needs from or to, in whole days")
        if len(limits) == 2 and wanted["from"] > wanted["to"]:
            raise BadCondition("days_since_contact: from and to stand in that order")
    elif not _words(wanted) or not all(isinstance(one, str) and one for one in _words(wanted)):
        raise BadCondition(f"{name} must be a word or a list of words")


def _words(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def _column(name: str, wanted: Any, now: datetime) -> ColumnElement[bool]:
    if name == "days_since_contact":
        return _silent(wanted, now)
    words = [str(one) for one in _words(wanted)]
    if name == "school":
        return col(YoungPerson.school_id).in_(select(col(School.id)).where(col(School.ref).in_(words)))
    if name == "adviser":
        theirs = col(YoungPerson.adviser_id).in_(select(col(Adviser.id)).where(col(Adviser.ref).in_(words)))
        return or_(theirs, col(YoungPerson.adviser_id).is_(None)) if NOBODY in words else theirs
    if name == "town":
        return func.lower(col(YoungPerson.town)).in_([word.strip().lower() for word in words])
    return {
        "ref": col(YoungPerson.ref),
        "nation": col(YoungPerson.nation),
        "language": col(YoungPerson.language),
    }[name].in_(words)


def _silent(wanted: dict[str, int], now: datetime) -> ColumnElement[bool]:
    spoke = select(col(Conversation.id)).where(
        col(Conversation.young_person_id) == col(YoungPerson.id), col(Conversation.last_inbound_at).is_not(None)
    )

    def since(days: int) -> ColumnElement[bool]:
        return (
            spoke.where(col(Conversation.last_inbound_at) > now - timedelta(days=days)).correlate(YoungPerson).exists()
        )

    parts = []
    if "from" in wanted:
        parts.append(not_(since(wanted["from"])))
    if "to" in wanted:
        parts.append(since(wanted["to"] + 1))
    return and_(*parts)
