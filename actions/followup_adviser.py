"""An answer to a text that an adviser wrote and planned: they know what was asked, and the assistant does not."""

from actions.base import Talk
from actions.followup_does import TOPIC, Contact, mark
from actions.open_question import Open, nothing_open
from actions.people import who
from casework.effects import OpenEscalation
from casework.followup.asking import ADVISER_WORDS


def to_an_adviser(talk: Talk, now: Open) -> bool:
    """Whether a message answers a text that an adviser wrote. That they want no messages is heard as everywhere."""
    return now.about == "followup" and now.ask == ADVISER_WORDS and talk.intent != "stop_messages"


def hear_for_adviser(talk: Talk, now: Open) -> None:
    """Bring what they say to the adviser, in their words. Thanks alone asks nothing of anybody."""
    contact = Contact.of(talk, now)
    nothing_open(talk)
    if talk.intent == "thanks":
        mark(talk, contact, "thanks")
        talk.say("thanks", name=talk.young_person.called if talk.young_person else None)
        return
    mark(talk, contact, "adviser")
    answering = who(talk)
    talk.effect(
        OpenEscalation(
            about=TOPIC,
            urgency="soon",
            reason="Answered the text that an adviser had planned",
            adviser_id=answering["adviser_id"],
            detail={"topic": TOPIC, "question": ADVISER_WORDS},
        )
    )
    talk.say("handed_over", **{key: value for key, value in answering.items() if key != "adviser_id"})
