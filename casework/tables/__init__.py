"""Every table of the record, under its one name."""

from casework.tables.cases import (
    Activity,
    ConsentEvent,
    Destination,
    Escalation,
    FollowUp,
    MoneyApplication,
    UnmetDemand,
)
from casework.tables.conversations import Conversation, Message
from casework.tables.people import Adviser, AdviserCover, School, YoungPerson
from casework.tables.staff import AuditEvent, ConsoleSession

__all__ = [
    "Activity",
    "Adviser",
    "AdviserCover",
    "AuditEvent",
    "ConsentEvent",
    "ConsoleSession",
    "Conversation",
    "Destination",
    "Escalation",
    "FollowUp",
    "Message",
    "MoneyApplication",
    "School",
    "UnmetDemand",
    "YoungPerson",
]
