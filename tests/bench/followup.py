"""How long it takes to plan and to put into the outbox a hundred thousand prompts, and whether claiming stays flat.

    python -m tests.bench.followup [--people 100000] [--database sqlite|postgresql] [--claims]

Prints JSON. People are newly NEET and known by telephone; the plans are those that are shipped. The baseline is a plain
bulk insert of as many messages in the same run: machines are noisy, ratios less so.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, insert, select, text
from sqlmodel import Session, col

from casework.clock import FixedClock
from casework.db import open_engine, reading, writing
from casework.followup.dispatch import Limits, claim
from casework.followup.looking import Looker
from casework.followup.service import FollowUps
from casework.tables import Activity, Adviser, Conversation, FollowUp, Message, YoungPerson
from onward.following import build_followups
from onward.migrate import upgrade
from tests import postgres

DATA = Path(__file__).resolve().parents[2] / "data"
TOLD = datetime(2026, 11, 2, 9, tzinfo=UTC)
DUE = datetime(2026, 11, 3, 16, tzinfo=UTC)
BATCH = 5_000


@contextmanager
def database(kind: str) -> Iterator[Engine]:
    """An empty database with the newest tables."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="onward-bench-") as folder:
            engine = open_engine(f"sqlite:///{Path(folder) / 'bench.db'}")
            upgrade(engine)
            yield engine
            engine.dispose()
        return
    with postgres.server() as address, postgres.database(address) as url:
        engine = open_engine(url)
        upgrade(engine)
        yield engine
        engine.dispose()


def people(engine: Engine, count: int) -> None:
    """So many young people, newly NEET."""
    with writing(engine) as session:
        session.add(Adviser(ref="A1", name="Ann Able", email="ann@example.org", working_pattern={}))
    for first in range(1, count + 1, BATCH):
        numbers = range(first, min(first + BATCH, count + 1))
        with writing(engine) as session:
            session.execute(insert(YoungPerson), [_person(number) for number in numbers])
            session.execute(insert(Activity), [_neet(number) for number in numbers])


def _person(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "ref": f"Y{number}",
        "first_name": "Jo",
        "last_name": "Doe",
        "date_of_birth": date(2009, 3, 1) + timedelta(days=number % 300),
        "phone": f"+447{number:09d}",
        "language": "en",
        "nation": "england",
        "adviser_id": 1,
        "characteristics": [],
        "ehc_plan": False,
        "created_at": TOLD,
    }


def _neet(number: int) -> dict[str, Any]:
    return {
        "young_person_id": number,
        "code": "619",
        "start": TOLD.date(),
        "verified_on": TOLD.date(),
        "detail": {},
        "source": "school",
        "recorded_at": TOLD,
    }


def baseline(engine: Engine, count: int) -> float:
    """Seconds for a plain bulk insert of as many messages."""
    with writing(engine) as session:
        session.add(Conversation(channel="web", address="baseline", created_at=TOLD))
    row = {
        "conversation_id": 1,
        "direction": "in",
        "channel": "web",
        "author": "young_person",
        "text": "Hi Jo, Onward here. How are things going? 1 fine 2 not so good 3 I would like to talk to somebody",
        "created_at": TOLD,
        "handled_at": TOLD,
        "attempts": 0,
        "media": 0,
        "priority": 0,
        "status_rank": 0,
    }
    begun = time.perf_counter()
    for first in range(0, count, BATCH):
        with writing(engine) as session:
            session.execute(insert(Message), [row] * min(BATCH, count - first))
    return time.perf_counter() - begun


def measure(kind: str, count: int) -> dict[str, Any]:
    """Plan and enqueue for ``count`` people."""
    with database(kind) as engine:
        plain = baseline(engine, count)
        people(engine, count)
        url = engine.url.render_as_string(hide_password=False)
        # SQLite has one writer at a time; on PostgreSQL as many work as there are cores
        processes = 1 if kind == "sqlite" else os.cpu_count() or 1
        with get_context("spawn").Pool(processes) as pool:
            pool.map(_ready, [(url, count * 2)] * processes, chunksize=1)
            begun = time.perf_counter()
            pool.map(_look, [url] * processes, chunksize=1)
            planning = time.perf_counter() - begun
            begun = time.perf_counter()
            pool.map(_dispatch, [url] * processes, chunksize=1)
            enqueueing = time.perf_counter() - begun
            memory = max(pool.map(_memory, range(processes), chunksize=1))
        with reading(engine) as session:
            planned = session.execute(select(func.count()).select_from(FollowUp)).scalar_one()
            queued = session.execute(
                select(func.count()).select_from(FollowUp).where(col(FollowUp.status) == "queued")
            ).scalar_one()
        return {
            "database": kind,
            "processes": processes,
            "people": count,
            "contacts_planned": planned,
            "queued": queued,
            "planning_s": round(planning, 1),
            "enqueueing_s": round(enqueueing, 1),
            "both_s": round(planning + enqueueing, 1),
            "plain_insert_s": round(plain, 1),
            "times_a_plain_insert": round((planning + enqueueing) / plain, 1),
            "memory_mb": memory,
        }


@cache
def _followups(url: str) -> FollowUps:
    return build_followups(open_engine(url), FixedClock(TOLD), DATA)


def _ready(given: tuple[str, int]) -> None:
    """Read the plans and the texts, as a worker has that has been running for a while."""
    url, outbox = given
    followups = _followups(url)
    followups.limits = Limits(outbox=outbox, chunk=500)
    followups.dispatch(TOLD - timedelta(days=1))


def _look(url: str) -> int:
    # while another process has the next few, there is a moment with nothing to take
    done = 0
    while _followups(url).look(TOLD) or Looker(_followups(url).engine, lambda: _followups(url).reader).waiting(TOLD):
        done += 1
    return done


def _dispatch(url: str) -> int:
    return _followups(url).dispatch(DUE)["queued"]


def _memory(_: int) -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def claims(kind: str, sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)) -> dict[str, Any]:
    """Milliseconds of one claim of 100 due contacts while more and more others are planned or ended."""
    with database(kind) as engine:
        people(engine, 200)
        found: dict[str, Any] = {"database": kind, "ms": {}}
        there = 0
        for size in sizes:
            for first in range(there, size, BATCH):
                with writing(engine) as session:
                    rows = [_planned(number) for number in range(first, min(first + BATCH, size))]
                    session.execute(insert(FollowUp), rows)
            there = size
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
            taken = []
            for _ in range(21):
                with Session(engine) as session, session.begin():
                    begun = time.perf_counter()
                    got = len(claim(session, DUE, 100))
                    taken.append((time.perf_counter() - begun) * 1000)
                    session.rollback()
            found["ms"][str(size)] = round(sorted(taken)[10], 2)
            found["claimed"] = got
        found["plan"] = _plan(engine)
        return found


def _planned(number: int) -> dict[str, Any]:
    """One row: one in a thousand is due, half of the others are ahead, half are over."""
    due = number % 10 == 0 and number < 1_000
    over = not due and number % 2 == 0
    return {
        "young_person_id": number % 200 + 1,
        "plan": "bench",
        "plan_version": 1,
        "occasion": str(number),
        "step": 1,
        "kind": "text",
        "due_at": DUE - timedelta(minutes=number % 60) if due or over else DUE + timedelta(minutes=1 + number % 90_000),
        "importance": number // 10 % 10 if due else number % 10,
        "late_rule": "send",
        "why": "",
        "about": {},
        "rules": {},
        "status": "ended" if over else "planned",
        "outcome": "sent" if over else None,
        "ended_at": DUE if over else None,
        "stops_plan": False,
        "made_at": TOLD,
    }


def _plan(engine: Engine) -> list[str]:
    where = "status = 'planned' AND importance = 5 AND due_at <= :now"
    query = f"SELECT id FROM follow_up WHERE {where} ORDER BY due_at LIMIT 100"
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        rows = connection.execute(text(explain + query), {"now": DUE.replace(tzinfo=None)})
        return [str(row[-1]) for row in rows]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument("--claims", action="store_true", help="measure claiming only, from 1,000 to 1,000,000 rows")
    given = parser.parse_args()
    results = []
    for kind in given.database or ["sqlite", "postgresql"]:
        results.append(claims(kind) if given.claims else measure(kind, given.people))
    print(json.dumps(results, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
