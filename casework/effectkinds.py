"""What may be described to be done: one model a kind. ``casework.effects`` performs them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from casework.activities.facts import ActivityFacts
from casework.destinations.stages import Stage


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


class RecordDestination(Effect):
    """Add one thing they said of where they mean to go, or of a place they are after. Nothing is overwritten."""

    kind: Literal["record_destination"] = "record_destination"
    stage: Stage
    choice: int = Field(default=1, ge=1, le=9)
    route: str | None = None
    provider_ref: str | None = None
    course_ref: str | None = None
    subject: str | None = None
    occupation: str | None = Field(default=None, description="in their words")
    level: str | None = None
    grades: str | None = Field(default=None, description="in their words")
    sure: Literal["very", "fairly", "not"] | None = None
    undecided: bool = False
    help_wanted: str | None = Field(default=None, description="in their words")
    on_date: date | None = Field(default=None, description="when it was, where they said so")
    at_time: AwareDatetime | None = Field(default=None, description="when the interview is; midnight: hour not known")
    ends_on: date | None = None
    reason: str | None = Field(default=None, description="why it was declined or left, in their words")
    missed: Literal["interview", "enrolment"] | None = None


class RecordActivity(Effect):
    """Record what they do now. The code is chosen from the facts when this is applied, by the rules, never here."""

    kind: Literal["record_activity"] = "record_activity"
    facts: ActivityFacts
    said_on: date | None = Field(default=None, description="default: the day of the message")
    end: date | None = Field(default=None, description="the planned last day")
    detail: dict[str, Any] = Field(default_factory=dict, description="employer, why they left, ...")


class RecordMoneyStep(Effect):
    """Add a step that they reported of an application for money."""

    kind: Literal["record_money_step"] = "record_money_step"
    scheme: str = Field(description="a key of data/schemes")
    step: str = Field(description="casework.money.journey has the steps")
    on_date: date | None = None
    detail: dict[str, Any] = Field(default_factory=dict)


class VerifyActivity(Effect):
    """What the record says that they do is still so on the day of the message: the same facts, verified again.

    ``code`` and ``provider_ref`` say which activity was asked about; without them it is the one that is known now.
    """

    kind: Literal["verify_activity"] = "verify_activity"
    code: str | None = None
    provider_ref: str | None = None


class AnswerFollowUp(Effect):
    """They answered what a planned contact asked. It only counts for a contact of their own, and the first time."""

    kind: Literal["answer_follow_up"] = "answer_follow_up"
    followup_id: int
    answer: str = Field(description="the key of an option; told, where they said it in words of their own")
    stop: bool = Field(default=False, description="they want no more of this plan")
    snooze_days: int | None = Field(default=None, ge=1, le=366, description="not to be asked again for so long")


class NoteAddress(Effect):
    """Keep what became known of this conversation's number: not theirs, shared, or right after all."""

    kind: Literal["note_address"] = "note_address"
    note: Literal["wrong_number", "shared", "invalid", "right"]


class SetKnownAs(Effect):
    """What they want to be called from now on."""

    kind: Literal["set_known_as"] = "set_known_as"
    name: str = Field(min_length=1, max_length=40)


class AskLinkCode(Effect):
    """Text a one-time code to ``number`` (E.164), if it is on record. What is kept of it does not hold the number."""

    kind: Literal["ask_link_code"] = "ask_link_code"
    number: str


class TryLinkCode(Effect):
    """Try the code that they typed. What is kept of it holds how it went, never the code."""

    kind: Literal["try_link_code"] = "try_link_code"
    code: str


class LinkSharer(Effect):
    """On a phone that several share: link the one with this first name, where there is exactly one."""

    kind: Literal["link_sharer"] = "link_sharer"
    first_name: str


AnyEffect = Annotated[
    OpenEscalation
    | NoteUnmetDemand
    | SetLanguage
    | RecordConsent
    | RecordDestination
    | RecordActivity
    | RecordMoneyStep
    | VerifyActivity
    | AnswerFollowUp
    | NoteAddress
    | SetKnownAs
    | AskLinkCode
    | TryLinkCode
    | LinkSharer,
    Field(discriminator="kind"),
]
_adapter: TypeAdapter[AnyEffect] = TypeAdapter(AnyEffect)


def parse_effect(data: dict[str, Any]) -> AnyEffect:
    """Read an effect from its JSON form. Raises ``pydantic.ValidationError`` for anything that is not one."""
    return _adapter.validate_python(data)
