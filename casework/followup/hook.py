"""Replanning inside the transaction that changed the record, so that nobody can forget it.

Where follow-up is installed on an engine, every ``writing`` transaction of it that adds or changes something a plan may
look at replans the people concerned before it commits. What is written past the session (bulk inserts) says so itself
with ``touched``.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session

from casework.clock import Clock
from casework.db import BEFORE_COMMIT
from casework.followup.people import Reader
from casework.followup.replan import look_again, replan
from casework.tables import Activity, Destination, FollowUp, MoneyApplication, YoungPerson

log = logging.getLogger(__name__)

_TOUCHED = "onward_touched"
_OF_A_PERSON = (Activity, Destination, MoneyApplication, FollowUp)


def touched(session: Session, ids: Iterable[int]) -> None:
    """The record of these people was changed past the session: they are replanned before the commit."""
    session.info.setdefault(_TOUCHED, set()).update(ids)


def planned_for(session: Session) -> None:
    """Whoever was touched so far has been planned for already in this transaction, or needs not to be."""
    session.flush()
    session.info.pop(_TOUCHED, None)


def install(engine: Engine, reader: Callable[[], Reader], clock: Clock) -> None:
    """Replan whoever is touched by a transaction of ``engine``. ``reader`` answers the plans as they are now."""

    def before_commit(session: Session) -> None:
        session.flush()
        # replanning writes past the session, so it touches nobody again
        ids = session.info.pop(_TOUCHED, None)
        if not ids:
            return
        now: datetime = clock()
        try:
            replan(session, reader(), ids, now)
        except SQLAlchemyError:
            # the transaction itself is broken: it must fail
            raise
        except Exception as error:
            # what somebody told us is never lost for the sake of a plan: they are planned for again by the next sweep
            log.error("follow-up could not be planned with the record: %s", type(error).__name__)
            look_again(session, ids, now)

    BEFORE_COMMIT[engine] = before_commit


def uninstall(engine: Engine) -> None:
    """Do not replan any more."""
    BEFORE_COMMIT.pop(engine, None)


@event.listens_for(AnySession, "after_flush")
def _collect(session: AnySession, _context: Any) -> None:
    if not BEFORE_COMMIT:
        return
    found: set[int] = set()
    for row in (*session.new, *session.dirty):
        if isinstance(row, YoungPerson) and row.id is not None:
            found.add(row.id)
        elif isinstance(row, _OF_A_PERSON) and row.young_person_id is not None:
            found.add(row.young_person_id)
    if found:
        session.info.setdefault(_TOUCHED, set()).update(found)
