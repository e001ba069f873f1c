"""An answer to a question that the assistant asked first: by number, in words, or with news of their own.

What they tell goes first, because it says more than the option they might have picked. An answer that fits nothing is
asked about once more in short, and then let be. Nobody is asked twice why.
"""

import re
from dataclasses import replace

from actions.activity import put_down
from actions.applications import note_applications, take_told
from actions.base import Talk
from actions.destinations import hear_plans
from actions.find_courses import FindCourses
from actions.followup_choice import Choice, by_meaning, by_number
from actions.followup_does import Contact, mark, perform, perform_quietly, words_of
from actions.money import hear_money
from actions.open_question import Open, leave_open, nothing_open
from actions.people import REASONS, who
from actions.said_activity import read_activity
from actions.said_applications import Told, place_in, read_applications, stage_of
from actions.said_plans import REFUSED, read_plans
from casework.activities.facts import ActivityFacts
from casework.effects import OpenEscalation, RecordActivity, RecordDestination
from casework.followup.questions import Question
from casework.money.told import steps_told

LATER = {"deny": "no", "dont_know": "dont_know", "skip": "not_said", "never_mind": "not_said"}
"""Answers that say nothing else, where no option stands for them."""

TALK_OF_THEMSELVES = frozenset(
    {"find_courses", "out_of_scope", "nlu_fallback", "affirm", "deny", "acknowledge", "choose"}
)
"""What the name of a place or a job alone may be understood as."""

LET_BE = 2
"""Tries after which a question stands open without being asked (``bot/turnbot/followups.py`` knows it too)."""

NO_QUESTION = Question("", "", "nothing", (), None)

_PIECES = re.compile(r"[,.;]|\b(?:and|but|n|ond|a|ac)\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:still|same|dal|o hyd)\b", re.IGNORECASE)
_ALONE = re.compile(
    r"\b(?:leave me (?:alone|be)|leave it out|nunya|nun ?ya|nosy|nosey|not telling|stop asking|get lost|go away|"
    r"gad lonydd|gadewch lonydd)\b",
    re.IGNORECASE,
)
_WANTS = re.compile(r"\b(?:want|wanna|would like|id like|i'd like|hoping|thinking of doing|plan(?:ning)? to)\b", re.I)


def hear_followup(talk: Talk, now: Open) -> None:
    """Take a message as the answer to an open question of follow-up."""
    contact = Contact.of(talk, now)
    question = talk.shelf.questions.get(now.ask) or NO_QUESTION
    if options := by_number(talk, question):
        mark(talk, contact, "+".join(option.key for option in options), options)
        for option in options:
            perform(talk, question, contact, option)
        return
    if talk.intent == "stop_messages" or REFUSED.search(talk.text) or _ALONE.search(talk.text):
        _refused(talk, contact)
        return
    picked = by_meaning(talk, question)
    if _searches(talk) and picked is not None:
        mark(talk, contact, picked.option.key, [picked.option])
        nothing_open(talk)
        FindCourses(talk.shelf).answer(talk)
        return
    if heard := _facts(talk, question, contact, picked):
        _after_facts(talk, now, question, contact, picked, heard)
    elif picked is not None:
        mark(talk, contact, picked.option.key, [picked.option])
        perform(talk, question, contact, picked.option)
    elif talk.intent == "activity_thinking_of_leaving":
        _thinking(talk, contact)
    elif talk.intent in LATER:
        mark(talk, contact, LATER[talk.intent])
        nothing_open(talk)
        talk.say("record_let_be")
    else:
        _unclear(talk, now, question, contact)


def _facts(talk: Talk, question: Question, contact: Contact, picked: Choice | None) -> str | None:
    """Take what they tell. Answers what it was about, None where nothing was told."""
    if _confirms(talk, picked):
        return None
    steps = steps_told(talk.text, trouble=talk.intent == "money_payment_problem")
    if steps and (question.about == "money" or talk.intent.startswith("money_")):
        hear_money(talk, steps, contact.about.get("scheme") if question.about == "money" else None)
        nothing_open(talk)
        return "money"
    if told := _applications(talk, question, contact, picked):
        take_told(talk, told)
        return "application"
    if (facts := _activity(talk, question)) is not None:
        asks_next = picked is not None and any(name == "ask" for name, _ in picked.option.does)
        put_down(talk, _completed(facts, contact), next_asked=asks_next)
        _beside(talk)
        return "activity"
    if _plans(talk, question, picked):
        hear_plans(talk, Open("plans", "what", None, asked=("what",)))
        return "plans"
    return None


def _confirms(talk: Talk, picked: Choice | None) -> bool:
    """Whether they say that all is as it was: what is known says more of it than these words do."""
    if picked is None or talk.intent == "activity_left" or not _STILL.search(talk.text):
        return False
    return any(name == "verify" for name, _ in picked.option.does)


def _searches(talk: Talk) -> bool:
    """Whether they look for courses of a subject that they name: those are shown, whatever the option offers."""
    return talk.intent in ("find_courses", "find_apprenticeships") and talk.value("subject") is not None


def _applications(talk: Talk, question: Question, contact: Contact, picked: Choice | None) -> list[Told]:
    if question.about != "application" and talk.intent != "applications_news":
        return []
    told = read_applications(talk, _beside_the_option(talk.text, picked))
    if talk.intent.startswith("activity_"):
        told = [one for one in told if one.stage != "started"]
    if not told and question.stage is not None:
        place = place_in(talk, talk.text)
        told = [replace(place, stage=question.stage)] if place.names_place else []  # type: ignore[arg-type]
    about = contact.about
    return [
        one
        if one.names_place or question.about != "application"
        else replace(one, provider_ref=about.get("provider_ref"), subject=about.get("subject"))
        for one in told
    ]


def _beside_the_option(text: str, picked: Choice | None) -> str:
    """The text without what only picks the option: "left in october" says nothing of an application."""
    if picked is None or picked.how != "words":
        return text
    words = picked.option.words
    pieces = [
        piece for piece in _PIECES.split(text) if stage_of(piece) or not any(word in piece.lower() for word in words)
    ]
    return " ".join(pieces) if pieces else text


def _activity(talk: Talk, question: Question) -> ActivityFacts | None:
    if talk.intent.startswith("activity_") and talk.intent != "activity_thinking_of_leaving":
        return read_activity(talk, talk.text, talk.intent, today=talk.today)
    records = any(name == "record_activity" for option in question.options for name, _ in option.does)
    if question.about == "activity" and records and talk.intent in TALK_OF_THEMSELVES:
        return read_activity(talk, talk.text, "activity_other", today=talk.today)
    return None


def _completed(facts: ActivityFacts, contact: Contact) -> ActivityFacts:
    """With the place that was asked about, where they started and name no other."""
    asked = contact.about.get("provider_ref")
    if facts.kind in ("college", "school", "training") and facts.provider_ref is None and contact.about.get("began"):
        return facts.model_copy(update={"provider_ref": asked})
    return facts


def _plans(talk: Talk, question: Question, picked: Choice | None) -> bool:
    said = read_plans(talk, talk.text)
    if talk.intent in ("plans_share", "plans_changed"):
        return bool(said.wishes)
    options = picked is not None and any(name == "options" for name, _ in picked.option.does)
    return question.about == "plans" and bool(said.wishes) and not options and picked is None


def _after_facts(
    talk: Talk, now: Open, question: Question, contact: Contact, picked: Choice | None, heard: str
) -> None:
    """Mark the contact where its question was answered so; else ask it again in short, once."""
    if picked is None and question.about not in ("nothing", heard):
        if not talk.slot("telling") and not now.tries:
            leave_open(talk, "followup", now.ask, asked=now.asked, tries=1, more=now.more)
            talk.say("followup_again", ask=now.ask, about=contact.about)
        return
    kind = next((one["effect"]["facts"]["kind"] for one in talk.said if "facts" in one.get("effect", {})), None)
    same = next(
        (
            option.key
            for option in question.options
            for name, value in option.does
            if name == "record_activity" and value.get("kind") == kind
        ),
        None,
    )
    # a no alone says less than what they told: somebody who cares for their mother has not simply "left"
    said_no = picked is not None and picked.how == "yes_no" and "affirm" not in picked.option.means
    options = [picked.option] if picked is not None and not said_no and same in (None, picked.option.key) else []
    mark(talk, contact, same or (options[0].key if options else "told"), options)
    if options:
        perform_quietly(talk, question, contact, options[0], heard)


def _beside(talk: Talk) -> None:
    """What else the same message says: of applications, of money, of what they would like."""
    note_applications(talk)
    steps = steps_told(talk.text)
    if steps and any(entity.type == "scheme" for entity in talk.entities):
        hear_money(talk, steps, None)
    if _WANTS.search(talk.text):
        wanted = _WANTS.split(talk.text, maxsplit=1)[1]
        for number, wish in read_plans(talk, wanted).wishes.items():
            talk.effect(RecordDestination(stage="intended", choice=number, **vars(wish)))


def _refused(talk: Talk, contact: Contact) -> None:
    """They would rather be left alone with this. What they say beside it is kept, and nothing is asked."""
    mark(talk, contact, "refused", stop=True)
    facts = _activity(talk, NO_QUESTION)
    if facts is not None:
        talk.effect(RecordActivity(facts=facts))
    nothing_open(talk)
    talk.say("followup_left_alone", adviser=who(talk)["adviser"])


def _thinking(talk: Talk, contact: Contact) -> None:
    """They may leave: the adviser hears of it now, while there is still something to be done."""
    answering = who(talk)
    mark(talk, contact, "thinking")
    talk.effect(
        OpenEscalation(
            about="follow_up",
            urgency="soon",
            reason=REASONS["activity_thinking_of_leaving"],
            adviser_id=answering["adviser_id"],
            detail={"topic": "activity_thinking_of_leaving"},
        )
    )
    nothing_open(talk)
    talk.say("followup_thinking", **words_of(talk, contact.about))
    talk.say("handed_over", **{key: value for key, value in answering.items() if key != "adviser_id"})


def _unclear(talk: Talk, now: Open, question: Question, contact: Contact) -> None:
    if now.tries:
        # it is not asked again; a number or a yes that comes later is still to this
        leave_open(talk, "followup", now.ask, asked=now.asked, tries=LET_BE, more=now.more)
        talk.say("record_let_be")
        return
    leave_open(talk, "followup", now.ask, asked=now.asked, tries=1, more=now.more)
    talk.say(question.unclear or "followup_unclear", **words_of(talk, contact.about))
