"""One part of a simulated area, from the first day to the last: its own people, database and random numbers."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from casework import escalations, handover
from casework.activities.recording import NewActivity, record_activity
from casework.clock import LONDON, FixedClock
from casework.db import reading, writing
from casework.followup.hook import uninstall
from casework.inbound import Inbound
from casework.reports import apply_report
from casework.tables import Adviser, Conversation, Escalation, FollowUp, Message, YoungPerson
from channels.inbox import Inbox
from channels.steps import listen
from onward.assembly import Parts
from onward.simulate import checks
from onward.simulate.bot import NumbersBot
from onward.simulate.model import (
    ANSWERS,
    COMES_BACK,
    LOSES_PHONE_A_DAY,
    MOVES_AWAY_A_DAY,
    NOT_THEIRS,
    STOPS,
    TAKEN_OVER,
    UPSET,
    Person,
    answer_delay,
    population,
    today,
)
from onward.simulate.network import Network
from onward.simulate.record import CASELOAD, scratch, settle_in

CRASHES = 0.002
"""Of steps that a message or a contact passes, the share at which the worker dies."""
DAY_FROM, DAY_TO = 6, 21
"""The hours in which the worker is watched every hour; nothing may be sent at first and last light anyway."""
OUTAGE_DAYS = 2
"""Once a year nothing runs for so long."""


class Crash(BaseException):
    """The worker died: nothing that was under way is finished. No ``Exception``, so that nothing handles it."""


@dataclass
class Result:
    """What one part came to."""

    people: int
    contacts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By month, plan and outcome."""
    log: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    """When, who, which plan, why, and what came of it."""
    tasks: Counter[str] = field(default_factory=Counter)
    """Brought before advisers, by day."""
    texts: Counter[str] = field(default_factory=Counter)
    """Texts that the service sent, by month and purpose."""
    broken: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    crashes: int = 0
    became_neet: int = 0


@dataclass(frozen=True)
class Setup:
    """What a part is to do."""

    number: int
    people: int
    first: date
    last: date
    seed: str
    data_dir: Path
    faults: bool = True
    offset: int = 0
    """Young people of the parts before this one: everybody of the area has a ref of their own."""


def run(setup: Setup, progress: Callable[[date], None] | None = None) -> Result:
    """Live through every day of it. The same set-up comes to the same result."""
    with scratch() as engine:
        return _Part(setup, engine).live(progress or (lambda day: None))


class _Part:
    def __init__(self, setup: Setup, engine: Engine) -> None:
        self.setup, self.engine = setup, engine
        self.random = Random(f"{setup.seed}:{setup.number}")
        self.clock = FixedClock(datetime.combine(setup.first, time(6), LONDON))
        self.result = Result(setup.people)
        advisers = max(1, round(setup.people / CASELOAD))
        self.people = population(setup.people, setup.first, advisers, self.random)
        self.by_id = {person.id: person for person in self.people}
        leases = iter(range(1, 1 << 60))
        self.parts = Parts.load(
            engine, self.clock, setup.data_dir, new_lease=lambda: f"lease{next(leases)}", secret="s" * 64
        )
        self.followups = self.parts.followups
        self.network = Network(
            self.clock,
            Random(f"network:{setup.seed}:{setup.number}"),
            {person.phone: person for person in self.people if person.phone},
            self._purpose,
        )
        self.runner = self.parts.runner(NumbersBot(self.followups.reader.book.questions))
        self.sender = self.parts.sender(self.network)
        self.inbox = Inbox(engine, self.clock, gather=0)
        # asked at every send, past the engine's own bookkeeping
        self.looked_up = engine.raw_connection()
        self.coming: list[tuple[datetime, int, Callable[[], None]]] = []
        self.stopping: list[tuple[Person, int]] = []
        self.became: list[checks.BecameNeet] = []
        self.changed: dict[int, datetime] = {}
        self.down: tuple[datetime, datetime] | None = None
        self.inbounds = 0
        self.order = 0

    def live(self, progress: Callable[[date], None]) -> Result:
        codes = self.followups.reader.codes
        settle_in(self.engine, self.people, codes, self.setup.first, self.random)
        self.followups.install()
        day, outage = self.setup.first, self.setup.first + timedelta(days=self.random.randrange(60, 300))
        if self.setup.faults:
            begins = datetime.combine(outage, time(0), LONDON)
            self.down = (begins, begins + timedelta(days=OUTAGE_DAYS))
        try:
            while day <= self.setup.last:
                self._day(day, off=self.setup.faults and outage <= day < outage + timedelta(days=OUTAGE_DAYS))
                progress(day)
                day += timedelta(days=1)
            self._finish()
        finally:
            listen(None)
            uninstall(self.engine)
            self.inbox.close()
            self.looked_up.close()
        return self.result

    def _day(self, day: date, *, off: bool) -> None:
        for person in self.people:
            self._life(person, day)
        for hour in range(24):
            self.clock.now = datetime.combine(day, time(hour), LONDON).astimezone(UTC)
            came = self.inbounds
            self._what_comes()
            # at night nothing is begun: only what comes in is answered
            if not off and (DAY_FROM <= hour <= DAY_TO or came != self.inbounds):
                self._tick(look=hour in (DAY_FROM, 12))
        self._advisers(day)

    def _tick(self, *, look: bool) -> None:
        """What the worker does in an hour. It may die at any step of it, and is started again."""
        for _ in range(6):
            try:
                with self._dying():
                    self._reports()
                    self.runner.drain()
                    self._noticed()
                    if look:
                        self.followups.look()
                    self.followups.dispatch()
                    self.sender.drain()
                    self.followups.settle()
                break
            except Crash:
                self.result.crashes += 1
                # leases of the dead worker end, and the next one goes on
                self.clock.advance(seconds=90)
        self._answers()

    @contextmanager
    def _dying(self) -> Iterator[None]:
        def at(name: str) -> None:
            if self.random.random() < CRASHES and not name.startswith(("inbox", "report")):
                raise Crash(name)

        listen(at if self.setup.faults else None)
        try:
            yield
        finally:
            listen(None)

    def _life(self, person: Person, day: date) -> None:
        if person.gone:
            return
        if person.works and self.random.random() < LOSES_PHONE_A_DAY:
            person.works = False
        if self.random.random() < MOVES_AWAY_A_DAY:
            self._at(day, lambda: self._moves(person, day))
            return
        change = today(person, day, self.random)
        if change is not None:
            self._at(day, lambda: self._does(person, change.code, change.source))

    def _at(self, day: date, happen: Callable[[], None]) -> None:
        moment = datetime.combine(day, time(9), LONDON) + timedelta(minutes=self.random.randrange(8 * 60))
        self._later(moment, happen)

    def _later(self, at: datetime, happen: Callable[[], None]) -> None:
        self.order += 1
        heappush(self.coming, (at.astimezone(UTC), self.order, happen))

    def _what_comes(self) -> None:
        while self.coming and self.coming[0][0] <= self.clock():
            heappop(self.coming)[2]()

    def _does(self, person: Person, code: str, source: str) -> None:
        now = self.clock()
        person.code = code
        new = NewActivity(code, source, now.astimezone(LONDON).date(), start=now.astimezone(LONDON).date())
        with writing(self.engine) as session:
            row = session.get_one(YoungPerson, person.id)
            added = record_activity(session, self.followups.reader.codes, row, new, now=now).added
        self.changed[person.id] = now
        if added and code == "619":
            self.became.append(checks.BecameNeet(person.id, now))

    def _moves(self, person: Person, day: date) -> None:
        person.gone = True
        self.changed[person.id] = self.clock()
        with writing(self.engine) as session:
            session.get_one(YoungPerson, person.id).left_area_on = day

    def _answers(self) -> None:
        """Whoever was written to may answer, some time later."""
        arrived, self.network.arrived = self.network.arrived, []
        for person, _sent in arrived:
            luck = self.random.random()
            at = self.clock() + answer_delay(person, self.random)
            if luck < STOPS:
                self._later(at, lambda person=person: self._texts(person, "STOP", stop=True))  # type: ignore[misc]
            elif luck < STOPS + NOT_THEIRS and person.mine:
                self._later(at, lambda person=person: self._wrong_number(person))  # type: ignore[misc]
            elif luck < ANSWERS * person.keen:
                text = str(self.random.choices((1, 2, 3, 4), (0.5, 0.25, 0.15, 0.1))[0])
                if self.random.random() < UPSET:
                    text = "i dont feel safe at home"
                elif self.random.random() < 0.15:
                    text = self.random.choice(("college", "job", "looking", "thanks"))
                self._later(at, lambda person=person, text=text: self._texts(person, text))  # type: ignore[misc]

    def _texts(self, person: Person, text: str, *, stop: bool = False) -> None:
        if person.phone is None or person.gone:
            return
        self.inbounds += 1
        inbound = Inbound("sms", person.phone, f"in{self.inbounds}", text, self.clock())
        stored = self.inbox.put_now(inbound)
        if self.random.random() < 0.05:
            # the network brings it twice
            self.inbox.put_now(inbound)
        self.result.answers += 1
        if stop:
            self.stopping.append((person, stored.message_id))
            if self.random.random() < COMES_BACK:
                back = self.clock() + timedelta(days=self.random.randrange(10, 60))
                self._later(back, lambda: self._comes_back(person))

    def _comes_back(self, person: Person) -> None:
        person.stopped_at = None
        self._texts(person, "START")

    def _wrong_number(self, person: Person) -> None:
        """Somebody else has the number: noted by an adviser who rang."""
        from casework.identity.addresses import note

        person.mine = False
        with writing(self.engine) as session:
            query = select(Conversation).where(
                col(Conversation.channel) == "sms", col(Conversation.address) == person.phone
            )
            conversation = session.execute(query).scalars().first()
            if conversation is not None:
                note(session, conversation, "wrong_number", by="A1", now=self.clock())

    def _noticed(self) -> None:
        """From when on a STOP counts: the moment its turn was committed."""
        left = []
        with reading(self.engine) as session:
            for person, message_id in self.stopping:
                handled = session.get_one(Message, message_id).handled_at
                if handled is None:
                    left.append((person, message_id))
                else:
                    person.stopped_at = handled
        self.stopping = left

    def _reports(self) -> None:
        due = self.network.due_reports()
        if not due:
            return
        with writing(self.engine) as session:
            for one in due:
                apply_report(session, one.message_id, one.provider_id, one.status, one.code, self.clock())

    def _advisers(self, day: date) -> None:
        """Advisers see to what was brought before them, a day or two later; some take the conversation over."""
        if day.weekday() >= 5:
            return
        self.clock.now = datetime.combine(day, time(16, 30), LONDON).astimezone(UTC)
        with writing(self.engine) as session:
            query = select(Escalation).where(
                col(Escalation.closed_at).is_(None), col(Escalation.opened_at) < self.clock() - timedelta(hours=20)
            )
            for task in session.execute(query.order_by(col(Escalation.id))).scalars().all():
                adviser = session.get_one(Adviser, task.adviser_id or 1)
                self._takes_over(session, task, adviser)
                escalations.close(session, task.id or 0, adviser, "Seen to.", self.clock())
        for person in self.people:
            if person.held_until is not None and person.held_until <= self.clock():
                self._gives_back(person)

    def _takes_over(self, session: Session, task: Escalation, adviser: Adviser) -> None:
        person = self.by_id.get(task.young_person_id or 0)
        if person is None or person.held_until is not None or self.random.random() >= TAKEN_OVER:
            return
        query = select(Conversation).where(col(Conversation.young_person_id) == person.id)
        conversation = session.execute(query).scalars().first()
        if conversation is not None:
            handover.take_over(session, conversation, adviser, self.clock())
            person.held_until = self.clock() + timedelta(days=self.random.randrange(1, 8))

    def _gives_back(self, person: Person) -> None:
        person.held_until = None
        with writing(self.engine) as session:
            query = select(Conversation).where(
                col(Conversation.young_person_id) == person.id, col(Conversation.mode) == "adviser"
            )
            conversation = session.execute(query).scalars().first()
            if conversation is not None and conversation.handed_to_id is not None:
                adviser = session.get_one(Adviser, conversation.handed_to_id)
                handover.give_back(session, conversation, adviser, self.clock())

    def _purpose(self, message_id: int) -> str:
        cursor = self.looked_up.cursor()
        found = cursor.execute("SELECT purpose FROM message WHERE id = ?", (message_id,)).fetchone()
        return str(found[0])

    def _finish(self) -> None:
        """Let what is under way come to its end, then count and check."""
        for _ in range(3):
            self.clock.advance(hours=2)
            self._tick(look=False)
        result, end = self.result, self.clock()
        result.broken += self.network.broken
        result.broken += checks.contacts_without_outcome(self.engine, end)
        result.broken += checks.contacts_twice(self.engine)
        touched = checks.touches(self.engine)
        late = checks.late_for_new_neet(self._in_time(end), self.changed, touched, self.down)
        if late:
            result.broken["new NEET not contacted or handed over in time"] += late
        result.became_neet = len(self.became)
        with reading(self.engine) as session:
            for row in session.execute(select(FollowUp).order_by(col(FollowUp.id))).scalars():
                self._count(row)
            for task in session.execute(select(col(Escalation.opened_at))).scalars():
                result.tasks[task.astimezone(LONDON).date().isoformat()] += 1
        for sent in self.network.sent:
            result.texts[f"{sent.at:%Y-%m}"] += 1
        result.log.sort()

    def _in_time(self, end: datetime) -> list[checks.BecameNeet]:
        """Those whose time to be contacted was over before the end, and who are of an age to be."""
        return [one for one in self.became if one.at < end - timedelta(days=6) and not self.by_id[one.person_id].gone]

    def _count(self, row: FollowUp) -> None:
        at: Any = row.ended_at or row.due_at
        outcome = row.outcome or "ahead"
        self.result.contacts[f"{at.astimezone(LONDON):%Y-%m}", row.plan, outcome] += 1
        if row.outcome not in (None, "skipped"):
            self.result.log.append(
                (
                    at.isoformat(timespec="minutes"),
                    f"Y{self.setup.offset + row.young_person_id}",
                    row.plan,
                    row.why,
                    f"{outcome}: {row.reason}",
                )
            )
