"""Putting advisers and schools into the record, a new password for somebody who forgot theirs, and saying who left."""

import re
import secrets
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, func, or_, select

from casework import audit
from casework.accounts import hash_password
from casework.tables import Adviser, ConsoleSession, School

WEEK = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
"""What an adviser works until somebody says otherwise."""
_REF = re.compile(r"[A-Za-z0-9_-]{1,40}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_HOURS = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)=(\d{2}:\d{2})-(\d{2}:\d{2})")


class StaffError(ValueError):
    """It cannot be done. The words are for whoever asked."""


def new_password() -> str:
    """A first password, to be changed in the console: 16 characters, about 96 bits."""
    return secrets.token_urlsafe(12)


def working_pattern(written: list[str]) -> dict[str, Any]:
    """Hours such as ``mon=09:00-17:00``, one a day; a day that is not named is not worked. Raises ``StaffError``."""
    pattern: dict[str, Any] = {}
    for one in written:
        match = _HOURS.fullmatch(one.strip().lower())
        if match is None or match[1] in pattern or not "00:00" <= match[2] < match[3] <= "23:59":
            raise StaffError(f"{one} are no hours of a day. Write them as mon=09:00-17:00, one a day.")
        pattern[match[1]] = [match[2], match[3]]
    return pattern or dict(WEEK)


def add_adviser(
    session: Session, ref: str, name: str, email: str, password: str, *, at: datetime, actor: str, **more: Any
) -> Adviser:
    """A new adviser, who can sign in with ``password``. Raises ``StaffError`` for a ref or address that is taken."""
    ref, name, email = ref.strip(), " ".join(name.split()), email.strip()
    if not _REF.fullmatch(ref):
        raise StaffError("A reference has letters, digits, - and _, as in A7.")
    if not name or len(name) > 120:
        raise StaffError("A name is needed, of 120 characters or fewer: young people are told it.")
    if not _EMAIL.fullmatch(email) or len(email) > 200:
        raise StaffError(f"{email} is not an email address.")
    taken = select(Adviser).where(
        or_(func.lower(Adviser.ref) == ref.lower(), func.lower(Adviser.email) == email.casefold())
    )
    found = session.exec(taken).first()
    if found is not None:
        which = "reference" if found.ref.lower() == ref.lower() else "email address"
        raise StaffError(f"There is an adviser with this {which}: {found.name} ({found.ref}).")
    adviser = Adviser(ref=ref, name=name, email=email, password_hash=hash_password(password), **more)
    session.add(adviser)
    session.flush()
    audit.record(session, at=at, actor=actor, action="adviser_added", adviser=ref)
    return adviser


def adviser_by_email(session: Session, email: str) -> Adviser:
    """The adviser with this address, in any letters. Raises ``StaffError``."""
    found = session.exec(select(Adviser).where(func.lower(Adviser.email) == email.strip().casefold())).first()
    if found is None:
        raise StaffError(f"There is no adviser with the email address {email}.")
    return found


def set_password(session: Session, adviser: Adviser, password: str, *, at: datetime, actor: str) -> None:
    """Another password; whoever is signed in as them is signed out."""
    adviser.password_hash = hash_password(password)
    session.add(adviser)
    _sign_out(session, adviser)
    audit.record(session, at=at, actor=actor, action="password_reset", adviser=adviser.ref)


def set_active(session: Session, adviser: Adviser, active: bool, *, at: datetime, actor: str) -> None:
    """They have left, or are back. While they are gone, their young people are in the duty queue."""
    if adviser.active == active:
        return
    adviser.active = active
    session.add(adviser)
    if not active:
        _sign_out(session, adviser)
    audit.record(session, at=at, actor=actor, action="adviser_back" if active else "adviser_left", adviser=adviser.ref)


def add_school(session: Session, ref: str, name: str, town: str, *, sixth_form: bool) -> School:
    """A new school. Raises ``StaffError`` for a ref or a name that is taken: a caseload names schools by either."""
    ref, name, town = ref.strip(), " ".join(name.split()), " ".join(town.split())
    if not _REF.fullmatch(ref):
        raise StaffError("A reference has letters, digits, - and _, as in S7.")
    if not name or not town or len(name) > 200 or len(town) > 100:
        raise StaffError("A name and a town are needed.")
    taken = session.exec(
        select(School).where(
            or_(func.lower(School.ref) == ref.lower(), func.lower(School.name) == name.casefold()),
        )
    ).first()
    if taken is not None:
        raise StaffError(f"There is a school with this reference or name: {taken.name} ({taken.ref}).")
    school = School(ref=ref, name=name, town=town, has_sixth_form=sixth_form)
    session.add(school)
    session.flush()
    return school


def _sign_out(session: Session, adviser: Adviser) -> None:
    session.exec(delete(ConsoleSession).where(col(ConsoleSession.adviser_id) == adviser.id))
