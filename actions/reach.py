"""What the record says of where somebody is and how old: offered to narrow a search, and never used unasked."""

import re
from dataclasses import replace
from datetime import date

from actions.base import Talk
from prospectus.catalogue import current
from prospectus.search import Query, Result, search

SCHOOL_AGE = 16
"""Under it they can start after the summer in which they reach it: their age then is what counts."""

_OFFERED = re.compile(r"^\W*(near|nr|near me|(only |the )?ones (near me|i can get to))\W*$", re.IGNORECASE)


def within_reach(talk: Talk, said: Query) -> Query:
    """What was said, near where they live; for their age too where they take up the offer of ``near_me``."""
    said = replace(said, place=home(talk))
    return replace(said, age=age(talk)) if _OFFERED.match(talk.text) else said


def home(talk: Talk) -> str | None:
    """The key of the place where they live; None where it is not known, or they are not."""
    person = talk.young_person
    if person is None:
        return None
    catalogue = current(talk.session)
    for said in (person.town, person.postcode):
        if said and (place := talk.vocabulary.place(said, catalogue)) is not None:
            return place
    return None


def age(talk: Talk) -> int | None:
    """How old they are when they can start; None where it is not known."""
    born = talk.young_person.date_of_birth if talk.young_person else None
    if born is None:
        return None
    now = _age_on(born, talk.today)
    if now >= SCHOOL_AGE:
        return now
    september = date(talk.today.year + (talk.today.month >= 9), 9, 1)
    return _age_on(born, september)


def _age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def near_me(talk: Talk, query: Query, result: Result) -> str | None:
    """What ``NEAR`` would narrow these results by: ``place``, or ``age`` too; None where it would not help."""
    if query.place or query.provider or result.total <= len(result.hits) or (place := home(talk)) is None:
        return None
    years = age(talk)
    narrowed = replace(query, place=place, age=years, limit=1, offset=0)
    found = search(talk.session, narrowed, today=talk.today, vocabulary=talk.vocabulary).total
    if not 0 < found < result.total:
        return None
    return "place" if years is None else "age"
