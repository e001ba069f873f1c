"""Finding the schools and advisers that a file speaks of. They are few, and are kept in memory."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, select

from casework.importing import values
from casework.importing.values import BadCell
from casework.reading import fold
from casework.tables import Adviser, School

_TWO = -1


@dataclass
class Lookups:
    """Schools and advisers by what a file may call them; and what it called them that nobody is called."""

    schools: dict[str, int] = field(default_factory=dict)
    advisers: dict[str, int] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, session: Session) -> "Lookups":
        """Everything that is in the record now. Advisers who have left are not offered."""
        found = cls()
        for school in session.exec(select(School)):
            for name in (school.ref, school.name):
                _add(found.schools, name, school.id or 0)
        for adviser in session.exec(select(Adviser).where(Adviser.active)):
            for name in (adviser.ref, adviser.email, adviser.name):
                _add(found.advisers, name, adviser.id or 0)
        return found

    def school(self, cell: Any) -> int:
        """The id of a school. Raises ``BadCell``."""
        return self._find(self.schools, values.text(cell), "school")

    def adviser(self, cell: Any) -> int:
        """The id of an adviser. Raises ``BadCell``."""
        return self._find(self.advisers, values.text(cell), "adviser")

    def _find(self, where: dict[str, int], written: str, what: str) -> int:
        found = where.get(fold(written))
        if found is None:
            if len(self.unknown) < 1_000:
                self.unknown[f"{what}: {written}"] += 1
            raise BadCell(f"is no {what} in the record")
        if found == _TWO:
            raise BadCell(f"is the name of two {what}s in the record; use the ref")
        return found


def _add(where: dict[str, int], name: str, id_: int) -> None:
    key = fold(name)
    where[key] = id_ if where.get(key, id_) == id_ else _TWO
