"""What they are doing now: put down after one short check of what is unclear, and never said back as a code.

The facts are handed on as they were said; the code is chosen from them by the rules when they are recorded.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import col, select

from actions.activity_words import CIRCUMSTANCES, JOB, LOOKING, OUT_OF_CUSTODY
from actions.applications import hear_application, note_applications
from actions.base import OnwardAction, Talk
from actions.course_facts import nation
from actions.open_question import Open, leave_open, may_ask, message_of, nothing_open
from actions.people import REASONS, offer_person, who
from actions.said_activity import SENSITIVE, about_it, kind_at, read_activity, read_answer, too_many_hours
from actions.said_applications import stage_of
from casework.activities.coding import Coded
from casework.activities.facts import ActivityFacts, age_band
from casework.activities.recording import SAYS_NOTHING
from casework.clock import LONDON
from casework.destinations.record import current
from casework.effects import OpenEscalation, RecordActivity, RecordDestination
from casework.nccis import NOT_KNOWN, NOT_KNOWN_AT_SCHOOL_AGE
from casework.tables import Activity as Row

WORTH_ASKING = ("training", "hours", "alone", "looking", "start_on", "since", "what")
"""What the one short check asks about; what is unclear beside it is for the adviser to find out."""

PLACES = frozenset({"college", "school", "apprenticeship", "training"})
TOPIC_OF: dict[str, str] = {
    **dict.fromkeys(("school", "college", "university", "training", "apprenticeship"), "activity_started"),
    **dict.fromkeys(("nothing", "looking"), "activity_looking"),
    "job": "activity_working",
}
NOT_NOW = frozenset({"skip", "never_mind", "dont_know"})


class Activity(OnwardAction):
    """They say what they are doing now, or that they have left."""

    action = "action_activity"

    def answer(self, talk: Talk) -> None:
        if talk.young_person is None:
            talk.say(talk.intent, adviser=who(talk)["adviser"], nation=nation(talk))
            offer_person(talk, talk.intent)
            return
        if stage_of(talk.text) in ("withdrawn", "declined") and waiting_for_a_place(talk):
            hear_application(talk, None)
        else:
            note_applications(talk)
            hear_activity(talk, None)
        if talk.slot("telling"):
            talk.follow = "record_form"


def hear_activity(talk: Talk, now: Open | None) -> None:
    """Take what a message says of what they do now, as the answer to what is open or by itself."""
    if now is not None and not talk.intent.startswith("activity_"):
        _answered(talk, now)
        return
    if now is not None and now.ask != "what" and _adds(talk, now):
        _answered(talk, now)
        return
    if OUT_OF_CUSTODY.search(talk.text):
        # where they were is known; what they do now is not, and is not asked here
        _gently(talk, None)
        return
    facts = read_activity(talk, talk.text, talk.intent, today=talk.today) or _at_their_place(talk)
    if facts is None and CIRCUMSTANCES.search(talk.text):
        _gently(talk, None)
        return
    if facts is None and now is not None and now.ask != "what":
        # "dunno changes every week" is an answer, though it sounds like news
        _answered(talk, now)
        return
    if facts is None:
        talk.say("activity_what")
        if may_ask(talk):
            leave_open(talk, "activity", "what", asked=("what",))
        return
    put_down(talk, facts)


def put_down(talk: Talk, facts: ActivityFacts, *, chosen: bool = False, next_asked: bool = False) -> None:
    """Record what they do now, say so, and ask the one thing that is unclear.

    ``chosen``: it was chosen from a list, so the message alone does not say it again later. ``next_asked``: whoever
    calls asks something next, so nothing is asked here of whoever has left.
    """
    talk.effect(RecordActivity(facts=facts))
    if facts.kind == "left":
        _left(talk, ask=may_ask(talk) and not next_asked, reason=None if chosen else talk.text.strip()[:200])
    elif facts.kind in SENSITIVE:
        _gently(talk, facts)
    else:
        _started(talk, facts)
        ask = _ask(talk, facts)
        if ask in (None, "since") and not _kept(talk, facts):
            # nothing they could add would make it clear: their adviser may hear of it instead
            nothing_open(talk)
            topic = TOPIC_OF.get(facts.kind, "activity_other")
            talk.say(topic, adviser=who(talk)["adviser"], nation=nation(talk))
            offer_person(talk, topic)
            return
        _noted(talk, facts, ask)
        _leave(talk, ask, chosen=facts if chosen else None)


def _at_their_place(talk: Talk) -> ActivityFacts | None:
    """ "started today", of the one place that they have taken."""
    person = talk.young_person
    if talk.intent != "activity_started" or person is None:
        return None
    taken = [one for one in current(talk.session, person).open if one.stage in ("offered", "accepted", "enrolled")]
    kind = kind_at(talk, taken[0].provider_ref, taken[0].route) if len(taken) == 1 else None
    if kind is None:
        return None
    more = about_it(talk.text, kind, today=talk.today)
    return ActivityFacts(
        kind=kind,
        provider_ref=taken[0].provider_ref,
        **{name: value for name, value in more.items() if value is not None},
    )


def _left(talk: Talk, *, ask: bool, reason: str | None) -> None:
    """Care, what there is, and an adviser who hears of it soon; then what they do now, if they want to say."""
    answering = who(talk)
    talk.effect(
        OpenEscalation(
            about="left", urgency="soon", reason=REASONS["activity_left"], adviser_id=answering["adviser_id"],
            detail={"topic": "activity_left"},
        )
    )  # fmt: skip
    note_left(talk, reason)
    talk.say("activity_left_noted", adviser=answering["adviser"], ask=ask)
    _leave(talk, "what" if ask else None)


def note_left(talk: Talk, reason: str | None) -> None:
    """Put down that they have left the one place that they were at, as far as the record knows."""
    for provider_ref, subject in _taken_up(talk):
        talk.effect(RecordDestination(stage="left", provider_ref=provider_ref, subject=subject, reason=reason))


def _gently(talk: Talk, facts: ActivityFacts | None) -> None:
    """What is nobody else's business is not said back; the adviser hears of it, so that nobody needs to ask again."""
    answering = who(talk)
    talk.effect(
        OpenEscalation(
            about="circumstances", urgency="routine", reason=REASONS["activity_other"],
            adviser_id=answering["adviser_id"], detail={"topic": "activity_other"},
        )
    )  # fmt: skip
    ask = _ask(talk, facts) if facts else None
    ask = ask if ask == "alone" else None
    talk.say("activity_gently", adviser=answering["adviser"], ask=ask)
    _leave(talk, ask)


def _started(talk: Talk, facts: ActivityFacts) -> None:
    """Being there now is also what came of an application for that place."""
    settled = facts.settled(talk.today)
    person = talk.young_person
    if person is None or settled.kind not in PLACES:
        return
    fitting = [
        one
        for one in current(talk.session, person).open
        if one.stage in ("applied", "interview", "offered", "accepted", "enrolled")
        and (one.provider_ref == facts.provider_ref if facts.provider_ref else True)
    ]
    if len(fitting) == 1:
        one = fitting[0]
        talk.effect(
            RecordDestination(stage="started", provider_ref=one.provider_ref, subject=one.subject, on_date=facts.since)
        )


def _coded(talk: Talk, facts: ActivityFacts) -> Coded | None:
    """How the rules will see it when it is recorded."""
    person, coding = talk.young_person, talk.shelf.coding
    if person is None or coding is None:
        return None
    age = age_band(person.date_of_birth, talk.today, nation=person.nation, leaves=person.leaves_school_on)
    return coding.code_for(facts.model_copy(update={"age": age}).settled(talk.today))


def _kept(talk: Talk, facts: ActivityFacts) -> bool:
    """Whether it will be in the record: what is too unclear to be coded is not, and is not said to be."""
    coded = _coded(talk, facts)
    return coded is None or facts.kind in SAYS_NOTHING or coded.code not in (NOT_KNOWN, NOT_KNOWN_AT_SCHOOL_AGE)


def _ask(talk: Talk, facts: ActivityFacts) -> str | None:
    """What to ask: the first thing that is unclear and worth asking."""
    coded = _coded(talk, facts) if may_ask(talk) else None
    return next((one.about for one in coded.unclear if one.about in WORTH_ASKING), None) if coded else None


def _noted(talk: Talk, facts: ActivityFacts, ask: str | None) -> None:
    both = ask == "training" and facts.hours is None
    adviser, kept = who(talk)["adviser"], _kept(talk, facts)
    talk.say("activity_noted", kind=facts.kind, ask=ask, both=both, kept=kept, adviser=adviser)


def _leave(talk: Talk, ask: str | None, *, chosen: ActivityFacts | None = None) -> None:
    if ask is None:
        nothing_open(talk)
        return
    more: dict[str, Any] = {"intent": talk.intent}
    if chosen is not None:
        more["chosen"] = chosen.model_dump(mode="json", exclude_none=True)
    leave_open(talk, "activity", ask, asked=(ask,), more=more)


def _before(talk: Talk, now: Open) -> tuple[ActivityFacts, date] | None:
    """What the message that was checked said, read again as on its day."""
    message = message_of(talk, now.message_id)
    if message is None:
        return None
    on = message.created_at.astimezone(LONDON).date()
    chosen = (now.more or {}).get("chosen")
    if chosen:
        return ActivityFacts(**chosen), on
    intent = str((now.more or {}).get("intent") or "")
    facts = read_activity(talk, message.text, intent, today=on)
    return (facts, on) if facts else None


def _adds(talk: Talk, now: Open) -> bool:
    """Whether a message that sounds like news of its own answers what was asked: "im at college too"."""
    before = _before(talk, now)
    if before is None:
        return False
    answer = set(read_answer(talk.text, talk.intent, now.ask, before[0], today=talk.today))
    return bool(answer - ({"since"} if now.ask not in ("since", "start_on") else set()))


def _answered(talk: Talk, now: Open) -> None:
    """Put the answer to the check beside what it was about, however long ago that was."""
    if now.ask == "what":
        say_what(talk, now.asked)
        return
    before = _before(talk, now)
    answer = read_answer(talk.text, talk.intent, now.ask, before[0], today=talk.today) if before else {}
    if before is None or (talk.intent in NOT_NOW and not answer):
        nothing_open(talk)
        talk.say("record_let_be")
        return
    facts, on = before
    if not answer:
        # "yes" to whether there is anything else leaves open what it is
        said_yes = now.ask == "alone" and talk.intent in ("affirm", "acknowledge")
        if now.tries or (talk.intent in ("deny", "affirm", "acknowledge") and not said_yes):
            nothing_open(talk)
            talk.say("record_let_be")
        else:
            leave_open(talk, "activity", now.ask, message_id=now.message_id, asked=now.asked, tries=1, more=now.more)
            _ask_again(talk, now, facts)
        return
    since = answer.pop("since", None) or facts.since or (on if on < talk.today else None)
    merged = facts.model_copy(update={**answer, "since": since})
    talk.effect(RecordActivity(facts=merged, said_on=on if _told_since(talk, now, on) else None))
    nothing_open(talk)
    talk.say("activity_checked", kept=_kept(talk, merged), adviser=who(talk)["adviser"])


def _ask_again(talk: Talk, now: Open, facts: ActivityFacts) -> None:
    hours = facts.kind == "job" and facts.hours is None and now.ask in ("training", "hours")
    ask = "hours_range" if hours and too_many_hours(talk.text) else now.ask
    talk.say("activity_again", ask="hours_training" if hours and ask == "training" else ask)


def _told_since(talk: Talk, now: Open, on: date) -> bool:
    """Whether something else was recorded after the message that this answers: then it speaks of that time only."""
    message = message_of(talk, now.message_id)
    if message is None or on >= talk.today:
        return False
    others = select(Row.id).where(
        Row.young_person_id == talk.young_person_id,
        Row.recorded_at > message.created_at,
        col(Row.message_id).is_distinct_from(now.message_id),
    )
    return talk.session.exec(others.limit(1)).first() is not None


def say_what(talk: Talk, asked: tuple[str, ...]) -> None:
    """The answer to "what are you doing now?"."""
    if talk.intent in ("deny", "dont_know"):
        intent = "activity_looking"
        facts: ActivityFacts | None = ActivityFacts(kind="nothing", beside="nothing")
        if talk.intent == "dont_know":
            facts = None
    else:
        intent = "activity_looking" if LOOKING.search(talk.text) and not JOB.search(talk.text) else "activity_other"
        facts = read_activity(talk, talk.text, intent, today=talk.today)
    if facts is None:
        nothing_open(talk)
        talk.say("record_let_be")
        return
    talk.effect(RecordActivity(facts=facts))
    if facts.kind in SENSITIVE:
        _gently(talk, facts)
        return
    _started(talk, facts)
    ask = _ask(replace(talk, intent=intent), facts)
    _noted(talk, facts, ask)
    if ask is None:
        nothing_open(talk)
    else:
        leave_open(talk, "activity", ask, asked=(*asked, ask), more={"intent": intent})


def waiting_for_a_place(talk: Talk) -> bool:
    """Whether there is an application that has led nowhere yet."""
    person = talk.young_person
    return person is not None and any(
        one.stage in ("applied", "interview", "offered", "accepted", "enrolled")
        for one in current(talk.session, person).open
    )


def _taken_up(talk: Talk) -> list[tuple[str | None, str | None]]:
    """The one place that they were at, as far as the record knows."""
    person = talk.young_person
    there = [one for one in current(talk.session, person).open if one.stage in ("started", "leaving")] if person else []
    return [(there[0].provider_ref, there[0].subject)] if len(there) == 1 else []
