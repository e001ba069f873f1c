"""Unmet demand: what was asked for and was not to be had, kept without names and counted for planners."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from casework.tables import Adviser, UnmetDemand, YoungPerson
from prospectus.catalogue import current
from prospectus.index import Catalogue
from prospectus.learnable import learnable
from prospectus.vocabulary import Vocabulary
from prospectus.words import tokens

SMALL = 5
"""A count below this is not shown outside the service: somebody might know who it was."""

MOST_WORDS = 3
"""Free words that are kept of one question; a longer one is more than the name of a subject."""

_LETTERS = range(3, 21)


def demanded(session: Session, vocabulary: Vocabulary, words: str | None, text: str = "") -> str | None:
    """The free words of a question that may be kept as the subject that was missed; None where none may.

    At most three words, of which one must look like something to learn: a word of the catalogue, of the subjects, of
    ``sought`` in data/prospectus.yml, or with an ending as in "falconry". Words beside it must be ordinary ones.
    Nothing is kept of a question in which a word has a digit, is (or may be) a name of anybody in the record, is a
    first name, is written with a capital inside the sentence, or is among ``not_a_wish``.
    """
    said = tokens(words or "")
    if not 0 < len(said) <= MOST_WORDS or not all(word.isalpha() and len(word) in _LETTERS for word in said):
        return None
    if any(word in vocabulary.people or word in vocabulary.not_a_wish for word in said):
        return None
    if _capitals(text) & set(said) or _is_a_name(session, said):
        return None
    catalogue = current(session)
    learnt = {word for word in said if learnable(word, vocabulary, catalogue)}
    ordinary = all(word in learnt or word in vocabulary.ordinary for word in said)
    return " ".join(said) if learnt and ordinary else None


def _capitals(text: str) -> set[str]:
    """Words that begin with a capital inside a sentence that has small letters too, in small letters."""
    if not any(c.islower() for c in text):
        return set()
    inside = re.findall(r"(?<=[a-z,;] )[A-Z][\w'-]+", text)
    return {token for word in inside for token in tokens(word)}


def _is_a_name(session: Session, said: list[str]) -> bool:
    names = (YoungPerson.first_name, YoungPerson.last_name, YoungPerson.known_as)
    anybody = select(YoungPerson.id).where(or_(*(func.lower(col(name)).in_(said) for name in names))).limit(1)
    if session.exec(anybody).first() is not None:
        return True
    advisers = session.exec(select(Adviser.name)).all()
    return bool(set(said) & {token for name in advisers for token in tokens(name)})


@dataclass(frozen=True, slots=True)
class Demand:
    """Unmet demand of some time, counted. Each list is in the order of its counts, largest first."""

    since: date | None
    until: date | None
    total: int
    """All of it; to the nearest five where small numbers are not shown, so that they cannot be worked out."""
    subjects: list[dict[str, Any]] = field(default_factory=list)
    levels: list[dict[str, Any]] = field(default_factory=list)
    areas: list[dict[str, Any]] = field(default_factory=list)
    routes: list[dict[str, Any]] = field(default_factory=list)
    months: list[dict[str, Any]] = field(default_factory=list)
    together: list[dict[str, Any]] = field(default_factory=list)
    """Subject, level and area at once."""
    hidden: bool = False
    """Some counts are below ``SMALL`` and are left out."""

    def as_json(self) -> dict[str, Any]:
        """All of it as JSON holds it."""
        days = {name: day.isoformat() if (day := getattr(self, name)) else None for name in ("since", "until")}
        lists = ("subjects", "levels", "areas", "routes", "months", "together")
        return days | {"total": self.total, "hidden": self.hidden} | {name: getattr(self, name) for name in lists}


def report(
    session: Session,
    vocabulary: Vocabulary,
    *,
    since: date | None = None,
    until: date | None = None,
    internal: bool = False,
) -> Demand:
    """What was asked for and not to be had, from ``since`` to ``until``, both days included.

    ``internal``: for staff who may see the record; counts below ``SMALL`` are in it. Everybody else gets a report
    without them.
    """
    query = select(UnmetDemand)
    if since is not None:
        query = query.where(col(UnmetDemand.on_date) >= since)
    if until is not None:
        query = query.where(col(UnmetDemand.on_date) <= until)
    rows = list(session.exec(query))
    names = _Names(vocabulary, current(session))
    least = 1 if internal else SMALL
    tables = {
        "subjects": _counted(({"subject": r.subject, "name": names.subject(r.subject)} for r in rows), least),
        "levels": _counted(({"level": r.level, "name": names.level(r.level)} for r in rows), least),
        "areas": _counted(({"place": r.place, "name": names.area(r.place)} for r in rows), least),
        "routes": _counted(({"route": r.route, "name": names.route(r.route)} for r in rows), least),
        "months": sorted(_counted(({"month": f"{r.on_date:%Y-%m}"} for r in rows), least), key=lambda m: m["month"]),
        "together": _counted(
            ({"subject": r.subject, "level": r.level, "place": r.place,
              "name": f"{names.subject(r.subject)}, {names.level(r.level)}, {names.area(r.place)}"} for r in rows),
            least,
        ),
    }  # fmt: skip
    hidden = any(sum(line["count"] for line in table) < len(rows) for table in tables.values())
    total = len(rows) if internal else 5 * round(len(rows) / 5)
    return Demand(since, until, total, hidden=hidden, **tables)


class _Names:
    """Keys in words."""

    def __init__(self, vocabulary: Vocabulary, catalogue: Catalogue) -> None:
        self._vocabulary, self._catalogue = vocabulary, catalogue

    def subject(self, key: str | None) -> str:
        if key is None:
            return "no subject"
        return self._vocabulary.subject_name(key) if key in self._vocabulary.subjects else f"“{key}”"

    def level(self, key: str | None) -> str:
        return self._vocabulary.level_name(key) if key else "any level"

    def area(self, key: str | None) -> str:
        return self._vocabulary.place_name(key, self._catalogue) if key else "anywhere"

    def route(self, key: str | None) -> str:
        return self._vocabulary.route_name(key) if key else "any route"


def _counted(rows: Iterable[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    counts = Counter(tuple(row.items()) for row in rows)
    lines = [dict(row) | {"count": count} for row, count in counts.items() if count >= least]
    return sorted(lines, key=lambda line: (-line["count"], line.get("name", ""), str(line)))
