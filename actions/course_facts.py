"""One course: all of it, or a single question about it. What is not known is said to be not known."""

import re
from typing import Any

import phonenumbers

from actions.base import OnwardAction, Talk
from actions.offers import number_in, offer, offered
from actions.people import offer_person, who
from actions.searching import narrow, present
from prospectus.details import CourseDetails, RunDetails, details
from prospectus.links import course_link
from prospectus.search import Query
from prospectus.week import days_in

FACTS = {
    "course_details": "details",
    "course_entry": "entry",
    "course_start": "start",
    "course_days": "days",
    "course_cost": "cost",
    "course_kit": "kit",
    "course_apply": "apply",
    "course_leads_to": "leads_to",
    "course_taster": "taster",
    "course_where": "where",
    "course_places": "places",
    "travel": "travel",
}
"""The intents that ask about one course, and the fact each asks for."""

WITHOUT_A_COURSE = {"travel": "travel", "apply": "apply_general", "cost": "cost_general"}
"""Questions that have an answer of their own when no course is meant."""

_FIELDS = {
    "entry": "entry_requirements",
    "cost": "cost",
    "kit": "kit",
    "apply": "how_to_apply",
    "leads_to": "leads_to",
    "taster": "taster",
    "travel": "travel_help",
}
"""The field of a course that each fact is kept in."""

_RUN_FIELDS = {"start": "start", "days": "days", "where": "town", "places": "places"}
"""The field of a run that each fact is kept in."""

_POINTS = re.compile(r"\b(the|number|num|no|option|choice|about|for|of)$", re.IGNORECASE)
"""What stands before a number that picks a course out of the list."""

RUNS = 3
"""Starts said in one reply."""


class CourseFact(OnwardAction):
    """Answer a question about the course that is meant; ask which one when several are."""

    action = "action_course_fact"

    def answer(self, talk: Talk) -> None:
        fact = FACTS[talk.intent]
        now = offered(talk)
        number = _meant(talk)
        if number is not None and now is not None and now.kind == "courses" and (ref := now.pick(number)):
            tell(talk, ref, fact)
            return
        subject = talk.value("subject")
        if subject and fact != "travel":
            # "what grades do i need for plumbing": find those first, then answer about the one they pick
            place = talk.value("place") or talk.slot("place")
            present(talk, Query(subject=subject, level=talk.value("level"), place=place), then=fact)
            return
        ref = talk.slot("course")
        if ref is not None:
            tell(talk, ref, fact)
        elif now is not None and now.kind == "courses" and len(now.items) == 1:
            tell(talk, now.items[0], fact)
        elif now is not None and fact == "days" and (days := days_in(talk.text) or "").startswith("-"):
            # "not fridays" asks for others, not which one is meant
            narrow(talk, days=days)
        elif now is not None and now.kind == "courses":
            offer(talk, "courses", now.items, **now.more | _then(talk, now.more, fact))
            talk.say("which_course", count=len(now.items))
        elif fact in WITHOUT_A_COURSE:
            talk.say(WITHOUT_A_COURSE[fact], adviser=who(talk)["adviser"], nation=nation(talk))
            offer_person(talk, "travel" if fact == "travel" else "course_fact")
        else:
            talk.say("no_course_in_mind")


def _then(talk: Talk, more: dict[str, Any], fact: str) -> dict[str, Any]:
    """What to tell of the course they pick: "how much is it and when does it start" asks for two things."""
    before = str(more.get("then") or "") if more.get("then_in") == talk.message_id else ""
    both = f"{before}+{fact}" if before and fact not in before.split("+") else fact
    return {"then": both, "then_in": talk.message_id}


def _meant(talk: Talk) -> int | None:
    """The number of the course that a question names: "is number 2 free", not "can i try it first" or "im 17"."""
    for entity in talk.entities:
        before = talk.text[: entity.at].rstrip()
        if entity.type in ("number", "ordinal") and (_POINTS.search(before) or entity.text.lower().endswith("one")):
            return number_in(talk)
    return None


def nation(talk: Talk) -> str | None:
    """The nation whose rules hold for them; None when it is not known."""
    return talk.young_person.nation if talk.young_person else None


def tell(talk: Talk, ref: str, fact: str) -> None:
    """Say one fact of a course, or who can tell it when it is not known."""
    course = details(talk.session, ref, today=talk.today)
    if course is None or course.retired:
        talk.say("course_gone", title=course.title if course else None)
        talk.remember(course=None)
        return
    talk.remember(course=ref, fact=fact)
    args = about(course, talk.shelf.public_url) | _checked(fact, course) | _answer(fact, course, talk)
    if args.pop("known"):
        talk.say(f"course_{fact}", **args)
        return
    talk.say("course_unknown", fact=fact, adviser=who(talk)["adviser"], **about(course, talk.shelf.public_url))
    offer_person(talk, "course_fact")


def about(course: CourseDetails, public_url: str | None = None) -> dict[str, Any]:
    """What every reply about a course needs: which one, whose, how fresh, and where all of it can be read."""
    return {
        "title": course.title,
        "provider": course.provider_name,
        "phone": said_phone(course.provider_phone),
        "email": course.provider_email,
        "website": course.provider_website,
        "source": course.source,
        "checked_on": course.checked_on.isoformat(),
        "stale": course.stale,
        "link": course_link(public_url, course.course_ref),
    }


def _checked(fact: str, course: CourseDetails) -> dict[str, Any]:
    """How fresh the fact itself is, where it has a day of its own."""
    runs = _to_come(course)
    if fact in _FIELDS:
        own = course.checked(_FIELDS[fact])
    elif fact in _RUN_FIELDS and runs:
        own = course.checked(_RUN_FIELDS[fact], runs[0].ref)
    else:
        return {}
    return {"source": own.source, "checked_on": own.on.isoformat(), "stale": own.stale}


def said_phone(number: str | None) -> str | None:
    """A phone number as people write it here: 01632 960104 for +441632960104; one that is odd stays as it is."""
    if number is None:
        return None
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))


def _answer(fact: str, course: CourseDetails, talk: Talk) -> dict[str, Any]:
    runs = [_run(run) for run in _to_come(course)][:RUNS]
    first = runs[0] if runs else None
    if fact == "details":
        return {
            "known": True,
            "summary": course.summary or None,
            "level": talk.vocabulary.level_name(course.level),
            "qualification": course.qualification,
            "route": course.route,
            "entry": course.entry_requirements,
            "exclusions": course.exclusions,
            "cost": course.cost,
            "run": first,
            "min_age": course.min_age,
            "max_age": course.max_age,
        }
    if fact == "entry":
        # whom it cannot take is said even where what it asks for is not known
        known = bool(course.entry_requirements or course.exclusions)
        return {"known": known, "entry": course.entry_requirements, "exclusions": course.exclusions,
                "min_age": course.min_age, "max_age": course.max_age}  # fmt: skip
    if fact == "start":
        return {"known": any(r["start"] or r["roll_on"] for r in runs), "runs": runs}
    if fact == "days":
        return {"known": any(r["days"] or r["hours"] or r["duration"] for r in runs), "run": first}
    if fact == "where":
        return {"known": first is not None, "runs": _places(runs)}
    if fact == "places":
        return {"known": any(r["places"] != "unknown" for r in runs), "run": first}
    if fact == "kit":
        return {"known": bool(course.kit), "kit": course.kit, "paid_by": course.kit_paid_by}
    if fact == "apply":
        known = bool(course.how_to_apply or course.provider_phone or course.provider_email)
        return {"known": known, "how": course.how_to_apply, "run": first}
    value = {"cost": course.cost, "leads_to": course.leads_to, "taster": course.taster, "travel": course.travel_help}
    return {"known": bool(value[fact]), "value": value[fact]}


def _to_come(course: CourseDetails) -> list[RunDetails]:
    """Runs that have not begun; all of them when every one has."""
    return [run for run in course.runs if run.state != "past"] or course.runs


def _run(run: RunDetails) -> dict[str, Any]:
    return {
        "start": run.start.isoformat() if run.start else None,
        "roll_on": run.roll_on,
        "end": run.end.isoformat() if run.end else None,
        "state": run.state,
        "days": run.days,
        "hours": run.hours,
        "duration": run.duration,
        "town": run.town,
        "postcode": run.postcode,
        "places": run.places,
        "places_left": run.places_left,
        "apply_by": run.apply_by.isoformat() if run.apply_by else None,
    }


def _places(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each town once."""
    return list({(run["town"], run["postcode"]): run for run in runs}.values())
