"""Giving advisers roles, and taking them back. What each role lets them do is written where it is asked for."""

from datetime import datetime

from sqlmodel import Session, func, select

from casework import audit
from casework.tables import Adviser

ROLES = {
    "prospectus": "changes courses, and sees what was read into the catalogue",
    "manager": "sees what was missed, everybody in the registers, every report of a provider; runs campaigns",
}
"""Every role, and what it is for."""


class RoleError(ValueError):
    """The role cannot be given or taken. The words are for whoever asked."""


def roles_of(session: Session, email: str) -> tuple[Adviser, list[str]]:
    """The adviser with this email address, in any letters, and their roles. Raises ``RoleError``."""
    adviser = session.exec(select(Adviser).where(func.lower(Adviser.email) == email.strip().casefold())).first()
    if adviser is None:
        raise RoleError(f"There is no adviser with the email address {email}.")
    return adviser, list(adviser.roles or ())


def change_role(session: Session, email: str, role: str, *, give: bool, actor: str, at: datetime) -> list[str]:
    """Give a role or take it back; answers the roles they have then. Raises ``RoleError``.

    It holds from the adviser's next page on. ``actor`` is who does it, as the audit names them.
    """
    if role not in ROLES:
        raise RoleError(f"There is no role {role}. There are: {', '.join(ROLES)}.")
    adviser, had = roles_of(session, email)
    has = [one for one in ROLES if (one in had and one != role) or (one == role and give)]
    if has != had:
        adviser.roles = has
        session.add(adviser)
        action = "gave_role" if give else "took_role"
        audit.record(session, at=at, actor=actor, action=action, adviser=adviser.ref, role=role)
    return has
