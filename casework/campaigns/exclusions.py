"""Why somebody whom the filter finds is left out: asked of many at once, by the same rules that decide each send."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from casework.hours import SendingPolicy
from casework.identity.addresses import UNREACHABLE
from casework.sending import NEVER_WENT
from casework.tables import AddressNote, ConsentEvent, Conversation, FollowUp, Message

if TYPE_CHECKING:
    from casework.campaigns.choosing import Person

REASONS = {
    "no_number": "no mobile number is known",
    "stopped": "said STOP",
    "wrong_number": "the number is not theirs",
    "hand_over": "an adviser has the conversation",
    "other_campaign": "waits for a message of another campaign",
    "cap": "has had as many messages this week as anybody may",
    "recent": "was written to in the last days",
}
"""Every reason, in the order in which they are asked: the first that holds is given."""


@dataclass(frozen=True)
class Exclusions:
    """The rules for one campaign at one moment."""

    now: datetime
    policy: SendingPolicy
    recent_days: int
    urgent: bool = False
    """An urgent one also goes to those who were written to lately."""
    campaign_id: int | None = None

    def of(self, session: Session, people: Sequence["Person"]) -> dict[int, str]:
        """The reason by id, of those who are left out. At most some hundreds at a time."""
        ids = [person.id for person in people]
        numbers: dict[str, list[int]] = {}
        for person in people:
            if person.phone:
                numbers.setdefault(person.phone, []).append(person.id)
        last, count = self._written(session, ids)
        lately = self.now - timedelta(days=self.recent_days)
        held = {
            "no_number": {person.id for person in people if not person.phone},
            "stopped": _stopped(session, ids, numbers),
            "wrong_number": _unreachable(session, numbers),
            "hand_over": _with_adviser(session, ids),
            "other_campaign": self._elsewhere(session, ids),
            "cap": set() if self.urgent else {id_ for id_ in ids if count.get(id_, 0) >= self.policy.prompts},
            "recent": set() if self.urgent else {id_ for id_, at in last.items() if at > lately},
        }
        found: dict[int, str] = {}
        for reason in REASONS:
            for id_ in held[reason]:
                found.setdefault(id_, reason)
        return found

    def _written(self, session: Session, ids: list[int]) -> tuple[dict[int, datetime], dict[int, int]]:
        """By person: when the service last wrote first (or is about to), and how often within the cap's time."""
        went = func.coalesce(col(Message.send_started_at), col(Message.sent_at), col(Message.created_at))
        since = self.now - max(self.policy.prompts_within, timedelta(days=self.recent_days))
        query = (
            select(col(Conversation.young_person_id), went)
            .join(Message, col(Message.conversation_id) == col(Conversation.id))
            .where(
                col(Conversation.young_person_id).in_(ids),
                col(Message.direction) == "out",
                col(Message.purpose) == "prompt",
                # one that waits in the outbox is on its way
                or_(col(Message.status) == "queued", col(Message.status).not_in(NEVER_WENT)),
                went > since,
            )
        )
        last: dict[int, datetime] = {}
        count: dict[int, int] = {}
        for id_, at in session.execute(query):
            last[id_] = max(at, last.get(id_, at))
            count[id_] = count.get(id_, 0) + (at > self.now - self.policy.prompts_within)
        return last, count

    def _elsewhere(self, session: Session, ids: list[int]) -> set[int]:
        query = select(col(FollowUp.young_person_id)).where(
            col(FollowUp.young_person_id).in_(ids),
            col(FollowUp.campaign_id).is_not(None),
            col(FollowUp.status).in_(("planned", "queued")),
        )
        if self.campaign_id is not None:
            query = query.where(col(FollowUp.campaign_id) != self.campaign_id)
        return set(session.execute(query).scalars())


def _stopped(session: Session, ids: list[int], numbers: dict[str, list[int]]) -> set[int]:
    """Whose latest word, on any channel of theirs, is STOP."""
    theirs: ColumnElement[bool] = or_(
        col(ConsentEvent.young_person_id).in_(ids),
        (col(ConsentEvent.channel) == "sms") & col(ConsentEvent.address).in_(list(numbers)),
    )
    query = (
        select(
            col(ConsentEvent.young_person_id),
            col(ConsentEvent.channel),
            col(ConsentEvent.address),
            col(ConsentEvent.event),
        )
        .where(theirs)
        .order_by(col(ConsentEvent.recorded_at), col(ConsentEvent.id))
    )
    latest: dict[int, str] = {}
    for id_, channel, address, event in session.execute(query):
        whose: Iterable[int] = numbers.get(address, []) if channel == "sms" else []
        for one in {*whose, *([id_] if id_ is not None else [])}:
            latest[one] = event
    return {id_ for id_, event in latest.items() if event == "stop"}


def _unreachable(session: Session, numbers: dict[str, list[int]]) -> set[int]:
    query = (
        select(col(AddressNote.address), col(AddressNote.kind))
        .where(col(AddressNote.channel) == "sms", col(AddressNote.address).in_(list(numbers)))
        .order_by(col(AddressNote.id))
    )
    latest: dict[str, str] = {}
    for address, kind in session.execute(query):
        latest[address] = kind
    return {id_ for address, kind in latest.items() if kind in UNREACHABLE for id_ in numbers[address]}


def _with_adviser(session: Session, ids: list[int]) -> set[int]:
    query = select(col(Conversation.young_person_id)).where(
        col(Conversation.mode) == "adviser", col(Conversation.young_person_id).in_(ids)
    )
    return {id_ for id_ in session.execute(query).scalars() if id_ is not None}
