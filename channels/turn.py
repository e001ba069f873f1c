"""One turn: a stored message becomes replies, effects and new state. Pure but for the call to the bot.

The order is fixed: a hand-over that is open, then the guard (STOP, START, HELP, safeguarding, other languages), then
messages with nothing to understand, then the bot.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session

from casework.advisers import Answering, who_answers
from casework.consent import stopped
from casework.effects import AnyEffect, OpenEscalation, SetLanguage, has_open, parse_effect
from casework.followup.elsewhere import asked_elsewhere
from casework.guard import Guard, Guarded
from casework.identity.linking import speaker_lapsed
from casework.language import Languages
from casework.tables import Conversation, Message, YoungPerson
from channels.bot import BotFailed, Thinker

ENGLISH = "en"

WROTE_AFTER_STOP = OpenEscalation(
    about="wrote_after_stop",
    reason="Wrote again after STOP. The assistant may not answer: ring them, or wait for them to text START.",
)


@dataclass(frozen=True)
class Turn:
    """What a message came to, before it is committed."""

    outcome: str
    replies: list[tuple[str, dict[str, Any]]]
    effects: list[AnyEffect]
    understanding: dict[str, Any]
    language: str
    purpose: str = "reply"
    state: dict[str, Any] | None = None
    """The bot's new state, or None to keep the old one."""


@dataclass
class Loaded:
    """What a turn needs of the record, read before it thinks."""

    conversation: Conversation
    message: Message
    young_person: YoungPerson | None
    stopped: bool
    now: datetime
    session: Session = field(repr=False)
    primed: dict[str, Any] | None = None
    """The state in which a web chat meets the answer to what was texted; None: the conversation's own."""
    released: bool = False
    """A shared phone whose speaker is not known any more: the commit takes the conversation off their record."""
    _answering: Answering | None = None

    @property
    def remembered_language(self) -> str | None:
        """The language they write in, or else the one in their record where that is not just the default."""
        if self.conversation.language:
            return self.conversation.language
        chosen = self.young_person.language if self.young_person else ENGLISH
        return chosen if chosen != ENGLISH else None

    @property
    def answering(self) -> Answering:
        """Who answers for this young person now; looked up when it is first needed."""
        if self._answering is None:
            self._answering = who_answers(self.session, self.young_person, self.now)
        return self._answering


def load(session: Session, conversation: Conversation, message: Message, now: datetime) -> Loaded:
    """Read what the turn of ``message`` needs."""
    person = None
    released = speaker_lapsed(conversation, now)
    if released:
        # without marking the row as changed: this transaction only reads
        set_committed_value(conversation, "young_person_id", None)
    if conversation.young_person_id is not None:
        person = session.get(YoungPerson, conversation.young_person_id)
    primed = None
    if person is not None and conversation.channel == "web":
        primed = asked_elsewhere(session, person.id or 0, conversation.state, now)
    return Loaded(
        conversation=conversation,
        message=message,
        young_person=person,
        stopped=stopped(session, conversation.channel, conversation.address, conversation.young_person_id),
        now=now,
        session=session,
        primed=primed,
        released=released,
    )


class TurnTaker:
    """Takes turns with one guard, one set of languages and one bot."""

    def __init__(self, guard: Guard, languages: Languages, thinker: Thinker) -> None:
        self._guard = guard
        self._languages = languages
        self._thinker = thinker

    def take(self, loaded: Loaded) -> Turn:
        """Answer what this message comes to. Raises ``BotDown`` or ``BotFailed`` when it needs the bot."""
        guarded = self._check(loaded)
        if guarded is not None:
            return self._guarded(loaded, guarded)
        message, conversation = loaded.message, loaded.conversation
        decision = self._languages.decide(message.text, loaded.remembered_language)
        effects: list[AnyEffect] = []
        if decision.changed:
            effects.append(SetLanguage(language=decision.language))
        understanding: dict[str, Any] = {
            "language": decision.language,
            "risk": {"level": "none", "kind": None},
        }
        if conversation.mode == "adviser":
            return Turn("handed_over", [], effects, understanding, decision.language)
        if loaded.stopped:
            # an ordinary message after STOP is kept and shown to the adviser, and never answered
            if not has_open(loaded.session, conversation.id or 0, WROTE_AFTER_STOP.about):
                effects.append(WROTE_AFTER_STOP)
            return Turn("stopped", [], effects, understanding, decision.language)
        if not message.text.strip():
            key = "media_only" if message.media else "empty_message"
            return Turn("answered", [(key, {})], effects, understanding, decision.language)
        return self._think(loaded, decision.language, effects, understanding)

    def _check(self, loaded: Loaded) -> Guarded | None:
        # a first look with nobody named costs no query; who answers is looked up for the few that matter
        if self._guard_check(loaded, None) is None:
            return None
        return self._guard_check(loaded, loaded.answering)

    def _guard_check(self, loaded: Loaded, answering: Answering | None) -> Guarded | None:
        adviser = answering.adviser if answering else None
        return self._guard.check(
            loaded.message.text,
            opt_out_type=loaded.message.opt_out_type,
            remembered_language=loaded.remembered_language,
            now=loaded.now,
            working_now=bool(answering and answering.working_now),
            adviser_name=adviser.name.split()[0] if adviser else None,
            stopped=loaded.stopped,
            next_working_at=answering.next_working_at if answering else None,
            nation=loaded.young_person.nation if loaded.young_person else None,
        )

    def _guarded(self, loaded: Loaded, guarded: Guarded) -> Turn:
        replies = guarded.replies
        if loaded.conversation.mode == "adviser" and guarded.purpose == "reply":
            replies = []  # a person has the conversation; only what cannot wait is said beside them
        return Turn(
            outcome=guarded.outcome,
            replies=replies,
            effects=guarded.effects,
            understanding={
                "language": guarded.language,
                "risk": {"level": guarded.risk.level, "kind": guarded.risk.kind},
            },
            language=guarded.language,
            purpose=guarded.purpose,
        )

    def _think(self, loaded: Loaded, language: str, effects: list[AnyEffect], understanding: dict[str, Any]) -> Turn:
        conversation = loaded.conversation
        thought = self._thinker.think(
            f"c{conversation.id}",
            loaded.message.text,
            conversation.state if loaded.primed is None else loaded.primed,
            {
                "conversation_id": conversation.id,
                "young_person_id": conversation.young_person_id,
                "message_id": loaded.message.id,
                "channel": conversation.channel,
                "language": language,
                "now": loaded.now.isoformat(),
            },
        )
        try:
            effects = effects + [parse_effect(effect) for effect in thought.effects]
        except ValidationError as error:
            raise BotFailed("not_an_effect") from error
        return Turn(
            outcome="answered",
            replies=thought.replies,
            effects=effects,
            understanding=thought.understanding | understanding,
            language=language,
            state=thought.state,
        )
