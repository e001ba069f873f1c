"""Campaigns: one message to many, chosen by a filter, paced, and measured against those who were held out."""

from sqlmodel import Session, col, select

from casework.tables import Campaign


def running(session: Session) -> set[int]:
    """The campaigns whose contacts may go now. A planned contact of any other waits."""
    rows = session.exec(select(Campaign.id).where(col(Campaign.status) == "running"))
    return {id_ for id_ in rows if id_ is not None}


def plan_of(ref: str) -> str:
    """What the contacts of a campaign have for a plan."""
    return f"campaign:{ref}"
