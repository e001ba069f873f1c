"""What an answer to a question of follow-up does: the words of ``do`` in data/plans/questions.yml, one by one."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.activity import put_down
from actions.base import Talk
from actions.course_facts import nation
from actions.find_courses import FindCourses, offer_broad
from actions.money import take_steps
from actions.open_question import Open, leave_open
from actions.people import offer_person, who
from actions.searching import present
from casework.activities.facts import ActivityFacts
from casework.destinations.record import current
from casework.destinations.stages import PLAN
from casework.effects import AnswerFollowUp, OpenEscalation, RecordDestination, VerifyActivity
from casework.followup.questions import Option, Question
from casework.followup.spans import Span
from prospectus.catalogue import current as catalogue
from prospectus.search import Query

PLACES = frozenset({"school", "college", "apprenticeship", "training"})
"""What is done at a provider: the one that was asked about."""

TOPIC = "follow_up"


@dataclass
class Contact:
    """The planned contact that is answered."""

    id: int | None
    about: dict[str, Any]
    asked: tuple[str, ...] = ()
    done: bool = False
    """Its first question was answered already, and this is one that followed."""
    at: int = field(default=0)
    """Where in what is said the mark goes: before the facts, which it is more exact than."""

    @classmethod
    def of(cls, talk: Talk, now: Open) -> "Contact":
        """What the open question says of it."""
        more = now.more or {}
        about = more.get("about")
        return cls(
            more.get("followup"),
            dict(about) if isinstance(about, dict) else {},
            now.asked,
            bool(more.get("done")),
            len(talk.said),
        )

    def more(self, *, done: bool) -> dict[str, Any]:
        """What stays with the next question of it."""
        return {"followup": self.id, "about": self.about} | ({"done": True} if done else {})


def mark(talk: Talk, contact: Contact, answer: str, options: list[Option] | None = None, *, stop: bool = False) -> None:
    """Have the contact marked as answered, with what its options say of asking again."""
    if contact.id is None or contact.done:
        return
    does = [item for option in options or [] for item in option.does]
    snooze = next((Span.parse(value).days for name, value in does if name == "snooze"), None)
    stop = stop or any(name == "stop_plan" for name, _ in does)
    effect = AnswerFollowUp(followup_id=contact.id, answer=answer, stop=stop, snooze_days=snooze or None)
    done = effect.model_dump(mode="json", exclude_defaults=True) | {"kind": effect.kind}
    talk.said.insert(contact.at, {"effect": done})
    contact.done = True


def perform(talk: Talk, question: Question, contact: Contact, option: Option) -> None:
    """Do everything that an option says, in its order."""
    before = len(talk.said)
    does = dict(option.does)
    for name, value in option.does:
        _do(talk, question, contact, does, name, value)
    spoken = any("say" in one for one in talk.said[before:])
    if not spoken and not talk.slot("telling"):
        talk.say("followup_thanks", **words_of(talk, contact.about))


def perform_quietly(talk: Talk, question: Question, contact: Contact, option: Option, heard: str) -> None:
    """What an option does beside what was told in words: those were answered already, and are in the record."""
    kinds = {(one["effect"]["kind"], one["effect"].get("stage")) for one in talk.said if "effect" in one}
    told_adviser = any(kind == "open_escalation" for kind, _ in kinds)
    for name, value in option.does:
        if name == "record_destination" and ("record_destination", value.get("stage")) not in kinds:
            _destination(talk, contact, value)
        elif name == "record_activity" and heard != "activity":
            _put_down_beside(talk, _facts(talk, contact, value))
        elif name == "hand_over" and not told_adviser:
            _hand_over(talk, question, value)
        elif name == "ask" and not talk.slot("telling"):
            following = talk.shelf.questions.get(value)
            if following is not None and following.about != heard and heard not in ("plans", "application"):
                ask(talk, contact, following)


def ask(talk: Talk, contact: Contact, question: Question) -> None:
    """Go on to another question of the same contact."""
    talk.say(question.text, **words_of(talk, contact.about))
    asked = (*contact.asked, question.key)[-4:]
    leave_open(talk, "followup", question.key, asked=asked, more=contact.more(done=True))


def words_of(talk: Talk, about: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a text about a contact."""
    ref = about.get("provider_ref")
    named = catalogue(talk.session).providers.get(ref) if ref else None
    return about | {
        "provider": about.get("provider") or named or about.get("place"),
        "adviser": who(talk)["adviser"],
        "nation": nation(talk),
    }


def _do(talk: Talk, question: Question, contact: Contact, does: dict[str, Any], name: str, value: Any) -> None:
    if name == "say":
        talk.say(str(value), **words_of(talk, contact.about))
    elif name == "verify":
        talk.effect(VerifyActivity(code=contact.about.get("code"), provider_ref=contact.about.get("provider_ref")))
    elif name == "record_activity":
        put_down(talk, _facts(talk, contact, value), chosen=True, next_asked="ask" in does)
    elif name == "record_destination":
        _destination(talk, contact, value)
    elif name == "money_step":
        step = contact.about.get("step") if value["step"] == "asked" else value["step"]
        if step:
            _money(talk, contact, str(step), quiet="say" in does)
    elif name == "ask_activity":
        talk.say("activity_what")
        leave_open(talk, "activity", "what", asked=("what",))
    elif name == "ask_plans":
        talk.say("plan_noted", plans=[], ask="what", unsure=False, noted=False)
        leave_open(talk, "plans", "what", asked=("what",))
    elif name == "hand_over":
        _hand_over(talk, question, value)
        talk.say("handed_over", **{key: item for key, item in who(talk).items() if key != "adviser_id"})
    elif name == "offer_person":
        offer_person(talk, TOPIC)
    elif name == "options":
        _options(talk)
    elif name == "ask":
        following = talk.shelf.questions.get(value)
        if following is not None:
            ask(talk, contact, following)


def _facts(talk: Talk, contact: Contact, value: dict[str, Any]) -> ActivityFacts:
    """The facts of a chosen option, with where and since when that is known from what was asked."""
    more: dict[str, Any] = {}
    if value.get("kind") in PLACES:
        began = contact.about.get("began")
        named = talk.vocabulary.provider(talk.session, talk.text)
        more = {
            "provider_ref": named or (contact.about.get("provider_ref") if began else None),
            "since": date.fromisoformat(began) if began else None,
        }
    return ActivityFacts(**(more | value))


def _put_down_beside(talk: Talk, facts: ActivityFacts) -> None:
    """Record it beside what was told and has been answered: with care where they have left, else without a word."""
    kept, before = dict(talk.remembered), len(talk.said)
    put_down(talk, facts, chosen=True, next_asked=True)
    if facts.kind != "left":
        talk.said[before:] = [one for one in talk.said[before:] if "effect" in one]
    talk.remembered = kept


def _destination(talk: Talk, contact: Contact, value: dict[str, Any]) -> None:
    about, stage = contact.about, value.get("stage")
    named: dict[str, Any] = {}
    if stage != PLAN:
        named = {name: about.get(name) for name in ("provider_ref", "subject", "route", "course_ref")}
    if stage == "started" and (day := _day(about.get("date"))) is not None and day <= talk.today:
        named["on_date"] = day
        contact.about = {**about, "began": day.isoformat()}
    if stage == "no_show" and "missed" not in value:
        named["missed"] = about.get("missed")
    talk.effect(RecordDestination(**(named | value)))


def _money(talk: Talk, contact: Contact, step: str, *, quiet: bool) -> None:
    before = len(talk.said)
    take_steps(talk, [step], contact.about.get("scheme"))
    if quiet:
        talk.said[before:] = [one for one in talk.said[before:] if "effect" in one]


def _hand_over(talk: Talk, question: Question, value: dict[str, Any]) -> None:
    talk.effect(
        OpenEscalation(
            about=value.get("about") or TOPIC,
            urgency=value.get("urgency") or "routine",
            reason=str(value.get("reason") or "Answered a question of ours, and would like to hear from somebody."),
            adviser_id=who(talk)["adviser_id"],
            detail={"topic": TOPIC, "question": question.key},
        )
    )


def _options(talk: Talk) -> None:
    """Courses: what they name now, what they plan, or broad choices."""
    if talk.value("subject"):
        FindCourses(talk.shelf).answer(talk)
        return
    person = talk.young_person
    first = current(talk.session, person).first if person else None
    subject = first.now.subject if first is not None else None
    if subject is not None:
        present(talk, Query(subject=subject, place=talk.slot("place")))
    else:
        offer_broad(talk)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
