"""Signing advisers in and out.

A try costs the same work whether or not the account exists. Wrong tries are counted in the audit for one account from
one address together, so that neither a guesser can lock an adviser out from elsewhere, nor one forgetful adviser a
whole college behind its one address.
"""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Engine
from sqlmodel import Session, col, delete, func, select

from casework import audit
from casework.db import reading, writing
from casework.tables import Adviser, AuditEvent, ConsoleSession

SESSION_LENGTH = timedelta(hours=8)
"""A working day: after it, sign in again."""
IDLE_LENGTH = timedelta(minutes=60)
"""A session ends when nothing was asked for this long."""
TOUCH_EVERY = timedelta(minutes=1)
"""How stale the end of a session may get before it is written again."""
TRIES = 5
TRIES_WITHIN = timedelta(minutes=15)
LONGEST_PASSWORD = 512
"""In characters: longer ones are wrong without being hashed."""
SHORTEST_PASSWORD = 12
"""In characters. No rules of digits and signs beside it: length is what counts (NCSC, password policy guidance)."""

_hasher = PasswordHasher()
# each check takes 64 MiB while it runs: a flood of sign-ins must queue, not fill the machine
_room = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class SignedIn:
    """A new session. ``token`` goes into the cookie and is kept nowhere else."""

    token: str
    adviser_id: int


@dataclass(frozen=True)
class NotSignedIn:
    """The try was refused. ``wait`` says how long until another one counts; none when it may be at once."""

    wait: timedelta | None = None


@dataclass(frozen=True)
class Signed:
    """A session that holds, and whose it is."""

    adviser: Adviser
    csrf: str
    key_hash: str
    created_at: datetime
    expires_at: datetime


def hash_password(password: str) -> str:
    """An argon2id hash for ``Adviser.password_hash``."""
    return _hasher.hash(password)


def sign_in(engine: Engine, email: str, password: str, address: str, now: datetime) -> SignedIn | NotSignedIn:
    """Try an email address and password from a network address; a new session when they are right.

    Five wrong tries in fifteen minutes for one account from one address: wait. The password is checked outside any
    transaction, because it takes long enough to hold other writers up.
    """
    email = email.strip().casefold()
    who = _tried_by(email, address)
    with writing(engine) as session:
        wait = _wait(session, who, now)
        # the try is written down before it is judged: many at once cannot slip past the count
        audit.record(session, at=now, actor=who, action="sign_in_refused" if wait else "sign_in_tried")
    if wait:
        return NotSignedIn(wait)

    with reading(engine) as session:
        adviser = session.exec(select(Adviser).where(func.lower(Adviser.email) == email)).first()
    may = adviser is not None and adviser.active and adviser.password_hash is not None
    kept = adviser.password_hash if adviser and may else None
    right = _check(kept or _nobody(), password) and may
    if adviser is None or adviser.id is None or not right:
        return NotSignedIn()

    token = secrets.token_urlsafe(32)
    with writing(engine) as session:
        if kept and _hasher.check_needs_rehash(kept):
            stored = session.get(Adviser, adviser.id)
            if stored:
                stored.password_hash = hash_password(password)
        session.exec(delete(ConsoleSession).where(col(ConsoleSession.expires_at) <= now))
        session.add(
            ConsoleSession(
                key_hash=_key_hash(token),
                adviser_id=adviser.id,
                csrf=secrets.token_urlsafe(32),
                created_at=now,
                expires_at=now + IDLE_LENGTH,
            )
        )
        audit.record(session, at=now, actor=who, action="sign_in_passed")
        audit.record(session, at=now, actor=audit.actor_of(adviser), action="signed_in")
    return SignedIn(token, adviser.id)


def signed(session: Session, token: str | None, now: datetime) -> Signed | None:
    """Whose session a cookie's token is; none when it has ended, was signed out or the adviser has left."""
    if not token or len(token) > 100:
        return None
    row = session.get(ConsoleSession, _key_hash(token))
    if row is None or row.expires_at <= now or row.created_at + SESSION_LENGTH <= now:
        return None
    adviser = session.get(Adviser, row.adviser_id)
    if adviser is None or not adviser.active:
        return None
    return Signed(adviser, row.csrf, row.key_hash, row.created_at, row.expires_at)


def touch(engine: Engine, signed: Signed, now: datetime) -> None:
    """Something was asked for: the session ends an idle hour from now, though never after eight hours."""
    until = min(now + IDLE_LENGTH, signed.created_at + SESSION_LENGTH)
    if until - signed.expires_at < TOUCH_EVERY:
        return
    with writing(engine) as session:
        row = session.get(ConsoleSession, signed.key_hash)
        if row:
            row.expires_at = until


def sign_out(engine: Engine, signed: Signed, now: datetime) -> None:
    """End a session at once."""
    with writing(engine) as session:
        session.exec(delete(ConsoleSession).where(col(ConsoleSession.key_hash) == signed.key_hash))
        audit.record(session, at=now, actor=audit.actor_of(signed.adviser), action="signed_out")


class PasswordError(Exception):
    """The password was not changed. ``field`` is current or new; the text is for the adviser, in plain words."""

    def __init__(self, field: Literal["current", "new"], words: str, *, wait: timedelta | None = None) -> None:
        super().__init__(words)
        self.field = field
        self.wait = wait


def change_password(engine: Engine, signed: Signed, current: str, new: str, address: str, now: datetime) -> None:
    """Give whoever is signed in a new password, and end all their other sessions. Raises ``PasswordError``.

    Wrong tries at the current one count like wrong tries at signing in: a console left open opens no account.
    """
    adviser = signed.adviser
    who = _tried_by(adviser.email.casefold(), address)
    with writing(engine) as session:
        wait = _wait(session, who, now)
        audit.record(session, at=now, actor=who, action="sign_in_refused" if wait else "sign_in_tried")
    if wait:
        raise PasswordError("current", "Too many wrong tries", wait=wait)
    if not _check(adviser.password_hash or _nobody(), current):
        raise PasswordError("current", "Your current password is not right")
    with writing(engine) as session:
        audit.record(session, at=now, actor=who, action="sign_in_passed")
    problem = weakness(new, adviser, current)
    if problem:
        raise PasswordError("new", problem)
    hashed = hash_password(new)
    with writing(engine) as session:
        stored = session.get_one(Adviser, adviser.id)
        stored.password_hash = hashed
        session.exec(
            delete(ConsoleSession).where(
                col(ConsoleSession.adviser_id) == adviser.id, col(ConsoleSession.key_hash) != signed.key_hash
            )
        )
        audit.record(session, at=now, actor=audit.actor_of(adviser), action="changed_password")


def weakness(new: str, adviser: Adviser, current: str | None = None) -> str | None:
    """What is wrong with a new password, in plain words; None where it will do."""
    if len(new) < SHORTEST_PASSWORD:
        return f"Your new password must be {SHORTEST_PASSWORD} characters or longer"
    if len(new) > LONGEST_PASSWORD:
        return f"Your new password must be {LONGEST_PASSWORD} characters or shorter"
    if current is not None and new == current:
        return "Your new password must be another one than now"
    small = new.casefold()
    if len(set(small)) < 5:
        return "Your new password is too easy to guess"
    known = [adviser.email.casefold(), *(part for part in adviser.name.casefold().split() if len(part) > 3)]
    if any(one in small and len(small) - len(one) < 8 for one in known):
        return "Your new password must not be made of your name or email address"
    return None


def _check(kept: str, password: str) -> bool:
    if len(password) > LONGEST_PASSWORD:
        password = ""
    with _room:
        try:
            return _hasher.verify(kept, password)
        except (Argon2Error, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    """What the password of an account that does not exist is checked against, for the same work."""
    return hash_password(secrets.token_urlsafe(16))


def _key_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _tried_by(email: str, address: str) -> str:
    """Account and address as one actor of the audit, which keeps neither."""
    digest = hmac.new(b"sign-in", f"{email}\n{address}".encode(), hashlib.sha256).hexdigest()
    return f"sign-in:{digest[:32]}"


def _wait(session: Session, who: str, now: datetime) -> timedelta | None:
    """How long ``who`` must wait: until the fifth latest try, since the last right one, is fifteen minutes old."""
    events = session.exec(
        select(AuditEvent.action, AuditEvent.at)
        .where(AuditEvent.actor == who, AuditEvent.at > now - TRIES_WITHIN, AuditEvent.action != "sign_in_refused")
        .order_by(col(AuditEvent.id).desc())
        .limit(TRIES)
    ).all()
    tries: list[datetime] = []
    for action, at in events:
        if action == "sign_in_passed":
            break
        tries.append(at)
    return tries[-1] + TRIES_WITHIN - now if len(tries) >= TRIES else None
