"""Reading plans again for those whose day has come, or whom no plan has ever been read for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Select, Table, bindparam, func, select

from casework.among import among
from casework.clock import LONDON
from casework.db import by_index, reading, writing
from casework.followup.people import CHUNK, Reader
from casework.followup.replan import replan
from casework.tables import Outlook, YoungPerson

_o: Table = Outlook.__table__  # type: ignore[attr-defined]
_p: Table = YoungPerson.__table__  # type: ignore[attr-defined]

_LOOKED_AT = select(_o.c.look_on).where(_o.c.young_person_id == _p.c.id).exists()
_WITH_OUTLOOK = select(_p.c.id).join(_o, _o.c.young_person_id == _p.c.id)
_NEW = select(_p.c.id).where(~_LOOKED_AT)
_DUE = _WITH_OUTLOOK.where(_o.c.look_on <= bindparam("today"))
_OTHER_BOOK = _WITH_OUTLOOK.where(_o.c.book != bindparam("book"))

AT_ONCE = 200_000
"""So many are found with one question; who is left after them is found by the next."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Looker:
    """Looks for one database. Any number of these may run: each person is locked while they are planned for."""

    engine: Engine
    reader: Callable[[], Reader]

    def run(self, now: datetime, *, most: int | None = None, progress: Progress | None = None) -> int:
        """Plan again for whoever is due, a few hundred in a transaction; answers for how many."""
        done = 0
        for query in (_NEW, _DUE, _OTHER_BOOK):
            with reading(self.engine) as session:
                # a look first, which takes no lock: mostly there is nobody
                found = list(session.execute(query.limit(AT_ONCE), self._given(now)).scalars())
            for start in range(0, len(found), CHUNK):
                left = CHUNK if most is None else most - done
                if left <= 0:
                    return done
                done += self._chunk(query, now, found[start : start + min(CHUNK, left)])
                if progress is not None:
                    progress(done)
        return done

    def _given(self, now: datetime) -> dict[str, Any]:
        return {"today": now.astimezone(LONDON).date(), "book": self.reader().book.digest[:16]}

    def _chunk(self, query: Select[tuple[int]], now: datetime, ids: list[int]) -> int:
        """Plan again for those of the ids that the query still finds; answers for how many."""
        with writing(self.engine) as session:
            by_index(session)
            # whoever is being planned for by another process, or is written about just now, is left to it
            locked = query.where(among(_p.c.id, ids)).with_for_update(of=_p, key_share=True, skip_locked=True)
            mine = list(session.execute(locked, self._given(now)).scalars())
            replan(session, self.reader(), mine, now)
        return len(mine)

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
