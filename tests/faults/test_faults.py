"""Seeded runs with kills at every step, on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from onward.migrate import upgrade
from tests.faults.check import check, check_real
from tests.faults.plan import TARGETS, draw, draw_real, part_of
from tests.faults.run import Ended, play

RUNS = int(os.environ.get("ONWARD_TEST_FAULT_RUNS", str(2 * len(TARGETS))))
"""How many runs; ``make test-faults`` asks for more. Even ones use SQLite, odd ones PostgreSQL."""

REAL_RUNS = max(2, RUNS // 20)
"""How many runs have the real bot."""

pytestmark = pytest.mark.faults


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("faults") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    name = f"onward_faults_{os.getpid()}"
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    url = f"{postgres_server.rsplit('/', 1)[0]}/{name}"
    upgrade(url)
    yield name
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty migrated database, copied from one that was migrated once."""
    if request.param == "sqlite":
        path = tmp_path / "onward.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template, server = request.getfixturevalue("postgres_template"), request.getfixturevalue("postgres_server")
    name = f"{template}_{request.node.callspec.params['seed']}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def runs() -> list[object]:
    """Each target twice in a row of runs: once on each database."""
    return [
        pytest.param(seed, ("sqlite", "postgres")[seed % 2], id=f"{seed}-{TARGETS[seed // 2 % len(TARGETS)]}")
        for seed in range(RUNS)
    ]


@pytest.mark.parametrize(("seed", "database"), runs(), indirect=["database"])
def test_nothing_is_lost_and_nothing_is_doubled(seed: int, database: str, tmp_path: Path) -> None:
    target = TARGETS[seed // 2 % len(TARGETS)]

    def look(ended: Ended) -> None:
        assert ended.deaths[part_of(target)] > 0, f"nothing died at {target}: the run proves nothing"
        check(ended)

    play(draw(seed, target=target), database, tmp_path / "twilio.jsonl", look)


@pytest.mark.rasa
@pytest.mark.parametrize(
    ("seed", "database"),
    [pytest.param(seed, ("sqlite", "postgres")[seed % 2], id=str(seed)) for seed in range(REAL_RUNS)],
    indirect=["database"],
)
def test_the_same_holds_with_the_real_bot(seed: int, database: str, tmp_path: Path) -> None:
    def look(ended: Ended) -> None:
        assert ended.deaths["rasa"] > 0, "the bot was not killed: the run proves nothing about it"
        check_real(ended)

    play(draw_real(seed), database, tmp_path / "twilio.jsonl", look)
