"""An officer's words and decisions, checked before anything is sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.campaigns import wording
from casework.campaigns.choosing import Person
from casework.campaigns.drafts import CampaignError, Desk, change, make
from casework.campaigns.rules import CampaignRules
from casework.campaigns.trying import try_out
from casework.db import writing
from casework.tables import Adviser, ConsentEvent, Conversation, Message
from casework.yamlfile import BadData
from tests.campaignbook import ROOT, campaign, desk, draft, made
from tests.casebook import ANN, NOW, open_casebook

RULES = CampaignRules.load(ROOT / "data")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """What is tested here is the same on every database."""
    engine = open_casebook(str(tmp_path / "record.db"))
    yield engine
    engine.dispose()


def person(called: str, language: str = "en") -> Person:
    return Person(1, "Y1", called, "X", None, language, "england", "+447700900123")


def test_curly_typing_is_cleaned_so_that_it_stays_one_text() -> None:
    tidy = wording.tidy(" Hi {name} \u2013 it\u2019s Onward\u2026\r\n ")
    assert tidy == "Hi {name} - it's Onward..."
    found = wording.measure({"en": tidy}, [person("Jo"), person("Al")])
    assert (found.segments, found.most, found.people, found.unicode) == (2, 1, 2, 0)


def test_each_is_measured_with_their_own_name_and_in_their_own_language() -> None:
    words = {"en": "Onward {name} " + "a" * 149, "cy": "Onward {name} ŷ" + "a" * 60}
    found = wording.measure(words, [person("Jo"), person("Christopher"), person("Jo", "cy"), person("Jo", "pl")])
    # 8 + 149 + 2 = 159 fits one text; with Christopher 168 takes two; the Welsh has 77 characters of 70
    assert (found.segments, found.most, found.unicode) == (1 + 2 + 2 + 1, 2, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Hi {name}, there is an open day.", "Say who is writing: the words Onward"),
        ("Hi {name}, Onward here. Your {course} starts.", "Take {course} out"),
        ("Hi {name}, Onward here. {", "Take { out"),
        ("Hi {name}, Onward. " + "a" * 460, "It takes 4 texts"),
        ("Hi {name}, Onward here. Coming? Reply YES or NO", "asks for YES"),
        ("Hi {name}, Onward here. Coming? Just reply yes", "asks for YES"),
        ("Hi {name}, Onward here. Coming, yes or no?", "asks for YES"),
        ("Hi {name}, Onward here. Text 'cancel' if you cannot come", "asks for CANCEL"),
        ("Hi {name}, Onward here. END when you are done", "asks for END"),
        ("Hi {name}, Onward here. Reply STOP to cancel your interview", "asks for STOP"),
        ("Helo {name}, Onward sydd yma. Atebwch gyda STOP", "asks for STOP"),
        ("Hi {name}, Onward here. Text START for more", "asks for START"),
    ],
)
def test_a_wording_that_would_go_wrong_is_refused(text: str, says: str) -> None:
    assert says in ". ".join(wording.problems(wording.tidy(text), "Onward", RULES))


@pytest.mark.parametrize(
    "text",
    [
        "Hi {name}, Onward here. Are you coming? Reply 1 for coming, 2 for not this time.",
        "Hi {name}, Onward here. Reply STOP to stop these texts.",
        "Onward: the course ends in June. Need help? Text us when you start. Say hello at the bus stop.",
        "Hi {name}, Onward here. STOP ends texts. Text us back in your own words.",
        "Helo {name}, Onward sydd yma. Anfonwch STOP i beidio.",
        "Hi {name}, Onward here. Did the college say yes? We can send help, or text HELP.",
    ],
)
def test_a_wording_that_is_well_is_let_be(text: str) -> None:
    assert wording.problems(wording.tidy(text), "Onward", RULES) == []


def test_a_welsh_wording_is_missed_only_where_somebody_chose_welsh() -> None:
    people = [person("Jo"), person("Al", "cy"), person("Ola", "pl")]
    assert wording.missing({"en": "x"}, people) == {"cy": 1}
    assert wording.missing({"en": "x", "cy": "y"}, people) == {}


@pytest.fixture
def checks(folder: Path) -> Desk:
    return desk(folder)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"who": {}}, "who"),
        ({"who": {"town": 4}}, "who"),
        ({"wording": {"en": "Hello"}}, "en"),
        ({"wording": {"cy": "Onward"}}, "en"),
        ({"wording": {}}, "en"),
        ({"asks": "no_such"}, "asks"),
        ({"asks": "with_a_date"}, "asks"),
        ({"per_hour": 0}, "per_hour"),
        ({"per_hour": 99_999}, "per_hour"),
        ({"late_after_days": 0}, "late_after_days"),
        ({"measure_days": 0}, "measure_days"),
        ({"hold_out": 60}, "hold_out"),
        ({"hold_out": 20}, "measure"),
        ({"hold_out": 20, "measure": "answered"}, "measure"),
        ({"measure": "height"}, "measure"),
        ({"hold_out": 20, "measure": "wrote", "urgent": True}, "hold_out"),
        ({"hold_out": 20, "measure": "wrote", "asks": "exam_day"}, "hold_out"),
    ],
)
def test_a_draft_says_what_is_wrong_by_field(checks: Desk, more: dict[str, Any], field: str) -> None:
    assert list(checks.problems(draft(**more))) == [field]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"wording": {}, "asks": "open_day"},
        {"asks": "open_day", "hold_out": 20, "measure": "wrote"},
        {"asks": "exam_day", "urgent": True},
        {"measure": "answered"},
    ],
)
def test_a_draft_that_is_well_is_let_be(checks: Desk, more: dict[str, Any]) -> None:
    assert checks.problems(draft(**more)) == {}


def test_a_draft_can_be_changed_until_it_starts(engine: Engine) -> None:
    ref = made(engine, NOW)
    with writing(engine) as session:
        change(session, campaign(session, ref), draft(name="Another name"))
        assert campaign(session, ref).name == "Another name"
        campaign(session, ref).status = "running"
        session.flush()
        with pytest.raises(CampaignError, match="cannot be changed"):
            change(session, campaign(session, ref), draft())


def test_two_campaigns_have_two_references(engine: Engine) -> None:
    with writing(engine) as session:
        adviser = session.get_one(Adviser, ANN)
        assert [make(session, draft(), adviser, NOW, seed=seed).ref for seed in ("a", "b")] == ["C1", "C2"]


def test_a_test_goes_to_the_officers_own_phone_marked_and_outside_every_record(engine: Engine, checks: Desk) -> None:
    ref = made(engine, NOW, wording={"en": "Hi {name}, Onward here."})
    with writing(engine) as session:
        adviser = session.get_one(Adviser, ANN)
        adviser.phone = "07700 900 555"
        message = try_out(session, campaign(session, ref), adviser, "en", checks.asked, "Onward", NOW)
        assert message.text == "TEST of C1: Hi Ann, Onward here."
        assert (message.purpose, message.status, message.segments) == ("adviser", "queued", 1)
        conversation = session.get_one(Conversation, message.conversation_id)
        assert (conversation.address, conversation.young_person_id) == ("+447700900555", None)
        again = try_out(session, campaign(session, ref), adviser, "cy", checks.asked, "Onward", NOW)
        assert again.conversation_id == message.conversation_id
        assert again.text.startswith("PRAWF o C1: ")


def test_a_question_of_its_own_words_can_be_tested_too(engine: Engine, checks: Desk) -> None:
    ref = made(engine, NOW, wording={}, asks="open_day")
    with writing(engine) as session:
        adviser = session.get_one(Adviser, ANN)
        adviser.phone = "07700900555"
        message = try_out(session, campaign(session, ref), adviser, "en", checks.asked, "Onward", NOW)
        assert message.text == "TEST of C1: Hi Ann, Onward here. Are you coming? 1. Yes 2. No"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (None, "no mobile number of yours"),
        ("01843 555 100", "no mobile number of yours"),
        ("+447700900001", "young person's record"),
        ("+447700900555", "has sent STOP"),
    ],
)
def test_a_test_that_cannot_go_says_why(engine: Engine, checks: Desk, number: str | None, says: str) -> None:
    ref = made(engine, NOW)
    with writing(engine) as session:
        adviser = session.get_one(Adviser, ANN)
        adviser.phone = number
        session.add(
            ConsentEvent(channel="sms", address="+447700900555", event="stop", source="message", recorded_at=NOW)
        )
        session.flush()
        before = len(session.exec(select(Message)).all())
        with pytest.raises(CampaignError, match=says):
            try_out(session, campaign(session, ref), adviser, "en", checks.asked, "Onward", NOW)
        assert len(session.exec(select(Message)).all()) == before


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        ("segment_pence: null", "segment_pence: 4.1", "checked_on"),
        ("segment_pence: null", "segment_pence: dear", "number of pence"),
        ("most_segments: 3", "most_segments: 0", "most_segments"),
        ('"YES"', "5", "list of words"),
    ],
)
def test_a_file_of_rules_that_cannot_be_used_is_refused(tmp_path: Path, line: str, instead: str, says: str) -> None:
    text = (ROOT / "data" / "campaigns.yml").read_text()
    assert line in text
    (tmp_path / "campaigns.yml").write_text(text.replace(line, instead, 1))
    with pytest.raises(BadData, match=says):
        CampaignRules.load(tmp_path)


def test_a_price_that_is_set_is_used(tmp_path: Path) -> None:
    text = (ROOT / "data" / "campaigns.yml").read_text()
    text = text.replace("segment_pence: null", "segment_pence: 4.2").replace(
        "checked_on: null", "checked_on: 2026-11-01"
    )
    (tmp_path / "campaigns.yml").write_text(text)
    assert CampaignRules.load(tmp_path).pence(10) == pytest.approx(42)
    assert RULES.pence(10) is None
