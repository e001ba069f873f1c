"""Answers that mean something only beside what was offered: a number, yes, no, don't know."""

import re

from actions.after_risk import still_told
from actions.applications import tell_status
from actions.base import OnwardAction, Talk
from actions.course_facts import nation, tell
from actions.find_courses import FindCourses, offer_broad
from actions.money_check import begin
from actions.money_schemes import ask_nation, tell_schemes
from actions.offers import MENU, Offered, number_in, offer, offered
from actions.people import accept, offer_person, who
from actions.picking import nothing_named, picked, same_fact, which_of
from actions.put_right import last_told, put_right
from actions.searching import present
from prospectus.search import Query

_CORRECTS = re.compile(
    r"\b(?:i\s+didn'?t|it'?s(?!\s+(?:ok|okay|fine|good|alright|cool))|it\s+was|isn'?t|wrong)\b\s*\w", re.IGNORECASE
)
"""Words that make a "no" a correction of what was put down last."""


class Choose(OnwardAction):
    """Take the number they chose."""

    action = "action_choose"

    def answer(self, talk: Talk) -> None:
        now, number = offered(talk), number_in(talk)
        if now is None:
            talk.say("choose_nothing", stale=isinstance(talk.slot("offered"), dict))
            return
        if talk.reading.get("pick") is not None:
            self._take_what_was_meant(talk, same_fact(talk, now))
            return
        if number is None:
            talk.say("choose_again", count=len(now.items), number=None)
            return
        item = now.pick(number)
        if item is None:
            talk.say("choose_again", count=len(now.items), number=number)
            return
        take(talk, now, item)

    def _take_what_was_meant(self, talk: Talk, now: Offered) -> None:
        items = picked(talk, now)
        for item in items:
            take(talk, now, item)
        if not items and not talk.said:
            # "the margate one" of a list without one: that is something to look for
            if nothing_named(talk):
                FindCourses(self._shelf).answer(talk)
            else:
                which_of(talk)


def take(talk: Talk, now: Offered, item: str) -> None:
    """Do what the chosen item means."""
    if now.kind == "courses":
        for fact in str(now.more.get("then") or "details").split("+"):
            tell(talk, item, fact)
    elif now.kind == "subjects":
        present(talk, Query(subject=item, place=talk.slot("place"), level=talk.slot("level"), route=talk.slot("route")))
    elif now.kind == "person":
        if item == "yes":
            accept(talk, str(now.more.get("topic")), now.more.get("message_id"))
        else:
            talk.say("no_problem")
            talk.remember(offered=None)
    elif now.kind == "money_check":
        if item == "start":
            begin(talk, nation=str(now.more["nation"]), kind=now.more.get("scheme"))
        else:
            accept(talk, str(now.more.get("topic")), now.more.get("message_id"))
    else:
        start(talk, item)


def start(talk: Talk, item: str) -> None:
    """Begin what a line of the menu stands for."""
    talk.remember(offered=None)
    if item == "courses":
        talk.follow = "course_form"
    elif item == "person":
        talk.follow = "person_form"
    elif item == "apprenticeships":
        present(talk, Query(route="apprenticeship", place=talk.slot("place")))
    elif item == "adviser":
        answering = {name: value for name, value in who(talk).items() if name != "adviser_id"}
        talk.say("who_is_my_adviser", **answering, offer=True)
        offer_person(talk, "adviser")
    elif item == "applications" and talk.young_person is not None:
        tell_status(talk)
    elif item == "money":
        money_menu(talk)
    else:
        topic = {"applications": "applications_status", "plans": "plans_unsure"}.get(item, item)
        talk.say(topic, adviser=who(talk)["adviser"], nation=nation(talk))
        offer_person(talk, topic)


def money_menu(talk: Talk) -> None:
    """What money there is, where the record says which nation; else that is asked."""
    where = nation(talk)
    if where is None:
        ask_nation(talk)
    else:
        tell_schemes(talk, where, None)


def menu(talk: Talk, *, say: bool = True, key: str = "what_can_you_do", items: tuple[str, ...] = MENU[:4]) -> None:
    """Offer a menu; the last line is always a person."""
    choices = [item for item in items if item != "person"] + ["person"]
    if say:
        talk.say(key, choices=choices)
    offer(talk, "menu", choices)


class Affirm(OnwardAction):
    """Yes to what was just offered."""

    action = "action_affirm"

    def answer(self, talk: Talk) -> None:
        now = offered(talk)
        if now is None:
            if not still_told(talk):
                talk.say("yes_to_what", choices=[*MENU[:4], "person"])
                menu(talk, say=False)
        elif now.kind in ("person", "money_check"):
            take(talk, now, now.items[0])
        elif now.kind == "courses" and talk.slot("course"):
            # nothing was asked that yes could answer
            talk.say("acknowledge")
        elif len(now.items) == 1:
            take(talk, now, now.items[0])
        else:
            talk.say("choose_again", count=len(now.items), number=None)


class Deny(OnwardAction):
    """No, or rather not, to what was just offered."""

    action = "action_deny"

    def answer(self, talk: Talk) -> None:
        now = offered(talk)
        talk.remember(offered=None)
        last = last_told(talk) if now is None and talk.young_person and _CORRECTS.search(talk.text) else None
        if last is not None:
            # "nah i didnt, its beauty", after what was put down
            put_right(talk, last)
            if talk.slot("telling"):
                talk.follow = "record_form"
        elif now is not None and now.kind == "courses":
            talk.say("none_of_these")
        elif now is not None and now.kind in ("person", "money_check"):
            talk.say("no_problem")
        else:
            talk.say("never_mind")


class DontKnow(OnwardAction):
    """No idea: broad choices, one of which may fit."""

    action = "action_dont_know"

    def answer(self, talk: Talk) -> None:
        now = offered(talk)
        if now is not None and now.kind in ("person", "money_check"):
            talk.say("no_rush")
            return
        if now is not None and now.kind == "courses" and len(now.items) > 1:
            talk.say("any_of_these", count=len(now.items))
            return
        if now is not None and now.kind == "subjects":
            # nothing in the list appeals: another list would not either, a person may
            start(talk, "plans")
            return
        offer_broad(talk)
