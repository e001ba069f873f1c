"""What came of a campaign's messages, counted."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlmodel import Session, col

from casework.campaigns.starting import KEPT_OUT
from casework.tables import Campaign, CampaignRoll, ConsentEvent, Conversation, FollowUp, Message

OPT_OUT_WITHIN = timedelta(days=7)
"""A STOP so soon after a campaign's message is counted as an answer to it."""


@dataclass
class Counts:
    """Contacts of one campaign by where they stand. Counts of people: each has one contact of a campaign."""

    to: int = 0
    """All that were to be written to."""
    held_out: int = 0
    waiting: int = 0
    """Planned, or in the outbox."""
    sent: int = 0
    """Handed to the network, whatever came of it then."""
    delivered: int = 0
    failed: int = 0
    answered: int = 0
    opted_out: int = 0
    segments: int = 0
    not_sent: dict[str, int] = field(default_factory=dict)
    """By reason: those whose contact ended without being sent."""
    left_out: dict[str, int] = field(default_factory=dict)
    """By reason: those who were left out before it began."""

    @property
    def not_sent_in_all(self) -> int:
        """Every contact that ended without being sent."""
        return sum(self.not_sent.values())


def count(session: Session, campaign: Campaign) -> Counts:
    """Count a campaign's contacts as they stand now."""
    found = Counts()
    delivered = col(Message.status).in_(("delivered", "read"))
    failed = or_(col(Message.status).in_(("failed", "undelivered", "canceled")), col(FollowUp.outcome) == "failed")
    went = case((delivered, "delivered"), (failed, "failed"), else_="other")
    answered_ = case((col(FollowUp.answered_at).is_not(None), 1), else_=0)
    groups: tuple[Any, ...] = (
        col(FollowUp.status).label("status"),
        col(FollowUp.outcome).label("outcome"),
        col(FollowUp.reason).label("reason"),
        answered_.label("answered"),
        went.label("went"),
    )
    rows = (
        select(*groups, func.coalesce(col(Message.segments), 0).label("segments"))
        .select_from(FollowUp)
        .outerjoin(Message, col(Message.id) == col(FollowUp.message_id))
        .where(col(FollowUp.campaign_id) == campaign.id)
        .subquery()
    )
    by = (rows.c.status, rows.c.outcome, rows.c.reason, rows.c.answered, rows.c.went)
    query = select(*by, func.count(), func.sum(rows.c.segments)).group_by(*by)
    for status, outcome, reason, answered, message, many, segments in session.execute(query):
        if reason == KEPT_OUT:
            found.held_out += many
            continue
        found.to += many
        if status != "ended":
            found.waiting += many
        elif outcome in ("sent", "answered", "failed"):
            found.sent += many
            found.segments += int(segments)
            found.delivered += many if message == "delivered" else 0
            found.failed += many if message == "failed" else 0
        else:
            why = reason or outcome or "other"
            found.not_sent[why] = found.not_sent.get(why, 0) + many
        found.answered += many if answered else 0
    found.opted_out = _opted_out(session, campaign)
    roll = session.get(CampaignRoll, campaign.id)
    if roll is not None:
        found.left_out = {reason: len(ids) for reason, ids in roll.people.get("excluded", {}).items()}
    return found


def _opted_out(session: Session, campaign: Campaign) -> int:
    """People who said STOP within seven days after their message went."""
    went = func.coalesce(col(Message.sent_at), col(Message.send_started_at))
    query = (
        select(col(FollowUp.young_person_id), went, col(ConsentEvent.recorded_at))
        .join(Message, col(Message.id) == col(FollowUp.message_id))
        .join(Conversation, col(Conversation.id) == col(Message.conversation_id))
        .join(
            ConsentEvent,
            or_(
                col(ConsentEvent.young_person_id) == col(FollowUp.young_person_id),
                (col(ConsentEvent.channel) == col(Conversation.channel))
                & (col(ConsentEvent.address) == col(Conversation.address)),
            ),
        )
        .where(
            col(FollowUp.campaign_id) == campaign.id,
            col(ConsentEvent.event) == "stop",
            col(ConsentEvent.recorded_at) >= (campaign.started_at or campaign.made_at),
        )
    )
    rows = session.execute(query)
    return len({id_ for id_, at, stop in rows if at is not None and at <= stop <= at + OPT_OUT_WITHIN})
