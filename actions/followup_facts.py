"""What an answer to a question of follow-up tells beside the option that it might pick, put into the record.

Each kind of news is read as it always is; what a message leaves out (place, scheme) is what was asked about.
"""

import re
from dataclasses import replace

from actions.activity import note_left, put_down
from actions.applications import note_applications, take_told
from actions.base import Talk
from actions.destinations import hear_plans
from actions.followup_choice import Choice
from actions.followup_does import Contact
from actions.money import take_steps
from actions.open_question import Open, nothing_open
from actions.said_activity import BESIDE, read_activity
from actions.said_applications import Told, read_applications, stage_of
from actions.said_plans import MOST_WORDS, read_plans
from casework.activities.facts import ActivityFacts
from casework.effects import RecordDestination
from casework.followup.questions import Question
from casework.money.told import steps_told

TALK_OF_THEMSELVES = frozenset(
    {"find_courses", "out_of_scope", "nlu_fallback", "affirm", "deny", "acknowledge", "choose"}
)
"""What the name of a place or a job alone may be understood as."""
RECORDS = "record_destination"
LEFT_FROM = 0.95
"""How sure leaving must be understood, in answer to a question that is about something else."""
_COURSES = re.compile(r"\b(?:courses?|cyrsiau|cwrs|what|any|show|find)\b", re.IGNORECASE)
_PIECES = re.compile(r"[,.;]|\b(?:and|but|n|ond)\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:still|same|dal|o hyd)\b", re.IGNORECASE)
_LEFT = re.compile(
    r"\b(?:left|leaving|quit|dropped|finished|stopped|packed|kicked|ended|not|dont|don't|no longer|gadael)\b",
    re.IGNORECASE,
)
_WANTS = re.compile(r"\b(?:want|wanna|would like|id like|i'd like|hoping|thinking of doing|plan(?:ning)? to)\b", re.I)


def take_facts(talk: Talk, question: Question, contact: Contact, picked: Choice | None) -> str | None:
    """Take what they tell. Answers what it was about, None where nothing was told."""
    if _confirms(talk, picked) or (picked is not None and picked.how == "alone"):
        return None
    steps = steps_told(talk.text, trouble=talk.intent == "money_payment_problem")
    if steps and (question.about == "money" or talk.intent.startswith("money_")):
        take_steps(talk, steps, contact.about.get("scheme") if question.about == "money" else None)
        nothing_open(talk)
        return "money"
    if told := _applications(talk, question, contact, picked):
        if picked is not None and _says_it_all(picked, told, contact):
            return None
        take_told(talk, told)
        return "application"
    if (facts := activity_told(talk, question)) is not None:
        asks_next = picked is not None and any(name == "ask" for name, _ in picked.option.does)
        moved_on = talk.intent == "activity_left" and facts.kind != "left"
        if moved_on:
            note_left(talk, talk.text.strip()[:MOST_WORDS])
        # what was understood as leaving would be read again as that and nothing else
        put_down(talk, _completed(facts, contact), chosen=moved_on, next_asked=asks_next)
        _beside(talk)
        return "activity"
    if _plans(talk, question, picked):
        hear_plans(talk, Open("plans", "what", None, asked=("what",)))
        return "plans"
    return None


def searches(talk: Talk) -> bool:
    """Whether they look for courses of a subject that they name: those are shown, whatever the option offers."""
    return talk.intent in ("find_courses", "find_apprenticeships") and talk.value("subject") is not None


def names_a_plan(talk: Talk, question: Question, picked: Choice) -> bool:
    """Whether what looks like a search names what they would like: "plumbing", where only *ideas* were offered."""
    offers = any("course" in word or "apprentic" in word for word in picked.option.words)
    said = picked.how in ("words", "alone") or _COURSES.search(talk.text) or talk.intent == "find_apprenticeships"
    return question.about == "plans" and not offers and not said


def _confirms(talk: Talk, picked: Choice | None) -> bool:
    """Whether they say that all is as it was: what is known says more of it than these words do."""
    if picked is None or talk.intent == "activity_left" or not _STILL.search(talk.text):
        return False
    return any(name == "verify" for name, _ in picked.option.does)


def _says_it_all(picked: Choice, told: list[Told], contact: Contact) -> bool:
    """Whether the option says as much as they did, of the place that was asked about: "yeah i said yes"."""
    elsewhere = any(one.provider_ref not in (None, contact.about.get("provider_ref")) for one in told)
    dated = any(one.on_date or one.at_time for one in told)
    return len(told) == 1 and not elsewhere and not dated and any(name == RECORDS for name, _ in picked.option.does)


def _applications(talk: Talk, question: Question, contact: Contact, picked: Choice | None) -> list[Told]:
    if question.about != "application" and talk.intent != "applications_news":
        return []
    told = read_applications(talk, _beside_the_option(talk.text, picked))
    if talk.intent.startswith("activity_"):
        told = [one for one in told if one.stage != "started"]
    stage = question.stage or _stage_asked_next(talk, picked)
    if not told and stage is not None:
        # a place alone, in answer to where: "samphire and pellbrook"
        told = [
            one for one in read_applications(talk, f"{stage} {talk.text}") if one.stage == stage and one.names_place
        ]
    about = contact.about
    return [
        one
        if one.names_place or question.about != "application"
        else replace(one, provider_ref=about.get("provider_ref"), subject=about.get("subject"))
        for one in told
    ]


def _stage_asked_next(talk: Talk, picked: Choice | None) -> str | None:
    """The stage that the option's next question would ask the place of: they may have named it already."""
    asks = next((value for name, value in picked.option.does if name == "ask"), None) if picked else None
    following = talk.shelf.questions.get(asks)
    return following.stage if following is not None else None


def _beside_the_option(text: str, picked: Choice | None) -> str:
    """The text without what only picks the option: "left in october" says nothing of an application."""
    if picked is None or picked.how != "words":
        return text
    words = picked.option.words
    pieces = [
        piece for piece in _PIECES.split(text) if stage_of(piece) or not any(word in piece.lower() for word in words)
    ]
    return " ".join(pieces) if pieces else text


def activity_told(talk: Talk, question: Question) -> ActivityFacts | None:
    if talk.intent == "activity_left":
        if question.about not in ("activity", "plans") and talk.confidence < LEFT_FROM:
            return None
        return _now(talk) or read_activity(talk, talk.text, talk.intent, today=talk.today)
    if talk.intent.startswith("activity_") and talk.intent != "activity_thinking_of_leaving":
        return read_activity(talk, talk.text, talk.intent, today=talk.today)
    records = any(name == "record_activity" for option in question.options for name, _ in option.does)
    if question.about == "activity" and records and talk.intent in TALK_OF_THEMSELVES:
        return read_activity(talk, talk.text, "activity_other", today=talk.today)
    return None


def _now(talk: Talk) -> ActivityFacts | None:
    """What they do now, where they tell of it beside what they left: "left college, working at tesco 30 hrs"."""
    if _WANTS.search(talk.text) or stage_of(talk.text):
        return None
    pieces = [piece for piece in _PIECES.split(talk.text) if piece.strip() and not _LEFT.search(piece)]
    found = [read_activity(talk, piece, "activity_other", today=talk.today) for piece in pieces]
    return next((facts for facts in found if facts is not None and facts.kind in BESIDE), None)


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
    if question.about != "plans" or not said.wishes:
        return False
    return picked is None or names_a_plan(talk, question, picked)


def _beside(talk: Talk) -> None:
    """What else the same message says: of applications, of money, of what they would like."""
    note_applications(talk)
    steps = steps_told(talk.text)
    if steps and any(entity.type == "scheme" for entity in talk.entities):
        take_steps(talk, steps, None)
    if _WANTS.search(talk.text):
        wanted = _WANTS.split(talk.text, maxsplit=1)[1]
        for number, wish in read_plans(talk, wanted).wishes.items():
            talk.effect(RecordDestination(stage="intended", choice=number, **vars(wish)))
