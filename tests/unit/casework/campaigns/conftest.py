"""A record with a crowd in it, on both databases, and the data that campaigns are checked against."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from casework.campaigns.choosing import Chosen, choose
from casework.campaigns.filters import read_filter
from casework.campaigns.starting import begin
from casework.db import reading, writing
from casework.hours import SendingPolicy
from tests import campaignbook
from tests.casebook import NOW

POLICY = SendingPolicy()


@pytest.fixture
def engine(casebook_on_both: Engine) -> Engine:
    if casebook_on_both.dialect.name == "postgresql":
        with casebook_on_both.begin() as connection:
            # the casebook numbers its rows itself, and the crowd too
            connection.execute(text("SELECT setval('conversation_id_seq', 100000)"))
    return casebook_on_both


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return campaignbook.data_dir(tmp_path_factory.mktemp("campaigns"))


@pytest.fixture
def find(engine: Engine, folder: Path) -> Callable[..., Chosen]:
    """Whom a filter finds now."""
    reader = campaignbook.reader(folder)

    def found(who: dict[str, Any], **more: Any) -> Chosen:
        with reading(engine) as session:
            given: dict[str, Any] = {"policy": POLICY, "recent_days": 2} | more
            return choose(session, reader, read_filter(who), given.pop("now", NOW), **given)

    return found


@pytest.fixture
def begun(engine: Engine, find: Callable[..., Chosen]) -> Callable[..., str]:
    """The reference of a campaign to the crowd that has just been decided on, and of which nothing is planned yet."""

    def made(**more: Any) -> str:
        ref = campaignbook.made(engine, NOW, **more)
        chosen = find(campaignbook.WHO)
        with writing(engine) as session:
            begin(session, ref, chosen, "adviser:1", NOW)
        return ref

    return made
