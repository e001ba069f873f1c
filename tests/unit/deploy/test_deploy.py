"""What deploy/ says agrees with the code: files, commands, variables and modules exist, and nothing runs as root."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from onward.cli import app
from onward.settings import PROJECT, Settings, load, variable
from onward.variables import BOT_VARIABLES

DEPLOY = PROJECT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DOCKERFILES = sorted(DEPLOY.glob("Dockerfile.*"))
VARIABLES = {variable(name) for name in Settings.model_fields} | BOT_VARIABLES


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8")))


def commands() -> set[str]:
    named = {str(c.name or c.callback.__name__) for c in app.registered_commands if c.callback}
    for group in app.registered_groups:
        if group.typer_instance:
            named |= {f"{group.name} {command.name}" for command in group.typer_instance.registered_commands}
    return named


def unit(path: Path) -> dict[str, list[str]]:
    """A unit's keys, each with all its values."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def test_there_is_something_of_each_kind() -> None:
    assert len(DOCKERFILES) == 2
    assert [path.stem for path in UNITS] == ["onward-bot", "onward-migrate", "onward-web", "onward-worker"]


def test_every_variable_named_is_a_setting() -> None:
    for path in [*DEPLOY.glob("*"), *UNITS]:
        if path.is_file():
            named = set(re.findall(r"\bONWARD_[A-Z_]*[A-Z]\b", path.read_text("utf-8")))
            assert named <= VARIABLES, path.name


def test_every_onward_command_exists(compose: dict[str, Any]) -> None:
    said = [" ".join(service["command"][1:]) for service in compose["services"].values() if "command" in service]
    for path in UNITS:
        said += [value.split("/onward ")[1] for value in unit(path)["ExecStart"] if "/onward " in value]
    said += re.findall(r'CMD \["onward", "(\w+)"\]', (DEPLOY / "Dockerfile.app").read_text("utf-8"))
    assert set(said) == {"web", "worker", "db upgrade"}
    assert set(said) <= commands()


def test_the_bots_command_is_a_module_that_exists() -> None:
    said = (DEPLOY / "Dockerfile.bot").read_text("utf-8") + (DEPLOY / "systemd/onward-bot.service").read_text("utf-8")
    assert set(re.findall(r"turnbot\.(\w+)", said)) == {"serve"}
    assert (PROJECT / "bot" / "turnbot" / "serve.py").exists()


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_what_is_copied_into_an_image_exists(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--from"):
            for source in words[1:-1]:
                assert (PROJECT / source).exists(), source


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_images_are_built_in_stages_and_run_without_root(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\nFROM ") + text.startswith("FROM ") == 2
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 1000\d:1000\d$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "pip install" not in last


def test_images_install_what_is_pinned_with_hashes() -> None:
    for path in DOCKERFILES:
        for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
            if "pip sync" in line or "pip install" in line:
                assert "--require-hashes" in line or "--no-deps" in line, path.name


def test_the_application_image_has_every_package() -> None:
    text = (DEPLOY / "Dockerfile.app").read_text("utf-8")
    for package in ("casework", "prospectus", "actions", "channels", "console", "onward"):
        assert f"COPY {package} {package}\n" in text


def test_every_container_is_closed_in(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("privileged") is None, name


def test_only_the_web_process_can_be_reached_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_bot_and_database_have_no_way_out(compose: dict[str, Any]) -> None:
    inside = {name for name, network in compose["networks"].items() if network.get("internal")}
    for name in ("bot", "database", "migrate"):
        assert set(compose["services"][name]["networks"]) <= inside, name
    # and the bot never sees the database
    shared = set(compose["services"]["bot"]["networks"]) & set(compose["services"]["database"]["networks"])
    assert not shared


def test_the_bot_is_given_its_secret_and_nothing_else(compose: dict[str, Any]) -> None:
    bot = compose["services"]["bot"]
    assert "env_file" not in bot
    assert set(bot["environment"]) == {"ONWARD_BOT_SECRET", "ONWARD_ACTIONS_HOSTS"}
    assert unit(DEPLOY / "systemd/onward-bot.service")["EnvironmentFile"] == ["/etc/onward/bot.env"]


def test_processes_wait_for_what_they_need(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, condition in service.get("depends_on", {}).items():
            assert other in services, name
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in services[other] or other in ("bot", "web")
    assert services["web"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_example_becomes_settings_once_it_is_filled_in(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (DEPLOY / "onward.env.example").read_text("utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    filled = {"ONWARD_SECRET": "s" * 64, "ONWARD_BOT_SECRET": "b" * 64}
    for name, value in (values | filled | compose["services"]["worker"]["environment"]).items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.environment == "production"
    assert not settings.simulated
    assert settings.actions_url == "http://worker:5055"


def test_the_private_file_is_never_committed_or_built_in() -> None:
    checked = subprocess.run(
        ["git", "check-ignore", "-q", "deploy/onward.env"], cwd=PROJECT, check=False, capture_output=True
    )
    assert checked.returncode == 0
    assert "deploy/onward.env" in (PROJECT / ".dockerignore").read_text("utf-8").splitlines()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_units_are_hardened(path: Path) -> None:
    keys = unit(path)
    assert keys["User"][0].startswith("onward")
    for key, value in {
        "NoNewPrivileges": "true",
        "ProtectSystem": "strict",
        "ProtectHome": "true",
        "PrivateTmp": "true",
        "CapabilityBoundingSet": "",
        "UMask": "0077",
    }.items():
        assert keys[key] == [value], key


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_understands_the_units(path: Path, tmp_path: Path) -> None:
    # the programs are where the units say on the machine they are for; here something that exists stands in
    for original in UNITS:
        text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", original.read_text("utf-8"))
        (tmp_path / original.name).write_text(text, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / path.name)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    about_ours = [line for line in done.stderr.splitlines() if "onward" in line]
    assert not about_ours
