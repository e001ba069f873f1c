"""`onward doctor` sees what is wrong, says what to do, and is not stopped by what it finds."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from onward import checks, datafiles, doctor, preflight, secretfile
from onward.checks import Check, Finding
from onward.migrate import upgrade
from onward.problems import Problem
from onward.settings import PROJECT, Settings, load
from tests.unit.onward.conftest import MakeSettings

TODAY = date(2026, 9, 1)


def found(check: Check, settings: Settings) -> list[tuple[str, str]]:
    return [(finding.level, finding.found) for finding in check(settings)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "data", tmp_path / "data"))


def test_bad_settings_are_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONWARD_PORT", "none")
    monkeypatch.setenv("ONWARD_HOST", "127.0.0.1")
    assert [looked.as_json() for looked in doctor.examine()] == [
        {
            "about": "Settings",
            "level": "wrong",
            "found": "ONWARD_PORT must be a whole number (it is 'none')",
            "remedy": "See docs/settings.md.",
        }
    ]


def test_a_misspelt_variable_is_a_warning_and_a_failing_check_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_settings: Settings) -> list[Finding]:
        raise RuntimeError("a person's words")

    def stopped(_settings: Settings) -> list[Finding]:
        raise Problem("The disk is nearly full.", "Make room.")

    monkeypatch.setenv("ONWARD_PROT", "8001")
    monkeypatch.setattr(doctor, "CHECKS", (("One", broken), ("Two", stopped)))
    looked = [(one.about, one.finding.level, one.finding.found) for one in doctor.examine()]
    assert looked == [
        ("Settings", "warning", "ONWARD_PROT is not a setting of Onward."),
        ("One", "wrong", "could not be checked: RuntimeError"),
        ("Two", "wrong", "The disk is nearly full."),
    ]


def test_the_data_as_it_is_has_nothing_wrong() -> None:
    assert [problem for kind in datafiles.examine(PROJECT / "data", TODAY) for problem in kind.wrong] == []


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("safeguarding/rules.yml", "safeguarding rules"),
        ("helplines.yml", "guard and helplines"),
        ("languages.yml", "languages"),
        ("subjects.yml", "subjects and places"),
        ("nlu/topics.yml", "topics"),
        ("sample/advisers.yml", "sample area"),
        ("plans/questions.yml", "follow-up plans"),
        ("plans/calendar.yml", "follow-up plans"),
        ("plans/need.yml", "follow-up plans"),
    ],
)
@pytest.mark.parametrize("content", ["- a list\n", None])
def test_each_broken_file_is_named(data: Path, file: str, named: str, content: str | None) -> None:
    if content is None:
        (data / file).unlink()
    else:
        (data / file).write_text(content, "utf-8")
    (said,) = datafiles.problems(datafiles.READERS[named], data)
    assert Path(file).name in said


def test_plans_that_do_not_fit_their_questions_and_texts_are_named(data: Path) -> None:
    plan = data / "plans" / "follow-up" / "interview_reminder.yml"
    plan.write_text(plan.read_text("utf-8").replace("followup_interview_tomorrow", "followup_nothing"), "utf-8")
    kinds = {kind.name: kind for kind in datafiles.examine(data, TODAY)}
    assert kinds["follow-up plans"].wrong == []
    assert kinds["follow-up"].wrong == ["interview_reminder.yml: followup_nothing is no text of data/texts/en.yml"]


def test_a_day_of_the_calendar_that_nobody_confirmed_is_a_warning() -> None:
    kinds = {kind.name: kind for kind in datafiles.examine(PROJECT / "data", date(2027, 8, 1))}
    assert "calendar.yml: gcse_results on 2027-08-26 is not confirmed" in kinds["follow-up"].warnings


def test_what_is_past_its_review_date_is_a_warning() -> None:
    assert list(datafiles.overdue(PROJECT / "data", date(2026, 10, 6))) == []
    late = list(datafiles.overdue(PROJECT / "data", date(2030, 1, 1)))
    assert any(line.startswith("helplines.yml: childline was to be reviewed by") for line in late)


def test_secrets_that_others_can_read_are_wrong(tmp_path: Path) -> None:
    settings = load(var_dir=tmp_path)
    assert found(checks.secrets, settings)[0][0] == "well"
    secretfile.with_secrets(settings)
    assert found(checks.secrets, settings)[0][0] == "well"
    secretfile.path(settings).chmod(0o644)
    assert found(checks.secrets, settings)[0][0] == "wrong"


def test_the_database_is_looked_at_and_not_made(make_settings: MakeSettings) -> None:
    settings = make_settings()
    assert found(checks.database, settings) == [("well", "not made yet; it is made at the first start")]
    assert not settings.var_dir.exists()
    preflight.check_database(settings)
    assert found(checks.database, settings)[0][0] == "wrong"
    upgrade(settings.database_url)
    assert found(checks.database, settings)[0][0] == "well"


def test_twilio_and_phone_are_compared(make_settings: MakeSettings) -> None:
    assert found(checks.sms, make_settings()) == [("well", "no Twilio; the phone at /phone stands in")]
    assert found(checks.sms, make_settings(simulator="off"))[0][0] == "warning"
    assert found(checks.sms, make_settings(host="0.0.0.0", simulator="on"))[-1][0] == "warning"
    twilio = {"twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "t", "twilio_from": "+441632960000"}
    assert len(found(checks.sms, make_settings(**twilio, public_url="https://onward.example.org"))) == 1
    assert found(checks.sms, make_settings(**twilio, public_url="http://onward.example.org"))[-1][0] == "warning"


def test_a_nearly_full_disk_is_wrong(make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "NEEDED_MB", 10**12)
    assert found(checks.folder, make_settings())[0][0] == "wrong"


def test_a_missing_bot_environment_is_wrong_only_where_the_bot_should_be(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(preflight, "BOT_PYTHON", tmp_path / "none")
    monkeypatch.setattr(preflight, "check_bot_environment", lambda: (_ for _ in ()).throw(Problem("missing")))
    with pytest.raises(Problem):
        list(checks.bot_environment(make_settings()))
    assert found(checks.bot_model, make_settings())[0][0] == "wrong"
    elsewhere = make_settings(bot_url="http://bot:5005")
    assert found(checks.bot_environment, elsewhere)[0][0] == "well"
    assert found(checks.bot_model, elsewhere)[0][0] == "well"
