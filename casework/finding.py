"""Finding a young person by name, reference or telephone number, among those whom an adviser may see."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlmodel import Session, col

from casework.caseload import Scope
from casework.importing.values import BadCell, phone
from casework.reading import fold
from casework.tables import Conversation, YoungPerson

MOST = 30
"""People who are listed; whoever looks for more must say more."""
LONGEST = 100
"""Characters that are looked for."""
_BATCH = 2_000
_PARTS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Found:
    """What was found."""

    people: list[YoungPerson]
    conversations: list[Conversation]
    """With this number, in nobody's record."""
    more: bool
    """There are more than are listed."""


def find(session: Session, scope: Scope, words: str, *, everybody: bool = False) -> Found:
    """Everybody the adviser may see to whom the words fit, by last and first name.

    ``everybody`` is for those who may see the whole register, though not every transcript.
    A reference and a number are looked for as they are, names by how their parts begin: "jo ree" finds Joanna Reed.
    Accents, apostrophes and capitals do not matter.
    """
    words = " ".join(words[:LONGEST].split())
    whom = true() if everybody else scope_and_held(scope)
    number = _number(words)
    if number is not None:
        return _by_number(session, whom, number)
    ref = select(YoungPerson).where(whom, func.lower(col(YoungPerson.ref)) == words.lower())
    exact = list(session.execute(ref).scalars())
    if exact:
        return Found(exact, [], False)
    ids = list(_by_name(session, whom, words))
    query = (
        select(YoungPerson)
        .where(col(YoungPerson.id).in_(ids[: MOST + 1]))
        .order_by(col(YoungPerson.last_name), col(YoungPerson.first_name), col(YoungPerson.id))
    )
    people = list(session.execute(query).scalars()) if ids else []
    return Found(people[:MOST], [], len(ids) > MOST)


def scope_and_held(scope: Scope) -> ColumnElement[bool]:
    """Whom an adviser may see: their scope, and whose conversation they have taken over (``caseload.may_see``)."""
    held = select(col(Conversation.young_person_id)).where(
        col(Conversation.handed_to_id) == scope.adviser_id,
        col(Conversation.mode) == "adviser",
        col(Conversation.young_person_id).is_not(None),
    )
    return or_(scope.people(), col(YoungPerson.id).in_(held))


def _number(words: str) -> str | None:
    if sum(character.isdigit() for character in words) < 7:
        return None
    try:
        return phone(words)
    except BadCell:
        return None


def _by_number(session: Session, whom: ColumnElement[bool], number: str) -> Found:
    theirs = select(col(Conversation.young_person_id)).where(
        col(Conversation.channel) == "sms", col(Conversation.address) == number
    )
    query = (
        select(YoungPerson)
        .where(whom, or_(col(YoungPerson.phone) == number, col(YoungPerson.id).in_(theirs)))
        .order_by(col(YoungPerson.id))
        .limit(MOST + 1)
    )
    people = list(session.execute(query).scalars())
    unknown = select(Conversation).where(
        col(Conversation.channel) == "sms",
        col(Conversation.address) == number,
        col(Conversation.young_person_id).is_(None),
    )
    return Found(people[:MOST], list(session.execute(unknown).scalars()), len(people) > MOST)


def _by_name(session: Session, whom: ColumnElement[bool], words: str) -> Iterable[int]:
    """The ids of those whose names fit, one more than are listed at most. Databases do not fold accents: we do."""
    wanted = _PARTS.findall(fold(words))
    if not wanted or sum(len(part) for part in wanted) < 2:
        return
    columns = (
        col(YoungPerson.id), col(YoungPerson.first_name), col(YoungPerson.last_name), col(YoungPerson.known_as),
    )  # fmt: skip
    query = (
        select(*columns)
        .where(whom)
        .order_by(col(YoungPerson.last_name), col(YoungPerson.first_name), col(YoungPerson.id))
    )
    found = 0
    for id_, first, last, known_as in session.execute(query, execution_options={"yield_per": _BATCH}):
        parts = _PARTS.findall(fold(f"{first} {last} {known_as or ''}"))
        if all(any(part.startswith(one) for part in parts) for one in wanted):
            yield id_
            found += 1
            if found > MOST:
                return
