"""What stands in the way of a start is said before anything is started, with what to do about it."""

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from casework.db import open_engine
from onward import botprocess, preflight, running, start
from onward.migrate import head, upgrade
from onward.problems import Problem
from tests.unit.onward.conftest import MakeSettings


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_is_named_with_another_to_choose() -> None:
    with taken_port() as port, pytest.raises(Problem) as problem:
        preflight.check_port("127.0.0.1", port, "the web pages", "ONWARD_PORT={port} onward run")
    assert problem.value.what == f"Port {port}, for the web pages, is taken by another program."
    chosen = int(problem.value.remedy.partition("ONWARD_PORT=")[2].split()[0])
    assert chosen != port
    assert preflight.port_is_free("127.0.0.1", chosen)


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _path: SimpleNamespace(free=5_000_000))
    with pytest.raises(Problem, match="nearly full: 5 MB are free"):
        preflight.check_disk(tmp_path)


def test_a_missing_bot_environment_is_said(tmp_path: Path) -> None:
    with pytest.raises(Problem) as problem:
        preflight.check_bot_environment(tmp_path / "python")
    assert problem.value.lines() == ["The bot's environment (Python 3.10 and Rasa) is not set up.", "Run: make setup"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(Problem, match="cannot be written"):
        preflight.check_folder(tmp_path / "file" / "var")


def test_a_file_that_is_no_database_is_said(make_settings: MakeSettings) -> None:
    settings = make_settings()
    settings.var_dir.mkdir()
    (settings.var_dir / "onward.db").write_text("this is a shopping list" * 100, "utf-8")
    with pytest.raises(Problem, match="is not a usable database"):
        preflight.check_database(settings)


def test_a_database_server_that_is_down_is_said_without_its_password(make_settings: MakeSettings) -> None:
    with taken_port() as port:
        pass
    settings = make_settings(database_url=f"postgresql://onward:hunter2@127.0.0.1:{port}/onward")
    with pytest.raises(Problem, match="cannot be reached") as problem:
        preflight.check_database(settings)
    assert "hunter2" not in " ".join(problem.value.lines())


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("database or disk is full", "The disk is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("database is locked", "is locked by another program"),
        ('FATAL: password authentication failed for user "x"', "does not accept this name and password"),
        ('FATAL: database "x" does not exist', "There is no database"),
    ],
)
def test_what_a_database_says_becomes_plain(make_settings: MakeSettings, said: str, understood: str) -> None:
    error = OperationalError("INSERT", {}, sqlite3.OperationalError(said))
    assert understood in preflight.database_problem(error, make_settings()).what


def test_work_is_refused_on_tables_of_another_version(make_settings: MakeSettings) -> None:
    settings = make_settings()
    preflight.check_database(settings)
    engine = open_engine(settings.database_url)
    with pytest.raises(Problem, match=f"at revision none and not at {head()}"):
        preflight.require_newest_tables(engine, settings)
    upgrade(engine)
    preflight.require_newest_tables(engine, settings)
    engine.dispose()


def test_only_one_runs_in_a_folder(make_settings: MakeSettings) -> None:
    settings = make_settings()
    with running.only_one(settings):
        with pytest.raises(Problem, match="already runs here"), running.only_one(settings):
            raise AssertionError("both run")
        with running.announced(settings):
            found = running.find(settings)
            assert found is not None
            assert (found.pid, found.url) == (os.getpid(), "http://127.0.0.1:8000")
    assert running.find(settings) is None
    with running.only_one(settings):
        pass


@pytest.mark.parametrize("content", ["", "{}", '{"pid": 999999999, "url": "", "bot_url": ""}', "[1]"])
def test_what_a_killed_one_left_behind_is_not_taken_for_it(make_settings: MakeSettings, content: str) -> None:
    settings = make_settings()
    settings.var_dir.mkdir()
    (settings.var_dir / "running.json").write_text(content, "utf-8")
    assert running.find(settings) is None


@pytest.mark.parametrize("url", ["http://bot.example.org:5005", "https://127.0.0.1:5005"])
def test_a_bot_of_another_machine_is_not_started_here(make_settings: MakeSettings, url: str) -> None:
    with pytest.raises(Problem, match="starts the bot on this machine"):
        start.bot_address(make_settings(bot_url=url))


def test_the_first_start_makes_tables_and_loads_the_sample_once(make_settings: MakeSettings) -> None:
    settings = make_settings()
    said: list[str] = []
    preflight.check_database(settings)
    start.prepare(settings, said.append)
    assert said[0] == "Made the database's tables"
    assert said[1].startswith("Loaded the sample area: 5 advisers")
    start.prepare(settings, said.append)
    assert len(said) == 2


def test_the_sample_is_left_out_where_it_is_not_wanted(make_settings: MakeSettings) -> None:
    settings = make_settings(sample="off")
    said: list[str] = []
    preflight.check_database(settings)
    start.prepare(settings, said.append)
    assert said == ["Made the database's tables"]


def test_a_program_gets_the_settings_and_the_bot_only_its_secret(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(port=8123)
    monkeypatch.setenv("ONWARD_TWILIO_AUTH_TOKEN", "of the shell, not of these settings")
    worker = start.ours("worker", settings)
    assert worker.environ["ONWARD_PORT"] == "8123"
    assert "ONWARD_TWILIO_AUTH_TOKEN" not in worker.environ
    told = {name for name in botprocess.environment(settings) if name.startswith("ONWARD_")}
    assert told == {"ONWARD_BOT_SECRET"}


def test_what_is_printed_names_every_place_to_go(make_settings: MakeSettings) -> None:
    settings = make_settings(port=8123)
    said = start.where_to_go(settings)
    for place in ("http://127.0.0.1:8123/", "http://127.0.0.1:8123/phone", "http://127.0.0.1:8123/console"):
        assert place in said
    assert "onward-sample" in said
    assert "onward text --from" in said
