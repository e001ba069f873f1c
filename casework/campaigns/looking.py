"""What would happen if a campaign started now: exactly who, who not, when, and whether it can start at all."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from casework.campaigns import starting
from casework.campaigns.choosing import Chosen, Reads, choose
from casework.campaigns.drafts import Desk
from casework.campaigns.filters import read_filter
from casework.campaigns.pacing import schedule
from casework.campaigns.starting import Split
from casework.followup.conditions import BadCondition
from casework.hours import SendingPolicy
from casework.tables import Campaign


@dataclass(frozen=True)
class Look:
    """People, their division by chance, and the moments at which their messages are due."""

    chosen: Chosen
    split: Split
    against: list[str]
    """Why it cannot be started; empty: it can."""
    due: list[datetime]

    @property
    def seal(self) -> str:
        """Changes when anything changes that was seen: who is written to, and who is held out."""
        ids = [[person.id for person in group] for group in (self.split.to, self.split.held)]
        return hashlib.sha256(json.dumps(ids).encode()).hexdigest()[:16]


def look(session: Session, reader: Reads, campaign: Campaign, desk: Desk, now: datetime, policy: SendingPolicy) -> Look:
    """Find the people, divide and pace them. Reads only."""
    try:
        wanted = read_filter(campaign.who)
    except BadCondition as error:
        return Look(Chosen([]), Split([], []), [str(error)], [])
    chosen = choose(
        session,
        reader,
        wanted,
        now,
        policy=policy,
        recent_days=desk.rules.recent_days,
        urgent=campaign.urgent,
        campaign_id=campaign.id,
    )
    split = starting.split(campaign, chosen.people)
    first = max(now, campaign.starts_at) if campaign.starts_at else now
    due = schedule([person.nation for person in split.to], first, campaign.per_hour, policy)
    return Look(chosen, split, starting.reasons_against(desk, campaign, chosen), due)
