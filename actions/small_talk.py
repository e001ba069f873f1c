"""Greetings, what the assistant can do, and what to do when it did not understand."""

from actions.after_risk import still_told
from actions.applications import hear_application, tells_stage
from actions.base import OnwardAction, Talk
from actions.choosing import menu
from actions.find_courses import FindCourses
from actions.offers import MENU, offered
from actions.people import offer_person, who
from prospectus.words import tokens

GUESSES = {
    "find_courses": "courses",
    "more": "courses",
    "find_apprenticeships": "apprenticeships",
    "about_apprenticeships": "apprenticeships",
    "jobs": "apprenticeships",
    "money_help": "money",
    "money_status": "money",
    "money_payment_problem": "money",
    "money_bank_account": "money",
    "course_cost": "money",
    "travel": "travel",
    "applications_status": "applications",
    "applications_news": "applications",
    "course_apply": "applications",
    "open_day": "courses",
    "plans_unsure": "plans",
    "plans_share": "plans",
    "plans_changed": "plans",
    "who_is_my_adviser": "adviser",
}
"""What a message that was not understood may have been about: the menu's line for an intent that came near."""

CHOICES = 3
SHORT = 3
"""Words of a message that may be nothing but a provider's name."""


class Greet(OnwardAction):
    """Say hello, and what there is to ask."""

    action = "action_greet"

    def answer(self, talk: Talk) -> None:
        in_a_form = talk.slot("requested_slot") is not None
        talk.say("greet_back" if in_a_form else "greet", choices=[*MENU[:4], "person"])
        if not in_a_form:
            menu(talk, say=False)


class WhatCanYouDo(OnwardAction):
    """Say what the assistant can help with."""

    action = "action_what_can_you_do"

    def answer(self, talk: Talk) -> None:
        menu(talk)


class Acknowledge(OnwardAction):
    """ "ok": neither yes nor no, so an offer of a person stands and is said again."""

    action = "action_acknowledge"

    def answer(self, talk: Talk) -> None:
        now = offered(talk)
        if now is not None and now.kind == "person" and now.more.get("topic") == "read_back":
            talk.say("plan_kept")
            return
        if now is not None and now.kind == "person":
            talk.say("no_rush")
        elif not still_told(talk):
            talk.say("acknowledge")


class NotUnderstood(OnwardAction):
    """The first time ask again, with choices; the second time in a row offer a person."""

    action = "action_not_understood"

    def answer(self, talk: Talk) -> None:
        if _asks_for_courses(talk):
            # a name or a town by itself: the search understands it though the sentence was not
            FindCourses(self._shelf).answer(talk)
            talk.remember(misses=0)
            return
        if talk.intent == "nlu_fallback" and tells_stage(talk):
            # how it went is plain though the sentence was not
            hear_application(talk, None)
            talk.remember(misses=0)
            if talk.slot("telling"):
                talk.follow = "record_form"
            return
        misses = int(talk.slot("misses") or 0) + 1
        talk.remember(misses=misses)
        if misses >= 2:
            talk.say("not_understood_again", adviser=who(talk)["adviser"])
            offer_person(talk, "not_understood")
            return
        near = dict.fromkeys(GUESSES[intent] for intent in talk.ranking if intent in GUESSES)
        guesses = [*near, *(item for item in MENU[:4] if item not in near)][: CHOICES - 1]
        key = "out_of_scope" if talk.intent == "out_of_scope" else "not_understood"
        menu(talk, key=key, items=tuple(guesses))


def _asks_for_courses(talk: Talk) -> bool:
    """Whether words that were not understood still name something to search for."""
    if talk.intent != "nlu_fallback":
        return False
    if any(entity.type in ("subject", "place", "level", "provider") for entity in talk.entities):
        return True
    short = len(tokens(talk.text)) <= SHORT
    return short and talk.vocabulary.provider(talk.session, talk.text) is not None
