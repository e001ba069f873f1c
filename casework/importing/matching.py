"""Who a row is about: somebody of the record, somebody new, or somebody that a person must look at.

- By the Onward ref, the council's own number or the ULN: that is them, unless the row is plainly of somebody else.
- Without a number that is known: the same name and date of birth *and* the same postcode or telephone number is them.
- The same name and date of birth with nothing to tell them by is a candidate to look at. Nobody is ever merged by name
  alone. Whoever looks writes the right ref, or ``new``, into the row and reads the file in again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import Session, col

from casework.importing.rows import NEW, Incoming
from casework.importing.seen import Seen
from casework.reading import fold
from casework.tables import YoungPerson

_SHORTEST = 3
"""Letters of a first name that make it the short form of another, as in Sam and Samuel."""


@dataclass(frozen=True)
class Match:
    """What was found for one row."""

    person: YoungPerson | None = None
    """Them. None, without a reason: somebody new."""
    look_at: str | None = None
    """Why a person must look, in plain words that hold refs and no names."""
    refused: str | None = None


class Candidates:
    """The people of the record that a batch of rows may be about."""

    def __init__(self, session: Session, rows: Sequence[Incoming], seen: Seen) -> None:
        self.by_ref: dict[str, YoungPerson] = {}
        self.by_local_id: dict[str, YoungPerson] = {}
        self.by_uln: dict[str, list[YoungPerson]] = {}
        self.by_birth: dict[tuple[str, Any], list[YoungPerson]] = {}
        for person in _fetch(session, rows, seen):
            self.by_ref[person.ref] = person
            if person.local_id:
                self.by_local_id[person.local_id] = person
            if person.uln:
                self.by_uln.setdefault(person.uln, []).append(person)
            if person.date_of_birth:
                self.by_birth.setdefault((fold(person.last_name), person.date_of_birth), []).append(person)

    def match(self, row: Incoming) -> Match:
        """Who a row is about."""
        by_local_id = self.by_local_id.get(row.local_id) if row.local_id else None
        by_uln = self.by_uln.get(row.uln, []) if row.uln else []
        if row.ref and row.ref != NEW:
            named = self.by_ref.get(row.ref)
            if named is None:
                return Match(refused=f"names {row.ref}, who is not in the record")
            if by_local_id and by_local_id is not named:
                return Match(look_at=f"names {named.ref}, but its local id is {by_local_id.ref}'s")
            return Match(person=named)
        if row.ref == NEW and (by_local_id or by_uln):
            there = by_local_id or by_uln[0]
            return Match(refused=f"is said to be new, but its number is {there.ref}'s")
        if len(by_uln) > 1 and by_local_id is None:
            return Match(look_at=f"has a ULN that {' and '.join(sorted(one.ref for one in by_uln))} have")
        if by_local_id:
            others = [one for one in by_uln if one is not by_local_id]
            if others:
                return Match(look_at=f"has the local id of {by_local_id.ref} and the ULN of {others[0].ref}")
            if row.uln and by_local_id.uln and by_local_id.uln != row.uln:
                return Match(look_at=f"has the local id of {by_local_id.ref} and another ULN")
            return self._numbered(row, by_local_id, "local id")
        if by_uln:
            if row.local_id and by_uln[0].local_id:
                return Match(look_at=f"has the ULN of {by_uln[0].ref} and another local id")
            return self._numbered(row, by_uln[0], "ULN")
        return Match() if row.ref == NEW else self._by_name(row)

    def _numbered(self, row: Incoming, person: YoungPerson, number: str) -> Match:
        """Somebody with this number: them, unless both name and date of birth are of somebody else."""
        born = row.person.get("date_of_birth")
        other_day = bool(born and person.date_of_birth and born != person.date_of_birth)
        other_name = fold(row.person["last_name"]) != fold(person.last_name) and not _first_alike(row, person)
        if other_day and other_name:
            return Match(look_at=f"has the {number} of {person.ref}, whose name and date of birth are others")
        return Match(person=person)

    def _by_name(self, row: Incoming) -> Match:
        born = row.person.get("date_of_birth")
        if born is None:
            return Match()
        alike = [
            person
            for person in self.by_birth.get((fold(row.person["last_name"]), born), [])
            # two numbers of the council's own are two people
            if _first_alike(row, person) and not (row.local_id and person.local_id)
        ]
        if not alike:
            return Match()
        same = [person for person in alike if _same_first(row, person) and _tells(row, person)]
        if len(same) == 1 and len(alike) == 1:
            return Match(person=same[0])
        refs = " or ".join(sorted(person.ref for person in alike))
        return Match(look_at=f"may be {refs}: the name and date of birth are alike, and nothing else tells")


def _same_first(row: Incoming, person: YoungPerson) -> bool:
    theirs = {fold(person.first_name), fold(person.known_as or person.first_name)}
    return fold(row.person["first_name"]) in theirs


def _first_alike(row: Incoming, person: YoungPerson) -> bool:
    if _same_first(row, person):
        return True
    one, other = fold(row.person["first_name"]), fold(person.first_name)
    shorter = min(len(one), len(other))
    return shorter >= _SHORTEST and one[:shorter] == other[:shorter]


def _tells(row: Incoming, person: YoungPerson) -> bool:
    """Whether a postcode or a number says that it is them, and no ULN says that it is not."""
    if row.uln and person.uln and row.uln != person.uln:
        return False
    postcode, phone = row.person.get("postcode"), row.person.get("phone")
    same_postcode = bool(postcode and person.postcode) and _squeezed(postcode) == _squeezed(person.postcode)
    return same_postcode or bool(phone and phone == person.phone)


def _squeezed(postcode: str | None) -> str:
    return (postcode or "").replace(" ", "").upper()


def _fetch(session: Session, rows: Sequence[Incoming], seen: Seen) -> Iterable[YoungPerson]:
    local_ids = {row.local_id for row in rows if row.local_id}
    ulns = {row.uln for row in rows if row.uln}
    refs = {row.ref for row in rows if row.ref and row.ref != NEW}
    ids = {
        id_
        for row in rows
        if row.person.get("date_of_birth")
        for id_ in seen.alike(row.person["last_name"], row.person["date_of_birth"])
    }
    wanted = [
        column.in_(sorted(values))
        for column, values in (
            (col(YoungPerson.local_id), local_ids),
            (col(YoungPerson.uln), ulns),
            (col(YoungPerson.ref), refs),
            (col(YoungPerson.id), ids),
        )
        if values
    ]
    return session.execute(select(YoungPerson).where(or_(*wanted))).scalars().all() if wanted else ()
