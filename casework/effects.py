"""What a turn does to the record, as data.

Actions and guards *describe* effects; ``apply`` performs them inside the turn's one commit. An effect carries no
ids of people: who it is about comes from the turn that applies it.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from casework.activities.facts import age_band
from casework.activities.recording import NewActivity, record_activity, verify_activity
from casework.activities.rules import Rules
from casework.clock import LONDON
from casework.destinations.facts import Fact
from casework.destinations.record import record_destination
from casework.destinations.stages import PLAN
from casework.effectkinds import (
    AnswerFollowUp,
    AnyEffect,
    AskLinkCode,
    Effect,
    LinkSharer,
    NoteAddress,
    NoteUnmetDemand,
    OpenEscalation,
    RecordActivity,
    RecordConsent,
    RecordDestination,
    RecordMoneyStep,
    SetKnownAs,
    SetLanguage,
    TryLinkCode,
    VerifyActivity,
    parse_effect,
)
from casework.followup.answers import answered, told
from casework.followup.questions import Questions
from casework.identity.addresses import note
from casework.identity.codes import try_code
from casework.identity.linking import Linking, link_sharer, send_code
from casework.money.journey import record_step
from casework.tables import (
    ConsentEvent,
    Conversation,
    Escalation,
    Message,
    MoneyApplication,
    UnmetDemand,
    YoungPerson,
)

__all__ = [
    "AnswerFollowUp",
    "AnyEffect",
    "AskLinkCode",
    "Effect",
    "LinkSharer",
    "NoteAddress",
    "NoteUnmetDemand",
    "OpenEscalation",
    "RecordActivity",
    "RecordConsent",
    "RecordDestination",
    "RecordMoneyStep",
    "SetKnownAs",
    "SetLanguage",
    "TryLinkCode",
    "TurnContext",
    "VerifyActivity",
    "apply",
    "has_open",
    "parse_effect",
]


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
    rules: Rules | None = None
    """How activities are coded; needed where one is recorded."""
    linking: Linking | None = None
    """What codes are made and worded with; needed where somebody is linked."""
    questions: Questions | None = None
    """What follow-up asks: what is told then also answers the questions about it. None: nothing is looked for."""
    learned: dict[str, Any] = field(default_factory=dict)
    """Arguments for the turn's replies that only the commit could know, as in how a code went."""

    @property
    def said_on(self) -> date:
        """The day the message was written, in Europe/London."""
        return self.message.created_at.astimezone(LONDON).date()


def apply(session: Session, effect: AnyEffect, context: TurnContext) -> dict[str, Any]:
    """Perform one effect in the open transaction and answer its JSON form as it was done.

    What belongs into a young person's record is left out, and says so (``skipped``), while nobody knows whose
    conversation it is. The same message records the same thing once. Raises ``RuntimeError`` for an activity without
    rules or a code without ``linking``, ``ValueError`` for a step of no scheme's.
    """
    conversation, message = context.conversation, context.message
    if isinstance(effect, RecordDestination | RecordActivity | RecordMoneyStep | VerifyActivity):
        done = _as_json(effect) | _record(session, effect, context)
        if conversation.young_person_id is not None and context.questions is not None:
            told(session, conversation.young_person_id, _about(effect), message, context.questions, context.now)
        return done
    if isinstance(effect, AnswerFollowUp):
        done = _as_json(effect)
        return done if answered(session, effect, conversation, message, context.now) else done | {"skipped": "not open"}
    if isinstance(effect, AskLinkCode | TryLinkCode | LinkSharer):
        return {"kind": effect.kind} | _link(session, effect, context)
    if isinstance(effect, NoteAddress):
        note(session, conversation, effect.note, by="young_person", now=context.now, message_id=message.id)
    elif isinstance(effect, OpenEscalation):
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
    elif isinstance(effect, SetKnownAs):
        _call(session, conversation, effect.name)
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
    return _as_json(effect)


def _as_json(effect: AnyEffect) -> dict[str, Any]:
    return effect.model_dump(mode="json", exclude_defaults=True) | {"kind": effect.kind}


def _about(effect: RecordDestination | RecordActivity | RecordMoneyStep | VerifyActivity) -> str:
    """What a question is about that this answers (``casework.followup.questions``)."""
    if isinstance(effect, RecordDestination):
        return "plans" if effect.stage == PLAN else "application"
    return "money" if isinstance(effect, RecordMoneyStep) else "activity"


def _record(
    session: Session,
    effect: RecordDestination | RecordActivity | RecordMoneyStep | VerifyActivity,
    context: TurnContext,
) -> dict[str, Any]:
    """Put it into the record; answers what there is to say of it beside the effect itself."""
    message = context.message
    person_id = context.conversation.young_person_id
    person = session.get(YoungPerson, person_id) if person_id is not None else None
    if person is None:
        return {"skipped": "nobody in the record"}
    if isinstance(effect, RecordDestination):
        fact = Fact(
            **effect.model_dump(exclude={"kind"}),
            source="young_person",
            # when they said it, however late it is read
            recorded_at=message.created_at,
            channel=context.conversation.channel,
            message_id=message.id,
        )
        return {} if record_destination(session, person.id or 0, fact) else {"skipped": "said before"}
    if isinstance(effect, RecordMoneyStep):
        row = MoneyApplication(
            young_person_id=person.id or 0,
            source="young_person",
            message_id=message.id,
            recorded_at=message.created_at,
            **effect.model_dump(exclude={"kind"}),
        )
        return {} if record_step(session, row) else {"skipped": "said before"}
    if context.rules is None:
        raise RuntimeError("an activity cannot be recorded without the rules that code it")
    if isinstance(effect, VerifyActivity):
        verified = verify_activity(
            session,
            context.rules.book,
            person,
            context.said_on,
            code=effect.code,
            provider_ref=effect.provider_ref,
            message_id=message.id,
            now=message.created_at,
        )
        if verified is None:
            return {"skipped": "nothing known"}
        return {"code": verified.activity.code} if verified.activity and verified.added else {"skipped": "said before"}
    on = effect.said_on or context.said_on
    age = age_band(person.date_of_birth, on, nation=person.nation, leaves=person.leaves_school_on)
    # "start monday" is an agreed start until then, and nothing that they do yet
    coded = context.rules.coding.code_for(effect.facts.model_copy(update={"age": age}).settled(on))
    new = NewActivity.of(
        coded, source="young_person", said_on=on, message_id=message.id, end=effect.end, detail=effect.detail
    )
    done = record_activity(session, context.rules.book, person, new, now=message.created_at)
    return {"code": coded.code} if done.added else {"skipped": done.kept or "said before"}


def _call(session: Session, conversation: Conversation, name: str) -> None:
    person = session.get(YoungPerson, conversation.young_person_id) if conversation.young_person_id else None
    if person is not None:
        person.known_as = name
        session.add(person)


def _link(session: Session, effect: AskLinkCode | TryLinkCode | LinkSharer, context: TurnContext) -> dict[str, Any]:
    """Do what links a conversation to a record. What it answers is kept: it says nothing of numbers, codes or names."""
    if context.linking is None:
        raise RuntimeError("nobody can be linked without what codes are made with")
    if isinstance(effect, AskLinkCode):
        # the same whether or not anything was sent, so that what is kept says no more than what was said
        send_code(session, context.conversation, context.message, effect.number, context.linking, context.now)
        return {}
    outcome: str
    if isinstance(effect, LinkSharer):
        outcome = "linked" if link_sharer(session, context.conversation, effect.first_name) else "unclear"
    else:
        outcome = try_code(session, context.conversation, effect.code, context.linking.secret, context.now)
    if outcome == "linked":
        # the conversation was read in another transaction: what is set on it alone is not kept
        session.execute(
            update(Conversation)
            .where(col(Conversation.id) == context.conversation.id)
            .values(young_person_id=context.conversation.young_person_id)
        )
    context.learned["outcome"] = outcome
    return {"outcome": outcome}
