"""Who will answer, said and recorded alike."""

from typing import Any, Literal

from sqlmodel import Session

from actions.base import Talk
from actions.offers import offer
from casework.advisers import who_answers
from casework.effects import NoteAddress, OpenEscalation
from casework.tables import Message

REASONS = {
    "about_apprenticeships": "Asked about apprenticeships and would like to hear from somebody.",
    "activity_left": "Has left what they were doing, and would like to hear from somebody.",
    "activity_looking": "Is not learning or working now, and would like help to find something.",
    "activity_other": "Told us how things are for them now, and would like their adviser to know.",
    "activity_started": "Told us what they are learning now, and would like their adviser to know.",
    "activity_thinking_of_leaving": "May leave what they are doing, and would like to talk it through.",
    "activity_working": "Told us that they are working, and would like their adviser to know.",
    "applications_news": "Has news about an application, and would like their adviser to know.",
    "applications_status": "Asked how their application is going.",
    "complaint": "Is not happy with something and would like to talk about it.",
    "course_fact": "Asked something about a course that the prospectus does not say.",
    "data": "Asked about the information held on them (to see it, correct it or have it deleted).",
    "identity": "Asked about their own record from a number or chat that is in nobody's record.",
    "jobs": "Asked for help with finding work.",
    "money_bank_account": "Asked for help with a bank account, so that money for learning can be paid.",
    "money_help": "Asked about money for learning.",
    "money_payment_problem": "Says that a payment has not come, has stopped or was wrong, and would like help.",
    "money_status": "Asked about a payment or an application for money.",
    "no_courses": "Looked for a course that the prospectus does not have.",
    "not_understood": "The assistant did not understand them, and they would like to talk to a person.",
    "open_day": "Asked about open days or looking round.",
    "plans_changed": "Has changed their plans, and would like to talk about it.",
    "plans_share": "Told us about their plans, and would like their adviser to know.",
    "plans_unsure": "Is not sure what to do next, and would like to talk about it.",
    "read_back": "Asked what is down for them, and would like to go through it with somebody.",
    "record_correction": "Says that something in their record is wrong. Look at it with them and put it right.",
    "someone_else": (
        "Somebody else (a parent, carer or other) is writing from this number and would like to hear from the team. "
        "Check who it is and what the young person agreed to before sharing anything."
    ),
    "travel": "Asked about getting there, or help with travel.",
    "upset": "Is having a hard time, and would like to hear from somebody.",
    "wrong_number": "Says that this number does not belong to the young person in the record.",
}
"""Why it was opened, in one line for the adviser. The young person's own words go beside it."""

SOON = frozenset({"activity_left", "activity_thinking_of_leaving", "money_payment_problem", "upset", "complaint"})
"""What should not wait for its turn in the queue."""

ABOUT = frozenset(
    {"complaint", "wrong_number", "someone_else", "not_understood", "identity_check", "record_correction"}
)
"""Topics that are kinds of escalation of their own; all others are somebody who wants to talk to a person."""


def who(talk: Talk) -> dict[str, Any]:
    """Who answers for this young person now, as arguments of a text.

    ``adviser`` None is the duty team; ``at`` is when they next work, None when that is not known.
    """
    answering = who_answers(talk.session, talk.young_person, talk.now)
    at = answering.next_working_at
    return {
        "adviser": answering.adviser.name if answering.adviser else None,
        "adviser_id": answering.adviser.id if answering.adviser else None,
        "covering_for": answering.covering_for.name if answering.covering_for else None,
        "working_now": answering.working_now,
        "at": at.isoformat() if at else None,
    }


def offer_person(talk: Talk, topic: str) -> None:
    """Remember that an adviser was offered, about what, and which message it was about."""
    offer(talk, "person", ["yes", "no"], topic=topic, message_id=talk.message_id)


def hand_over(talk: Talk, *, reason: str, words: str, urgency: Literal["soon", "routine"], topic: str) -> None:
    """Open the escalation, and say who has been told and when they work."""
    answering = who(talk)
    about = topic if topic in ABOUT else "talk_to_person"
    talk.effect(
        OpenEscalation(
            about=about,
            urgency=urgency,
            reason=reason,
            words=words,
            adviser_id=answering.pop("adviser_id"),
            detail={"topic": topic},
        )
    )
    if topic == "wrong_number" and talk.channel == "sms":
        # after the escalation: the note takes the number off the record
        talk.effect(NoteAddress(note="wrong_number"))
        talk.say("wrong_number_noted")
    elif topic in ("someone_else", "wrong_number"):
        # the name of the adviser is part of the record
        talk.say("handed_over_to_team")
    else:
        talk.say("handed_over", **answering)
    talk.remember(offered=None)
    kept = talk.slot("telling")
    if isinstance(kept, dict) and kept.get("ask") == "fix":
        # a person puts it right now: what it should be is not asked again
        talk.remember(telling=None)


def accept(talk: Talk, topic: str, message_id: int | None) -> None:
    """They would like to hear from a person, as was offered about an earlier message."""
    hand_over(
        talk,
        reason=REASONS.get(topic, "Would like to talk to a person."),
        words=words_of(talk.session, message_id) or talk.text,
        urgency="soon" if topic in SOON else "routine",
        topic=topic,
    )


def words_of(session: Session, message_id: int | None) -> str:
    """The text of an earlier message: the state keeps its id, never its words."""
    message = session.get(Message, message_id) if message_id is not None else None
    return message.text if message is not None else ""
