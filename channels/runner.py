"""The turn runner: claims conversations with something waiting and takes their turns, one commit each.

Anything may kill it at any step. Before the commit nothing has happened, and the turn runs again when the lease ends;
after the commit the message is handled, its effects are in the record and its replies are in the outbox.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, Table, bindparam, insert, select, update
from sqlmodel import Session

from casework import inbox
from casework.activities.rules import Rules
from casework.advisers import who_answers
from casework.clock import LONDON, Clock
from casework.db import reading, writing
from casework.effects import OpenEscalation, TurnContext, apply
from casework.followup.questions import Questions
from casework.identity.linking import Linking
from casework.leases import NewLease, random_lease
from casework.tables import Conversation, Message, YoungPerson
from casework.voice import Voice
from channels.bot import BotDown, BotError, BotFailed
from channels.steps import step
from channels.turn import ENGLISH, Loaded, Turn, TurnTaker, load

log = logging.getLogger(__name__)

_m: Table = Message.__table__  # type: ignore[attr-defined]
_c: Table = Conversation.__table__  # type: ignore[attr-defined]

# statements are built once: putting one together costs several times what it takes to run it
_insert_messages = insert(_m)
_CONVERSATION_DONE = (
    update(_c)
    .where(_c.c.id == bindparam("the_id"))
    .values(
        state=bindparam("the_state"),
        language=bindparam("the_language"),
        last_inbound_at=bindparam("spoke_at"),
        lease=bindparam("the_lease"),
        lease_until=bindparam("until"),
    )
)
_MESSAGE_DONE = (
    update(_m)
    .where(_m.c.id == bindparam("the_id"))
    .values(
        handled_at=bindparam("done_at"),
        outcome=bindparam("the_outcome"),
        understanding=bindparam("the_understanding"),
        effects=bindparam("the_effects"),
        failure=None,
        next_try_at=None,
    )
)

HOLDING_POSITION = -1
"""Where the one line that says "having trouble" stands, before the replies of the turn itself."""


@dataclass(frozen=True)
class TurnPolicy:
    """How long a turn may take and how it is tried again."""

    hold: timedelta = timedelta(seconds=60)
    """A worker that has not committed by then is taken for dead; longer than the bot's own time limit."""
    retry_after: tuple[timedelta, ...] = tuple(timedelta(seconds=s) for s in (1, 2, 5, 10, 20, 30, 60))
    failed_tries: int = 4
    """Tries of a message on which the bot fails, before a person gets it."""
    down_for: timedelta = timedelta(minutes=15)
    """How long a message waits for a bot that is down, before a person gets it."""
    holding_after: timedelta = timedelta(seconds=45)
    """When the young person is told that an answer is late."""


@dataclass(frozen=True)
class Claimed:
    """Conversations held under one lease."""

    lease: str
    conversations: list[int]


class TurnRunner:
    """Takes turns on ``engine``. Any number of these may run, in any number of processes."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        taker: TurnTaker,
        voice: Voice,
        *,
        service: str = "Onward",
        policy: TurnPolicy | None = None,
        new_lease: NewLease = random_lease,
        on_replies: Callable[[], None] | None = None,
        linking: Linking | None = None,
        rules: Rules | None = None,
        questions: Questions | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._rules = rules
        self._questions = questions
        self._taker = taker
        self._voice = voice
        self._service = service
        self._policy = policy or TurnPolicy()
        self._new_lease = new_lease
        self._on_replies = on_replies or (lambda: None)
        self._linking = linking

    def claim(self, limit: int) -> Claimed:
        """Take hold of up to ``limit`` conversations that have a message due."""
        with reading(self._engine) as session:
            if not inbox.any_waiting(session):
                return Claimed("", [])
        lease = self._new_lease()
        with writing(self._engine) as session:
            ids = inbox.claim(session, lease, self._clock(), self._policy.hold, limit)
        if ids:
            step("turn.claimed")
        return Claimed(lease, ids)

    def run(self, conversation_id: int, lease: str) -> int:
        """Take the turns that wait in a claimed conversation, in order. Answers how many were committed."""
        done = 0
        try:
            while self._one(conversation_id, lease):
                done += 1
        except inbox.LostLease:
            # somebody else has it, or a person took over while we thought: it is claimed again by whoever is due
            with writing(self._engine) as session:
                inbox.release(session, conversation_id, lease)
        return done

    def drain(self) -> int:
        """Take every turn that is due, in this thread. For replays, simulations and tests."""
        done = 0
        while (claimed := self.claim(50)).conversations:
            done += sum(self.run(conversation_id, claimed.lease) for conversation_id in claimed.conversations)
        return done

    def _one(self, conversation_id: int, lease: str) -> bool:
        """Take the next turn. Answers whether to go on with the same conversation."""
        now = self._clock()
        with reading(self._engine) as session:
            conversation = session.get(Conversation, conversation_id)
            message = inbox.next_message(session, conversation_id, now) if conversation else None
            if conversation is None or message is None:
                loaded = None
            else:
                loaded = load(session, conversation, message, now)
                step("turn.loaded")
                try:
                    turn = self._taker.take(loaded)
                except BotError as error:
                    failed: BotError | None = error
                else:
                    failed = None
        if loaded is None:
            with writing(self._engine) as session:
                inbox.release(session, conversation_id, lease)
            return False
        step("turn.thought")
        if failed is not None:
            return self._not_answered(loaded, failed, lease)
        try:
            return self._commit(loaded, turn, lease)
        except inbox.LostLease:
            raise
        except Exception as error:
            # a reply that cannot be worded, an effect the database refuses: the same as a bot that failed
            log.error("committing a turn failed: message %s: %s", loaded.message.id, type(error).__name__)
            return self._not_answered(loaded, BotFailed(f"commit: {type(error).__name__}"), lease)

    def _commit(self, loaded: Loaded, turn: Turn, lease: str) -> bool:
        conversation, message, now = loaded.conversation, loaded.message, loaded.now
        replies = self._worded(loaded, turn)
        with writing(self._engine) as session:
            inbox.hold_for_commit(session, conversation, message, lease, now + self._policy.hold)
            more = self._finish(session, loaded, turn, replies, lease)
            step("turn.before_commit")
        step("turn.committed")
        if replies:
            self._on_replies()
        return more

    def _finish(self, session: Session, loaded: Loaded, turn: Turn, replies: list[dict[str, Any]], lease: str) -> bool:
        conversation, message, now = loaded.conversation, loaded.message, loaded.now
        if conversation.id is None or message.id is None:
            raise ValueError("a turn needs rows that were read")
        if loaded.released:
            session.execute(update(_c).where(_c.c.id == conversation.id).values(young_person_id=None))
        adviser = None
        if any(isinstance(effect, OpenEscalation) for effect in turn.effects):
            adviser = who_answers(session, loaded.young_person, now).adviser
        context = TurnContext(
            conversation,
            message,
            now,
            adviser.id if adviser else None,
            rules=self._rules,
            linking=self._linking,
            questions=self._questions,
        )
        done = [apply(session, effect, context) for effect in turn.effects]
        session.flush()
        if context.learned:
            replies = self._worded(loaded, turn, context.learned)
        more = inbox.more_waiting(session, conversation.id, message.id)
        connection = session.connection()
        keeps = None if not more else lease
        connection.execute(
            _CONVERSATION_DONE,
            {
                "the_id": conversation.id,
                "the_state": conversation.state if turn.state is None else turn.state,
                "the_language": conversation.language,
                "spoke_at": message.created_at,
                "the_lease": keeps,
                "until": now + self._policy.hold if keeps else None,
            },
        )
        connection.execute(
            _MESSAGE_DONE,
            {
                "the_id": message.id,
                "done_at": now,
                "the_outcome": turn.outcome,
                "the_understanding": turn.understanding,
                "the_effects": done,
            },
        )
        if replies:
            connection.execute(_insert_messages, replies)
        return more

    def _worded(self, loaded: Loaded, turn: Turn, learned: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        if is_silent(loaded.conversation):
            return []
        return [
            self._row(loaded, turn.language, turn.purpose, position, key, args | (learned or {}))
            for position, (key, args) in enumerate(turn.replies)
        ]

    def _row(
        self, loaded: Loaded, language: str, purpose: str, position: int, key: str, args: dict[str, Any]
    ) -> dict[str, Any]:
        conversation, person = loaded.conversation, loaded.young_person
        today = loaded.now.astimezone(LONDON).date().isoformat()
        known = {"name": person.called if person else None, "service": self._service, "today": today}
        rendered = self._voice.render(key, known | args, language=language, channel=conversation.channel)
        return {
            "conversation_id": conversation.id,
            "direction": "out",
            "channel": conversation.channel,
            "author": "assistant",
            "text": rendered.text,
            "created_at": loaded.now,
            "attempts": 0,
            "media": 0,
            "in_reply_to": loaded.message.id,
            "position": position,
            "purpose": purpose,
            "priority": 0,
            "key": key,
            "args": args,
            "quick_replies": rendered.quick_replies or None,
            "status": "queued",
            "status_rank": 0,
        }

    def _not_answered(self, loaded: Loaded, error: BotError, lease: str) -> bool:
        """Put the message off, or bring it before a person when it has waited or failed long enough."""
        message, now, policy = loaded.message, loaded.now, self._policy
        tries = message.attempts + 1
        waited = now - message.created_at
        log.warning("no turn for message %s (try %s): %s", message.id, tries, error.code)
        down = isinstance(error, BotDown)
        if (down and waited >= policy.down_for) or (not down and tries >= policy.failed_tries):
            return self._commit(loaded, self._gave_up(loaded, error), lease)
        wait = policy.retry_after[min(tries, len(policy.retry_after)) - 1]
        late = waited >= policy.holding_after and not is_silent(loaded.conversation) and not loaded.stopped
        with writing(self._engine) as session:
            inbox.hold_for_commit(session, loaded.conversation, message, lease, now)
            inbox.release(session, message.conversation_id, lease)
            session.execute(
                update(_m)
                .where(_m.c.id == message.id)
                .values(attempts=tries, next_try_at=now + wait, failure=error.code)
            )
            if late and not self._held(session, message):
                language = loaded.remembered_language or ENGLISH
                row = self._row(loaded, language, "reply", HOLDING_POSITION, "trouble_holding", {})
                session.connection().execute(_insert_messages, [row])
                self._on_replies()
        return False

    def _held(self, session: Session, message: Message) -> bool:
        query = select(_m.c.id).where(_m.c.in_reply_to == message.id, _m.c.position == HOLDING_POSITION)
        return session.execute(query).first() is not None

    def _gave_up(self, loaded: Loaded, error: BotError) -> Turn:
        adviser = loaded_adviser(self._engine, loaded)
        return Turn(
            outcome="gave_up",
            replies=[] if loaded.stopped else [("trouble_gave_up", {"adviser": adviser})],
            effects=[
                OpenEscalation(
                    about="assistant_failed",
                    urgency="soon",
                    reason="The assistant could not answer this message. Please answer it yourself.",
                    detail={"failure": error.code},
                )
            ],
            understanding={
                "language": loaded.remembered_language or ENGLISH,
                "risk": {"level": "none", "kind": None},
            },
            language=loaded.remembered_language or ENGLISH,
        )


def is_silent(conversation: Conversation) -> bool:
    """Whether the other end can receive no answer: a short code or a name in place of a number."""
    return conversation.channel == "sms" and not conversation.address.startswith("+")


def loaded_adviser(engine: Engine, loaded: Loaded) -> str | None:
    """The first name of whoever answers for this young person now."""
    with reading(engine) as session:
        person: YoungPerson | None = loaded.young_person
        adviser = who_answers(session, person, loaded.now).adviser
        return adviser.name.split()[0] if adviser else None
