"""Applications and offers: what they tell of them is put down, and what they ask is answered from the record."""

import re
from dataclasses import replace
from datetime import datetime

from actions.application_lines import application_line, as_effect, told_line
from actions.base import OnwardAction, Talk
from actions.course_facts import nation
from actions.money import hear_money, speaks_of_money
from actions.offers import number_in
from actions.open_question import Open, leave_open, may_ask, message_of, nothing_open
from actions.people import offer_person, who
from actions.said_applications import Told, place_in, read_applications, stage_of
from actions.said_when import find_day, find_time, in_the_past, moment
from actions.searching import present
from casework.destinations.applications import Application
from casework.destinations.record import current
from casework.destinations.stages import PLAN
from prospectus.search import Query

NEEDS_OPEN = frozenset(
    {"interview", "no_show", "offered", "accepted", "rejected", "enrolled", "started", "withdrawn", "declined"}
)
"""Stages that follow an application: which one, is looked for in the record."""

MOST_SHOWN = 4
NOT_APPLIED = re.compile(
    r"\b(?:haven'?t|have not|not|never|didn'?t)\s+(?:even\s+)?(?:appl\w+|done (?:my|any) applications?)\b|"
    r"\bheb (?:wneud cais|ymgeisio)\b|\bddim wedi (?:gwneud cais|ymgeisio)\b",
    re.IGNORECASE,
)
_HEARD = re.compile(
    r"\b(?:hear\w*|news|nothing|no reply|reply|replied|back|still|status|ghosted|clywed|ateb|dim byd)\b", re.IGNORECASE
)
"""Words of somebody who asks how it is going, whatever else they say."""
_HEARD_NOTHING = re.compile(
    r"\b(?:heard|hearing)\s+(?:nothing|nowt|nuthin|f\w+ all|back from no)|\b(?:not|haven'?t|hasn'?t|never)\s+heard\b|"
    r"\b(?:no|not had an?)\s+(?:reply|answer|response)\b|\bghosted\b|\bdim\s+(?:ateb|byd\s+yn\s+ol)\b",
    re.IGNORECASE,
)
LATER = frozenset({"skip", "never_mind", "dont_know", "deny"})
ASKS = re.compile(r"\?\s*$|^\W*(?:did|do|does|has|have|is|are|can|what|whats|when|how|hows|oes|ydy)\b", re.IGNORECASE)


class Applications(OnwardAction):
    """They tell of an application, or ask how one is going."""

    action = "action_applications"

    def answer(self, talk: Talk) -> None:
        if speaks_of_money(talk) and not place_in(talk, talk.text).names_place:
            hear_money(talk)
        elif talk.young_person is None:
            talk.say(talk.intent, adviser=who(talk)["adviser"], nation=nation(talk))
            offer_person(talk, talk.intent)
        elif NOT_APPLIED.search(talk.text) and not read_applications(talk, talk.text):
            talk.say("application_none_yet", adviser=who(talk)["adviser"])
            offer_person(talk, "applications_news")
        elif _HEARD_NOTHING.search(talk.text) and note_applications(talk):
            # "applied to samphire 3 weeks ago and heard nothing": put down, and somebody can ask them
            talk.say("applications_status", adviser=who(talk)["adviser"], nation=nation(talk))
            offer_person(talk, "applications_status")
        elif talk.intent == "applications_status" and not _is_told(talk):
            tell_status(talk)
        else:
            hear_application(talk, None)
            if talk.slot("telling"):
                talk.follow = "record_form"


def _is_told(talk: Talk) -> bool:
    """Whether what sounds like a question is news: "i missed my interview", "ive got 3 offers now"."""
    stage = stage_of(talk.text)
    return stage is not None and not ASKS.search(talk.text) and not _HEARD.search(talk.text)


def tells_stage(talk: Talk) -> bool:
    """Whether words that were not understood still say how an application went."""
    return talk.young_person is not None and stage_of(talk.text) in ("rejected", "offered", "no_show", "withdrawn")


def tell_status(talk: Talk) -> None:
    """What they told us of their applications, and what is not known."""
    person = talk.young_person
    known = current(talk.session, person).applications if person else ()
    talk.say(
        "application_status",
        applications=[application_line(talk, one) for one in known[:MOST_SHOWN]],
        adviser=who(talk)["adviser"],
    )
    offer_person(talk, "applications_status")


def hear_application(talk: Talk, now: Open | None) -> None:
    """Take what a message says of applications, as the answer to what is open or by itself."""
    if now is not None and now.ask in ("which", "when", "accept"):
        _answered(talk, now)
        return
    told = read_applications(talk, talk.text)
    if not told:
        talk.say("applications_news", adviser=who(talk)["adviser"], nation=nation(talk))
        offer_person(talk, "applications_news")
        return
    _take(talk, told)


def gives_up_application(talk: Talk) -> bool:
    """Whether "im not going to samphire any more" is about a place that they are not at yet."""
    person = talk.young_person
    if person is None or stage_of(talk.text) not in ("withdrawn", "declined"):
        return False
    meant = place_in(talk, talk.text)
    fitting = [one for one in current(talk.session, person).open if _same_place(one, meant)]
    return meant.names_place and bool(fitting) and all(one.stage not in ("started", "leaving") for one in fitting)


def note_applications(talk: Talk) -> bool:
    """What a message about something else says of applications beside it: put down and said, without a question.

    Whether there was anything.
    """
    told = [one for one in read_applications(talk, talk.text) if one.stage != "started" and one.provider_ref]
    placed = [found for one in told if (found := _find(talk, one, first=True)) is not None]
    for one in placed:
        talk.effect(as_effect(one))
    if placed:
        talk.say("application_noted", told=[told_line(talk, one) for one in placed], ask=None)
    return bool(placed)


def _take(talk: Talk, told: list[Told], *, message_id: int | None = None, asked: tuple[str, ...] = ()) -> None:
    placed: list[Told] = []
    unplaced: Told | None = None
    for one in told:
        found = _find(talk, one, first=not asked)
        if found is None:
            unplaced = one
        else:
            placed.append(found)
    for one in placed:
        talk.effect(as_effect(one))
    if placed:
        _say(talk, placed, question=unplaced is None and may_ask(talk) and "accept" not in asked)
    if unplaced is not None:
        _which(talk, unplaced, message_id)


def _find(talk: Talk, told: Told, *, first: bool) -> Told | None:
    """The application that is meant; None where it has to be asked, which is done once."""
    person = talk.young_person
    standing = current(talk.session, person).open if person else ()
    fitting = [one for one in standing if _may_be(one, told)]
    if told.stage == "accepted" and len(fitting) > 1:
        # only an offer can be accepted
        fitting = [one for one in fitting if one.stage == "offered"] or fitting
    if len(fitting) == 1:
        one = fitting[0]
        stage = told.stage
        if stage == "accepted" and one.stage in ("applied", "interview") and "i accepted" not in talk.text.lower():
            # "accepted", before there was an offer, is what the college said
            stage = "offered"
        return replace(
            told,
            stage=stage,
            provider_ref=told.provider_ref or one.provider_ref,
            subject=told.subject or one.subject,
            route=told.route or one.route,
        )
    if told.names_place and not (len(fitting) > 1 and told.provider_ref is None and told.stage in NEEDS_OPEN and first):
        return told
    return None if first else told


def _may_be(one: Application, told: Told) -> bool:
    return told.stage in NEEDS_OPEN and _same_place(one, told)


def _same_place(one: Application, told: Told) -> bool:
    provider = not told.provider_ref or one.provider_ref in (None, told.provider_ref)
    return provider and (not told.subject or one.subject in (None, told.subject))


def _which(talk: Talk, told: Told, message_id: int | None) -> None:
    person = talk.young_person
    standing = current(talk.session, person).open if person else ()
    fitting = [one for one in standing if _may_be(one, told)][:MOST_SHOWN]
    if not fitting and told.stage == "no_show":
        # which one it was matters less than what they can still do
        nothing_open(talk)
        talk.say("application_missed", where=None, adviser=who(talk)["adviser"])
        offer_person(talk, "applications_news")
        return
    if not may_ask(talk):
        talk.effect(as_effect(told))
        return
    more = {"stage": told.stage, "items": [[one.provider_ref, one.subject] for one in fitting]}
    leave_open(talk, "application", "which", message_id=message_id, asked=("which",), more=more)
    talk.say("application_which", stage=told.stage, applications=[application_line(talk, one) for one in fitting])


def _answered(talk: Talk, now: Open) -> None:
    if now.ask == "which":
        _chosen(talk, now)
    elif now.ask == "when":
        _dated(talk, now)
    else:
        _yes_or_no(talk, now)


def _original(talk: Talk, now: Open) -> list[Told]:
    """What the message that the question is about said, read again as on its day."""
    message = message_of(talk, now.message_id)
    if message is None:
        return []
    then = replace_now(talk, message.created_at)
    return read_applications(then, message.text)


def replace_now(talk: Talk, at: datetime) -> Talk:
    """The same turn, read as at another moment: "monday" in a message of weeks ago is that week's."""
    return replace(talk, now=at)


def _chosen(talk: Talk, now: Open) -> None:
    more = now.more or {}
    news = read_applications(talk, talk.text)
    if news and any(one.names_place for one in news) and any(one.stage != more.get("stage") for one in news):
        _take(talk, news)
        return
    place = place_in(talk, talk.text)
    if not place.names_place and talk.intent in LATER and number_in(talk) is None:
        _without_a_place(talk, str(more.get("stage")))
        return
    number, items = number_in(talk), more.get("items") or []
    if not place.names_place and number is not None and 0 < number <= len(items):
        place = replace(place, provider_ref=items[number - 1][0], subject=items[number - 1][1])
    meant = [one for one in _original(talk, now) if one.stage == more.get("stage") and not one.names_place]
    base = meant[0] if meant else Told(more.get("stage") or "applied")
    named = {
        name: getattr(place, name) for name in ("provider_ref", "subject", "route", "level") if getattr(place, name)
    }
    _take(talk, [replace(base, **named)], message_id=now.message_id, asked=now.asked)


def _without_a_place(talk: Talk, stage: str) -> None:
    """They would rather not say which: nothing is put down, and a no is not left without what comes next."""
    nothing_open(talk)
    if stage != "rejected":
        talk.say("record_let_be")
        return
    subject = _planned_subject(talk)
    talk.say("application_after_no", adviser=who(talk)["adviser"], options=subject is not None)
    if subject is not None:
        present(talk, Query(subject=subject, place=talk.slot("place")))
    else:
        offer_person(talk, "applications_news")


def _dated(talk: Talk, now: Open) -> None:
    day = find_day(talk.text, talk.today, ahead=not in_the_past(talk.text))
    items = (now.more or {}).get("items") or [[None, None]]
    if day is None and not now.tries and talk.intent not in LATER:
        leave_open(talk, "application", "when", message_id=now.message_id, asked=now.asked, tries=1, more=now.more)
        talk.say("application_when_again")
        return
    nothing_open(talk)
    if day is None:
        talk.say("application_no_date")
        return
    told = Told("interview", items[0][0], items[0][1], at_time=moment(day, find_time(talk.text)))
    talk.effect(as_effect(told))
    _say(talk, [told], question=False)


def _yes_or_no(talk: Talk, now: Open) -> None:
    news = read_applications(talk, talk.text)
    if news and news[0].stage != "offered":
        items = (now.more or {}).get("items") or []
        place = {"provider_ref": items[0][0], "subject": items[0][1]} if items and not news[0].names_place else {}
        nothing_open(talk)
        _take(talk, [replace(news[0], **place), *news[1:]], asked=("accept",))
        return
    nothing_open(talk)
    if talk.intent in ("affirm", "acknowledge"):
        items = (now.more or {}).get("items") or [[None, None]]
        told = Told("accepted", items[0][0], items[0][1])
        talk.effect(as_effect(told))
        _say(talk, [told], question=False)
    else:
        talk.say("application_no_rush", adviser=who(talk)["adviser"])
        offer_person(talk, "applications_news")


def _say(talk: Talk, placed: list[Told], *, question: bool) -> None:
    """Say what was put down; care first where it was a no."""
    no = next((one for one in placed if one.stage == "rejected"), None)
    if no is not None:
        _after_a_no(talk, no, placed)
        return
    last = placed[-1]
    ask = None
    if question and last.stage == "interview" and last.at_time is None:
        ask = "when"
    elif question and last.stage == "offered" and len(placed) == 1:
        ask = "accept"
    missed = next((one for one in placed if one.stage == "no_show"), None)
    been = last.stage == "interview" and last.at_time is not None and last.at_time.date() < talk.today
    if missed is not None and ask is None:
        nothing_open(talk)
        talk.say("application_missed", where=told_line(talk, missed)["where"], adviser=who(talk)["adviser"])
        offer_person(talk, "applications_news")
        return
    talk.say("application_noted", told=[told_line(talk, one) for one in placed], ask="been" if been else ask)
    if ask:
        leave_open(talk, "application", ask, asked=(ask,), more={"items": [[last.provider_ref, last.subject]]})
    else:
        nothing_open(talk)


def _after_a_no(talk: Talk, no: Told, placed: list[Told]) -> None:
    nothing_open(talk)
    good = [told_line(talk, one) for one in placed if one.stage != "rejected"]
    subject = no.subject or _planned_subject(talk)
    talk.say(
        "application_rejected",
        where=told_line(talk, no)["where"],
        others=good,
        adviser=who(talk)["adviser"],
        options=subject is not None,
    )
    if subject is not None and not good:
        present(talk, Query(subject=subject, place=talk.slot("place")))
    else:
        offer_person(talk, "applications_news")


def _planned_subject(talk: Talk) -> str | None:
    person = talk.young_person
    first = current(talk.session, person).first if person else None
    return first.now.subject if first and first.now.stage == PLAN else None


def take_told(talk: Talk, told: list[Told]) -> None:
    """Put down what was told of applications, say so, and ask what is missing."""
    _take(talk, told)
