"""One commit a turn: answered once, guarded first, silent for a person, put off and in the end handed over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from casework.clock import FixedClock
from casework.db import open_engine, reading, writing
from casework.inbound import Inbound
from casework.tables import Adviser, Conversation, Escalation, FollowUp, Message, UnmetDemand, YoungPerson
from channels.bot import BotDown, BotError, BotFailed, Thought
from channels.inbox import Inbox
from channels.runner import TurnRunner
from onward.assembly import Parts

# a Tuesday morning in term
NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
ANN = "+447700900123"
DATA = Path(__file__).parents[3] / "data"
HOURS = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass
class Bot:
    """A bot that says what it is told to, and counts."""

    errors: list[BotError] = field(default_factory=list)
    effects: list[dict[str, Any]] = field(default_factory=list)
    replies: list[tuple[str, dict[str, Any]]] = field(default_factory=lambda: [("bye", {})])
    understanding: dict[str, Any] = field(default_factory=dict)
    calls: int = 0
    states: list[dict[str, Any]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def think(self, conversation: str, text: str, state: dict[str, Any], context: dict[str, Any]) -> Thought:
        self.calls += 1
        self.states.append(state)
        self.meanwhile()
        if self.errors:
            raise self.errors.pop(0)
        turns = state.get("turns", 0) + 1
        return Thought(
            self.replies,
            self.effects,
            {"intent": "bye", "confidence": 1.0, "entities": []} | self.understanding,
            {"turns": turns},
        )


@dataclass
class Rig:
    """A runner over a database, a bot and a clock, with one adviser and one young person."""

    engine: Engine
    clock: FixedClock
    bot: Bot
    runner: TurnRunner
    inbox: Inbox
    count: int = 0

    def text(self, body: str, number: str = ANN, **more: Any) -> int:
        self.count += 1
        inbound = Inbound("sms", number, f"SM{self.count}", body, self.clock(), **more)
        return self.inbox.put_now(inbound).message_id

    def look(self, what: Callable[[Session], Any]) -> Any:
        with reading(self.engine) as session:
            return what(session)

    def row(self, message_id: int) -> Message:
        return self.look(lambda s: s.get_one(Message, message_id))  # type: ignore[no-any-return]

    def replies(self, message_id: int) -> list[str | None]:
        query = select(Message.key).where(Message.in_reply_to == message_id).order_by(col(Message.position))
        return self.look(lambda s: list(s.exec(query)))  # type: ignore[no-any-return]

    def escalations(self) -> list[Escalation]:
        return self.look(lambda s: list(s.exec(select(Escalation))))  # type: ignore[no-any-return]

    def conversation(self) -> Conversation:
        return self.look(lambda s: s.exec(select(Conversation)).first())  # type: ignore[no-any-return]

    def set_mode(self, mode: str) -> None:
        with writing(self.engine) as session:
            for row in session.exec(select(Conversation)):
                row.mode = mode


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The data files, read once."""
    return Parts.load(open_engine(f"sqlite:///{tmp_path_factory.mktemp('data')}/x.db"), FixedClock(NOW), DATA)


@pytest.fixture
def rig(any_engine: Engine, loaded: Parts) -> Rig:
    clock, bot = FixedClock(NOW), Bot()
    with writing(any_engine) as session:
        session.add(Adviser(id=1, ref="A1", name="Sam Okafor", email="sam@onward.example", working_pattern=HOURS))
        session.flush()
        session.add(YoungPerson(ref="Y1", first_name="Ann", last_name="Lee", phone=ANN, adviser_id=1, created_at=NOW))
    parts = Parts(any_engine, clock, DATA, loaded.voice, loaded.guard, loaded.languages)
    return Rig(any_engine, clock, bot, parts.runner(bot), Inbox(any_engine, clock))


def test_a_turn_is_answered_once_and_remembered(rig: Rig) -> None:
    message = rig.text("bye then")
    assert rig.runner.drain() >= 0
    rig.runner.drain()
    row = rig.row(message)
    assert (row.outcome, row.handled_at, rig.replies(message)) == ("answered", NOW, ["bye"])
    assert row.understanding is not None
    assert (row.understanding["intent"], row.understanding["language"]) == ("bye", "en")
    assert (rig.conversation().state, rig.conversation().lease) == ({"turns": 1}, None)
    assert rig.bot.calls == 1


def test_messages_of_a_conversation_are_taken_in_order(rig: Rig) -> None:
    messages = [rig.text(f"message {n}") for n in range(5)]
    rig.runner.drain()
    assert [rig.replies(message) for message in messages] == [["bye"]] * 5
    assert rig.conversation().state == {"turns": 5}


def test_effects_and_replies_come_with_the_turn_or_not_at_all(rig: Rig) -> None:
    rig.bot.effects = [{"kind": "note_unmet_demand", "subject": "falconry"}, {"kind": "no_such_effect"}]
    message = rig.text("any falconry")
    rig.runner.drain()
    assert rig.look(lambda s: list(s.exec(select(UnmetDemand)))) == []
    assert (rig.row(message).handled_at, rig.row(message).failure) == (None, "not_an_effect")


def test_two_questions_are_one_commit(rig: Rig) -> None:
    parts = [{"intent": "find_courses", "text": "any falconry"}, {"intent": "bye", "text": "and bye"}]
    rig.bot.understanding = {"parts": parts}
    rig.bot.replies = [("bye", {}), ("thanks", {})]
    rig.bot.effects = [
        {"kind": "note_unmet_demand", "subject": "falconry"},
        {"kind": "open_escalation", "about": "talk_to_person", "reason": "x"},
    ]
    message = rig.text("any falconry and bye")
    rig.runner.drain()
    row = rig.row(message)
    assert rig.replies(message) == ["bye", "thanks"]
    assert row.understanding is not None
    assert row.understanding["parts"] == parts
    assert len(row.effects or []) == 2
    assert (len(rig.escalations()), len(rig.look(lambda s: list(s.exec(select(UnmetDemand)))))) == (1, 1)


def test_a_reply_that_cannot_be_worded_is_a_failure_and_not_silence(rig: Rig) -> None:
    rig.bot.replies = [("no_such_key", {})]
    message = rig.text("hello")
    rig.runner.drain()
    assert (rig.row(message).handled_at, rig.row(message).attempts) == (None, 1)


def test_a_bot_that_fails_on_a_message_hands_it_to_a_person(rig: Rig) -> None:
    rig.bot.errors = [BotFailed("500 internal")] * 10
    message, after = rig.text("something odd"), rig.text("and then")
    for _ in range(12):
        rig.runner.drain()
        rig.clock.advance(seconds=60)
    assert rig.row(message).outcome == "gave_up"
    assert rig.replies(message)[-1] == "trouble_gave_up"
    (first, *_) = rig.escalations()
    assert (first.kind, first.urgency, first.adviser_id, first.words) == (
        "assistant_failed",
        "soon",
        1,
        "something odd",
    )
    # the one behind it had to wait, and was not lost
    assert rig.row(after).handled_at is not None


def test_a_bot_that_is_down_is_waited_for_and_the_young_person_told_once(rig: Rig) -> None:
    rig.bot.errors = [BotDown("unreachable")] * 8
    message = rig.text("hello")
    for _ in range(20):
        rig.runner.drain()
        rig.clock.advance(seconds=20)
    assert rig.replies(message) == ["trouble_holding", "bye"]
    assert rig.row(message).outcome == "answered"
    assert rig.escalations() == []


def test_a_bot_that_stays_down_hands_over_in_the_end(rig: Rig) -> None:
    rig.bot.errors = [BotDown("unreachable")] * 1000
    message = rig.text("hello")
    for _ in range(40):
        rig.runner.drain()
        rig.clock.advance(seconds=60)
    assert rig.row(message).outcome == "gave_up"
    assert [one.kind for one in rig.escalations()] == ["assistant_failed"]


def test_stop_and_a_disclosure_need_no_bot(rig: Rig) -> None:
    rig.bot.errors = [BotDown("unreachable")] * 10
    told = rig.text("i want to kill myself")
    rig.runner.drain()
    (escalation,) = rig.escalations()
    assert (escalation.kind, escalation.urgency, escalation.adviser_id) == ("safeguarding", "urgent", 1)
    assert rig.replies(told)
    stop = rig.text("STOP")
    rig.runner.drain()
    assert rig.replies(stop) == ["stop_confirmed"]
    assert rig.bot.calls == 0


def test_an_ordinary_message_after_stop_is_kept_shown_and_not_answered(rig: Rig) -> None:
    rig.text("STOP")
    rig.runner.drain()
    first, second = rig.text("any plumbing courses near margate"), rig.text("hello?")
    rig.runner.drain()
    assert (rig.row(first).outcome, rig.row(second).outcome) == ("stopped", "stopped")
    assert (rig.replies(first), rig.replies(second)) == ([], [])
    assert [one.kind for one in rig.escalations()] == ["wrote_after_stop"]
    assert rig.bot.calls == 0


def test_while_a_person_has_it_the_assistant_is_silent_but_not_to_a_disclosure(rig: Rig) -> None:
    rig.text("hi")
    rig.runner.drain()
    rig.set_mode("adviser")
    quiet, told = rig.text("thanks sam"), rig.text("i cut myself last night")
    rig.runner.drain()
    assert (rig.row(quiet).outcome, rig.replies(quiet)) == ("handed_over", [])
    assert rig.replies(told)
    assert [one.kind for one in rig.escalations()] == ["safeguarding"]


def test_a_hand_over_while_the_bot_thinks_wins(rig: Rig) -> None:
    rig.text("hi")
    rig.runner.drain()
    rig.bot.meanwhile = lambda: rig.set_mode("adviser")
    message = rig.text("hello?")
    rig.runner.drain()
    rig.runner.drain()
    assert (rig.row(message).outcome, rig.replies(message)) == ("handed_over", [])


def test_a_runner_that_lost_its_lease_commits_nothing(rig: Rig) -> None:
    def outlive() -> None:
        rig.bot.meanwhile = lambda: None
        rig.clock.advance(minutes=5)
        other = TurnRunner(rig.engine, rig.clock, rig.runner._taker, rig.runner._voice)
        other.drain()

    rig.bot.meanwhile = outlive
    message = rig.text("hello")
    rig.runner.drain()
    assert rig.replies(message) == ["bye"]
    assert rig.conversation().state == {"turns": 1}


def test_pictures_empty_texts_and_other_languages(rig: Rig) -> None:
    picture, empty = rig.text("", media=1), rig.text("  ")
    polish = rig.text("Dzień dobry, szukam kursu języka angielskiego dla początkujących, czy możecie mi pomóc?")
    rig.runner.drain()
    assert rig.replies(picture) == ["media_only"]
    assert rig.replies(empty) == ["empty_message"]
    assert rig.replies(polish) == ["other_language"]
    assert [one.kind for one in rig.escalations()] == ["other_language"]


def test_a_short_code_is_kept_and_not_answered(rig: Rig) -> None:
    message = rig.text("Your parcel is on its way", number="60777")
    rig.runner.drain()
    assert (rig.row(message).outcome, rig.replies(message)) == ("answered", [])


def test_what_waits_is_put_off_by_growing_waits(rig: Rig) -> None:
    rig.bot.errors = [BotDown("unreachable")] * 3
    message = rig.text("hello")
    waits = []
    for _ in range(3):
        rig.runner.drain()
        row = rig.row(message)
        assert row.next_try_at is not None
        waits.append(row.next_try_at - rig.clock())
        rig.clock.now = row.next_try_at
    assert waits == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=5)]


def ask_by_text(rig: Rig, *, ago: timedelta) -> None:
    """Ann's last text was a question of ours, and is not answered yet."""
    went = NOW - ago
    rig.text("hi")
    rig.runner.drain()
    with writing(rig.engine) as session:
        thread = session.exec(select(Conversation).where(Conversation.channel == "sms")).one()
        message = Message(
            conversation_id=thread.id or 0, direction="out", channel="sms", author="assistant", text="?",
            created_at=went, sent_at=went, purpose="prompt", status="delivered", status_rank=70,
        )  # fmt: skip
        session.add(message)
        session.flush()
        session.add(
            FollowUp(
                young_person_id=thread.young_person_id or 0, plan="check", occasion="1", asks="still_there",
                due_at=went, made_at=went, status="ended", outcome="sent", reason="sent", ended_at=went,
                message_id=message.id,
            )
        )  # fmt: skip
        session.add(Conversation(channel="web", address="chat", young_person_id=thread.young_person_id, created_at=NOW))
        session.add(Conversation(channel="web", address="stranger", created_at=NOW))


def chat(rig: Rig, body: str, address: str = "chat") -> dict[str, Any]:
    """The state in which a message in the web chat was thought about."""
    rig.count += 1
    rig.inbox.put_now(Inbound("web", address, f"w{rig.count}", body, rig.clock()))
    rig.runner.drain()
    return rig.bot.states[-1]


def test_a_web_chat_meets_the_answer_to_what_was_texted(rig: Rig) -> None:
    ask_by_text(rig, ago=timedelta(days=2))
    assert chat(rig, "1", "stranger") == {}
    state = chat(rig, "1")
    assert (state["loop"], state["slots"]["telling"]["ask"]) == ("record_form", "still_there")
    thread = rig.look(lambda s: s.exec(select(Conversation).where(Conversation.address == "chat")).one())
    assert thread.state == {"turns": 1}, "the bot's new state is kept, as after any turn"


def test_a_text_of_last_week_is_not_answered_in_the_chat(rig: Rig) -> None:
    ask_by_text(rig, ago=timedelta(days=4))
    assert chat(rig, "1") == {}


def test_what_is_texted_is_answered_there_without_a_look_at_other_channels(rig: Rig) -> None:
    ask_by_text(rig, ago=timedelta(days=1))
    rig.text("1")
    rig.runner.drain()
    assert rig.bot.states[-1] == {"turns": 1}, "a text keeps the state of its own conversation"


def test_a_disclosure_in_the_chat_keeps_its_own_state(rig: Rig) -> None:
    ask_by_text(rig, ago=timedelta(days=1))
    rig.count += 1
    rig.inbox.put_now(Inbound("web", "chat", "w1", "i want to die", rig.clock()))
    rig.runner.drain()
    thread = rig.look(lambda s: s.exec(select(Conversation).where(Conversation.address == "chat")).one())
    assert thread.state == {}
