"""Talking to a person: who they are, what it is about, and handing over."""

from actions.base import OnwardAction, Talk
from actions.identity import not_linked
from actions.people import hand_over, offer_person, who, words_of

RATHER_NOT = "rather_not_say"
"""The form's answer when they would rather not say; a person is asked for all the same."""

WITHOUT_WORDS = frozenset({"skip", "deny", "dont_know", "acknowledge", "affirm"})
"""Answers to "what is it about?" that do not say what it is about."""


class WhoIsMyAdviser(OnwardAction):
    """Name the adviser, and say when they work."""

    action = "action_who_is_my_adviser"

    def answer(self, talk: Talk) -> None:
        if talk.young_person is None and talk.slot("requested_slot") is None:
            not_linked(talk, "adviser_not_linked")
            return
        answering = who(talk)
        answering.pop("adviser_id")
        # inside a form a number would be taken for the answer to its question
        free = talk.slot("requested_slot") is None
        talk.say("who_is_my_adviser", **answering, offer=free)
        if free:
            offer_person(talk, "adviser")


class AskMatter(OnwardAction):
    """Ask once what it is about, and say who will hear of it."""

    action = "action_ask_matter"

    def answer(self, talk: Talk) -> None:
        talk.say("ask_matter", adviser=who(talk)["adviser"])
        if talk.intent == "talk_to_person" or talk.slot("asked_in") is None:
            talk.remember(asked_in=talk.message_id)


class ValidatePersonForm(OnwardAction):
    """Take the answer to "what is it about?". Anything will do: nobody has to say."""

    action = "validate_person_form"

    def answer(self, talk: Talk) -> None:
        said = talk.slot("matter")
        if not isinstance(said, str) or talk.slot("requested_slot") != "matter":
            return
        if talk.intent == "never_mind":
            talk.remember(matter=None, requested_slot=None)
            talk.say("not_passed_on")
        else:
            talk.remember(matter=RATHER_NOT if talk.intent in WITHOUT_WORDS else "said")


class HandOver(OnwardAction):
    """Open the escalation when the form has its answer."""

    action = "action_hand_over"

    def answer(self, talk: Talk) -> None:
        matter = talk.slot("matter")
        if matter is None:
            return
        if matter == RATHER_NOT:
            reason = "Asked to talk to a person, and would rather not say here what it is about."
            words = words_of(talk.session, talk.slot("asked_in")) or talk.text
        else:
            reason, words = "Asked to talk to a person.", talk.text
        hand_over(talk, reason=reason, words=words, urgency="routine", topic="talk_to_person")
        talk.remember(matter=None, asked_in=None)
