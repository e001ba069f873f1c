"""Who a chat socket belongs to: a signed token that names a random address, and nothing about a person."""

import secrets
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from casework.clock import Clock

LASTS = timedelta(days=30)
"""How long a token is good for. Every welcome brings a fresh one."""

MAX_TOKEN = 200


class Sessions:
    """Issues and reads tokens, signed with ``secret``."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._signer = URLSafeSerializer(secret, salt="onward.webchat.session")
        self._clock = clock

    def new_address(self) -> str:
        """An address for a new conversation: 128 random bits, so that nobody can guess another's."""
        return secrets.token_hex(16)

    def issue(self, address: str) -> str:
        """A token for ``address``."""
        token = self._signer.dumps([address, int(self._clock().timestamp())])
        return token if isinstance(token, str) else token.decode()

    def read(self, token: object) -> str | None:
        """The address in a token; None when it is not ours, or too old."""
        if not isinstance(token, str) or len(token) > MAX_TOKEN:
            return None
        try:
            address, issued = self._signer.loads(token)
        except (BadSignature, ValueError, TypeError):
            return None
        age = self._clock().timestamp() - issued
        return address if -60 <= age <= LASTS.total_seconds() else None
