"""What a turn does to the record, as data.

Actions and guards *describe* effects; ``apply`` performs them inside the turn's one commit. An effect carries no
ids of people: who it is about comes from the turn that applies it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlmodel import Session, select

from casework.clock import LONDON
from casework.tables import ConsentEvent, Conversation, Escalation, Message, UnmetDemand


class Effect(BaseModel):
    """Base of all effects: immutable, and strict about unknown fields so that a typo fails loudly."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenEscalation(Effect):
    """Bring something before a named adviser (or the duty queue where there is none)."""

    kind: Literal["open_escalation"] = "open_escalation"
    about: str = Field(description="talk_to_person, safeguarding, other_language, not_understood, ...")
    urgency: Literal["urgent", "soon", "routine"] = "routine"
    reason: str = Field(description="one plain line for the adviser")
    words: str = Field(default="", description="the young person's own words; default: the message's text")
    adviser_id: int | None = Field(default=None, description="the adviser the young person was told of")
    detail: dict[str, Any] = Field(default_factory=dict)


class NoteUnmetDemand(Effect):
    """Keep, without a name, that something was asked for and not found."""

    kind: Literal["note_unmet_demand"] = "note_unmet_demand"
    subject: str | None = None
    level: str | None = None
    place: str | None = None
    provider: str | None = None
    route: str | None = None


class SetLanguage(Effect):
    """Remember the language that this young person writes in (ISO 639-1)."""

    kind: Literal["set_language"] = "set_language"
    language: str


class RecordConsent(Effect):
    """Add to the consent ledger: they said STOP, or START."""

    kind: Literal["record_consent"] = "record_consent"
    event: Literal["stop", "start"]
    source: Literal["message", "provider"] = "message"


AnyEffect = Annotated[OpenEscalation | NoteUnmetDemand | SetLanguage | RecordConsent, Field(discriminator="kind")]
_adapter: TypeAdapter[AnyEffect] = TypeAdapter(AnyEffect)


def parse_effect(data: dict[str, Any]) -> AnyEffect:
    """Read an effect from its JSON form. Raises ``pydantic.ValidationError`` for anything that is not one."""
    return _adapter.validate_python(data)


def has_open(session: Session, conversation_id: int, about: str) -> bool:
    """Whether an escalation about this is open in this conversation already."""
    query = select(Escalation.id).where(
        Escalation.conversation_id == conversation_id,
        Escalation.kind == about,
        Escalation.closed_at == None,  # noqa: E711
    )
    return session.exec(query.limit(1)).first() is not None


@dataclass(frozen=True)
class TurnContext:
    """Whose turn it is: the rows that effects hang on."""

    conversation: Conversation
    message: Message
    now: datetime
    adviser_id: int | None = None
    """The adviser (or their cover) who answers for this young person now."""


def apply(session: Session, effect: AnyEffect, context: TurnContext) -> dict[str, Any]:
    """Perform one effect in the open transaction and answer its JSON form as it was done."""
    conversation, message = context.conversation, context.message
    if isinstance(effect, OpenEscalation):
        escalation = Escalation(
            conversation_id=conversation.id or 0,
            young_person_id=conversation.young_person_id,
            adviser_id=effect.adviser_id or context.adviser_id,
            message_id=message.id,
            kind=effect.about,
            urgency=effect.urgency,
            reason=effect.reason,
            words=effect.words or message.text,
            detail=effect.detail,
            opened_at=context.now,
        )
        session.add(escalation)
        effect = effect.model_copy(update={"adviser_id": escalation.adviser_id})
    elif isinstance(effect, NoteUnmetDemand):
        session.add(UnmetDemand(**effect.model_dump(exclude={"kind"}), on_date=context.now.astimezone(LONDON).date()))
    elif isinstance(effect, SetLanguage):
        conversation.language = effect.language
    else:
        session.add(
            ConsentEvent(
                channel=conversation.channel,
                address=conversation.address,
                young_person_id=conversation.young_person_id,
                event=effect.event,
                source=effect.source,
                message_id=message.id,
                recorded_at=context.now,
            )
        )
    return effect.model_dump(mode="json", exclude_defaults=True) | {"kind": effect.kind}
