"""What was read into the catalogue: the files, and what came of each."""

from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import Session, col, select

from prospectus.tables import CatalogueImport, CourseChange


def imports(session: Session, *, limit: int, offset: int) -> tuple[int, list[CatalogueImport]]:
    """How many files were read, and a part of them, the latest first."""
    total = session.exec(select(func.count()).select_from(CatalogueImport)).one()
    query = select(CatalogueImport).order_by(col(CatalogueImport.id).desc()).limit(limit).offset(offset)
    return total, list(session.exec(query).all())


def import_of(session: Session, number: int) -> CatalogueImport | None:
    """One file that was read."""
    return session.get(CatalogueImport, number)


def imports_of(session: Session, changes: Iterable[CourseChange]) -> dict[int, CatalogueImport]:
    """The files that some changes came from, by id."""
    ids = {change.import_id for change in changes if change.import_id is not None}
    if not ids:
        return {}
    found = session.exec(select(CatalogueImport).where(col(CatalogueImport.id).in_(ids))).all()
    return {row.id: row for row in found if row.id is not None}
