"""One real bot for all end-to-end tests, and a running system on each database."""

from collections.abc import Iterator

import pytest

from tests.system import System, free_port, start_bot, system


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Real Rasa with the trained model."""
    with start_bot(tmp_path_factory.mktemp("bot"), free_port()) as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def running(request: pytest.FixtureRequest, bot: System, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Web, worker and a fake Twilio, on SQLite and then on PostgreSQL, with the sample area."""
    folder = tmp_path_factory.mktemp("system")
    url = None
    if request.param == "postgres":
        from tests import postgres

        server = request.getfixturevalue("postgres_server")
        with postgres.database(server) as url, system(folder, bot_port=bot.bot_port, database_url=url) as ready:
            yield ready
        return
    with system(folder, bot_port=bot.bot_port) as ready:
        yield ready
