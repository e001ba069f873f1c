"""A stand-in for Twilio while there is none: every text is delivered at once, to the phone at ``/phone``."""

import hashlib
from datetime import datetime

from channels.sender import Accepted, Found


class SimulatorBackend:
    """Accepts everything, and never fails."""

    def send(self, to: str, body: str, message_id: int) -> Accepted:
        """Deliver one text. The id follows from the message's, so that sending it again is the same send."""
        digest = hashlib.sha256(f"simulated:{message_id}".encode()).hexdigest()
        return Accepted(f"SM{digest[:32]}", "delivered")

    def find(self, to: str, since: datetime) -> list[Found]:
        """Nothing: it keeps no list. A send that was cut off is simply done again, under the same id."""
        return []
