"""`onward replay`: plays scripted conversations through the real path, each in a scratch database of its own.

Real: the inbox, the guard, the bot, the actions, the one commit, the outbox and its rules. Not real: the clock, which
stands where the script says, and the phone at the other end.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from casework.clock import LONDON, FixedClock
from casework.consent import stopped
from casework.db import open_engine, reading, writing
from casework.delivery import OPEN
from casework.inbound import Inbound
from casework.tables import Adviser, Conversation, Escalation, FollowUp, Message, UnmetDemand, YoungPerson
from channels.bot import BotClient
from channels.inbox import Inbox
from channels.sms.simulator import SimulatorBackend
from onward.assembly import Parts
from onward.botprocess import Bot, health
from onward.migrate import upgrade
from onward.problems import Problem
from onward.replayprompt import WEB_CHAT, ask, contact_of, open_web_chat
from onward.sample import load_sample
from onward.script import Script, ScriptTurn
from onward.settings import Settings

TRIES = 50
"""Times that a turn which failed is let wait and tried again, before the replay gives up on it."""

REACHED = ("accepted", "sent", "delivered", "read")
"""Statuses of replies that came to the phone."""

REPLAYED_CODE = "424242"
"""The one-time code of a replay: a script can type it, and the same script goes the same way every time."""

Progress = Callable[[str], None]


class Replayer:
    """Plays scripts with one bot, one after the other, in scratch databases under ``folder``."""

    def __init__(self, settings: Settings, bot: Bot, folder: Path) -> None:
        self._settings = settings
        self._bot = bot
        self._folder = folder
        self._file = folder / "scratch.db"
        # one engine for all: the file under it is changed between scripts, while no connection is open
        self._engine = open_engine(f"sqlite:///{self._file}", pool_size=4)
        self._clock = FixedClock(datetime.now(UTC))
        secret, service = settings.need_bot_secret(), settings.service_name
        parts = Parts.load(
            self._engine, self._clock, settings.data_dir, service=service, new_code=lambda: REPLAYED_CODE
        )
        self._actions = parts.actions(secret)
        self._actions.start()
        self._parts = parts
        self._runner = parts.runner(BotClient(bot.url, secret, self._actions.url))
        self._sender = parts.sender(SimulatorBackend())

    def close(self) -> None:
        """Stop answering the bot and let go of the database."""
        self._actions.stop()
        self._engine.dispose()

    def play(self, script: Script) -> dict[str, Any]:
        """One script's result, as documented in docs/running.md. Raises ``Problem`` when the bot goes away."""
        self._clock.now = script.now.astimezone(UTC)
        self._begin_afresh()
        _place_person(self._engine, script, self._clock)
        inbox = Inbox(self._engine, self._clock)
        try:
            turns = [self._turn(inbox, script, number) for number in range(1, len(script.turns) + 1)]
        finally:
            inbox.close()
        with reading(self._engine) as session:
            return {"id": script.id, "turns": turns, "record": record(session, script.number)}

    def _begin_afresh(self) -> None:
        self._engine.dispose()
        for left in self._folder.glob(f"{self._file.name}*"):
            left.unlink()
        shutil.copyfile(self._template(self._clock().astimezone(LONDON).date()), self._file)

    def _template(self, today: date) -> Path:
        """A database with the sample area as loaded on this day."""
        file = self._folder / f"sample-{today}.db"
        if not file.exists():
            engine = open_engine(f"sqlite:///{file}", pool_size=1)
            try:
                upgrade(engine)
                load_sample(engine, self._settings.data_dir, today=today)
                # everything into the one file, so that copying it copies all
                with engine.connect() as connection:
                    connection.connection.cursor().execute("PRAGMA journal_mode=DELETE")
            finally:
                engine.dispose()
        return file

    def _turn(self, inbox: Inbox, script: Script, number: int) -> dict[str, Any]:
        turn, clock = script.turns[number - 1], self._clock
        if turn.at is not None:
            clock.now = max(clock.now, turn.at.astimezone(UTC))
        if turn.prompt is not None:
            return self._prompt(script, turn, number)
        if turn.web:
            open_web_chat(self._engine, script.number, clock())
        channel, address = ("web", WEB_CHAT) if turn.web else ("sms", script.number)
        stored = inbox.put_now(Inbound(channel, address, f"replay-{number}", turn.text, clock()))
        for _ in range(TRIES):
            self._runner.drain()
            self._sender.drain()
            with reading(self._engine) as session:
                message = session.get_one(Message, stored.message_id)
                if message.handled_at is not None:
                    return _turn_result(session, turn, message)
            # the bot failed on it: as in life, it is tried again later, and in the end a person gets it
            if health(self._bot.url) is None:
                raise Problem("The bot stopped answering during the replay.", "Run: onward doctor")
            clock.now = max(message.next_try_at or clock(), clock())
            clock.advance(seconds=1)
        raise Problem(f"Script {script.id}: turn {number} was not answered.", "Run: onward doctor")

    def _prompt(self, script: Script, turn: ScriptTurn, number: int) -> dict[str, Any]:
        """Ask a planned question, as it is asked when it is due. Raises ``Problem`` for one that cannot be."""
        with writing(self._engine) as session:
            message = ask(session, self._parts, script.number, turn, number, self._clock())
            said = message.id
        self._sender.drain()
        with writing(self._engine) as session:
            sent = session.get_one(Message, said)
            row = session.exec(select(FollowUp).where(FollowUp.message_id == said)).one()
            went = sent.status in REACHED
            if sent.status not in OPEN:
                outcome = "sent" if went else "suppressed"
                row.status, row.outcome, row.reason = "ended", outcome, sent.failure or sent.status
                row.ended_at = self._clock()
                session.add(row)
            replies = [{"key": sent.key, "text": sent.text}] if went else []
        return {"prompt": turn.prompt, "replies": replies, "effects": []}


def replay(settings: Settings, bot: Bot, scripts: list[Script], progress: Progress) -> dict[str, Any]:
    """Every script's result, in order. Raises ``Problem``."""
    results = []
    with tempfile.TemporaryDirectory(prefix="onward-replay-") as folder:
        replayer = Replayer(settings, bot, Path(folder))
        try:
            for number, script in enumerate(scripts, 1):
                progress(f"Script {number} of {len(scripts)}: {script.id}")
                results.append(replayer.play(script))
        finally:
            replayer.close()
    return {"scripts": results}


def _place_person(engine: Engine, script: Script, clock: FixedClock) -> None:
    """Put the script's nation into the record of whoever texts; a stranger with a nation becomes known."""
    if script.nation is None:
        return
    with writing(engine) as session:
        people = session.exec(select(YoungPerson).where(YoungPerson.phone == script.number)).all()
        for person in people:
            person.nation = script.nation
        if not people:
            session.add(
                YoungPerson(
                    ref="REPLAY",
                    first_name="Alex",
                    last_name="Replay",
                    phone=script.number,
                    nation=script.nation,
                    created_at=clock(),
                )
            )


def _turn_result(session: Session, turn: ScriptTurn, message: Message) -> dict[str, Any]:
    replies = session.exec(
        select(Message)
        .where(Message.in_reply_to == message.id, Message.conversation_id == message.conversation_id)
        .order_by(col(Message.position), col(Message.id))
    )
    return {
        "in": turn.text,
        "replies": [{"key": reply.key, "text": reply.text} for reply in replies if reply.status in REACHED],
        "effects": message.effects or [],
    }


def record(session: Session, number: str) -> dict[str, Any]:
    """What the record now holds of the conversation with this number."""
    conversation = session.exec(
        # by text, or the web chat where there was nothing else
        select(Conversation)
        .where(col(Conversation.address).in_((number, WEB_CHAT)))
        .order_by(col(Conversation.channel))
    ).first()
    if conversation is None:
        raise Problem("The script left no conversation.")
    person = session.get(YoungPerson, conversation.young_person_id) if conversation.young_person_id else None
    advisers = {adviser.id: adviser.ref for adviser in session.exec(select(Adviser))}
    escalations = session.exec(
        select(Escalation).where(Escalation.conversation_id == conversation.id).order_by(col(Escalation.id))
    )
    demand = session.exec(select(UnmetDemand).order_by(col(UnmetDemand.id)))
    messages = session.exec(
        select(func.count()).select_from(Message).where(Message.conversation_id == conversation.id)
    ).one()
    contacts = session.exec(
        select(FollowUp).where(FollowUp.young_person_id == conversation.young_person_id).order_by(col(FollowUp.id))
    )
    said_stop = stopped(session, "sms", number, conversation.young_person_id)
    return {
        "young_person": person.ref if person else None,
        "language": conversation.language or (person.language if person else None),
        "consent": "stopped" if said_stop else "open",
        "mode": conversation.mode,
        "escalations": [
            {
                "kind": escalation.kind,
                "urgency": escalation.urgency,
                "reason": escalation.reason,
                "words": escalation.words,
                "adviser": advisers.get(escalation.adviser_id),
            }
            for escalation in escalations
        ],
        "unmet_demand": [row.model_dump(mode="json", exclude={"id"}, exclude_none=True) for row in demand],
        "messages": messages,
    } | ({"follow_up": [contact_of(one) for one in rows]} if (rows := [one for one in contacts if one.asks]) else {})
