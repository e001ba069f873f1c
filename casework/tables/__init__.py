"""Every table of the record, under its one name."""

from casework.tables.cases import (
    Activity,
    AddressNote,
    ConsentEvent,
    Destination,
    Escalation,
    LinkCode,
    MoneyApplication,
    ProviderKey,
    ProviderReport,
    UnmetDemand,
)
from casework.tables.conversations import Conversation, Message
from casework.tables.followups import Campaign, CampaignRoll, FollowUp, Outlook, PlanVersion, SavedFilter
from casework.tables.people import Adviser, AdviserCover, School, YoungPerson
from casework.tables.staff import AuditEvent, ConsoleSession

__all__ = [
    "Activity",
    "AddressNote",
    "Adviser",
    "AdviserCover",
    "AuditEvent",
    "Campaign",
    "CampaignRoll",
    "ConsentEvent",
    "ConsoleSession",
    "Conversation",
    "Destination",
    "Escalation",
    "FollowUp",
    "LinkCode",
    "Message",
    "MoneyApplication",
    "Outlook",
    "PlanVersion",
    "ProviderKey",
    "ProviderReport",
    "SavedFilter",
    "School",
    "UnmetDemand",
    "YoungPerson",
]
