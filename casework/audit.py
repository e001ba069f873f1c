"""Who did or looked at what. Rows are only added; none holds a name, a number or a message."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from casework.tables import Adviser, AuditEvent


def actor_of(adviser: Adviser) -> str:
    """How an adviser is written in the audit, as in ``adviser:3``."""
    return f"adviser:{adviser.id}"


def record(
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    young_person_id: int | None = None,
    conversation_id: int | None = None,
    **detail: Any,
) -> AuditEvent:
    """Add one row to the audit in the open transaction. ``detail`` holds ids, refs and counts, never words."""
    event = AuditEvent(
        at=at,
        actor=actor,
        action=action,
        young_person_id=young_person_id,
        conversation_id=conversation_id,
        detail=detail,
    )
    session.add(event)
    return event
