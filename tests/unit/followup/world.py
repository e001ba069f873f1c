"""A small record, a few small plans and the whole way out, on either database, with a clock that is moved by hand."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from casework.activities.recording import NewActivity, record_activity
from casework.clock import FixedClock
from casework.db import reading, writing
from casework.followup.service import FollowUps
from casework.hours import SendingPolicy
from casework.tables import Adviser, ConsentEvent, Conversation, Escalation, FollowUp, Message, YoungPerson
from casework.voice import Voice
from channels.sender import Sender
from channels.sms.simulator import SimulatorBackend

DATA = Path(__file__).resolve().parents[3] / "data"
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""A Monday morning in term, without a bank holiday near."""

NEW_NEET: dict[str, Any] = {
    "plan": "new_neet",
    "title": "First contact",
    "source": "test",
    "importance": 2,
    "urgent": True,
    "who": {"status": "neet"},
    "when": {"from": "neet_known", "after": "1 working day", "at": "16:00"},
    "steps": [
        {"ask": "how_are_things"},
        {"ask": "how_are_things", "wait": "3 working days"},
        {"call": "soon", "wait": "3 working days"},
    ],
    "late": {"after": "2 days", "then": "next_window"},
    "why": "NEET since {neet_since}",
}
CADENCE: dict[str, Any] = {
    "plan": "cadence",
    "title": "Keeping in touch",
    "source": "test",
    "importance": 5,
    "who": {"status": "neet"},
    "when": {"from": "neet_known", "after": "2 weeks", "at": "10:00"},
    "steps": [{"ask": "how_are_things"}],
    "repeat": {"by": "need", "high": "1 week", "medium": "2 weeks", "low": "4 weeks"},
    "late": {"after": "3 days", "then": "next_window"},
    "in_touch": {"within": "3 days"},
    "why": "need {need}",
}
BIRTHDAY: dict[str, Any] = {
    "plan": "birthday",
    "title": "18th birthday",
    "source": "test",
    "importance": 7,
    "who": {"age": {"from": 16}},
    "when": {"from": "birthday_18", "at": "11:00"},
    "steps": [{"ask": "how_are_things"}],
    "late": {"after": "1 day", "then": "drop"},
    "unreachable": "skip",
    "why": "18 today",
}
LOST: dict[str, Any] = {
    "plan": "lost",
    "title": "Find them",
    "source": "test",
    "importance": 4,
    "who": {"status": "not_known"},
    "when": {"from": "not_known_since", "after": "1 day", "at": "16:00"},
    "steps": [
        {"ask": "how_are_things"},
        {"call": "routine", "wait": "2 days"},
        {"close": "820", "wait": "10 days"},
    ],
    "late": {"after": "3 days", "then": "next_window"},
    "why": "nothing known since {not_known_since}",
}
QUESTIONS: dict[str, Any] = {
    "how_are_things": {
        "text": "followup_words",
        "about": "activity",
        "options": [{"key": "fine", "means": ["affirm"], "words": ["fine"], "do": ["verify"]}],
    }
}
CALENDAR: dict[str, Any] = {
    "events": {"results": {"source": "test", "dates": {2027: {"on": date(2027, 8, 19)}}}},
    "terms": [
        {"from": date(2026, 9, 3), "to": date(2026, 12, 18)},
        {"from": date(2027, 1, 4), "to": date(2027, 7, 20)},
    ],
    "exams": [
        {"from": date(2027, 5, 10), "to": date(2027, 6, 25), "school_years": [11, 13], "quiet_until": "17:00"},
    ],
}
NEED: dict[str, Any] = {
    "points": {"characteristics": {"110": 3}, "ehc_plan": 2, "days_neet": [{"after": 60, "points": 1}], "under_18": 0},
    "levels": {"high": 3, "medium": 1},
}


def data_folder(folder: Path, *plans: dict[str, Any]) -> Path:
    """The project's data with these plans, and the calendar, questions and need above, in place of its own."""
    data = folder / "data"
    data.mkdir()
    for path in DATA.iterdir():
        if path.name != "plans":
            (data / path.name).symlink_to(path)
    (data / "plans" / "follow-up").mkdir(parents=True)
    for path in (DATA / "plans").glob("*.yml"):
        if path.name not in ("calendar.yml", "questions.yml", "need.yml"):
            (data / "plans" / path.name).symlink_to(path)
    for name, content in (("calendar", CALENDAR), ("questions", QUESTIONS), ("need", NEED)):
        (data / "plans" / f"{name}.yml").write_text(yaml.safe_dump(content))
    for plan in plans:
        (data / "plans" / "follow-up" / f"{plan['plan']}.yml").write_text(yaml.safe_dump(plan))
    return data


class Words:
    """Fills in the one text that the tests' questions have."""

    def args(self, session: Session, about: Any, language: str) -> dict[str, Any]:
        return {"words": "Hi, Onward here. How are things?"}


@dataclass
class World:
    """Follow-up over one database."""

    engine: Engine
    data: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(MONDAY))
    policy: SendingPolicy = field(default_factory=SendingPolicy)

    def __post_init__(self) -> None:
        self.followups = self.service()
        self.followups.install()
        self.sms = SimulatorBackend()
        self.sender = Sender(
            self.engine, self.clock, self.sms, policy=self.policy, calendar=self.followups.reader.book.calendar
        )
        with writing(self.engine) as session:
            session.add(
                Adviser(
                    ref="A1",
                    name="Ann Able",
                    email="ann@example.org",
                    working_pattern={day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
                )
            )

    def service(self) -> FollowUps:
        """Follow-up as a process that has just started reads it."""
        from casework.followup import calendar, need, planfile, questions

        for module in (calendar, need, planfile, questions):
            module._load.cache_clear()
        return FollowUps(self.engine, self.clock, self.data, Voice.load(self.data), Words(), policy=self.policy)

    def person(self, number: int = 1, **values: Any) -> int:
        """Somebody of 17 in Year 13; their id."""
        row = YoungPerson(
            **(
                {
                    "ref": f"Y{number}",
                    "first_name": "Jo",
                    "last_name": "Doe",
                    "date_of_birth": date(2009, 3, 5),
                    "phone": f"+4477009{number:05d}",
                    "adviser_id": 1,
                    "created_at": self.clock(),
                }
                | values
            )
        )
        with writing(self.engine) as session:
            session.add(row)
            session.flush()
            return row.id or 0

    def does(self, person_id: int, code: str, *, source: str = "adviser", **values: Any) -> None:
        """Record what somebody does from today on, unless ``values`` say otherwise."""
        today = self.clock().date()
        new = NewActivity(**({"code": code, "source": source, "said_on": today, "start": today} | values))
        with writing(self.engine) as session:
            person = session.get_one(YoungPerson, person_id)
            record_activity(session, self.followups.reader.codes, person, new, now=self.clock())

    def stop(self, person_id: int, event: str = "stop") -> None:
        """They say STOP (or START)."""
        with writing(self.engine) as session:
            phone = session.get_one(YoungPerson, person_id).phone or ""
            session.add(
                ConsentEvent(
                    channel="sms", address=phone, young_person_id=person_id, event=event, source="message",
                    recorded_at=self.clock(),
                )
            )  # fmt: skip

    def to(self, moment: datetime) -> None:
        """Move the clock to a moment."""
        self.clock.now = moment

    def tick(self) -> None:
        """What the worker does all the time, once."""
        self.followups.look()
        self.followups.dispatch()
        self.sender.drain()
        self.followups.settle()

    def pass_days(self, days: int, *, hours: int = 3) -> None:
        """Let days go by, ticking every few hours."""
        end = self.clock() + timedelta(days=days)
        while self.clock() < end:
            self.clock.advance(hours=hours)
            self.tick()

    def rows(self, plan: str | None = None) -> list[FollowUp]:
        """Every planned contact, in order."""
        query = select(FollowUp).order_by(col(FollowUp.due_at), col(FollowUp.id))
        with reading(self.engine) as session:
            found = list(session.exec(query))
        return [row for row in found if plan in (None, row.plan)]

    def texts(self) -> list[Message]:
        """Every message that went or waits to."""
        with reading(self.engine) as session:
            return list(session.exec(select(Message).where(Message.direction == "out").order_by(col(Message.id))))

    def tasks(self) -> list[Escalation]:
        """What was brought before advisers."""
        with reading(self.engine) as session:
            return list(session.exec(select(Escalation).order_by(col(Escalation.id))))

    def conversations(self) -> list[Conversation]:
        """Every conversation."""
        with reading(self.engine) as session:
            return list(session.exec(select(Conversation).order_by(col(Conversation.id))))
