"""A small caseload that tests of the casework rules and of the console share.

Ann looks after Jo and Kit. Bob looks after Lee, and covers for Cat (Mia's adviser) on the day of ``NOW``. Nobody
looks after Noor, and somebody unknown writes on the web. Dan has left.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

import prospectus.tables  # noqa: F401
from casework.db import writing
from casework.tables import Adviser, AdviserCover, Conversation, Escalation, Message, School, YoungPerson
from tests.databases import copy_of

NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
"""A Tuesday, 11:00 in London."""
PASSWORD = "a long enough password"
WEEK = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}

ANN, BOB, CAT, DAN = 1, 2, 3, 4
JO, KIT, LEE, MIA, NOOR = 1, 2, 3, 4, 5
JO_SMS, JO_WEB, KIT_SMS, LEE_SMS, MIA_SMS, NOOR_SMS, STRANGER = 1, 2, 3, 4, 5, 6, 7


CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Hashing is slow on purpose, and tests sign in often."""


def open_casebook(path: str) -> Engine:
    """A scratch database with all of them in it, and Jo's messages."""
    return copy_of(_make, path)


def _make(engine: Engine) -> None:
    SQLModel.metadata.create_all(engine)
    fill(engine)


def fill(engine: Engine) -> None:
    """Write the people, their conversations and Jo's messages."""
    with writing(engine) as session:
        _people(session)
        session.flush()
        _conversations(session)
        session.flush()
        _messages(session)


def said(session: Session, conversation_id: int, text: str, at: datetime, **fields: Any) -> Message:
    """A message from a young person, handled by the assistant unless ``fields`` say otherwise."""
    values: dict[str, Any] = {"handled_at": at, "outcome": "answered"} | fields
    channel = "web" if conversation_id in (JO_WEB, STRANGER) else "sms"
    message = Message(
        conversation_id=conversation_id,
        direction="in",
        channel=channel,
        author="young_person",
        text=text,
        created_at=at,
        **values,
    )
    session.add(message)
    session.flush()
    return message


def answered(session: Session, conversation_id: int, text: str, at: datetime, **fields: Any) -> Message:
    """A message to a young person, delivered unless ``fields`` say otherwise."""
    values: dict[str, Any] = {"author": "assistant", "purpose": "reply", "status": "delivered", "status_rank": 70}
    channel = "web" if conversation_id in (JO_WEB, STRANGER) else "sms"
    message = Message(
        conversation_id=conversation_id, direction="out", channel=channel, text=text, created_at=at, **values | fields
    )
    session.add(message)
    session.flush()
    return message


def escalated(session: Session, conversation_id: int, at: datetime, **fields: Any) -> Escalation:
    """An open escalation of a conversation."""
    values: dict[str, Any] = {
        "kind": "talk_to_person",
        "urgency": "soon",
        "reason": "Asked to talk to a person",
        "words": "can i talk to someone",
    }
    conversation = session.get(Conversation, conversation_id)
    escalation = Escalation(
        conversation_id=conversation_id,
        young_person_id=conversation.young_person_id if conversation else None,
        opened_at=at,
        **values | fields,
    )
    session.add(escalation)
    session.flush()
    return escalation


def _people(session: Session) -> None:
    for number, name, active in (
        (ANN, "Ann Ames", True),
        (BOB, "Bob Bell", True),
        (CAT, "Cat Cole", True),
        (DAN, "Dan Dee", False),
    ):
        session.add(
            Adviser(
                id=number,
                ref=f"A{number}",
                name=name,
                email=f"{name.split()[0].lower()}@onward.example",
                password_hash=CHEAP.hash(PASSWORD),
                working_pattern=WEEK,
                active=active,
            )
        )
    session.add(School(id=1, ref="S1", name="Harbour School", town="Margate"))
    session.flush()
    today = date(2026, 9, 1)
    session.add(AdviserCover(adviser_id=CAT, cover_id=BOB, first_day=today, last_day=today))
    people: tuple[tuple[int, str, str, int | None, dict[str, Any]], ...] = (
        (JO, "Joanna", "Reed", ANN, {"known_as": "Jo", "school_id": 1, "year_group": 12, "town": "Margate"}),
        (KIT, "Kit", "Marsh", ANN, {}),
        (LEE, "Lee", "Stone", BOB, {}),
        (MIA, "Mia", "Brook", CAT, {}),
        (NOOR, "Noor", "Field", None, {}),
    )
    for number, first, last, adviser_id, more in people:
        session.add(
            YoungPerson(
                id=number,
                ref=f"Y{number}",
                first_name=first,
                last_name=last,
                adviser_id=adviser_id,
                phone=f"+4477009000{number:02}",
                date_of_birth=date(2009, 9, 2),
                created_at=NOW - timedelta(days=300),
                **more,
            )
        )


def _conversations(session: Session) -> None:
    threads = (
        (JO_SMS, "sms", JO, timedelta(hours=2)),
        (JO_WEB, "web", JO, timedelta(days=1)),
        (KIT_SMS, "sms", KIT, timedelta(days=3)),
        (LEE_SMS, "sms", LEE, timedelta(days=1)),
        (MIA_SMS, "sms", MIA, timedelta(days=1)),
        (NOOR_SMS, "sms", NOOR, timedelta(days=1)),
        (STRANGER, "web", None, timedelta(hours=5)),
    )
    for number, channel, person, ago in threads:
        session.add(
            Conversation(
                id=number,
                channel=channel,
                address=f"+4477009000{person:02}" if channel == "sms" else f"web-session-{number}",
                young_person_id=person,
                created_at=NOW - timedelta(days=10),
                last_inbound_at=NOW - ago,
                state={"v": 1, "slots": {"subject": "construction"}, "loop": None, "requested": "choice"},
            )
        )


def _messages(session: Session) -> None:
    said(session, JO_WEB, "hello", NOW - timedelta(days=1))
    answered(session, JO_WEB, "Hi Jo. What would help?", NOW - timedelta(days=1), status="read", status_rank=80)
    said(
        session,
        JO_SMS,
        "any plumbing courses near margate",
        NOW - timedelta(hours=2),
        understanding={
            "intent": "find_courses",
            "confidence": 0.93,
            "entities": [{"type": "subject", "value": "construction", "text": "plumbing"}],
            "language": "en",
            "risk": {"level": "none", "kind": None},
        },
        effects=[{"kind": "note_unmet_demand", "subject": "plumbing", "place": "margate"}],
    )
    answered(session, JO_SMS, "I could not find plumbing near Margate.", NOW - timedelta(hours=2))
    said(session, LEE_SMS, "whats an apprenticeship", NOW - timedelta(days=1))
    said(session, STRANGER, "is anyone there", NOW - timedelta(hours=5))
