"""What every feed is turned into: providers, courses and runs with the fields of the catalogue. None: not known."""

import json
from dataclasses import dataclass, field, fields
from datetime import date
from hashlib import sha256
from typing import Any, Self

PLACE_UNKNOWN = "place not known"
"""What ``Run.town`` says where neither the run nor its provider says a town."""

_DATES = frozenset({"start", "end", "apply_by"})


class _Record:
    __slots__ = ()

    def as_json(self) -> dict[str, Any]:
        """The fields that are known, as JSON holds them."""
        known = ((name, getattr(self, name)) for name in _names(type(self)))
        return {
            name: value.isoformat() if name in _DATES else value
            for name, value in known
            if value is not None and value != [] and value != {}
        }

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        """The record that ``as_json`` made this of."""
        for name in _DATES & body.keys():
            body[name] = date.fromisoformat(body[name])
        return cls(**body)


@dataclass(slots=True)
class ProviderRecord(_Record):
    """A provider as its source says it."""

    source_ref: str
    name: str
    kind: str
    town: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    contact_name: str | None = None


@dataclass(slots=True)
class RunRecord(_Record):
    """One start of a course as its source says it."""

    source_ref: str
    start: date | None = None
    roll_on: bool = False
    end: date | None = None
    duration: str | None = None
    days: str | None = None
    hours: str | None = None
    town: str | None = None
    """None: at the provider's."""
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    places: str = "unknown"
    places_left: int | None = None
    apply_by: date | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """What has no column: study_mode, attendance, venue, delivery, cost, regions, starts, url."""


@dataclass(slots=True)
class CourseRecord(_Record):
    """A course as its source says it."""

    source_ref: str
    provider: str
    """The provider's ``source_ref``."""
    title: str
    subject: str
    level: str
    route: str
    qualification: str | None = None
    summary: str | None = None
    entry_requirements: str | None = None
    exclusions: str | None = None
    cost: str | None = None
    kit: str | None = None
    kit_paid_by: str | None = None
    travel_help: str | None = None
    how_to_apply: str | None = None
    leads_to: str | None = None
    taster: str | None = None
    min_age: int | None = None
    max_age: int | None = None
    keywords: list[str] = field(default_factory=list)
    url: str | None = None
    checked_on: str | None = None
    """ISO date; None: the day that the whole feed was checked. No part of the fingerprint."""


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(record: type) -> tuple[str, ...]:
    known = _NAMES.get(record)
    if known is None:
        known = _NAMES[record] = tuple(f.name for f in fields(record))
    return known


COURSE_FIELDS = tuple(n for n in _names(CourseRecord) if n not in ("source_ref", "provider", "checked_on"))
"""Columns of ``Course`` that a feed fills."""

RUN_FIELDS = tuple(n for n in _names(RunRecord) if n != "source_ref")
"""Columns of ``Run`` that a feed fills."""

PROVIDER_FIELDS = tuple(n for n in _names(ProviderRecord) if n != "source_ref")
"""Columns of ``Provider`` that a feed fills."""


def dumped(body: dict[str, Any]) -> str:
    """JSON that is the same for the same facts."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(*bodies: str) -> str:
    """A digest of what a source said, to tell whether it says the same again."""
    return sha256("\0".join(bodies).encode()).hexdigest()[:32]


def own_ref(*parts: str, letters: int = 10) -> str:
    """A short ref that is always the same for the same parts: digits and capitals that are hard to misread."""
    number = int.from_bytes(sha256("\0".join(parts).encode()).digest()[:16], "big")
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    made = []
    for _ in range(letters):
        number, at = divmod(number, len(alphabet))
        made.append(alphabet[at])
    return "".join(made)
