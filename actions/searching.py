"""What is being looked for: this message's wishes put together with those before it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from actions.base import Talk
from actions.offers import LASTS, offer
from actions.people import offer_person, who
from actions.reach import near_me as offer_near
from actions.reach import within_reach
from casework.effects import NoteUnmetDemand
from prospectus.ask import read
from prospectus.catalogue import current
from prospectus.demand import demanded
from prospectus.search import Query, Result, search
from prospectus.words import stems, tokens

PAGE = 3
"""Courses in one reply: what fits a text message and a head."""

NO_PLACE = frozenset({"full", "closed"})

WISHES = ("subject", "words", "level", "place", "provider", "route", "start", "days", "age")

_NEAR_ME = re.compile(
    r"\b(near(er|est)?|clos(er|est)|local(ly)?|(near|close) to (me|home|here)|(round|around|about) here|near me)\b",
    re.IGNORECASE,
)
_NOT_WANTED = re.compile(
    r"\b(without|instead of|rather than|apart from|except|besides|not|dont want|don't want|out of|off|left|leave|"
    r"leaving|quit|hate|hated|cant get to|can't get to)\s+(\w+\s+){0,2}$",
    re.IGNORECASE,
)
_SOMETHING_ELSE = re.compile(
    r"\b((something|anything) (else|different)|other subjects?|different (course|subject))\b", re.IGNORECASE
)
_HOURS = frozenset(
    {
        *("part", "full", "time", "day", "days", "night", "nights", "evening", "evenings", "morning", "mornings"),
        *("weekend", "weekends", "week", "weeks", "month", "months", "hours"),
    }
)
"""Words about hours: courses cannot be searched by them, and as free words they would find chance mentions."""

_A_NEW_SEARCH = re.compile(
    r"\b(course|courses|class|classes|find|search|study|learn|college|what can i|else|different|menu)\b", re.IGNORECASE
)
UNKNOWN_WORDS = 2
"""An unknown thing of up to this many words is taken for what they want ("dog agility"); more is chatter."""


@dataclass(frozen=True)
class Wanted:
    """What to look for.

    ``empty``: nothing to go by, now or before. ``where``: a place must be asked for. ``cannot``: this narrows the
    search by something that courses cannot be searched by ("any at night").
    """

    query: Query
    empty: bool = False
    where: bool = False
    cannot: bool = False


def wanted(talk: Talk) -> Wanted:
    """Put together what this message asks for and what was asked before.

    A new subject keeps the place, because people do not move between two messages, and lets go of the rest.
    """
    said = _read(talk)
    before = _before(talk)
    near_me = bool(_NEAR_ME.search(talk.text)) and said.place is None
    if near_me:
        said = within_reach(talk, said)
    if talk.intent == "find_apprenticeships":
        said = replace(said, route="apprenticeship")
    if said == Query():
        narrowing = before != Query() and not near_me and not _A_NEW_SEARCH.search(talk.text)
        return Wanted(before, empty=not near_me and not narrowing, where=near_me, cannot=narrowing)
    if _SOMETHING_ELSE.search(talk.text) and not said.subject and not said.words:
        return Wanted(Query(place=said.place or before.place), empty=True)
    # a subject that is added to a search without one narrows it: "apprenticeships", then "in plumbing"
    fresh = (said.subject or said.words) and (before.subject or before.words)
    # "no i meant plumbing": the rest was right
    if fresh and talk.reading.get("correction") and said.subject:
        query = replace(before, words=None, **{name: value for name in WISHES if (value := getattr(said, name))})
    elif fresh and (said.subject, said.words) != (before.subject, before.words):
        query = replace(said, place=said.place or (None if said.provider else before.place), age=said.age or before.age)
    else:
        query = replace(before, **{name: value for name in WISHES if (value := getattr(said, name))})
        if said.provider:
            # somebody who names a college wants to see what it has, wherever and however they looked before
            query = replace(query, place=said.place, route=said.route)
        elif said.place and not said.provider:
            query = replace(query, provider=None)
    # a route alone is no wish yet: "what can i do at college"
    bare = query.route not in (None, "apprenticeship") and query == Query(route=query.route)
    return Wanted(query, empty=bare, where=near_me and query.place is None)


def _read(talk: Talk) -> Query:
    """The wishes in this message alone."""
    kept = talk.text
    for entity in talk.entities:
        if _NOT_WANTED.search(talk.text[: entity.at]):
            kept = kept.replace(entity.text, " ")
    said = read(talk.session, talk.vocabulary, kept, today=talk.today)
    found = {
        e.type: e.value
        for e in reversed(talk.entities)
        if e.type in ("subject", "place", "level", "route") and e.text in kept
    }
    if said.provider:
        # its name says "college" without asking for the route, and its town without asking for the place
        found = {kind: value for kind, value in found.items() if kind in ("subject", "level")}
    return replace(
        said,
        words=_words(talk, said),
        subject=said.subject or found.get("subject"),
        level=said.level or found.get("level"),
        place=said.place or found.get("place"),
        # "kicked out of school" names no route: only what the bot took for one counts
        route=found.get("route"),
    )


def _words(talk: Talk, said: Query) -> str | None:
    """The free words that are worth looking for."""
    if not said.words or said.subject or said.provider:
        return said.words
    words = [word for word in said.words.split() if word not in _HOURS]
    if not words:
        return None
    catalogue = current(talk.session)
    if all(catalogue.has_word(own) for word in words for own in stems(word)):
        return " ".join(words)
    return " ".join(words) if len(words) <= UNKNOWN_WORDS and _names_a_thing(talk.text, words) else None


def _names_a_thing(text: str, words: list[str]) -> bool:
    """Whether unknown words are what they want to learn ("dog agility courses"), not chatter around it."""
    first, last = re.escape(words[0]), re.escape(words[-1])
    return len(tokens(text)) <= len(words) + 1 or bool(
        re.search(rf"\b(in|on|about|learn|study|studying|do|doing|be|become|a|an|some|any)\s+{first}\b", text, re.I)
        or re.search(rf"\b{last}\s+(course|class|lesson|training|apprenticeship|college)", text, re.I)
        or re.search(rf"^\W*(?={first}\b).{{0,40}}?{last}\s+(level|lvl|near|in|at|around)\b", text, re.I)
    )


def _before(talk: Talk) -> Query:
    """What was looked for last, unless that is long ago."""
    at = talk.slot("searched")
    if not isinstance(at, str) or talk.now - datetime.fromisoformat(at) > LASTS:
        return Query()
    return Query(**{name: talk.slot(name) for name in WISHES})


def run(talk: Talk, query: Query, *, offset: int = 0) -> Result:
    """Search, with the same rotation for all pages of one conversation."""
    return search(
        talk.session,
        replace(query, limit=PAGE, offset=offset),
        today=talk.today,
        rotation=talk.conversation_id,
        vocabulary=talk.vocabulary,
    )


def present(talk: Talk, query: Query, *, then: str | None = None) -> None:
    """Search and say what there is, what comes near, or that there is nothing."""
    result = run(talk, query)
    keep(talk, query)
    if result.hits:
        show(talk, query, result, then=then)
        if result.hits[0].places in NO_PLACE:
            # those with a place come first: there is none
            note(talk, query)
        return
    note(talk, query)
    if result.near:
        hits = [hit.as_args() for hit in result.near]
        talk.say("courses_near", asked=asked(talk, query), hits=hits, relaxed=result.relaxed)
        offer(talk, "courses", [h.course_ref for h in result.near], total=len(result.near), offset=0, near=True)
        return
    talk.say("courses_none", asked=asked(talk, query), adviser=who(talk)["adviser"])
    offer_person(talk, "no_courses")


def narrow(talk: Talk, **wishes: Any) -> None:
    """The search before, with something more that is asked for."""
    present(talk, replace(_before(talk), **wishes))


def note(talk: Talk, query: Query) -> None:
    """Keep, without a name, that this was asked for and is not to be had."""
    words = None if query.subject else demanded(talk.session, talk.vocabulary, query.words, talk.text)
    talk.effect(
        NoteUnmetDemand(
            subject=query.subject or words,
            level=query.level,
            place=query.place,
            provider=query.provider,
            route=query.route,
        )
    )


def show(talk: Talk, query: Query, result: Result, *, offset: int = 0, then: str | None = None) -> None:
    """Say a page of what was found, and remember what the numbers mean."""
    hits, total = result.hits, result.total
    left = max(total - offset - len(hits), 0)
    args = {"asked": asked(talk, query), "hits": [hit.as_args() for hit in hits], "total": total, "left": left}
    if offset == 0:
        talk.say("course_list", **args, near_me=offer_near(talk, query, result))
    else:
        talk.say("course_list_more", **args)
    more = {"then": then} if then else {}
    offer(talk, "courses", [h.course_ref for h in hits], total=total, offset=offset, **more)
    talk.remember(course=hits[0].course_ref if total == 1 else None)


def keep(talk: Talk, query: Query) -> None:
    """Remember what is looked for: a later message refines it."""
    talk.remember(**{name: getattr(query, name) for name in WISHES})
    talk.remember(searched=talk.now.isoformat(timespec="minutes"), wanted=None)


def asked(talk: Talk, query: Query) -> dict[str, Any]:
    """What was asked for in the words of the prospectus, as arguments of a text; None where nothing was."""
    names, catalogue = talk.vocabulary, current(talk.session)
    return {
        "subject": names.subject_name(query.subject) if query.subject else None,
        # beside a subject, words only narrow it: saying them again would be odd
        "words": None if query.subject else query.words,
        "level": names.level_name(query.level) if query.level else None,
        "place": names.place_name(query.place, catalogue) if query.place else None,
        "provider": catalogue.providers.get(query.provider) if query.provider else None,
        "route": query.route,
        "start": None if query.start == "now" else query.start,
        "now": query.start == "now",
        "days": query.days,
        "age": query.age,
    }
