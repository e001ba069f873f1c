"""Which of a list is meant by "both", "that one", "the other one" or "the margate one".

The bot has told these from other messages (``context.reading`` in docs/protocols.md); which lines they mean is seen
here, where the record of what was offered is. Where it could be more than one, it is asked.
"""

from typing import Any

from actions.base import Talk
from actions.offers import Offered, offer, offered
from prospectus.details import CourseDetails, details
from prospectus.words import tokens

AT_ONCE = 2
"""Courses told of in one turn: two text messages."""

_SMALL = frozenset(
    {
        *("the", "that", "dat", "da", "this", "one", "ones", "1", "wun", "course", "please", "pls", "plz", "then"),
        *("thanks", "ta", "i", "like", "want", "at", "in", "near", "with", "of", "a", "and", "n", "about", "tell"),
        *("me", "think", "maybe", "um", "er", "yeah", "yes", "yh", "ok", "prefer", "id", "look", "go", "for", "is"),
    }
)
"""Words beside the name of a line."""


def same_fact(talk: Talk, now: Offered) -> Offered:
    """The list, asked about as the last course was: "how much is it", "and the second one?"."""
    fact = talk.slot("fact")
    if not talk.reading.get("same") or now.kind != "courses" or not isinstance(fact, str):
        return now
    return Offered(now.kind, now.items, now.more | {"then": fact})


def picked(talk: Talk, now: Offered) -> list[str]:
    """The items that are meant; none when it was said or asked instead what is needed."""
    pick = talk.reading.get("pick")
    if isinstance(pick, list):
        return _numbered(talk, now, [int(number) for number in pick])
    if pick in ("both", "all"):
        if now.kind == "courses" and len(now.items) <= AT_ONCE:
            return now.items
    elif pick == "that":
        if len(now.items) == 1:
            return now.items
        if talk.slot("course") in now.items:
            return [talk.slot("course")]
    elif pick == "other":
        others = [item for item in now.items if item != talk.slot("course")]
        if len(others) == 1:
            return others
    elif pick == "named":
        return _named(talk, now)
    elif pick == "any" and len(now.items) == 1:
        return now.items
    if pick in ("any", "all") and now.kind == "courses":
        talk.say("any_of_these", count=len(now.items))
    else:
        _which(talk, now)
    return []


def _numbered(talk: Talk, now: Offered, numbers: list[int]) -> list[str]:
    items = [(number, now.pick(number)) for number in numbers]
    for number, item in items:
        if item is None:
            talk.say("choose_again", count=len(now.items), number=number)
            return []
    known = [item for _, item in items if item is not None]
    if len(known) > (AT_ONCE if now.kind == "courses" else 1):
        _which(talk, now)
        return []
    return known


def _named(talk: Talk, now: Offered) -> list[str]:
    found = [number for number, item in enumerate(now.items, 1) if _fits(talk, now, item)]
    if len(found) == 1:
        return [now.items[found[0] - 1]]
    if found and now.kind == "courses" and len(found) < len(now.items):
        talk.say("choose_between", options=[_option(talk, now, number) for number in found])
        return []
    if found:
        _which(talk, now)
    return []


def nothing_named(talk: Talk) -> bool:
    """Whether "the ... one" named something to look for that is not in the list."""
    kinds = {entity.type for entity in talk.entities}
    return talk.reading.get("pick") == "named" and bool(kinds & {"subject", "place", "level", "provider", "route"})


def which_of(talk: Talk) -> None:
    """Ask which line of the list is meant."""
    now = offered(talk)
    if now is not None:
        _which(talk, now)


def _which(talk: Talk, now: Offered) -> None:
    if now.kind == "courses":
        talk.say("which_course", count=len(now.items))
        offer(talk, "courses", now.items, **now.more)
    else:
        talk.say("choose_again", count=len(now.items), number=None)


def _fits(talk: Talk, now: Offered, item: str) -> bool:
    """Whether a line of the list goes by what was said: its words, or what the bot found in them."""
    exact = [entity for entity in talk.entities if entity.type in ("level", "route", "place")]
    text = talk.text
    for entity in exact:
        text = text.replace(entity.text, " ")
    said = [token for token in tokens(text) if token not in _SMALL]
    if now.kind != "courses":
        words = tokens(talk.vocabulary.subject_name(item)) if now.kind == "subjects" else tokens(item)
        named = bool(said) and all(_begins(token, words) for token in said)
        return named or talk.value("subject") == item
    course = details(talk.session, item, today=talk.today)
    if course is None:
        return False
    towns = {run.town for run in course.runs}
    known = {"level": {course.level}, "route": {course.route}, "place": towns}
    for entity in exact:
        value = talk.vocabulary.place_name(entity.value) if entity.type == "place" else entity.value
        if value not in known[entity.type]:
            return False
    named = all(_begins(token, _words_of(course)) for token in said)
    return bool(exact or said) and (named or talk.value("subject") == course.subject)


def _words_of(course: CourseDetails) -> list[str]:
    towns = " ".join(run.town for run in course.runs)
    return list(tokens(f"{course.title} {course.provider_name} {towns} {course.route}"))


def _begins(token: str, words: list[str]) -> bool:
    return any(word == token or (len(token) >= 4 and word.startswith(token)) for word in words)


def _option(talk: Talk, now: Offered, number: int) -> dict[str, Any]:
    course = details(talk.session, now.items[number - 1], today=talk.today)
    return {
        "number": number,
        "title": course.title if course else None,
        "provider": course.provider_name if course else None,
        "town": course.runs[0].town if course and course.runs else None,
    }
