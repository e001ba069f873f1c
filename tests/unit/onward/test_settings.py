"""Settings are read once, checked together, and what is wrong with them is said plainly."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from onward.settings import PROJECT, BadSettings, Settings, load, variable
from onward.variables import table, unknown_variables

TWILIO = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": "token",
    "twilio_from": "+441632960000",
    "public_url": "https://onward.example.org",
}
SECRETS = {"secret": "s" * 32, "bot_secret": "b" * 32}


def problems(**values: object) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        load(**values)
    return bad.value.problems


def test_nothing_has_to_be_set() -> None:
    settings = load()
    assert settings.database_url == f"sqlite:///{PROJECT / 'var' / 'onward.db'}"
    assert settings.simulated
    assert settings.with_sample
    assert not settings.twilio
    assert not settings.secure_cookies


def test_variables_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD_PORT", "9000")
    monkeypatch.setenv("ONWARD_SERVICE_NAME", "Kent Next Steps")
    assert (load().port, load().service_name) == (9000, "Kent Next Steps")


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD_PORT", "")
    monkeypatch.setenv("ONWARD_DATABASE_URL", "")
    assert load().port == 8000
    assert load().sqlite


def test_the_database_follows_the_folder(tmp_path: Path) -> None:
    assert load(var_dir=tmp_path).database_url == f"sqlite:///{tmp_path / 'onward.db'}"


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError):
        load().port = 1


def test_each_problem_is_one_plain_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD_PORT", "eight thousand")
    monkeypatch.setenv("ONWARD_RUNNERS", "65")
    monkeypatch.setenv("ONWARD_SAMPLE", "maybe")
    monkeypatch.setenv("ONWARD_BOT_URL", "localhost:5005")
    assert set(problems()) == {
        "ONWARD_BOT_URL must be a web address such as http://127.0.0.1:5005 (it is 'localhost:5005')",
        "ONWARD_RUNNERS must be at most 64 (it is '65')",
        "ONWARD_SAMPLE must be one of 'auto', 'on' or 'off' (it is 'maybe')",
        "ONWARD_PORT must be a whole number (it is 'eight thousand')",
    }


def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD_SECRET", "too-short-to-be-one")
    said = problems()
    assert said == ["ONWARD_SECRET must be at least 32 characters long"]
    assert "too-short" not in repr(load(**SECRETS, twilio_auth_token=None))


@pytest.mark.parametrize("url", ["mysql://host/x", "not a url"])
def test_only_databases_that_work_are_taken(url: str) -> None:
    assert "ONWARD_DATABASE_URL" in problems(database_url=url)[0]


@pytest.mark.parametrize("missing", sorted(TWILIO))
def test_twilio_is_set_up_whole_or_not_at_all(missing: str) -> None:
    given = {name: value for name, value in TWILIO.items() if name != missing}
    if missing == "public_url":
        assert problems(**given) == ["ONWARD_PUBLIC_URL must be set, because ONWARD_TWILIO_ACCOUNT_SID is"]
    else:
        assert len(problems(**given)) == 1
        assert missing.upper() in problems(**given)[0]


def test_with_twilio_the_phone_and_the_sample_are_off() -> None:
    settings = load(**TWILIO)
    assert settings.twilio
    assert not settings.simulated
    assert not settings.with_sample
    assert settings.secure_cookies


def test_the_phone_stays_off_where_others_can_reach_it() -> None:
    assert not load(host="0.0.0.0").simulated
    assert load(host="0.0.0.0", simulator="on").simulated


def test_the_phone_is_never_beside_twilio() -> None:
    assert "ONWARD_SIMULATOR" in problems(**TWILIO, simulator="on")[0]


def test_postgresql_and_production_need_secrets_of_their_own() -> None:
    postgres = "postgresql://onward@db/onward"
    assert [line.split()[0] for line in problems(database_url=postgres)] == ["ONWARD_SECRET", "ONWARD_BOT_SECRET"]
    assert load(database_url=postgres, **SECRETS).runners == 4
    assert len(problems(environment="production", public_url="https://onward.example.org")) == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"public_url": "http://onward.example.org"}, "ONWARD_PUBLIC_URL"),
        ({"simulator": "on"}, "ONWARD_SIMULATOR"),
        ({"twilio_api_base": "http://127.0.0.1:4010"}, "ONWARD_TWILIO_API_BASE"),
        ({"cookie_secure": "off"}, "ONWARD_COOKIE_SECURE"),
    ],
)
def test_production_refuses_what_is_for_trying_out(change: dict[str, str], named: str) -> None:
    safe = {"environment": "production", "public_url": "https://onward.example.org", **SECRETS}
    load(**safe)
    assert named in problems(**(safe | change))[0]


def test_a_child_process_reads_back_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load(var_dir=tmp_path, port=9001, log_level="debug", **TWILIO, **SECRETS)
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert load() == settings


def test_misspelt_variables_are_found() -> None:
    names = ["ONWARD_PORT", "ONWARD_DATABSE_URL", "ONWARD_TEST_POSTGRES", "ONWARD_ACTIONS_HOSTS", "HOME"]
    assert unknown_variables(names) == ["ONWARD_DATABSE_URL"]


def test_the_documentation_holds_the_table_as_it_is() -> None:
    assert table() in (PROJECT / "docs" / "settings.md").read_text("utf-8"), "run: python -m onward.variables"


def test_every_setting_says_what_it_does() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_the_documentation_names_no_variable_that_is_none() -> None:
    known = {variable(name) for name in Settings.model_fields}
    for page in (PROJECT / "docs").glob("*.md"):
        named = set(re.findall(r"ONWARD_[A-Z_]+[A-Z]", page.read_text("utf-8")))
        assert not unknown_variables(named - known), page.name
