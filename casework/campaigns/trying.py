"""A test to oneself: the wording on the officer's own phone, outside any young person's record."""

from datetime import datetime

from sqlmodel import Session, col, select

from casework import audit, gsm7
from casework.campaigns import wording
from casework.campaigns.drafts import CampaignError
from casework.campaigns.questions import Asked
from casework.consent import stopped
from casework.delivery import RANK
from casework.identity.addresses import reachable
from casework.importing.values import is_mobile, phone
from casework.tables import Adviser, Campaign, Conversation, Message, YoungPerson

MARK = {"en": "TEST of {ref}: ", "cy": "PRAWF o {ref}: "}
"""What a test begins with, so that nobody takes it for the real one."""


def try_out(
    session: Session, campaign: Campaign, adviser: Adviser, language: str, asked: Asked, service: str, now: datetime
) -> Message:
    """Put the message in the outbox for the officer's own number, in the open transaction.

    Raises ``CampaignError`` where they have no mobile number of their own, have sent STOP from it, or it stands in a
    young person's record.
    """
    number = phone(adviser.phone) if adviser.phone else None
    if number is None or not is_mobile(number):
        raise CampaignError(
            "There is no mobile number of yours on record, so no test can be sent. Ask for it to be added"
        )
    conversation = _conversation(session, number, now)
    if stopped(session, "sms", number, None) or not reachable(session, "sms", number):
        raise CampaignError("Your own number has sent STOP to this service. Send START from it first")
    text = gsm7.clean(MARK.get(language, MARK["en"]).format(ref=campaign.ref)) + _text(
        campaign, adviser, language, asked, service
    )
    message = Message(
        conversation_id=conversation.id or 0,
        direction="out",
        channel="sms",
        # the officer asked for it and waits for it: it goes at any hour, and counts towards nobody's cap
        purpose="adviser",
        author="adviser",
        adviser_id=adviser.id,
        text=text,
        created_at=now,
        key=f"campaign:{campaign.ref}:test",
        status="queued",
        status_rank=RANK["queued"],
        segments=gsm7.measure(text).segments,
    )
    session.add(message)
    session.flush()
    audit.record(
        session,
        at=now,
        actor=audit.actor_of(adviser),
        action="tested_campaign",
        conversation_id=conversation.id,
        campaign=campaign.ref,
        message=message.id,
    )
    return message


def _text(campaign: Campaign, adviser: Adviser, language: str, asked: Asked, service: str) -> str:
    first = adviser.name.split()[0] if adviser.name.split() else adviser.name
    if campaign.wording:
        words = campaign.wording.get(wording.language_of(language, campaign.wording))
        if not words:
            raise CampaignError("There is nothing to test yet: write the message first")
        return wording.filled(words, first)
    if campaign.asks is None or not asked.may_ask(campaign.asks):
        raise CampaignError("There is nothing to test yet: write the message first")
    return asked.words(campaign.asks, language, first, service)


def _conversation(session: Session, number: str, now: datetime) -> Conversation:
    theirs = session.exec(select(YoungPerson.id).where(col(YoungPerson.phone) == number).limit(1)).first()
    found = session.exec(
        select(Conversation).where(col(Conversation.channel) == "sms", col(Conversation.address) == number)
    ).first()
    if theirs is not None or (found is not None and found.young_person_id is not None):
        raise CampaignError(
            "Your number is also in a young person's record, so a test would go into it. It was not sent"
        )
    if found is None:
        found = Conversation(channel="sms", address=number, created_at=now)
        session.add(found)
        session.flush()
    return found
