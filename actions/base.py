"""What every action stands on: one look at the turn, and the ways to say, to do and to remember.

An action reads and describes. It never writes: what it wants done it hands on as effects (casework.effects), which
the turn runner applies together with everything else of the turn, or not at all.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import Engine
from sqlmodel import Session

from casework.activities.coding import Coding
from casework.clock import LONDON
from casework.db import reading
from casework.effects import Effect
from casework.followup.questions import Questions
from casework.money.schemes import Schemes
from casework.tables import Message, YoungPerson
from prospectus.vocabulary import Vocabulary


@dataclass(frozen=True)
class Shelf:
    """What actions share: the database to read from, and what was loaded once."""

    engine: Engine
    vocabulary: Vocabulary
    public_url: str | None = None
    """Where people reach the service's own pages; None: it sends no links to them."""
    coding: Coding | None = None
    """How what they do becomes a code, and what is unclear of it; None: nothing is checked."""
    schemes: Schemes = field(default_factory=lambda: Schemes([]))
    """Money for learning: what there is."""
    questions: Questions = field(default_factory=lambda: Questions({}))
    """What follow-up asks, and what becomes of each answer."""


@dataclass(frozen=True)
class Entity:
    """Something that the bot picked out of the message."""

    type: str
    value: str
    text: str
    at: int
    """Where it begins in the message."""


@dataclass
class Talk:
    """One turn as an action sees it, and what the action answers."""

    shelf: Shelf
    session: Session
    text: str
    intent: str
    confidence: float
    ranking: list[str]
    entities: list[Entity]
    slots: dict[str, Any]
    conversation_id: int
    young_person_id: int | None
    message_id: int | None
    channel: str
    now: datetime
    reading: dict[str, Any] = field(default_factory=dict)
    """What the bot made of the message beside what stood: pick, same, correction, any, more (docs/protocols.md)."""
    said: list[dict[str, Any]] = field(default_factory=list)
    remembered: dict[str, Any] = field(default_factory=dict)
    follow: str | None = None
    _young_person: YoungPerson | None = None

    @property
    def today(self) -> date:
        """The day it is for the young person."""
        return self.now.astimezone(LONDON).date()

    @property
    def vocabulary(self) -> Vocabulary:
        """Everyday words and what the record calls them."""
        return self.shelf.vocabulary

    @property
    def young_person(self) -> YoungPerson | None:
        """Who is writing, when their number or session is linked to somebody in the record."""
        if self._young_person is None and self.young_person_id is not None:
            self._young_person = self.session.get(YoungPerson, self.young_person_id)
        return self._young_person

    def say(self, key: str, **args: Any) -> None:
        """Reply with a text of data/texts. Arguments are JSON; dates are ISO; None means not known."""
        self.said.append({"say": key, "args": args})

    def effect(self, effect: Effect) -> None:
        """Ask for something to be done to the record."""
        done = effect.model_dump(mode="json", exclude_defaults=True)
        self.said.append({"effect": done | {"kind": effect.model_dump()["kind"]}})

    def remember(self, **slots: Any) -> None:
        """Keep values for later turns; None forgets."""
        self.remembered.update(slots)

    def slot(self, name: str) -> Any:
        """What is remembered under a name, this turn's own memories first."""
        return self.remembered.get(name, self.slots.get(name))

    def value(self, kind: str) -> str | None:
        """The value of the first entity of this type in the message."""
        return next((e.value for e in self.entities if e.type == kind), None)


class OnwardAction(Action, ABC):  # type: ignore[misc] # rasa-sdk has no types
    """An action: subclasses set ``action`` to its name in the domain and write ``answer``.

    Whatever ``answer`` raises fails the turn: the runner tries it again, and nothing of it has happened.
    """

    action: ClassVar[str]

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def name(self) -> str:
        """Its name in the bot's domain."""
        return self.action

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Read, decide and describe; called by the executor."""
        with reading(self._shelf.engine) as session:
            talk = listen(self._shelf, session, tracker)
            self.answer(talk)
        for message in talk.said:
            dispatcher.utter_message(json_message=message)
        events: list[EventType] = [SlotSet(name, value) for name, value in talk.remembered.items()]
        if talk.follow:
            events.append(FollowupAction(talk.follow))
        return events

    @abstractmethod
    def answer(self, talk: Talk) -> None:
        """Say and remember something. Raises to fail the turn."""


def listen(shelf: Shelf, session: Session, tracker: Tracker) -> Talk:
    """The turn that a tracker is in. Raises ``KeyError`` when the caller left out the turn's context."""
    latest = tracker.latest_message
    context = latest.get("metadata") or _context(tracker)
    reading = context.get("reading") or {}
    text = _words_put_by(session, reading.get("words")) or latest.get("text") or ""
    intent = latest.get("intent") or {}
    return Talk(
        shelf=shelf,
        session=session,
        text=text,
        intent=intent.get("name") or "",
        confidence=float(intent.get("confidence") or 0.0),
        ranking=[entry["name"] for entry in latest.get("intent_ranking") or []],
        entities=[
            Entity(e["entity"], str(e["value"]), text[e["start"] : e["end"]], e["start"])
            for e in latest.get("entities") or []
        ],
        slots=dict(tracker.slots),
        conversation_id=int(context["conversation_id"]),
        young_person_id=context.get("young_person_id"),
        message_id=context.get("message_id"),
        channel=str(context.get("channel") or "web"),
        now=datetime.fromisoformat(context["now"]),
        reading=reading,
    )


def _words_put_by(session: Session, place: dict[str, Any] | None) -> str:
    """The words of a question that was put by: the state keeps their place in a stored message, never the words."""
    message = session.get(Message, place["message_id"]) if place and place.get("message_id") is not None else None
    if message is None or place is None:
        return ""
    start, end = place["span"]
    return message.text[start:end]


def _context(tracker: Tracker) -> dict[str, Any]:
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return event.get("metadata") or {}
    return {}
