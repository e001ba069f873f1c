"""Which copy of the catalogue a session is answered from, and how it is kept fresh.

Every change of the catalogue gives it a new version, and says in a log which courses it touched. A copy that is a
few changes behind is brought up to date by reading those courses; a small catalogue, or one of which no copy is there
yet, is read whole; a large one of which too much has changed is read whole beside the searches, which go on being
answered from the copy before.
"""

import logging
from collections import OrderedDict
from contextlib import nullcontext
from threading import Lock, Thread
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlmodel import Session, col

from casework.db import reading
from prospectus.index import Catalogue
from prospectus.loading import read_all, read_changed
from prospectus.tables import CatalogueTouch, CatalogueVersion, Course

KEPT = 4
"""Copies kept for one database: the newest, and those that reads which began earlier still see."""

SMALL = 2_000
"""Courses up to which a catalogue is read whole while a search waits: at most a few tenths of a second."""

MOST_CHANGED = 1_000
"""Courses that may have changed since the whole was read; more, and it is read again."""

TIDY_FROM = 300
"""Changed courses from which on the whole is read again beside the searches, so that one edit stays quick."""

_log = logging.getLogger(__name__)
_VERSION = select(col(CatalogueVersion.token)).where(col(CatalogueVersion.id) == 1)


class _Keeper:
    """The copies of one database's catalogue."""

    def __init__(self) -> None:
        self.copies: OrderedDict[str, Catalogue] = OrderedDict()
        self.newest: Catalogue | None = None
        self.lock = Lock()
        self.reading = Lock()
        self.thread: Thread | None = None

    def get(self, token: str) -> Catalogue | None:
        with self.lock:
            found = self.copies.get(token)
            if found is not None:
                self.copies.move_to_end(token)
            return found

    def keep(self, catalogue: Catalogue) -> Catalogue:
        catalogue.make_ready()
        with self.lock:
            if catalogue.token is not None:
                self.copies[catalogue.token] = catalogue
            newest = self.newest
            # a read that began earlier must not take the place of a later one, unless that one wants tidying:
            # what came between is in the log
            if newest is None or catalogue.touched >= newest.touched or len(newest.changed) > TIDY_FROM:
                self.newest = catalogue
            while len(self.copies) > KEPT:
                self.copies.popitem(last=False)
        return catalogue


_keepers: WeakKeyDictionary[Engine, _Keeper] = WeakKeyDictionary()
_keepers_lock = Lock()


def current(session: Session) -> Catalogue:
    """The catalogue as this session sees it; of a large one that changed a lot at once, for seconds, as it was.

    Costs one small query while nothing changes. Raises what the database raises.
    """
    connection = session.connection()
    # the version is read first: what is read after it can only be newer than it says
    token = connection.execute(_VERSION).scalar()
    if token is None:
        return read_all(connection, None)
    keeper = _keeper(connection.engine)
    if (found := keeper.get(token)) is not None:
        return found
    with keeper.reading:
        if (found := keeper.get(token)) is not None:
            return found
        base = keeper.newest
        if base is not None and (fresh := _updated(connection, base, token)) is not None:
            if len(fresh.changed) > TIDY_FROM:
                _read_beside(keeper, connection.engine)
            return keeper.keep(fresh)
        if base is None or len(base) <= SMALL:
            return keeper.keep(read_all(connection, token))
    _read_beside(keeper, connection.engine)
    return base


def warm(engine: Engine) -> None:
    """Begin to read the catalogue, beside everything else, so that the first search need not."""
    _read_beside(_keeper(engine), engine)


def wait_until_fresh(engine: Engine, seconds: float) -> None:
    """Wait for a reading that goes on beside the searches."""
    thread = _keeper(engine).thread
    if thread is not None:
        thread.join(seconds)


def _keeper(engine: Engine) -> _Keeper:
    with _keepers_lock:
        return _keepers.setdefault(engine, _Keeper())


def _updated(connection: Connection, base: Catalogue, token: str) -> Catalogue | None:
    """The copy with what changed since read again; None when that is not known, or is too much."""
    if not base.touched:
        return None
    log = connection.execute(
        select(col(CatalogueTouch.id), col(CatalogueTouch.token), col(CatalogueTouch.courses),
               col(CatalogueTouch.providers))
        .where(col(CatalogueTouch.id) >= base.touched)
        .order_by(col(CatalogueTouch.id))
    ).all()  # fmt: skip
    if not log or log[0].token != base.token:
        return None
    courses: set[int] = set()
    providers: set[int] = set()
    for row in log[1:]:
        if row.courses is None or row.providers is None:
            return None
        courses.update(row.courses)
        providers.update(row.providers)
        if row.token == token:
            break
    else:
        return None
    for provider in providers:
        owned = connection.execute(select(col(Course.id)).where(col(Course.provider_id) == provider)).scalars()
        courses.update(course for course in owned if course is not None)
        if len(courses) > MOST_CHANGED:
            return None
    if len(courses | base.changed) > MOST_CHANGED:
        return None
    return read_changed(connection, base, courses, (row.id, token), providers=bool(providers))


def _read_beside(keeper: _Keeper, engine: Engine) -> None:
    with keeper.lock:
        if keeper.thread is not None and keeper.thread.is_alive():
            return
        keeper.thread = Thread(target=_read, args=(keeper, engine), name="catalogue", daemon=True)
        keeper.thread.start()


def _read(keeper: _Keeper, engine: Engine) -> None:
    # the first copy is waited for; while there is one, nobody waits
    first = keeper.reading if keeper.newest is None else nullcontext()
    try:
        with first, reading(engine) as session:
            connection = session.connection()
            token = connection.execute(_VERSION).scalar()
            newest = keeper.newest
            if token is not None and (newest is None or newest.token != token or newest.changed):
                keeper.keep(read_all(connection, token))
    except Exception as error:
        # the copy before stays, and the next search tries again; before the first there may be no tables yet
        level = logging.DEBUG if keeper.newest is None else logging.WARNING
        _log.log(level, "the catalogue could not be read: %s", type(error).__name__)
