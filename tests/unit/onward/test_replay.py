"""`onward replay` plays through the real inbox, turn, commit and outbox; a stand-in speaks for the bot here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onward.botprocess import Bot
from onward.problems import Problem
from onward.replay import replay
from onward.script import Script, read_script
from tests.fakes.bot import stand_in
from tests.unit.onward.conftest import NOW, MakeSettings
from tests.unit.onward.serving import serving

SECRET = "b" * 32


@pytest.fixture(scope="module")
def bot() -> Iterator[Bot]:
    with serving(stand_in(SECRET)) as url:
        yield Bot(url, "stand-in", started=False)


def script(*turns: Any, **values: Any) -> Script:
    return read_script(json.dumps({"turns": turns, "now": NOW.isoformat()} | values), 1, NOW)


def play(make_settings: MakeSettings, bot: Bot, *scripts: Script) -> list[dict[str, Any]]:
    result = replay(make_settings(), bot, list(scripts), lambda _line: None)
    assert set(result) == {"scripts"}
    return list(result["scripts"])


def test_a_conversation_has_the_documented_shape(make_settings: MakeSettings, bot: Bot) -> None:
    (one,) = play(make_settings, bot, script("hi", "two and effect", id="shape"))
    assert set(one) == {"id", "turns", "record"}
    assert one["id"] == "shape"
    assert [turn["in"] for turn in one["turns"]] == ["hi", "two and effect"]
    assert [[reply["key"] for reply in turn["replies"]] for turn in one["turns"]] == [["bye"], ["bye", "thanks"]]
    assert all(reply["text"] for turn in one["turns"] for reply in turn["replies"])
    assert one["turns"][1]["effects"] == [{"kind": "note_unmet_demand", "subject": "two and effect"}]
    record = one["record"]
    assert record["unmet_demand"] == [{"subject": "two and effect", "on_date": "2026-09-01"}]
    assert record["messages"] == 5
    assert (record["young_person"], record["consent"], record["mode"]) == (None, "open", "assistant")


def test_each_script_begins_afresh(make_settings: MakeSettings, bot: Bot) -> None:
    first, second = play(make_settings, bot, script("effect"), script("hi"))
    assert first["record"]["messages"] == second["record"]["messages"] == 2
    assert second["record"]["unmet_demand"] == []


def test_stop_is_kept_and_silences_what_follows(make_settings: MakeSettings, bot: Bot) -> None:
    (one,) = play(make_settings, bot, script("hi", {"text": "STOP", "at": "2026-09-01T10:30:00"}, "hello again"))
    assert one["turns"][1]["effects"] == [{"kind": "record_consent", "event": "stop"}]
    assert len(one["turns"][1]["replies"]) == 1
    assert one["turns"][2]["replies"] == []
    assert one["record"]["consent"] == "stopped"


def test_the_sample_knows_who_texts_and_the_script_where_they_live(
    make_settings: MakeSettings, bot: Bot, tmp_path: Path
) -> None:
    known, made = play(
        make_settings,
        bot,
        script("hi", **{"from": "07700 900123", "nation": "wales"}),
        script("hi", **{"from": "07700 900998", "nation": "scotland"}),
    )
    assert made["record"]["young_person"] == "REPLAY"
    assert known["record"]["messages"] == 2


def test_a_bot_that_is_gone_is_said(make_settings: MakeSettings) -> None:
    with serving(stand_in(SECRET)) as url:
        pass
    with pytest.raises(Problem, match="stopped answering"):
        play(make_settings, Bot(url, "stand-in", started=False), script("hi"))


def test_a_turn_that_fails_is_tried_again_and_then_a_person_gets_it(make_settings: MakeSettings) -> None:
    # the wrong secret: the bot is there, and every turn fails
    with serving(stand_in("another secret")) as url:
        (one,) = play(make_settings, Bot(url, "stand-in", started=False), script("hi"))
    assert [escalation["kind"] for escalation in one["record"]["escalations"]] == ["assistant_failed"]


def test_the_assistant_asks_first_in_the_state_that_awaits_the_answer(make_settings: MakeSettings, bot: Bot) -> None:
    asks = {"prompt": "still_there", "about": {"provider_ref": "P04"}, "at": "2026-09-01T16:00:00"}
    (one,) = play(make_settings, bot, script(asks, "hi", {"text": "hi", "web": True}, **{"from": "07700900204"}))
    asked, *_ = one["turns"]
    assert (asked["prompt"], asked["effects"]) == ("still_there", [])
    [said] = asked["replies"]
    assert said["key"] == "followup_still_there"
    assert "Samphire Coast College" in said["text"]
    assert one["record"]["follow_up"] == [{"asks": "still_there", "outcome": "sent", "answer": None}]
    assert [len(turn["replies"]) for turn in one["turns"]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("asks", "values"),
    [("no_such_question", {"from": "07700900204"}), ("still_there", {"from": "07700900998"})],
)
def test_what_cannot_be_asked_is_said(make_settings: MakeSettings, bot: Bot, asks: str, values: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="asks nothing"):
        play(make_settings, bot, script({"prompt": asks}, **values))
