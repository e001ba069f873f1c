"""Plans: what somebody means to do, in any order, with as few questions as it takes.

Everything that one message says is taken. What is still missing is asked for, one short question a message and three at
most; whatever is not answered is let be. Each thing said is added to the record, so changing one's mind adds to it.
"""

import re
from dataclasses import replace
from typing import Any

from actions.applications import note_applications
from actions.base import OnwardAction, Talk
from actions.course_facts import nation
from actions.open_question import CHECK, Open, leave_open, may_ask, nothing_open
from actions.people import offer_person, who
from actions.plan_answers import FEW_WORDS, NO_HELP, grades_in, names_help
from actions.said_applications import read_applications, without_applications
from actions.said_plans import (
    BARE_GRADES,
    MOST_WORDS,
    NOT_THIS,
    REFUSED,
    UNDECIDED,
    Said,
    Wish,
    how_sure,
    own_words,
    read_plans,
)
from casework.destinations.facts import Fact
from casework.destinations.picture import Picture, picture
from casework.destinations.plans import Plan
from casework.destinations.record import current
from casework.effects import RecordDestination
from prospectus.catalogue import current as catalogue

MOST_QUESTIONS = 3
NONE_IS_AN_ANSWER = ("help", "second")
_NOTHING = re.compile(
    r"^\W*(?:nothing|none|no ?thanks?|nowt|nuffin|dim(?: byd)?)\W*(?:really|rly|thanks?|ta)?\W*$", re.I
)
_CORRECTS = re.compile(
    r"\b(?:no|nah|actually|its|it's|not|instead|changed?|wrong|meant|mean|now|na|nid)\b", re.IGNORECASE
)
_SLIP = re.compile(r"\b(?:no|nah|actually|its|it's|not|wrong|meant|mean|na|nid)\b", re.IGNORECASE)
_ANOTHER = re.compile(r"\b(?:instead|changed?|rather|no longer|any\s?more|yn lle)\b", re.IGNORECASE)
"""A slip is put right, and keeps what was right; another plan begins anew."""
ASKED_ABOUT = frozenset({"where", "sure", "help", "grades"})
"""Questions with answers of their own kind: what is none of them is asked about once more."""
UNSURE = frozenset({"dont_know", "plans_unsure"})
ENOUGH = frozenset({"skip", "never_mind", "stop_messages", "bye"})


class Plans(OnwardAction):
    """They speak of what they want to do next."""

    action = "action_plans"

    def answer(self, talk: Talk) -> None:
        if talk.young_person is None:
            _nobody(talk)
            return
        rest = without_applications(talk.text)
        if rest and any(told.provider_ref for told in read_applications(talk, talk.text)):
            # "ive an offer from samphire but i want pellbrook": both are taken, each by itself
            note_applications(talk)
            hear_plans(replace(talk, text=rest), None)
        else:
            hear_plans(talk, None)
        if talk.slot("telling"):
            talk.follow = "record_form"


def hear_plans(talk: Talk, now: Open | None) -> None:
    """Take what a message says of plans, as the answer to what is open or by itself."""
    if now is not None and now.ask in NONE_IS_AN_ANSWER and _NOTHING.match(talk.text):
        # "nothing" to what they want help with is no refusal to go on
        talk = replace(talk, intent="deny")
    said = read_plans(talk, talk.text)
    ask = now.ask if now else None
    more = said.wishes or said.help_wanted or said.grades
    if now is not None and not more and (said.refused or talk.intent in ENOUGH) and ask != "second":
        _stop(talk, now)
    elif (said.wrong or talk.intent == "record_wrong") and not said.wishes:
        _ask(talk, "what", (*(now.asked if now else ()), "what"), key="plan_wrong")
    elif ask in (None, "what", CHECK) and not said.wishes and _undecided(talk, said, ask):
        _not_decided(talk)
    elif ask == CHECK and not said.wishes and not said.help_wanted and not said.grades:
        nothing_open(talk)
        talk.say("plan_kept")
    else:
        _take(talk, said, now)


def _take(talk: Talk, said: Said, now: Open | None) -> None:
    new = _facts(talk, said, now)
    if not new and now is None:
        if talk.intent == "plans_unsure":
            talk.say("plans_unsure", adviser=who(talk)["adviser"], nation=nation(talk))
            offer_person(talk, "plans_unsure")
        else:
            changing = talk.intent == "plans_changed" or NOT_THIS.search(talk.text)
            _ask(talk, "what", ("what",), key="plan_changing" if changing else "plan_noted")
        return
    for effect in new:
        talk.effect(effect)
    if not new and now is not None and now.ask == "what":
        # asked what they would like, and nothing that is known was named: once more, and then a person
        if now.tries:
            nothing_open(talk)
            talk.say("plans_unsure", adviser=who(talk)["adviser"], nation=nation(talk))
            offer_person(talk, "plans_unsure")
        else:
            leave_open(talk, "plans", "what", asked=now.asked, tries=1)
            talk.say("plan_what_again")
        return
    if not new and now is not None and _not_an_answer(talk, now):
        _again(talk, now)
        return
    known = _with(talk, new)
    asked = now.asked if now and now.ask != CHECK else ()
    if now is not None and 1 in said.wishes and now.ask in asked and any(one.choice == 1 and _aims(one) for one in new):
        # put right instead of answered: what was asked is still open
        asked = tuple(ask for ask in asked if ask != now.ask)
    ask = (
        _next(known, asked) if may_ask(talk) and len(asked) < MOST_QUESTIONS and (not now or now.ask != CHECK) else None
    )
    # what was put down is said at the beginning, when it changed, and at the end
    told = now is None or ask is None or bool(said.wishes)
    changed = {one.choice for one in new if _aims(one)} if ask else set(known.choices)
    lines = (
        [plan_line(talk, plan) for plan in known.plans if not plan.undecided and plan.choice in changed] if told else []
    )
    first = known.first
    unsure = ask is None and first is not None and first.now.sure == "not"
    talk.say("plan_noted", plans=lines, ask=ask, unsure=unsure, noted=now is None and bool(new))
    if not may_ask(talk):
        nothing_open(talk)
    else:
        leave_open(talk, "plans", ask or CHECK, asked=(*asked, ask) if ask else asked)


def ask_what(talk: Talk, *, key: str) -> None:
    """Ask what they would like, in the words of ``key``."""
    _ask(talk, "what", ("what",), key=key)


def _aims(one: RecordDestination) -> bool:
    return bool(one.route or one.provider_ref or one.subject or one.occupation)


def _not_an_answer(talk: Talk, now: Open) -> bool:
    """Whether what was asked is still unanswered, and may be asked once more."""
    if now.ask not in ASKED_ABOUT or now.tries:
        return False
    if now.ask in ("help", "grades") and NO_HELP.search(talk.text):
        return False
    return talk.intent not in UNSURE | ENOUGH | {"deny", "affirm", "acknowledge", "thanks"}


def _again(talk: Talk, now: Open) -> None:
    """Say shortly what would be an answer, once."""
    ask = "grades_range" if now.ask == "grades" and grades_in(talk.text) is None else now.ask
    leave_open(talk, "plans", now.ask, asked=now.asked, tries=1)
    talk.say("plan_again", ask=ask)


def _ask(talk: Talk, ask: str, asked: tuple[str, ...], *, key: str) -> None:
    talk.say(key, plans=[], ask=ask, unsure=False, noted=False)
    leave_open(talk, "plans", ask, asked=asked[:MOST_QUESTIONS])


def _facts(talk: Talk, said: Said, now: Open | None) -> list[RecordDestination]:
    """What there is to add to the record."""
    ask = now.ask if now else None
    wishes = dict(said.wishes)
    if ask == "second" and 1 in wishes:
        # asked for a second choice, whatever they name is that; "no, its hair" puts the first one right
        if talk.intent not in ("deny", "plans_changed"):
            wishes = {number + 1: wish for number, wish in wishes.items()}
    elif ask in ("sure", "help", "grades") and 1 in wishes and not _CORRECTS.search(talk.text):
        # a bare name in the middle takes nothing away from the first choice
        wishes = {number + 1: wish for number, wish in wishes.items()}
    elif ask in ("what", "second") and not wishes and talk.intent not in UNSURE | ENOUGH | {"deny", "affirm"}:
        words = own_words(talk, talk.text)
        if words:
            wishes = {1 if ask == "what" else 2: Wish(occupation=words)}
    if now is not None and 1 in wishes and _SLIP.search(talk.text) and not _ANOTHER.search(talk.text):
        wishes[1] = _kept_place(talk, wishes[1])
    about: dict[str, Any] = {}
    sure = said.sure or (_sure_answer(talk) if ask == "sure" and not wishes else None)
    answered = (
        bool(BARE_GRADES.match(talk.text))
        or (ask == "grades" and grades_in(talk.text))
        or (ask == "help" and names_help(talk.text))
    )
    if sure is None and ask is not None and not wishes and not answered and len(talk.text.split()) <= FEW_WORDS:
        # "very", whatever was asked
        sure = said_sure if (said_sure := how_sure(talk.text)) != "not" else None
    answers = not wishes and not sure and talk.intent not in UNSURE | ENOUGH | {"deny"}
    if said.grades or (ask == "grades" and answers and grades_in(talk.text)):
        about["grades"] = talk.text.strip()[:MOST_WORDS]
    helps = ask == "help" and answers and not said.grades and not NO_HELP.search(talk.text)
    if said.help_wanted or (helps and names_help(talk.text)):
        about["help_wanted"] = talk.text.strip()[:MOST_WORDS]
    if sure:
        about["sure"] = sure
    found = [
        RecordDestination(stage="intended", choice=number, **vars(wish), **(about if number == 1 else {}))
        for number, wish in wishes.items()
    ]
    if about and 1 not in wishes:
        found.append(RecordDestination(stage="intended", **about))
    return found


def _kept_place(talk: Talk, wish: Wish) -> Wish:
    """A slip put right: "no its bricklaying" keeps the place, "no at wealdmere" keeps the subject."""
    first = _with(talk, []).first
    if first is None or first.undecided:
        return wish
    was = first.now
    if (wish.subject or wish.occupation) and not wish.provider_ref and not wish.route:
        return replace(wish, provider_ref=was.provider_ref, route=was.route)
    if (wish.provider_ref or wish.route) and not wish.subject and not wish.occupation:
        return replace(wish, subject=was.subject, occupation=was.occupation)
    return wish


def _sure_answer(talk: Talk) -> str | None:
    """How sure, as the answer to being asked."""
    said = how_sure(talk.text)
    if said:
        return said
    if talk.intent in ("affirm", "acknowledge"):
        return "very"
    return "not" if talk.intent in ("deny", *UNSURE) else None


def _undecided(talk: Talk, said: Said, ask: str | None) -> bool:
    if ask == CHECK:
        return talk.intent in UNSURE
    return said.undecided or (ask == "what" and talk.intent in UNSURE)


def _not_decided(talk: Talk) -> None:
    """Undecided is an answer: it is put down, and leads to options and a person."""
    talk.effect(RecordDestination(stage="intended", undecided=True))
    nothing_open(talk)
    talk.say("plan_undecided", adviser=who(talk)["adviser"])
    offer_person(talk, "plans_unsure")


def _stop(talk: Talk, now: Open) -> None:
    """They would rather not say: no more questions."""
    skipped = not REFUSED.search(talk.text) and talk.intent == "skip" and now.ask not in ("what", CHECK)
    known = _with(talk, [])
    ask = _next(known, now.asked) if skipped and len(now.asked) < MOST_QUESTIONS else None
    if ask:
        leave_open(talk, "plans", ask, asked=(*now.asked, ask))
        talk.say("plan_noted", plans=[], ask=ask, unsure=False, noted=False)
        return
    nothing_open(talk)
    talk.say("plan_stopped", plans=[plan_line(talk, plan) for plan in known.plans if not plan.undecided])


def _with(talk: Talk, new: list[RecordDestination]) -> Picture:
    """What is known once this turn is in the record."""
    person = talk.young_person
    before = current(talk.session, person).history if person else []
    facts = [
        Fact(
            **one.model_dump(exclude={"kind"}), source="young_person", recorded_at=talk.now, message_id=talk.message_id
        )
        for one in new
    ]
    return picture([*before, *facts])


def _next(known: Picture, asked: tuple[str, ...]) -> str | None:
    """The one thing to ask next; what is known already is never asked."""
    first = known.first
    if first is None or first.undecided:
        return None
    now, second = first.now, known.choices.get(2)
    somewhere = now.provider_ref or now.route or (now.occupation and not now.subject)
    missing = {
        "what": not (now.subject or now.occupation or now.route or now.provider_ref),
        "where": not somewhere,
        "sure": now.sure is None,
        "second": second is None and now.sure != "very",
        "help": now.help_wanted is None,
        "grades": now.grades is None and now.level is None,
    }
    return next((ask for ask, is_missing in missing.items() if is_missing and ask not in asked), None)


def plan_line(talk: Talk, plan: Plan) -> dict[str, Any]:
    """One choice in the words of the prospectus."""
    names, now = talk.vocabulary, plan.now
    subject = names.subject_name(now.subject) if now.subject else None
    return {
        "choice": plan.choice,
        "what": now.occupation or subject,
        "route": names.route_name(now.route) if now.route else None,
        "where": catalogue(talk.session).providers.get(now.provider_ref) if now.provider_ref else None,
        "level": names.level_name(now.level) if now.level else None,
    }


def _nobody(talk: Talk) -> None:
    """A number that is in nobody's record: nothing is kept under a name, and nothing is given away."""
    said = read_plans(talk, talk.text)
    unsure = talk.intent == "plans_unsure" or (bool(UNDECIDED.search(talk.text)) and not said.wishes)
    key = "plans_unsure" if unsure else "plan_not_kept"
    talk.say(key, adviser=who(talk)["adviser"], nation=nation(talk))
    offer_person(talk, "plans_unsure" if unsure else "plans_share")
