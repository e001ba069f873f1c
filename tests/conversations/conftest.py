"""The flag that refreshes golden conversations, and the bot that plays them."""

from collections.abc import Iterator

import pytest

from onward.botprocess import ensure_bot
from onward.replay import Replayer
from onward.secretfile import with_secrets
from onward.settings import load
from tests.system import SECRET, free_port, start_bot


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest tests/conversations --refresh`` writes what happens into the stories, to be read in review."""
    parser.addoption("--refresh", action="store_true", help="write what happens into the golden conversations")


@pytest.fixture(scope="session")
def replayer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayer]:
    """Real Rasa, and the real path over scratch databases."""
    folder, port = tmp_path_factory.mktemp("stories"), free_port()
    with start_bot(folder, port):
        settings = load(bot_url=f"http://127.0.0.1:{port}", var_dir=folder, secret=SECRET, bot_secret=SECRET)
        with ensure_bot(with_secrets(settings), lambda line: None) as bot:
            yield Replayer(settings, bot, folder)
