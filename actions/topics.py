"""Topics that need the record or a person: what can be said without them, and the offer of an adviser."""

from actions.base import OnwardAction, Talk
from actions.course_facts import nation
from actions.people import offer_person, who

TOPICS = {
    intent: intent
    for intent in (
        *("about_apprenticeships", "jobs", "plans_unsure", "plans_share", "plans_changed"),
        *("applications_status", "applications_news", "activity_share", "activity_left"),
        *("money_help", "money_status", "wrong_number", "complaint", "upset"),
    )
} | {"delete_data": "data"}
"""The intents answered here, and the text and topic of each."""


class Topic(OnwardAction):
    """Say what is known about a topic, and offer an adviser for the rest."""

    action = "action_topic"

    def answer(self, talk: Talk) -> None:
        topic = TOPICS[talk.intent]
        talk.say(topic, adviser=who(talk)["adviser"], nation=nation(talk))
        offer_person(talk, topic)
