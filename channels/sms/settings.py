"""What the SMS channel needs to know."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SmsSettings:
    """How this service is known to Twilio. With no ``auth_token`` nothing is signed, so every webhook is refused."""

    account_sid: str | None = None
    auth_token: str | None = field(default=None, repr=False)
    from_number: str | None = None
    """Number that texts come from, E.164."""
    messaging_service_sid: str | None = None
    """Messaging service to send by; goes before ``from_number`` when both are given."""
    public_url: str | None = None
    """Address that Twilio reaches this service by, without a final slash. Twilio signs it, so it must be exact."""
    trust_proxy: bool = False
    """Without ``public_url``: believe ``X-Forwarded-Proto`` and ``X-Forwarded-Host``."""
    api_base: str | None = None
    """Stands in for ``https://api.twilio.com``, in tests."""
    timeout: float = 10.0
    """Seconds to wait for Twilio's answer."""

    def status_url(self, message_id: int) -> str | None:
        """Where Twilio reports on a message, or None when it could not reach us anyway."""
        return f"{self.public_url.rstrip('/')}/channels/sms/status/{message_id}" if self.public_url else None
