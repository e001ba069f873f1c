"""The scripts that set up and check the project."""

import ast
import importlib.util
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from onward.settings import PROJECT


def tool(name: str) -> ModuleType:
    loader = SourceFileLoader(name.replace("-", "_").removesuffix(".py"), str(PROJECT / "tools" / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def setup() -> ModuleType:
    return tool("setup.py")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project with only the check in it."""
    (tmp_path / "tools").mkdir()
    shutil.copy(PROJECT / "tools" / "check-hosts", tmp_path / "tools")
    (tmp_path / "requirements").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def check_hosts(repository: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "tools/check-hosts"], cwd=repository, capture_output=True, text=True, check=False
    )


def test_a_project_without_registries_passes(repository: Path) -> None:
    (repository / "requirements" / "app.txt").write_text("fastapi==1.0 \\\n    --hash=sha256:00\n", "utf-8")
    (repository / "README.md").write_text("See https://example.org\n", "utf-8")
    assert check_hosts(repository).returncode == 0


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("README.md", "https://" + ".".join(("pypi", "org")) + "/simple"),
        ("web/package-lock.json", '"resolved": "https://registry.' + ".".join(("npmjs", "org")) + '/x"'),
        ("requirements/app.txt", "--index-url https://packages.example.org/simple"),
        ("bot/requirements.txt", "thing @ https://example.org/thing.whl"),
    ],
)
def test_a_registry_named_anywhere_is_found(repository: Path, file: str, line: str) -> None:
    (repository / file).parent.mkdir(exist_ok=True)
    (repository / file).write_text(f"first\n{line}\n", "utf-8")
    done = check_hosts(repository)
    assert done.returncode == 1
    assert done.stdout == f"{file}:2: names where packages come from\n"


def test_an_interpreter_must_run_and_have_the_version(setup: ModuleType, tmp_path: Path) -> None:
    broken = tmp_path / "python3.10"
    broken.write_text("#!/bin/sh\necho 'pyenv: python3.10: command not found' >&2\nexit 127\n", "utf-8")
    broken.chmod(0o755)
    assert not setup.works(str(broken), ((3, 10),))
    assert not setup.works(str(tmp_path / "none"), ((3, 10),))
    assert setup.works(sys.executable, (sys.version_info[:2],))
    assert not setup.works(sys.executable, ((2, 7),))


def test_pyenvs_own_interpreters_are_found_newest_first(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("3.10.2", "3.10.13", "3.11.7", "3.1.0"):
        (tmp_path / "versions" / version).mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    found = setup.found_by_pyenv((3, 10))
    assert [Path(python).parent.parent.name for python in found] == ["3.10.13", "3.10.2"]
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    assert setup.found_by_pyenv((3, 10)) == []


def test_a_missing_python_is_said_with_what_to_do(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "found_by_uv", lambda _uv, _version: [])
    monkeypatch.setattr(setup, "found_by_pyenv", lambda _version: [])
    monkeypatch.setattr(setup, "succeeds", lambda _command, seconds=0: False)
    with pytest.raises(setup.CannotSetUp, match=r"The bot needs Python 3\.10, .* `pyenv install 3\.10`"):
        setup.find_python("uv", setup.BOT, "The bot")


def test_nothing_is_done_while_the_requirements_are_the_same(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "PROJECT", str(tmp_path))
    monkeypatch.setattr(setup, "works", lambda _python, _versions: True)
    commands: list[list[str]] = []
    monkeypatch.setattr(setup, "find_uv", lambda: "uv")
    monkeypatch.setattr(setup, "run", lambda command, _doing: commands.append(command))
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.txt").write_text("one\n", "utf-8")

    def ready() -> bool:
        return bool(setup.environment(".venv", setup.BOT, "requirements.txt", "The bot", install_project=False))

    assert ready() is True
    assert "--require-hashes" in commands[0]
    assert ready() is False
    (tmp_path / "requirements.txt").write_text("two\n", "utf-8")
    assert ready() is True


def test_a_full_disk_is_said_plainly(setup: ModuleType) -> None:
    with pytest.raises(setup.CannotSetUp, match=r"installing it failed\.\nthe disk is full"):
        setup.run(["sh", "-c", "echo 'No space left on device (os error 28)' >&2; exit 2"], "installing it")


def test_setup_keeps_to_the_syntax_of_old_pythons() -> None:
    source = (PROJECT / "tools" / "setup.py").read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]


def test_every_target_of_the_makefile_is_explained() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    phony = next(line for line in (PROJECT / "Makefile").read_text("utf-8").splitlines() if line.startswith(".PHONY"))
    assert {line.split()[1] for line in done.stdout.splitlines()} == set(phony.split()[1:])
