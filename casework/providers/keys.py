"""The keys with which providers report. A key is shown once, when it is made; only its digest is kept."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from casework import audit
from casework.tables import ProviderKey

PREFIX = "onward-provider-"
"""What every key begins with, so that one that was left somewhere is known for what it is."""
LONGEST = 200
"""Characters of anything that is looked at as a key."""


@dataclass(frozen=True)
class Holder:
    """Whose key it is."""

    provider_ref: str
    ended: bool


def make_key(session: Session, provider_ref: str, now: datetime, *, actor: str) -> str:
    """A new key for a provider, in the open transaction. The answer is the only copy of it."""
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(ProviderKey(provider_ref=provider_ref, digest=_digest(key), made_at=now))
    audit.record(session, at=now, actor=actor, action="made_provider_key", provider=provider_ref)
    return key


def end_keys(session: Session, provider_ref: str, now: datetime, *, actor: str) -> int:
    """End every key of a provider; answers how many were still good."""
    good = [key for key in keys_of(session, provider_ref) if key.ended_at is None]
    for key in good:
        key.ended_at = now
        session.add(key)
    if good:
        audit.record(session, at=now, actor=actor, action="ended_provider_keys", provider=provider_ref, count=len(good))
    return len(good)


def keys_of(session: Session, provider_ref: str | None = None) -> list[ProviderKey]:
    """The keys of a provider, or of all of them, in the order in which they were made."""
    query = select(ProviderKey).order_by(col(ProviderKey.id))
    if provider_ref is not None:
        query = query.where(col(ProviderKey.provider_ref) == provider_ref)
    return list(session.execute(query).scalars())


def holder(session: Session, key: str) -> Holder | None:
    """Whose key this is; None for what is no key of ours.

    It is looked up by its digest, of which trying teaches nothing; the comparison takes the same time either way.
    """
    digest = _digest(key[:LONGEST])
    row = session.execute(select(ProviderKey).where(col(ProviderKey.digest) == digest)).scalar_one_or_none()
    same = hmac.compare_digest(digest, row.digest if row else "0" * len(digest))
    if row is None or not same:
        return None
    return Holder(row.provider_ref, row.ended_at is not None)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
