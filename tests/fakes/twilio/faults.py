"""Scripted trouble: what the fake Twilio does wrong, to which message, how often."""

import random
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["refuse", "server_error", "drop_before", "drop_after", "delay"]

ERRORS: dict[int, tuple[int, str]] = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    21211: (400, "The 'To' number is not a valid phone number."),
    21408: (400, "Permission to send an SMS has not been enabled for the region"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number provided is not a valid, message-capable Twilio phone number"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "The 'To' phone number is not currently reachable via SMS"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
}
"""Errors of the API: HTTP status and message. Source: https://www.twilio.com/docs/api/errors"""


@dataclass
class Fault:
    """One thing to do wrong.

    refuse: answer with ``code``. server_error: answer ``status``, with Twilio's body or (``bare``) without, after
    taking the message if ``accept``. drop_before, drop_after: break the connection before or after taking the message.
    delay: wait ``seconds`` before taking the message or, if ``accept``, between taking it and answering.
    """

    kind: Kind
    code: int = 21211
    status: int = 503
    bare: bool = False
    accept: bool = False
    seconds: float = 0.0
    times: int | None = 1
    """How often; None: always."""
    to: str | None = None
    contains: str | None = None
    method: str = "POST"
    chance: float = 1.0

    def matches(self, method: str, to: str, body: str) -> bool:
        """Whether it is about this request."""
        return (
            self.method == method
            and (self.times is None or self.times > 0)
            and (self.to is None or self.to == to)
            and (self.contains is None or self.contains in body)
        )


class Plan:
    """The faults still to come. With a ``chance``, a seeded die decides."""

    def __init__(self, seed: int = 0) -> None:
        self._faults: list[Fault] = []
        self._random = random.Random(seed)

    def set(self, faults: list[dict[str, Any]]) -> None:
        """Replace the plan. Raises ``TypeError`` for a fault with unknown fields."""
        self._faults = [Fault(**fault) for fault in faults]

    def take(self, method: str, to: str, body: str) -> Fault | None:
        """The fault for this request, used up by one."""
        for fault in self._faults:
            if fault.matches(method, to, body) and self._random.random() < fault.chance:
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
