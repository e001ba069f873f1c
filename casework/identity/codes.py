"""One-time codes that link a web chat, or a new number, to a young person's record.

A code is only ever sent to the number that the record has already, so that knowing somebody's name and birthday opens
nothing. Whoever asks is answered alike whether or not the number is anybody's: nothing is given away.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from casework.consent import carry
from casework.identity.addresses import standing
from casework.tables import Conversation, LinkCode, YoungPerson

DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
"""Wrong codes before a code is worth nothing: five in a million guesses."""
MOST_CODES = 3
"""Codes for one conversation, and for one young person, within ``CODES_WITHIN``: nobody's phone is flooded."""
CODES_WITHIN = timedelta(hours=24)

Outcome = Literal["linked", "wrong", "ended", "none"]
NewCode = Callable[[], str]


def random_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


@dataclass(frozen=True)
class Sent:
    """A code to be sent: to whom, and the row that it opens."""

    code: str
    young_person: YoungPerson


def ask_for_code(
    session: Session, conversation: Conversation, number: str, secret: str, now: datetime, new_code: NewCode
) -> Sent | None:
    """Make a code for a conversation whose writer says that ``number`` (E.164) is theirs.

    None when nothing is to be sent: nobody has the number, several share it, it is known to be wrong, it asked too
    often, or it is linked already. The caller says the same in every case. A row is kept in every case too, so that the
    limit holds and a guess at a code fails alike.
    """
    if conversation.id is None:
        raise ValueError("a code needs a conversation that is stored")
    owner = _owner(session, number)
    often = _asked(session, LinkCode.conversation_id, conversation.id, now) >= MOST_CODES
    if owner is not None:
        often = often or _asked(session, LinkCode.young_person_id, owner.id or 0, now) >= MOST_CODES
    _end_open(session, conversation.id, now)
    code = new_code()
    sent = owner is not None and not often and owner.id != conversation.young_person_id
    row = LinkCode(
        conversation_id=conversation.id,
        young_person_id=owner.id if sent and owner else None,
        digest="",
        made_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(row)
    session.flush()
    row.digest = _digest(secret, row.id or 0, code)
    return Sent(code, owner) if sent and owner else None


def try_code(session: Session, conversation: Conversation, code: str, secret: str, now: datetime) -> Outcome:
    """Try a code in the conversation that asked for it; the right one links the conversation to the record.

    ``none``: no code is open here. ``ended``: too many tries, or too late. Wrong codes are counted, right ones work
    once.
    """
    row = session.execute(
        select(LinkCode)
        .where(col(LinkCode.conversation_id) == conversation.id, col(LinkCode.used_at).is_(None))
        .order_by(col(LinkCode.id).desc())
        .limit(1)
        .with_for_update()
    ).scalar_one_or_none()
    if row is None:
        return "none"
    if row.expires_at <= now or row.tries >= MOST_TRIES:
        return "ended"
    row.tries += 1
    given = "".join(character for character in code if character.isdecimal())
    right = hmac.compare_digest(_digest(secret, row.id or 0, given), row.digest)
    # a code that was never sent opens nothing, even for somebody who guesses it
    if not right or row.young_person_id is None:
        return "ended" if row.tries >= MOST_TRIES else "wrong"
    row.used_at = now
    carry(session, conversation, row.young_person_id, now)
    conversation.young_person_id = row.young_person_id
    return "linked"


def waits_for_code(session: Session, conversation_id: int, now: datetime) -> bool:
    """Whether this conversation was asked for a code that may still be given."""
    query = select(col(LinkCode.id)).where(
        col(LinkCode.conversation_id) == conversation_id,
        col(LinkCode.used_at).is_(None),
        col(LinkCode.expires_at) > now,
        col(LinkCode.tries) < MOST_TRIES,
    )
    return session.execute(query.limit(1)).first() is not None


def _owner(session: Session, number: str) -> YoungPerson | None:
    """Whose number it is, where exactly one young person has it and nobody has said that it is wrong."""
    if standing(session, "sms", number) == "wrong_number":
        return None
    rows = session.execute(select(YoungPerson).where(col(YoungPerson.phone) == number).limit(2)).scalars().all()
    return rows[0] if len(rows) == 1 else None


def _asked(session: Session, column: Any, value: int, now: datetime) -> int:
    query = select(func.count()).where(column == value, col(LinkCode.made_at) > now - CODES_WITHIN)
    return int(session.execute(query).scalar_one())


def _end_open(session: Session, conversation_id: int, now: datetime) -> None:
    """Only the newest code of a conversation opens anything."""
    session.execute(
        update(LinkCode)
        .where(
            col(LinkCode.conversation_id) == conversation_id,
            col(LinkCode.used_at).is_(None),
            col(LinkCode.expires_at) > now,
        )
        .values(expires_at=now)
    )


def _digest(secret: str, row_id: int, code: str) -> str:
    return hmac.new(secret.encode(), f"link {row_id} {code}".encode(), hashlib.sha256).hexdigest()
