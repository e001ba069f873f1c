"""The life of an outbound message. A status only ever moves forward, however late or disordered its reports are.

Our own: queued (waits for the sender), sending (claimed, in the provider's hands perhaps), unknown (handed over, no
answer came), suppressed (decided not to send), expired (too late to be worth sending).
The rest are Twilio's: accepted, scheduled, queued, sending, sent, delivered, read, undelivered, failed, canceled.
Source: https://www.twilio.com/docs/messaging/api/message-resource (Message Status values).
"""

RANK: dict[str, int] = {
    "queued": 0,
    "sending": 10,
    "unknown": 15,
    "accepted": 20,
    "scheduled": 20,
    "provider_queued": 25,
    "provider_sending": 30,
    "sent": 40,
    "partially_delivered": 50,
    # a message that failed on the way can still turn out delivered, never the other way round
    "undelivered": 60,
    "failed": 60,
    "canceled": 60,
    "suppressed": 60,
    "expired": 60,
    "delivered": 70,
    "read": 80,
}
"""Order of statuses: a report moves a message only to a higher rank."""

OPEN = ("queued", "sending", "unknown")
"""Statuses the sender still has work with."""


def from_provider(status: str) -> str | None:
    """Our word for a Twilio status, or None for one that says nothing about an outbound message.

    Twilio's own "queued" and "sending" come after ours: they mean that Twilio has it.
    """
    if status in ("queued", "sending"):
        return f"provider_{status}"
    return status if status in RANK and status not in ("unknown", "suppressed", "expired") else None
