"""``onward followup``: what would go and why, for a person and for a program. Nothing is sent or changed."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from casework.activities.recording import NewActivity, record_activity
from casework.activities.rules import Rules
from casework.clock import LONDON, FixedClock
from casework.db import open_engine, reading, writing
from casework.tables import FollowUp, Message, YoungPerson
from onward import cli
from onward.following import build_followups

Call = Callable[..., tuple[int, str, str]]
CLOCK = FixedClock(datetime(2026, 11, 2, 9, tzinfo=UTC))
"""A Monday morning."""
DATA = Path(__file__).parents[3] / "data"


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    monkeypatch.setenv("ONWARD_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ONWARD_DATABASE_URL", f"sqlite:///{tmp_path / 'record.db'}")
    monkeypatch.setenv("ONWARD_BOT_SECRET", "b" * 32)
    # commands ask for the clock when they are called
    monkeypatch.setattr("casework.clock.system_clock", CLOCK)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["onward", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def somebody_neet() -> FollowUp:
    """Y1, of 18, NEET since today; their first contact."""
    engine = open_engine(os.environ["ONWARD_DATABASE_URL"])
    build_followups(engine, CLOCK, DATA).install()
    today = CLOCK().astimezone(LONDON).date()
    with writing(engine) as session:
        person = YoungPerson(
            ref="Y1", first_name="Zebedee", last_name="Quince", phone="+447700900001", nation="england",
            date_of_birth=today - timedelta(days=18 * 365 + 40), created_at=CLOCK(),
        )  # fmt: skip
        session.add(person)
        session.flush()
        new = NewActivity(code="619", source="adviser", said_on=today, start=today)
        record_activity(session, Rules.load(DATA).book, person, new, now=CLOCK())
    with reading(engine) as session:
        row = session.exec(select(FollowUp).where(FollowUp.plan == "new_neet")).one()
    engine.dispose()
    return row


def test_a_day_is_previewed_for_people_and_programs(call: Call) -> None:
    assert call("db", "upgrade")[0] == 0
    row = somebody_neet()
    day = row.due_at.astimezone(LONDON).date().isoformat()
    status, out, _ = call("followup", "preview", "--on", day)
    assert status == 0
    assert "First contact with somebody who has just become NEET (new_neet" in out
    assert f"Y1  {row.due_at.astimezone(LONDON):%H:%M}  NEET since 2 November 2026" in out
    assert "Nothing was sent or changed" in out
    status, out, _ = call("followup", "preview", "--on", day, "--json")
    found = json.loads(out)
    plan = next(one for one in found["plans"] if one["plan"] == "new_neet")
    assert (plan["total"], plan["people"][0]["ref"], plan["planned"]) == (1, "Y1", 1)
    assert "Zebedee" not in out
    engine = open_engine(os.environ["ONWARD_DATABASE_URL"])
    with reading(engine) as session:
        assert session.exec(select(Message)).all() == []
    engine.dispose()


def test_a_day_that_has_passed_or_is_none_is_refused(call: Call) -> None:
    assert call("db", "upgrade")[0] == 0
    status, _, said = call("followup", "preview", "--on", "2020-01-01")
    assert (status, said.splitlines()[0]) == (2, "That day has passed. Give today or a day that is still to come.")
    assert call("followup", "preview", "--on", "tomorrow")[0] == 2


def test_a_person_is_explained(call: Call) -> None:
    assert call("db", "upgrade")[0] == 0
    somebody_neet()
    status, out, _ = call("followup", "explain", "Y1")
    assert status == 0
    assert "yes  status: neet (is: neet)" in out
    assert "job_without_training: " in out
    assert "status: employment (is: neet)" in out
    status, out, _ = call("followup", "explain", "Y1", "--json")
    found = json.loads(out)
    plans = {one["plan"]: one["for_them"] for one in found["plans"]}
    assert (plans["new_neet"], plans["job_without_training"]) == (True, False)
    assert found["coming"][0]["plan"] in plans
    assert "Zebedee" not in out
    assert "+44" not in out
    status, _, said = call("followup", "explain", "Y99")
    assert (status, said.splitlines()[0]) == (1, "There is no young person Y99.")


def test_plans_are_listed(call: Call) -> None:
    assert call("db", "upgrade")[0] == 0
    status, out, _ = call("followup", "plans")
    assert status == 0
    assert "interview_reminder (importance 0, urgent, version 1): The day before an interview" in out
    assert "who    " in out
    found = json.loads(call("followup", "plans", "--json")[1])
    files = {path.stem for path in (DATA / "plans" / "follow-up").glob("*.yml")}
    assert {one["plan"] for one in found} == files
    assert [one["importance"] for one in found] == sorted(one["importance"] for one in found)


def test_weeks_are_counted_and_drawn(call: Call, tmp_path: Path) -> None:
    assert call("db", "upgrade")[0] == 0
    somebody_neet()
    svg = tmp_path / "weeks.svg"
    status, out, _ = call("followup", "volume", "--weeks", "6", "--svg", str(svg), "--json")
    assert status == 0
    found = json.loads(out)
    assert found["total"] >= 1
    assert sum(day["total"] for day in found["days"]) == found["total"]
    assert svg.read_text().startswith("<svg ")
    status, out, _ = call("followup", "volume")
    assert "First contact with somebody who has just become NEET" in out
    status, _, said = call("followup", "volume", "--svg", str(tmp_path / "no" / "where.svg"))
    assert status == 1
    assert "cannot be written" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (None, "plans can be used"),
        ("importance: 12\n", "importance is a whole number"),
        ("who: {statsu: neet}\n", '"statsu" is no fact'),
        ("steps: [{ask: nobody_asks}]\n", "nobody_asks is no question"),
        ("plan: [\n", "new_neet.yml"),
    ],
)
def test_plans_are_checked(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str | None, said: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    if change:
        path = data / "plans" / "follow-up" / "new_neet.yml"
        key = change.partition(":")[0]
        kept = without(path.read_text(), key)
        path.write_text(kept + change)
    monkeypatch.setenv("ONWARD_DATA_DIR", str(data))
    status, out, _ = call("followup", "check")
    assert status == (1 if change else 0)
    assert said in out
    status, out, _ = call("followup", "check", "--json")
    found: dict[str, Any] = json.loads(out)
    assert bool(found["wrong"]) is bool(change)


def without(text: str, key: str) -> str:
    """A YAML file without one of its keys."""
    lines, leaving = [], False
    for line in text.splitlines():
        if line and not line[0].isspace() and not line.startswith(("#", "-")):
            leaving = line.startswith(f"{key}:")
        if not leaving:
            lines.append(line)
    return "\n".join(lines) + "\n"
