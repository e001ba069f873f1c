"""The pages of campaigns: for managers, each look and act in the audit, nothing sent unseen."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.tables import Adviser, AuditEvent, Campaign, CampaignRoll, FollowUp, Message, SavedFilter, YoungPerson
from console.app import build_console
from tests.campaignbook import FIRST, WORDS, crowd, data_dir
from tests.casebook import ANN, NOW, said
from tests.unit.console.conftest import Browser

CAMPAIGNS = "/console/campaigns"
SEAL = re.compile(r'name="seal" value="([^"]+)"')
FORM = {"name": "Open day", "town": "Deal", "en": WORDS["en"], "per_hour": "60"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return data_dir(tmp_path_factory.mktemp("campaigns"))


@pytest.fixture
def manager(engine: Engine, clock: FixedClock, folder: Path, rung: list[str]) -> Browser:
    """Ann, who is a manager, signed in."""
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["manager"]
    console = build_console(engine, clock, secret="s", data_dir=folder, on_reply=lambda: rung.append("rung"))
    browser = Browser(Starlette(routes=[Mount("/console", console)]), base_url="http://testserver")
    assert browser.sign_in("ann").status_code == 303
    return browser


def make(manager: Browser, **more: str) -> str:
    """The address of a new campaign."""
    answer = manager.submit(f"{CAMPAIGNS}/new", FORM | more, page=f"{CAMPAIGNS}/new")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("?")[0]


def start(manager: Browser, url: str) -> Any:
    seal = SEAL.findall(manager.get(f"{url}/start").text)[-1]
    return manager.submit(f"{url}/start", {"seal": seal}, page=f"{url}/start")


def kept(engine: Engine) -> Campaign:
    with reading(engine) as session:
        return session.exec(select(Campaign)).one()


def test_only_managers_see_campaigns(engine: Engine, ann: Browser) -> None:
    for path in ("", "/new", "/C1", "/C1/edit", "/C1/people", "/C1/start"):
        assert ann.get(CAMPAIGNS + path).status_code == 403
    for path in ("/new", "/C1/edit", "/C1/start", "/C1/stop", "/C1/test", "/filters/1/remove"):
        assert ann.submit(CAMPAIGNS + path, FORM).status_code == 403
    assert "Campaigns" not in ann.get("/console/conversations").text


@pytest.mark.parametrize("path", ["/C9", "/C9/edit", "/C9/people", "/C9/start", "/C9/dance", "/new?filter=7"])
def test_what_is_not_there_is_not_found(manager: Browser, path: str) -> None:
    assert manager.get(CAMPAIGNS + path).status_code == 404


def test_a_campaign_is_written_down_seen_and_started(
    engine: Engine, manager: Browser, audited: Callable[[str], list[AuditEvent]]
) -> None:
    crowd(engine, 24, NOW)
    with writing(engine) as session:
        session.get_one(YoungPerson, FIRST).phone = None
    url = make(manager, hold_out="25", measure="wrote", save_as="Deal", asks="open_day")
    page = manager.get(url).text
    assert "Hi Sam, Onward here." in page
    assert "Left out: no mobile number is known" in page
    assert "cost not known: the price of a text is not set" in page
    assert "could not be told from chance" in page
    assert page.count("<svg") == 1
    assert "Today, 11:00" in page
    assert kept(engine).status == "draft"
    names = manager.get(f"{url}/people?show=to").text
    assert "Name102 Crowd" in names or "Name102 Crowd" in manager.get(f"{url}/people?show=held").text
    assert "Name101 Crowd" in manager.get(f"{url}/people?show=no_number").text
    assert start(manager, url).headers["location"] == f"{url}?done=start"
    with reading(engine) as session:
        rows = list(session.exec(select(FollowUp)))
        roll = session.exec(select(CampaignRoll)).one()
    assert len(rows) == 23
    assert sum(row.reason == "hold_out" for row in rows) == len(roll.people["held"]) in (5, 6)
    assert {row.asks for row in rows} == {"open_day"}
    after = manager.get(url).text
    assert "The campaign has started" in manager.get(f"{url}?done=start").text
    assert "To be written to" in after
    assert "Nothing is shown before" in after
    assert "Name101" not in after
    assert [event.detail["campaign"] for event in audited("made_campaign")] == ["C1"]
    assert audited("viewed_campaign_people")[0].detail["show"] == "to"
    assert audited("started_campaign")[0].detail["left_out"] == 1
    # the saved filter begins the next one
    form = manager.get(f"{CAMPAIGNS}/new?filter=1").text
    assert '<option value="Deal" selected>' in form
    assert manager.submit(f"{CAMPAIGNS}/filters/1/remove", page=CAMPAIGNS).status_code == 303
    with reading(engine) as session:
        assert session.exec(select(SavedFilter)).first() is None


def test_what_was_not_seen_is_not_started(engine: Engine, manager: Browser) -> None:
    ids = crowd(engine, 6, NOW)
    url = make(manager)
    seal = SEAL.findall(manager.get(f"{url}/start").text)[-1]
    with writing(engine) as session:
        session.get_one(YoungPerson, ids[0]).town = "Dover"
    answer = manager.submit(f"{url}/start", {"seal": seal}, page=f"{url}/start")
    assert answer.status_code == 409
    assert "has changed since you saw it" in answer.text
    assert kept(engine).status == "draft"
    assert start(manager, url).status_code == 303
    again = manager.submit(f"{url}/start", {"seal": seal}, page=url)
    assert again.status_code == 409
    with reading(engine) as session:
        assert len(list(session.exec(select(FollowUp)))) == 5


@pytest.mark.parametrize("more", ["characteristics: ['160']", "any: [{not: {code: ['650']}}]", "ehc_plan: true"])
def test_what_only_some_may_know_is_shown_in_counts_only(
    engine: Engine, manager: Browser, more: str, audited: Callable[[str], list[AuditEvent]]
) -> None:
    crowd(engine, 8, NOW, characteristics=["160"], ehc_plan=True)
    url = make(manager, more=more)
    page = manager.get(url).text
    assert "Found by the conditions" in page
    assert "by name" not in page
    refused = manager.get(f"{url}/people")
    assert refused.status_code == 403
    assert "Crowd" not in refused.text
    assert audited("viewed_campaign_people") == []


def test_nobody_to_write_to_cannot_be_started(engine: Engine, manager: Browser) -> None:
    url = make(manager)
    assert "It cannot be started yet" in manager.get(url).text
    assert manager.get(f"{url}/start").status_code == 409
    assert manager.submit(f"{url}/start", {"seal": "x"}, page=url).status_code == 409


def test_a_welsh_speaker_needs_a_welsh_wording(engine: Engine, manager: Browser) -> None:
    crowd(engine, 2, NOW, language="cy")
    url = make(manager)
    assert "2 of them chose Welsh" in manager.get(url).text
    form = FORM | {"cy": "Helo {name}, Onward sydd yma."}
    assert manager.submit(f"{url}/edit", form, page=f"{url}/edit").status_code == 303
    assert "It cannot be started yet" not in manager.get(url).text
    assert start(manager, url).status_code == 303
    with reading(engine) as session:
        assert {row.words for row in session.exec(select(FollowUp))} == {"Helo {name}, Onward sydd yma."}
    assert manager.get(f"{url}/edit").status_code == 409
    assert manager.submit(f"{url}/edit", form, page=url).status_code == 409


def test_it_is_paused_resumed_and_stopped(
    engine: Engine, manager: Browser, audited: Callable[[str], list[AuditEvent]]
) -> None:
    crowd(engine, 5, NOW)
    url = make(manager)
    start(manager, url)
    assert manager.get(f"{url}/resume").status_code == 409
    for action, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        assert "5 wait" in manager.get(f"{url}/{action}").text
        done = manager.submit(f"{url}/{action}", page=f"{url}/{action}")
        assert done.headers["location"] == f"{url}?done={action}"
        assert kept(engine).status == state
    assert manager.submit(f"{url}/pause", page=url).status_code == 409
    assert "Not sent: the campaign was stopped" in manager.get(url).text
    for action in ("paused_campaign", "resumed_campaign", "stopped_campaign"):
        assert [event.actor for event in audited(action)] == ["adviser:1"]


def test_a_test_goes_to_oneself_or_says_why_not(engine: Engine, manager: Browser, rung: list[str]) -> None:
    url = make(manager)
    refused = manager.submit(f"{url}/test", {"language": "en"}, page=url)
    assert refused.status_code == 422
    assert "no mobile number of yours" in refused.text
    assert rung == []
    with writing(engine) as session:
        session.get_one(Adviser, ANN).phone = "+447700900777"
    assert manager.submit(f"{url}/test", {"language": "en"}, page=url).status_code == 303
    with reading(engine) as session:
        message = session.exec(select(Message).where(Message.key == "campaign:C1:test")).one()
    assert message.text.startswith("TEST of C1: Hi Ann, Onward here.")
    assert rung == ["rung"]


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("name", "", "Give it a name"),
        ("town", "", "Choose at least one condition"),
        ("code", "x {y", None),
        ("en", "Hello", "Say who is writing"),
        ("en", "Onward: reply YES", "asks for YES"),
        ("more", "[1, 2", "one condition a line"),
        ("more", "shoe_size: 9", "is no fact"),
        ("year_from", "twelve", "Enter a whole number"),
        ("silent", "-1", "Enter a whole number"),
        ("per_hour", "many", "Enter a whole number"),
        ("start_day", "next week", "Enter a day as 2026-12-01"),
        ("start_time", "9", "Enter a day as 2026-12-01"),
        ("hold_out", "99", "percentage from 0 to 50"),
        ("hold_out", "20", "Choose what is compared"),
        ("asks", "exam_days", "Choose a question"),
    ],
)
def test_a_form_that_is_wrong_comes_back_with_what_was_typed(
    engine: Engine, manager: Browser, field: str, text: str, says: str | None
) -> None:
    answer = manager.submit(f"{CAMPAIGNS}/new", FORM | {field: text}, page=f"{CAMPAIGNS}/new")
    if says is None:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert says in answer.text
    assert "Error: " in answer.text
    assert "Open day" in answer.text or field == "name"
    with reading(engine) as session:
        assert session.exec(select(Campaign)).first() is None


def test_what_was_saved_stands_in_the_form_again(engine: Engine, manager: Browser) -> None:
    more = {
        "status_neet": "yes",
        "status_not_known": "yes",
        "code": "619, 810",
        "year_from": "12",
        "year_to": "13",
        "offer": "no",
        "silent": "30",
        "adviser": "none",
        "more": "age: {from: 16, to: 17}\nnot: {characteristics: ['110']}",
        "start_day": "2026-12-01",
        "start_time": "09:30",
        "urgent": "yes",
    }
    url = make(manager, **more)
    assert kept(engine).who == {
        "status": ["neet", "not_known"],
        "code": ["619", "810"],
        "adviser": "none",
        "town": "Deal",
        "school_year": {"from": 12, "to": 13},
        "days_since_contact": {"from": 30},
        "offer": False,
        "age": {"from": 16, "to": 17},
        "not": {"characteristics": ["110"]},
    }
    before = kept(engine)
    page = manager.get(f"{url}/edit").text
    fields = dict(re.findall(r'<input[^>]* name="([a-z_]+)"[^>]* value="([^"]*)"', page))
    assert (fields["code"], fields["silent"], fields["start_time"]) == ("619, 810", "30", "09:30")
    again = FORM | more | {"more": re.findall(r'name="more"[^>]*>([^<]*)<', page)[0].replace("&#39;", "'")}
    assert manager.submit(f"{url}/edit", again, page=f"{url}/edit").status_code == 303
    assert (kept(engine).who, kept(engine).starts_at) == (before.who, before.starts_at)
    # times are as people here read them
    assert "not before 1 December, 09:30" in manager.get(url).text


def test_the_comparison_is_drawn_and_said_when_its_day_has_come(
    engine: Engine, manager: Browser, clock: FixedClock
) -> None:
    crowd(engine, 60, NOW)
    url = make(manager, hold_out="40", measure="wrote", measure_days="7")
    start(manager, url)
    with writing(engine) as session:
        roll = session.exec(select(CampaignRoll)).one()
        for id_ in roll.people["to"][:20] + roll.people["held"][:6]:
            said(session, id_, "hello", NOW + timedelta(days=2))
    clock.advance(days=7)
    assert manager.sign_in("ann").status_code == 303
    page = manager.get(url).text
    assert "20 of 36" in page
    assert "6 of 24" in page
    assert "About 31 in 100 more of those written to; it could be anywhere from 5 more to 50 more" in page
    assert page.count("<circle") == 2
    with writing(engine) as session:
        for message in session.exec(select(Message).where(Message.direction == "in")):
            if message.conversation_id in roll.people["held"][:3]:
                session.delete(message)
    hidden = manager.get(url).text
    assert "It is not shown, so that nobody can be told by it" in hidden
    assert "of 24" not in hidden


def test_a_price_that_is_set_is_shown(engine: Engine, clock: FixedClock, manager: Browser, tmp_path: Path) -> None:
    crowd(engine, 30, NOW)
    url = make(manager)
    folder = data_dir(tmp_path)
    rules = folder / "campaigns.yml"
    rules.write_text(
        rules.read_text()
        .replace("segment_pence: null", "segment_pence: 4.2")
        .replace("checked_on: null", "checked_on: 2026-08-01")
    )
    console = build_console(engine, clock, secret="s", data_dir=folder)
    browser = Browser(Starlette(routes=[Mount("/console", console)]), base_url="http://testserver")
    browser.sign_in("ann")
    assert "30 texts for 30 people, 1 at most for one; £1.26." in browser.get(url).text
