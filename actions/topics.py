"""Topics that need the record or a person: what can be said without them, and the offer of an adviser."""

from actions.applications import gives_up_application, hear_application
from actions.base import OnwardAction, Talk
from actions.course_facts import nation
from actions.people import offer_person, who

TOPICS = {
    intent: intent
    for intent in (
        *("about_apprenticeships", "jobs", "activity_thinking_of_leaving"),
        *("complaint", "upset"),
    )
} | {"delete_data": "data"}
"""The intents answered here, and the text and topic of each."""

LOOKED_FOR = ("subject", "level", "place", "provider", "route", "start", "words", "searched", "course", "offered")
"""What is remembered of the young person's search: nobody else may page through it."""


class Topic(OnwardAction):
    """Say what is known about a topic, and offer an adviser for the rest."""

    action = "action_topic"

    def answer(self, talk: Talk) -> None:
        if talk.intent == "activity_thinking_of_leaving" and gives_up_application(talk):
            hear_application(talk, None)
            if talk.slot("telling"):
                talk.follow = "record_form"
            return
        topic = TOPICS[talk.intent]
        talk.say(topic, adviser=who(talk)["adviser"], nation=nation(talk))
        offer_person(talk, topic)


class SomeoneElse(OnwardAction):
    """A parent, carer or friend is writing: nothing of the record is said, not even who the adviser is."""

    action = "action_someone_else"

    def answer(self, talk: Talk) -> None:
        talk.remember(**dict.fromkeys(LOOKED_FOR))
        talk.say("someone_else")
        offer_person(talk, "someone_else")
