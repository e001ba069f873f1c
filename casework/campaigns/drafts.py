"""Writing a campaign down before it starts: what it is, checked whole, with what is wrong by field."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from casework.campaigns import wording
from casework.campaigns.filters import read_filter
from casework.campaigns.questions import Asked
from casework.campaigns.rules import CampaignRules
from casework.followup.conditions import BadCondition
from casework.tables import Adviser, Campaign
from casework.voice import Voice

MEASURES = {
    "wrote": "wrote to us",
    "activity_known": "what they do is known",
    "participating": "in education, an apprenticeship or training",
    "applied": "has applied for something",
    "offer": "has an offer",
    "answered": "answered the message",
}
"""What may be compared, as it stands so many days after the start."""
ONLY_WRITTEN_TO = ("answered",)
"""Nobody who was held out can do this: it is counted and never compared."""

LONGEST_NAME = 80
OPEN = ("draft", "starting", "running", "paused")


class CampaignError(Exception):
    """It cannot be done. The text is for the officer, in plain words."""


@dataclass(frozen=True)
class Draft:
    """Everything that an officer decides about a campaign."""

    name: str
    who: dict[str, Any]
    wording: dict[str, str] = field(default_factory=dict)
    asks: str | None = None
    hold_out: int = 0
    per_hour: int = 500
    measure: str | None = None
    measure_days: int = 28
    starts_at: datetime | None = None
    late_after_days: int = 3
    urgent: bool = False

    def tidied(self) -> "Draft":
        """With clean words, and without languages that nothing is written in."""
        words = {language: wording.tidy(text) for language, text in self.wording.items()}
        kept = {language: text for language, text in words.items() if text}
        return Draft(**{**self.__dict__, "name": " ".join(self.name.split()), "wording": kept})


@dataclass(frozen=True)
class Desk:
    """What drafts are checked against."""

    rules: CampaignRules
    service: str
    asked: Asked

    @classmethod
    def load(cls, data_dir: Path, service: str, voice: Voice | None = None) -> "Desk":
        """Read the data files. Raises ``casework.yamlfile.BadData``."""
        return cls(CampaignRules.load(data_dir), service, Asked.load(data_dir, voice))

    def problems(self, draft: Draft) -> dict[str, str]:
        """What is wrong, by field (name, who, en, cy, asks, hold_out, per_hour, measure, ...). Nothing: it is well."""
        found: dict[str, str] = {}
        if not draft.name or len(draft.name) > LONGEST_NAME:
            found["name"] = f"Give it a name of {LONGEST_NAME} characters or fewer"
        try:
            read_filter(draft.who)
        except BadCondition as error:
            found["who"] = _sentence(str(error))
        found |= self._words(draft)
        rules = self.rules
        if not 1 <= draft.per_hour <= rules.most_per_hour:
            found["per_hour"] = f"Enter a whole number of messages an hour from 1 to {rules.most_per_hour}"
        if not 1 <= draft.measure_days <= 365:
            found["measure_days"] = "Enter a whole number of days from 1 to 365"
        if not 1 <= draft.late_after_days <= 30:
            found["late_after_days"] = "Enter a whole number of days from 1 to 30"
        return found | self._hold_out(draft)

    def _words(self, draft: Draft) -> dict[str, str]:
        found: dict[str, str] = {}
        if draft.asks is not None and not self.asked.may_ask(draft.asks):
            found["asks"] = "Choose a question from the list"
        for language in wording.LANGUAGES:
            text = draft.wording.get(language)
            if text and (wrong := wording.problems(text, self.service, self.rules)):
                found[language] = ". ".join(wrong)
        if not draft.wording.get("en") and (draft.wording or draft.asks is None):
            found["en"] = "Write the message in English, or choose a question that has its own words"
        return found

    def _hold_out(self, draft: Draft) -> dict[str, str]:
        found: dict[str, str] = {}
        if not 0 <= draft.hold_out <= self.rules.most_hold_out:
            found["hold_out"] = f"Enter a percentage from 0 to {self.rules.most_hold_out}"
        elif draft.hold_out and draft.urgent:
            found["hold_out"] = "Nobody is held out of an urgent message"
        elif draft.hold_out and draft.asks and self.asked.urgent(draft.asks):
            found["hold_out"] = "This question belongs to urgent contact: nobody is held out of it"
        elif draft.hold_out and draft.measure is None:
            found["measure"] = "Choose what is compared, as some people are held out"
        if draft.measure is not None and draft.measure not in MEASURES:
            found["measure"] = "Choose what is compared from the list"
        elif draft.hold_out and draft.measure in ONLY_WRITTEN_TO:
            found["measure"] = "Nobody who is held out can answer. Compare who wrote to us instead"
        return found


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def make(session: Session, draft: Draft, adviser: Adviser, now: datetime, *, seed: str) -> Campaign:
    """A new campaign in the open transaction. ``draft`` has been checked; ``seed`` is a random word."""
    campaign = Campaign(
        ref=f"new-{seed}", status="draft", seed=seed, made_by_id=adviser.id or 0, made_at=now, **_columns(draft)
    )
    session.add(campaign)
    session.flush()
    campaign.ref = f"C{campaign.id}"
    session.flush()
    return campaign


def change(session: Session, campaign: Campaign, draft: Draft) -> None:
    """Write a draft's changes down. Raises ``CampaignError`` once it has started."""
    locked = lock(session, campaign.ref)
    if locked.status != "draft":
        raise CampaignError("This campaign has been started, so it cannot be changed any more")
    for name, value in _columns(draft).items():
        setattr(locked, name, value)
    session.flush()


def draft_of(campaign: Campaign) -> Draft:
    """What was decided about a campaign."""
    return Draft(**{name: getattr(campaign, name) for name in Draft.__dataclass_fields__})


def _columns(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in Draft.__dataclass_fields__}


def by_ref(session: Session, ref: str) -> Campaign | None:
    """A campaign by its reference, as in C3."""
    return session.exec(select(Campaign).where(Campaign.ref == ref)).first()


def lock(session: Session, ref: str) -> Campaign:
    """The same, for this transaction to change alone. Raises ``CampaignError`` where there is none."""
    query = select(Campaign).where(Campaign.ref == ref).with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise CampaignError(f"There is no campaign {ref}")
    return found


def every(session: Session) -> list[Campaign]:
    """All of them, the newest first."""
    return list(session.exec(select(Campaign).order_by(col(Campaign.id).desc())))
