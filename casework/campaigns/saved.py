"""Filters that officers keep by a name and use again."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from casework import audit
from casework.campaigns.filters import read_filter
from casework.tables import Adviser, SavedFilter

LONGEST = 60


def every(session: Session) -> list[SavedFilter]:
    """All of them, by name."""
    return list(session.exec(select(SavedFilter).order_by(col(SavedFilter.name))))


def save(session: Session, name: str, who: dict[str, Any], adviser: Adviser, now: datetime) -> SavedFilter:
    """Keep conditions under a name; one that has the name already is replaced. Raises ``BadCondition``."""
    read_filter(who)
    name = " ".join(name.split())[:LONGEST]
    found = session.exec(select(SavedFilter).where(SavedFilter.name == name)).first()
    if found is None:
        found = SavedFilter(name=name, made_by_id=adviser.id or 0, made_at=now)
    found.who = who
    session.add(found)
    session.flush()
    audit.record(session, at=now, actor=audit.actor_of(adviser), action="saved_filter", filter=found.id)
    return found


def remove(session: Session, id_: int, adviser: Adviser, now: datetime) -> bool:
    """Forget one; answers whether there was one. Campaigns that were made with it keep their conditions."""
    found = session.get(SavedFilter, id_)
    if found is None:
        return False
    session.delete(found)
    session.flush()
    audit.record(session, at=now, actor=audit.actor_of(adviser), action="removed_filter", filter=id_)
    return True
