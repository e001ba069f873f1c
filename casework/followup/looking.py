"""Reading plans again for those whose day has come, or whom no plan has ever been read for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, Table, bindparam, func, select
from sqlmodel import Session

from casework.clock import LONDON
from casework.db import reading, writing
from casework.followup.people import CHUNK, Reader
from casework.followup.replan import replan
from casework.tables import Outlook, YoungPerson

_o: Table = Outlook.__table__  # type: ignore[attr-defined]
_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]

_LOOKED_AT = select(_o.c.look_on).where(_o.c.young_person_id == _p.c.id).exists()
_NEW = select(_p.c.id).where(~_LOOKED_AT)
_DUE = select(_p.c.id).join(_o, _o.c.young_person_id == _p.c.id).where(_o.c.look_on <= bindparam("today"))
_OTHER_BOOK = select(_p.c.id).join(_o, _o.c.young_person_id == _p.c.id).where(_o.c.book != bindparam("book"))

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
            given = {"today": now.astimezone(LONDON).date(), "book": reader.book.digest[:16]}
            with reading(self.engine) as session:
                query = _which(session, given)
            if query is None:
                break
            with writing(self.engine) as session:
                # whoever is being planned for by another process, or is written about just now, is left to it
                locked = query.limit(CHUNK).with_for_update(of=_p, key_share=True, skip_locked=True)
                found = replan(session, reader, list(session.execute(locked, given).scalars()), now)
            if not found:
                break
            done += found
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


def _which(session: Session, given: dict[str, Any]) -> Select[tuple[int]] | None:
    """Which of those to be looked at there are, in the order in which they are taken; None: nobody."""
    for query in (_NEW, _DUE, _OTHER_BOOK):
        if session.execute(query.limit(1), given).first() is not None:
            return query
    return None
