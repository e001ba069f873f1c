"""The embedded default makes its secrets once, for its owner's eyes only."""

import json
import stat
from pathlib import Path

import pytest

from onward.secretfile import path, with_secrets
from onward.settings import BadSettings, Settings, load


@pytest.fixture
def bare(tmp_path: Path) -> Settings:
    return load(var_dir=tmp_path / "var")


def test_secrets_are_made_once_and_kept(bare: Settings) -> None:
    first, second = with_secrets(bare), with_secrets(bare)
    assert first.need_secret() == second.need_secret()
    assert first.need_secret() != first.need_bot_secret()
    assert len(first.need_secret()) == 64


def test_only_the_owner_can_read_them(bare: Settings) -> None:
    with_secrets(bare)
    assert stat.S_IMODE(path(bare).stat().st_mode) == 0o600
    assert [file.name for file in bare.var_dir.iterdir()] == ["secrets.json"]


def test_one_given_by_the_environment_counts(tmp_path: Path) -> None:
    given = load(var_dir=tmp_path, bot_secret="b" * 40)
    whole = with_secrets(given)
    assert whole.need_bot_secret() == "b" * 40
    assert len(whole.need_secret()) == 64


def test_nothing_is_written_when_both_are_given(tmp_path: Path) -> None:
    with_secrets(load(var_dir=tmp_path / "var", secret="s" * 32, bot_secret="b" * 32))
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("content", ["not json", "[]", json.dumps({"secret": "x"})])
def test_a_broken_file_is_said_plainly(bare: Settings, content: str) -> None:
    bare.var_dir.mkdir()
    path(bare).write_text(content, "utf-8")
    with pytest.raises(BadSettings, match=r"secrets\.json"):
        with_secrets(bare)


def test_a_place_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BadSettings, match="cannot be"):
        with_secrets(load(var_dir=tmp_path / "file" / "var"))


def test_without_them_nothing_goes_on(bare: Settings) -> None:
    with pytest.raises(BadSettings, match="ONWARD_SECRET"):
        bare.need_secret()
