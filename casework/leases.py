"""Leases: who is working on a row, and until when. A worker that dies lets go by doing nothing."""

import secrets
from collections.abc import Callable

NewLease = Callable[[], str]
"""Makes a name for one hold; injected, so that a simulation can repeat itself."""


def random_lease() -> str:
    """A name nobody else has: a later holder's commit can be told from an earlier one's."""
    return secrets.token_hex(8)
