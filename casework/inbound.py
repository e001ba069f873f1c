"""What a channel hands in: one message from a young person."""

from dataclasses import dataclass
from datetime import datetime

MAX_TEXT = 1600
"""Longest text kept, in characters: Twilio's own limit for one message."""


@dataclass(frozen=True)
class Inbound:
    """One inbound message, before it is a row. ``provider_id`` is unique within its channel."""

    channel: str
    address: str
    provider_id: str
    text: str
    received_at: datetime
    media: int = 0
    opt_out_type: str | None = None


@dataclass(frozen=True)
class Stored:
    """Where it is kept. ``duplicate`` says that this provider id had been stored before."""

    message_id: int
    conversation_id: int
    duplicate: bool
