"""How alike a reported person and somebody of the record are, part by part."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from casework.reading import fold
from casework.tables import YoungPerson

Likeness = Literal["same", "near", "other", "unknown"]

SHORTEST = 3
"""Letters of a first name that make it the short form of another, as in Sam and Samuel."""


@dataclass(frozen=True)
class About:
    """Who a report is about, as its provider wrote it."""

    first_name: str | None = None
    last_name: str | None = None
    known_as: str | None = None
    date_of_birth: date | None = None
    uln: str | None = None
    postcode: str | None = None
    phone: str | None = None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "About":
        """As it is kept in ``ProviderReport.about``."""
        born = data.get("date_of_birth")
        return cls(**(data | {"date_of_birth": date.fromisoformat(born) if born else None}))

    def as_json(self) -> dict[str, Any]:
        """For ``ProviderReport.about``: only what was given."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return given | ({"date_of_birth": self.date_of_birth.isoformat()} if self.date_of_birth else {})


@dataclass(frozen=True)
class Compared:
    """The parts, each alike or not. ``unknown``: one of the two does not say."""

    uln: Likeness
    born: Likeness
    last: Likeness
    first: Likeness
    postcode: Likeness
    phone: Likeness
    swapped: bool
    """Whether first and last name stand in each other's place."""


def compare(about: About, person: YoungPerson) -> Compared:
    """Compare the two."""
    said_first = [name for name in (about.first_name, about.known_as) if name]
    has_first = [name for name in (person.first_name, person.known_as) if name]
    swapped = bool(
        about.first_name
        and about.last_name
        and letters(about.first_name) == letters(person.last_name)
        and letters(about.last_name) in {letters(name) for name in has_first}
        and letters(about.first_name) != letters(about.last_name)
    )
    return Compared(
        uln=_digits(about.uln, person.uln),
        born=_days(about.date_of_birth, person.date_of_birth),
        last=_names([about.last_name] if about.last_name else [], [person.last_name], short=False),
        first=_names(said_first, has_first, short=True),
        postcode=_plain(_squeezed(about.postcode), _squeezed(person.postcode)),
        phone=_plain(about.phone, person.phone),
        swapped=swapped,
    )


def letters(name: str) -> str:
    """A name as it is compared: small letters without accents, hyphens, apostrophes and spaces.

    >>> letters("O\u2019Neil-Smith") == letters("ONEIL SMITH")
    True
    """
    return re.sub(r"[\W\d_]", "", fold(name))


def days_near(day: date) -> Iterator[date]:
    """Other days that are easily written for this one: day and month the other way round, or another year."""
    for year, month, number in (
        (day.year, day.day, day.month), (day.year - 1, day.month, day.day), (day.year + 1, day.month, day.day),
    ):  # fmt: skip
        try:
            found = date(year, month, number)
        except ValueError:
            continue
        if found != day:
            yield found


def slip(one: str, other: str) -> bool:
    """Whether one slip of the finger makes one of the other: a letter more, less or changed, or two swapped."""
    if one == other:
        return False
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, others = one[start:], other[start:]
    if len(one) == len(other):
        swapped = len(rest) > 1 and len(others) > 1 and rest[0] == others[1] and rest[1] == others[0]
        return rest[1:] == others[1:] or (swapped and rest[2:] == others[2:])
    return rest[1:] == others or rest == others[1:]


def _names(said: list[str], has: list[str], *, short: bool) -> Likeness:
    pairs = [(letters(one), letters(other)) for one in said for other in has]
    pairs = [(one, other) for one, other in pairs if one and other]
    if not pairs:
        return "unknown"
    if any(one == other for one, other in pairs):
        return "same"
    if any(_alike(one, other, short=short) for one, other in pairs):
        return "near"
    return "other"


def _alike(one: str, other: str, *, short: bool) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST + 1 and slip(one, other):
        return True
    # an initial, a short form; or one half of a double name
    enough = len(shorter) == 1 or len(shorter) >= SHORTEST
    if short:
        return enough and longer.startswith(shorter)
    return len(shorter) >= SHORTEST and (longer.startswith(shorter) or longer.endswith(shorter))


def _days(said: date | None, has: date | None) -> Likeness:
    if said is None or has is None:
        return "unknown"
    if said == has:
        return "same"
    near = said in set(days_near(has)) or slip(said.strftime("%Y%m%d"), has.strftime("%Y%m%d"))
    return "near" if near else "other"


def _digits(said: str | None, has: str | None) -> Likeness:
    if not said or not has:
        return "unknown"
    if said == has:
        return "same"
    return "near" if slip(said, has) else "other"


def _plain(said: str | None, has: str | None) -> Likeness:
    if not said or not has:
        return "unknown"
    return "same" if said == has else "other"


def _squeezed(postcode: str | None) -> str | None:
    return postcode.replace(" ", "").upper() if postcode else None
