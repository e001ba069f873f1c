"""Who a report is about: found by a careful rule, or left for a person to say. Never by name alone.

The rules:

- ``uln``: the same ULN, and the same last name or date of birth;
- ``name_and_birth``: the same date of birth, last name and first (or known-as) name;
- ``birth_and_address``: the same date of birth and last name, a first name that is nearly the same, and the same
  postcode or telephone number.

Two ULNs that differ are two people. Where two of the record fit, nobody is chosen. Everything that is merely alike
(a slip of the finger, names in each other's place, day and month the other way round) is for a person to look at.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from casework.providers.likeness import About, Compared, compare, days_near, letters
from casework.tables import YoungPerson

MOST_CANDIDATES = 6
MOST_LOOKED_AT = 500


@dataclass(frozen=True)
class Match:
    """What the rule found."""

    person: YoungPerson | None
    rule: str | None = None
    fitting: int = 0
    """How many fit; nobody is chosen from two."""


@dataclass(frozen=True)
class Candidate:
    """Somebody that it may be, for a person to judge."""

    person: YoungPerson
    score: int
    reasons: tuple[str, ...]
    """In plain words, what speaks for it and what against."""


def rule_for(found: Compared) -> str | None:
    """The rule by which two are taken for the same person; None: they are not."""
    if found.uln == "same":
        # a number that was typed wrongly may be somebody else's: both names and the day must not all speak against it
        if found.last == "same" and not (found.born == "other" and found.first == "other"):
            return "uln"
        if found.born == "same" and found.first != "other":
            return "uln"
        return None
    if found.uln in ("near", "other") or found.born != "same" or found.last != "same":
        return None
    if found.first == "same":
        return "name_and_birth"
    if found.first != "other" and "same" in (found.postcode, found.phone):
        return "birth_and_address"
    return None


def choose(about: About, people: Iterable[YoungPerson]) -> Match:
    """The one of these people that the report is about, if exactly one fits."""
    fitting = [(person, rule) for person in people if (rule := rule_for(compare(about, person)))]
    if len(fitting) != 1:
        return Match(None, fitting=len(fitting))
    return Match(fitting[0][0], fitting[0][1], 1)


def match(session: Session, about: About) -> Match:
    """The same among everybody of the record."""
    wanted: list[ColumnElement[bool]] = []
    if about.uln:
        wanted.append(col(YoungPerson.uln) == about.uln)
    if about.date_of_birth:
        wanted.append(col(YoungPerson.date_of_birth) == about.date_of_birth)
    # no rule can be met without one of the two
    return choose(about, _fetch(session, wanted)) if wanted else Match(None)


def candidates(session: Session, about: About) -> list[Candidate]:
    """Everybody of the record whom it may be about, the likeliest first."""
    wanted: list[ColumnElement[bool]] = []
    if about.uln:
        wanted.append(col(YoungPerson.uln) == about.uln)
    if about.date_of_birth:
        wanted.append(col(YoungPerson.date_of_birth).in_([about.date_of_birth, *days_near(about.date_of_birth)]))
    if about.phone:
        wanted.append(col(YoungPerson.phone) == about.phone)
    names = sorted({name.lower() for name in (about.last_name, about.first_name) if name})
    if names:
        wanted.append(func.lower(col(YoungPerson.last_name)).in_(names))
    return rank(about, _fetch(session, wanted, MOST_LOOKED_AT)) if wanted else []


def rank(about: About, people: Iterable[YoungPerson]) -> list[Candidate]:
    """Those of these people whom it may be about, the likeliest first."""
    found = [candidate for person in people if (candidate := _candidate(about, person))]
    found.sort(key=lambda one: (-one.score, one.person.id or 0))
    return found[:MOST_CANDIDATES]


class Shortlist:
    """Some people, by what a report may name them with: quick where many reports are held against one caseload."""

    def __init__(self, people: Iterable[YoungPerson]) -> None:
        self._by: dict[object, list[YoungPerson]] = {}
        for person in people:
            keys = (person.uln, person.phone, person.date_of_birth, letters(person.last_name))
            for key in {key for key in keys if key}:
                self._by.setdefault(key, []).append(person)

    def rank(self, about: About) -> list[Candidate]:
        """Those whom a report may be about, the likeliest first."""
        keys: set[object] = {about.uln, about.phone, letters(about.last_name or ""), letters(about.first_name or "")}
        if about.date_of_birth:
            keys |= {about.date_of_birth, *days_near(about.date_of_birth)}
        found = {person.id: person for key in keys if key for person in self._by.get(key, [])}
        return rank(about, found.values())


_POINTS: dict[str, dict[str, tuple[int, str]]] = {
    "uln": {
        "same": (60, "The ULN is the same"),
        "near": (20, "The ULN differs by one slip"),
        "other": (-20, "The ULN is another"),
    },
    "born": {
        "same": (30, "The date of birth is the same"),
        "near": (15, "The date of birth is nearly the same"),
        "other": (-20, "The date of birth is another"),
    },
    "last": {
        "same": (20, "The last name is the same"),
        "near": (12, "The last name is nearly the same"),
        "other": (-5, "The last name is another"),
    },
    "first": {
        "same": (15, "The first name is the same"),
        "near": (8, "The first name is nearly the same"),
        "other": (-10, "The first name is another"),
    },
    "postcode": {"same": (10, "The postcode is the same")},
    "phone": {"same": (15, "The telephone number is the same")},
}
_SWAPPED = (35, "First and last name stand in each other's place")
_ENOUGH = 25
"""The least score of somebody worth looking at, who must also be alike in two things."""


def _candidate(about: About, person: YoungPerson) -> Candidate | None:
    found = compare(about, person)
    score, alike, reasons = 0, 0, []
    for part, points in _POINTS.items():
        if part in ("last", "first") and found.swapped:
            continue
        likeness = getattr(found, part)
        if likeness in points:
            weight, words = points[likeness]
            score, alike = score + weight, alike + (weight > 0)
            reasons.append(words)
    if found.swapped:
        score, alike = score + _SWAPPED[0], alike + 2
        reasons.append(_SWAPPED[1])
    return Candidate(person, score, tuple(reasons)) if score >= _ENOUGH and alike >= 2 else None


def _fetch(session: Session, wanted: list[ColumnElement[bool]], most: int | None = None) -> list[YoungPerson]:
    query = select(YoungPerson).where(or_(*wanted)).order_by(col(YoungPerson.id)).limit(most)
    return list(session.execute(query).scalars())
