"""Reading plans again for those whose day has come, or whom no plan has ever been read for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, Table, bindparam, func, select
from sqlmodel import Session

from casework.clock import LONDON
from casework.db import reading, writing
from casework.followup.people import CHUNK, Reader
from casework.followup.replan import replan
from casework.tables import Outlook, YoungPerson

_o: Table = Outlook.__table__  # type: ignore[attr-defined]
_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]

_DUE = select(_o.c.young_person_id).where(_o.c.look_on <= bindparam("today")).limit(CHUNK)
_OTHER_BOOK = select(_o.c.young_person_id).where(_o.c.book != bindparam("book")).limit(CHUNK)
_NEW = select(_p.c.id).where(~select(_o.c.look_on).where(_o.c.young_person_id == _p.c.id).exists()).limit(CHUNK)

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Looker:
    """Looks for one database. Any number of these may run: each person is locked while they are planned for."""

    engine: Engine
    reader: Callable[[], Reader]

    def run(self, now: datetime, *, most: int | None = None, progress: Progress | None = None) -> int:
        """Plan again for whoever is due, a few hundred in a transaction; answers for how many."""
        done = 0
        while most is None or done < most:
            reader = self.reader()
            with reading(self.engine) as session:
                ids = self._due(session, now, reader.book.digest[:16])
            if not ids:
                break
            with writing(self.engine) as session:
                done += replan(session, reader, ids, now)
            if progress is not None:
                progress(done)
        return done

    def waiting(self, now: datetime) -> int:
        """How many are due."""
        today = now.astimezone(LONDON).date()
        book = self.reader().book.digest[:16]
        with reading(self.engine) as session:
            people = session.execute(select(func.count()).select_from(_p)).scalar_one()
            done = session.execute(
                select(func.count()).select_from(_o).where(_o.c.look_on > today, _o.c.book == book)
            ).scalar_one()
        return int(people - done)

    def _due(self, session: Session, now: datetime, book: str) -> list[int]:
        today = now.astimezone(LONDON).date()
        for query, given in ((_NEW, {}), (_DUE, {"today": today}), (_OTHER_BOOK, {"book": book})):
            ids = list(session.execute(query, given).scalars())
            if ids:
                return ids
        return []
