""" "That's wrong": what was put down last is asked for anew, or taken from the same message; what only a person can put
right goes to one. Nothing is deleted here: a correction is another fact, and an adviser hears what was not so.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlmodel import col, select

from actions.activity import hear_activity, say_what
from actions.application_lines import as_effect, told_line
from actions.applications import hear_application
from actions.base import OnwardAction, Talk
from actions.destinations import ask_what, hear_plans
from actions.identity import is_shared, not_linked
from actions.offers import LASTS
from actions.open_question import Open, leave_open, nothing_open
from actions.people import accept, offer_person, who
from actions.said_activity import read_activity
from actions.said_applications import NOT_SO, Told, place_in, read_applications
from actions.said_plans import NOT_THIS, read_plans
from casework.effects import OpenEscalation
from casework.tables import Message

About = Literal["plans", "application", "activity", "money"]

LOOKED_BACK = 12
"""Messages either way in which what is wrong is looked for."""

FIX = "fix"
FEW_WORDS = 5
ENOUGH = frozenset({"skip", "never_mind", "dont_know", "deny", "bye", "acknowledge", "thanks"})
TELLS = frozenset({"activity_working", "activity_started", "activity_looking", "activity_other", "activity_left"})

_PARTS: tuple[tuple[About, str], ...] = (
    ("application", r"application|applied|offer|interview|cais"),
    ("activity", r"work|job|doing|college|school|gwaith|gwneud"),
    ("money", r"money|ema|bursary|form|arian"),
    ("plans", r"plan|choice|cynllun|dewis"),
)


@dataclass(frozen=True)
class Last:
    """What was put down last in this conversation."""

    about: About
    stages: tuple[Told, ...] = ()


class RecordWrong(OnwardAction):
    """They say that what is down is not so."""

    action = "action_record_wrong"

    def answer(self, talk: Talk) -> None:
        if is_shared(talk):
            talk.say("record_shared")
            offer_person(talk, "data")
            return
        if talk.young_person is None:
            not_linked(talk, "adviser_not_linked")
            return
        put_right(talk, last_told(talk))
        if talk.slot("telling"):
            talk.follow = "record_form"


def put_right(talk: Talk, last: Last | None) -> None:
    """Take what it should be where the message says it; ask for it where it does not."""
    if NOT_SO.search(talk.text):
        # "i never applied there": there is nothing to put in its place
        _to_a_person(talk)
    elif last is None:
        said = read_plans(talk, talk.text)
        if said.wishes:
            hear_plans(talk, None)
        else:
            _ask(talk, None)
    elif last.about == "plans":
        if read_plans(talk, talk.text).wishes:
            hear_plans(talk, None)
        else:
            ask_what(talk, key="plan_wrong")
    elif last.about == "application":
        if not _instead(talk, last.stages[-1]):
            _ask(talk, "application", stages=last.stages)
    elif last.about == "activity" and read_activity(talk, talk.text, "activity_other", today=talk.today) is not None:
        say_what(talk, ())
    else:
        _ask(talk, last.about)


def hear_right(talk: Talk, now: Open) -> None:
    """The answer to "what should it be?"."""
    part = _part(talk.text) if now.about == "record" and not now.tries else None
    if part is not None and len(talk.text.split()) <= FEW_WORDS and not read_plans(talk, talk.text).wishes:
        _ask(talk, part)
    elif talk.intent in ENOUGH and len(talk.text.split()) < FEW_WORDS and not read_plans(talk, talk.text).wishes:
        nothing_open(talk)
        talk.say("record_let_be")
    elif NOT_SO.search(talk.text):
        _to_a_person(talk)
    elif now.about == "application" and _instead(talk, Told(**(now.more or {"stage": "applied"}))):
        return
    elif talk.intent in TELLS:
        hear_activity(talk, None)
    elif any(one.names_place for one in read_applications(talk, talk.text)):
        hear_application(talk, None)
    elif now.about == "record" and read_plans(talk, talk.text).wishes:
        hear_plans(talk, None)
    elif part is not None:
        _ask(talk, part)
    else:
        _to_a_person(talk)


def last_told(talk: Talk) -> Last | None:
    """What was put down last; None where that was long ago, or several things have been read back since."""
    rows = talk.session.exec(
        select(Message)
        .where(
            Message.conversation_id == talk.conversation_id,
            col(Message.id) < (talk.message_id or 0),
            Message.created_at >= talk.now - LASTS,
        )
        .order_by(col(Message.id).desc())
        .limit(LOOKED_BACK)
    ).all()
    for row in rows:
        if row.key == "record_read":
            return None
        found = _last_of(row.effects or [])
        if found is not None:
            return found
    return None


def _last_of(effects: list[dict[str, Any]]) -> Last | None:
    about: dict[str, About] = {"record_activity": "activity", "record_money_step": "money"}
    for effect in reversed(effects):
        kind = str(effect.get("kind"))
        if kind == "record_destination" and effect.get("stage") == "intended":
            return Last("plans")
        if kind == "record_destination":
            names = ("stage", "provider_ref", "subject", "route", "level")
            return Last("application", (Told(**{name: effect[name] for name in names if effect.get(name)}),))
        if kind in about:
            return Last(about[kind])
    return None


def _ask(talk: Talk, about: About | None, *, stages: tuple[Told, ...] = ()) -> None:
    talk.say("record_wrong", about=about, adviser=who(talk)["adviser"])
    if about == "plans":
        leave_open(talk, "plans", "what", asked=("what",))
    elif about == "activity":
        leave_open(talk, "activity", "what", asked=("what",))
    elif about == "application":
        wrong = stages[-1] if stages else Told("applied")
        names = ("stage", "provider_ref", "subject", "route", "level")
        more = {name: getattr(wrong, name) for name in names if getattr(wrong, name)}
        leave_open(talk, "application", FIX, asked=(FIX,), more=more)
    else:
        leave_open(talk, "record", FIX, asked=(FIX,), tries=0 if about is None else 1)
    offer_person(talk, "record_correction")


def _instead(talk: Talk, wrong: Told) -> bool:
    """Put down the right place beside the wrong one, which an adviser takes out."""
    place = place_in(talk, NOT_THIS.sub(" ", talk.text))
    told = next(
        (one for one in read_applications(talk, talk.text) if one.names_place or one.stage != wrong.stage), None
    )
    if not place.names_place and told is None:
        return False
    right = replace(
        wrong,
        stage=told.stage if told else wrong.stage,
        provider_ref=place.provider_ref or wrong.provider_ref,
        subject=place.subject or wrong.subject,
        route=place.route or wrong.route,
        level=place.level or wrong.level,
        on_date=told.on_date if told else None,
        at_time=told.at_time if told else None,
    )
    nothing_open(talk)
    talk.effect(as_effect(right))
    talk.effect(
        OpenEscalation(
            about="record_correction",
            reason="Says that an application was put down wrongly, and what it should be. Take out what is wrong.",
            adviser_id=who(talk)["adviser_id"],
            detail={"topic": "record_correction"},
        )
    )
    talk.say("application_put_right", told=told_line(talk, right), adviser=who(talk)["adviser"])
    return True


def _to_a_person(talk: Talk) -> None:
    nothing_open(talk)
    accept(talk, "record_correction", talk.message_id)


def _part(text: str) -> About | None:
    """The part of the record that they name: "the plan", "the bit about work"."""
    return next((name for name, words in _PARTS if re.search(rf"\b(?:{words})", text, re.IGNORECASE)), None)
