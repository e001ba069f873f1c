"""What stands in the catalogue before an import: a source's courses, its version, and what officers have said."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import select
from sqlmodel import Session, col

from prospectus.importing.spool import Spool
from prospectus.tables import CatalogueVersion, Course, CourseChange


def catalogue_token(session: Session) -> str | None:
    """The catalogue's version; None before anything was ever in it."""
    return (
        session.connection().execute(select(col(CatalogueVersion.token)).where(col(CatalogueVersion.id) == 1)).scalar()
    )


def read_standing(session: Session, spool: Spool, source: str) -> None:
    """Copy what identifies a source's courses into the spool, where it is compared without being held in memory."""
    spool.db.execute("DELETE FROM standing")
    found = (
        session.connection()
        .execution_options(yield_per=5_000)
        .execute(
            select(
                col(Course.source_ref), col(Course.id), col(Course.ref), col(Course.fingerprint), col(Course.retired)
            ).where(col(Course.source) == source, col(Course.source_ref).is_not(None))
        )
    )
    for rows in found.partitions():
        spool.db.executemany("INSERT INTO standing VALUES (?, ?, ?, ?, ?)", [tuple(row) for row in rows])


@dataclass(slots=True)
class OfficersWord:
    """What officers have said of some courses: an import does not unsay it."""

    retired: set[int] = field(default_factory=set)
    """Ids of the courses that an officer, and no import, took out last."""
    run_fields: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Fields that officers have changed, by the run's ref."""

    @classmethod
    def of(cls, session: Session, course_ids: list[int]) -> Self:
        """Read it from the history of these courses."""
        word = cls()
        statement = (
            select(CourseChange).where(col(CourseChange.course_id).in_(course_ids)).order_by(col(CourseChange.id))
        )
        for change in session.scalars(statement):
            if change.run_ref is not None:
                if change.by is not None:
                    word.run_fields[change.run_ref].update(change.changes)
                    if change.action in ("retired", "restored"):
                        word.run_fields[change.run_ref].add("retired")
            elif change.action == "retired" and change.by is not None:
                word.retired.add(change.course_id)
            elif change.action in ("retired", "restored"):
                word.retired.discard(change.course_id)
        return word
