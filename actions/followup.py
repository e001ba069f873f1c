"""An answer to a question that the assistant asked first: by number, in words, or with news of their own.

What they tell goes first, because it says more than the option they might have picked. An answer that fits nothing is
asked about once more in short, and then let be. Nobody is asked twice why.
"""

import re

from actions.base import Talk
from actions.find_courses import FindCourses
from actions.followup_choice import YES_NO, Choice, by_intent, by_meaning, by_number
from actions.followup_does import Contact, mark, perform, perform_quietly, words_of
from actions.followup_facts import activity_told, names_a_plan, searches, take_facts
from actions.open_question import Open, leave_open, nothing_open
from actions.people import REASONS, who
from actions.said_plans import REFUSED
from casework.effects import OpenEscalation, RecordActivity
from casework.followup.questions import Question

LATER = {"deny": "no", "dont_know": "dont_know", "skip": "not_said", "never_mind": "not_said"}
"""Answers that say nothing else, where no option stands for them."""

LET_BE = 2
"""Tries after which a question stands open without being asked (``bot/turnbot/followups.py`` knows it too)."""

NO_QUESTION = Question("", "", "nothing", (), None)

_ALONE = re.compile(
    r"\b(?:fu?c?k|piss|bugger|sod|naff|eff|clear) off\b|\b(?:jog on|do one)\b|"
    r"\b(?:leave me (?:alone|be)|leave it out|nunya|nosy|nosey|(?:stop|quit) (?:asking|pestering|bothering)|get lost|"
    r"go away|(?:none|nothing) of (?:your|ur|ya) business|mind (?:your|ur) own|no more questions|enough questions|"
    r"don'?t ask (?:me )?(?:again|any ?more)|gad(?:ewch)? lonydd|paid(?:iwch)? a gofyn|dim o dy fusnes)\b",
    re.IGNORECASE,
)


def hear_followup(talk: Talk, now: Open) -> None:
    """Take a message as the answer to an open question of follow-up."""
    contact = Contact.of(talk, now)
    question = talk.shelf.questions.get(now.ask) or NO_QUESTION
    if options := by_number(talk, question):
        mark(talk, contact, "+".join(option.key for option in options), options)
        nothing_open(talk)
        for option in options:
            perform(talk, question, contact, option)
        return
    if talk.intent == "stop_messages" or _ALONE.search(talk.text):
        _refused(talk, contact)
        return
    picked = by_meaning(talk, question)
    if searches(talk) and picked is not None and not names_a_plan(talk, question, picked):
        mark(talk, contact, picked.option.key, [picked.option])
        nothing_open(talk)
        FindCourses(talk.shelf).answer(talk)
        return
    if heard := take_facts(talk, question, contact, picked):
        _after_facts(talk, now, question, contact, picked, heard)
    elif picked is not None:
        mark(talk, contact, picked.option.key, [picked.option])
        nothing_open(talk)
        perform(talk, question, contact, picked.option)
    elif talk.intent == "activity_thinking_of_leaving":
        _thinking(talk, contact)
    elif talk.intent in LATER or REFUSED.search(talk.text):
        mark(talk, contact, LATER.get(talk.intent, "not_said"))
        nothing_open(talk)
        talk.say("record_let_be")
    else:
        _unclear(talk, now, question, contact)


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
    meant = (by_intent(talk, question) if talk.intent not in YES_NO else None) or (
        picked.option if picked is not None and not said_no else None
    )
    options = [meant] if meant is not None and same in (None, meant.key) else []
    mark(talk, contact, same or (options[0].key if options else "told"), options)
    if options:
        perform_quietly(talk, question, contact, options[0], heard)


def _refused(talk: Talk, contact: Contact) -> None:
    """They would rather be left alone with this. What they say beside it is kept, and nothing is asked."""
    mark(talk, contact, "refused", stop=True)
    facts = activity_told(talk, NO_QUESTION)
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
