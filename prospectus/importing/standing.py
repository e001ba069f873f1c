"""What stands in the catalogue before an import: its version, and what identifies a source's courses."""

from sqlalchemy import select
from sqlmodel import Session, col

from prospectus.editing import officers
from prospectus.importing.spool import Spool
from prospectus.tables import CatalogueVersion, Course


def catalogue_token(session: Session) -> str | None:
    """The catalogue's version; None before anything was ever in it."""
    return (
        session.connection().execute(select(col(CatalogueVersion.token)).where(col(CatalogueVersion.id) == 1)).scalar()
    )


def read_standing(session: Session, spool: Spool, source: str) -> None:
    """Copy what identifies a source's courses into the spool, where it is compared without being held in memory."""
    spool.db.execute("DELETE FROM standing")
    columns = (Course.source_ref, Course.id, Course.ref, Course.fingerprint, Course.retired, Course.facts)
    query = select(*(col(column) for column in columns)).where(
        col(Course.source) == source, col(Course.source_ref).is_not(None)
    )
    # of this statement alone: set on the connection, it would go on for everything after
    found = session.connection().execute(query, execution_options={"yield_per": 5_000})
    for rows in found.partitions():
        standing = [(*row[:5], officers((row[5] or {}).get("retired"))) for row in rows]
        spool.db.executemany("INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?)", standing)
